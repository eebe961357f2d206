"""Dates as feeds write them: RFC 822, ISO 8601, their many cousins in a dozen languages, and seconds since 1970.

A date that can't be read for certain is None: a wrong year or month is worse than none, since the time of first sight
then stands in. Which dates are believable is not decided here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache

_LONGEST = 100
"""Characters; no date is longer."""
_MONTHS: Mapping[str, int] = {
    name: number
    for number, names in enumerate(
        (
            "jan ene gen янв січ sty oca ιαν ian",
            "feb fév fev лют фев şub φεβ",
            "mar mär maa mrt мар бер μαρ μάρ",
            "apr avr abr апр кві kwi nis απρ",
            "may mai mei maj mag май мая тра μαΐ μαϊ μάι",
            "jun juin giu июн чер cze haz ιουν ιούν iun",
            "jul juil lug июл лип lip tem ιουλ ιούλ iul",
            "aug aoû aou ago авг сер sie ağu αυγ αύγ",
            "sep set сен вер wrz eyl σεπ",
            "oct okt out ott окт жов paź eki οκτ",
            "nov noi ноя лис lis kas νοε νοέ",
            "dec déc dez dic des дек гру gru ara δεκ",
        ),
        start=1,
    )
    for name in names.split()
}
"""The first three or four letters of a month's name; none is shared by two of these languages for different months."""
_ZONES: Mapping[str, float] = {
    "adt": -3, "ast": -4, "edt": -4, "est": -5, "et": -5, "cdt": -5, "cst": -6, "ct": -6, "mdt": -6, "mst": -7,
    "mt": -7, "pdt": -7, "pst": -8, "pt": -8, "akst": -9, "hst": -10, "bst": 1, "wat": 1, "cet": 1, "cest": 2, "met": 1,
    "mest": 2, "eet": 2, "eest": 3, "sast": 2, "msk": 3, "trt": 3, "gst": 4, "pkt": 5, "wib": 7, "hkt": 8, "sgt": 8,
    "awst": 8, "jst": 9, "kst": 9, "aest": 10, "aedt": 11, "nzst": 12, "nzdt": 13,
}  # fmt: skip
"""Hours east of UTC; a name that is not here is taken as UTC."""

_TIME = r"(?P<hour>\d{1,2})[:.h](?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?:[.,]\d+)?)?\s*(?P<half>[ap]\.?m\.?\b)?"
_ZONE = r"(?P<zone>z\b|(?:gmt|utc)?\s*[+\-−]\d[\d:]*|[a-z/]{1,12}\b)?"
_WEEKDAY = r"(?:[^\W\d_]+\.?,?\s+)?"
_FORMS = (
    # 2026-11-22T10:00:00.5+01:00, 2026/11/22 10:00, 2026-11-22
    re.compile(
        rf"(?P<year>\d{{4}})(?P<mark>[-/.])(?P<month>\d{{1,2}})(?P=mark)(?P<day>\d{{1,2}})(?:(?:t|,?\s+){_TIME}\s*{_ZONE})?"
    ),
    # 20261122T100000Z, 20261122
    re.compile(
        rf"(?P<year>\d{{4}})(?P<month>\d{{2}})(?P<day>\d{{2}})"
        rf"(?:t?(?P<hour>\d{{2}}):?(?P<minute>\d{{2}}):?(?P<second>\d{{2}})?\s*{_ZONE})?(?!\d)"
    ),
    # Sun, 22 Nov 2026 10:00:00 +0100; 22 de noviembre de 2026
    re.compile(
        rf"{_WEEKDAY}(?P<day>\d{{1,2}})(?:st|nd|rd|th|er|º|\.)?[\s-]+(?:de\s+)?(?P<name>[^\W\d_]+)\.?,?[\s-]+(?:de\s+)?"
        rf"(?P<year>\d{{4}}|\d{{2}})(?!\d)(?:[,\s]+(?:(?:at|à|um|-)\s+)?{_TIME}\s*{_ZONE})?"
    ),
    # Nov 22, 2026 10:00 PST
    re.compile(
        rf"{_WEEKDAY}(?P<name>[^\W\d_]+)\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})(?!\d)"
        rf"(?:[,\s]+(?:at\s+)?{_TIME}\s*{_ZONE})?"
    ),
    # Sun Nov 22 10:00:00 2026, Sun Nov 22 10:00:00 PST 2026
    re.compile(
        rf"{_WEEKDAY}(?P<name>[^\W\d_]+)\s+(?P<day>\d{{1,2}})\s+{_TIME}\s+(?:{_ZONE}\s+)?(?P<year>\d{{4}})(?!\d)"
    ),
    # 2026年11月22日 10:00
    re.compile(
        rf"(?P<year>\d{{4}})\s?[年년]\s?(?P<month>\d{{1,2}})\s?[月월]\s?(?P<day>\d{{1,2}})\s?[日일](?:\s*{_TIME}\s*{_ZONE})?"
    ),
    # 22.11.2026 10:00: with dots the day is always first
    re.compile(rf"(?P<day>\d{{1,2}})\.(?P<month>\d{{1,2}})\.(?P<year>\d{{4}})(?!\d)(?:[,\s]+{_TIME}\s*{_ZONE})?"),
)
_RFC_822 = re.compile(
    r"[a-z]{3}, ([0-9]{1,2}) ([a-z]{3}) ([0-9]{4}) ([0-9]{2}):([0-9]{2}):([0-9]{2}) ([a-z]{3}|[+-][0-9]{4})"
)
_RFC_3339 = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})t([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.[0-9]+)?(z|[+-][0-9]{2}:[0-9]{2})"
)
"""To the letter what most dates are; the forms above read them alike, and take longer."""
_OFFSET = re.compile(r"(?:gmt|utc)?\s*([+\-−])(\d{1,2}):?(\d{2})?")


def parse_date(text: str) -> datetime | None:
    """The moment that a feed's date means, in UTC; None where it can't be read for certain."""
    raw = " ".join(text[: 2 * _LONGEST].split()).lower()
    if not raw or len(raw) > _LONGEST:
        return None
    if raw.isdecimal() and len(raw) in (10, 13):
        return _since_1970(int(raw[:10]))
    usual = _RFC_822.fullmatch(raw)
    if usual:
        day, name, year, *time, zone = usual.groups()
        return _utc((int(year), _MONTHS.get(name, 0), int(day)), _numbers(time), zone)
    usual = _RFC_3339.fullmatch(raw)
    if usual:
        *moment, zone = usual.groups()
        return _utc(_numbers(moment[:3]), _numbers(moment[3:]), zone)
    for form in _FORMS:
        match = form.match(raw)
        if match:
            return _moment(match.groupdict())
    return None


def _since_1970(seconds: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)


def _moment(parts: Mapping[str, str | None]) -> datetime | None:
    month = _month(parts.get("name") or "") or int(parts.get("month") or 0)
    return _utc((_year(parts["year"] or ""), month, int(parts["day"] or 0)), _time(parts), parts.get("zone") or "")


def _numbers(three: Sequence[str]) -> tuple[int, int, int]:
    return int(three[0]), int(three[1]), int(three[2])


def _utc(date: tuple[int, int, int], time: tuple[int, int, int], zone: str) -> datetime | None:
    """The moment that a date (year, month, day) and a time (hour, minute, second) mean in a zone."""
    offset = _offset(zone)
    year, month, day = date
    hour, minute, second = time
    if not month or offset is None:
        return None
    try:  # a leap second has no datetime
        local = datetime(year, month, day, hour, minute, second if second < 60 else 59, tzinfo=UTC)
        return local - offset if offset else local
    except (ValueError, OverflowError):
        return None


def _month(name: str) -> int:
    return _MONTHS.get(name[:4]) or _MONTHS.get(name[:3], 0)


def _year(digits: str) -> int:
    """Two digits are 1990 to 2089."""
    year = int(digits)
    return year if len(digits) == 4 else year + (1900 if year >= 90 else 2000)


def _time(parts: Mapping[str, str | None]) -> tuple[int, int, int]:
    hour, minute, second = (int(parts.get(name) or 0) for name in ("hour", "minute", "second"))
    half = (parts.get("half") or "")[:1]
    if half and hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    return hour, minute, second


@lru_cache(maxsize=256)
def _offset(zone: str) -> timedelta | None:
    """Distance from UTC; None where it is a number that no place on Earth has (they end at +14:00)."""
    if not any(mark in zone for mark in "+-−"):
        return timedelta(hours=_ZONES.get(zone, 0))
    match = _OFFSET.fullmatch(zone)
    if not match:
        return None
    distance = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
    if distance > timedelta(hours=14):
        return None
    return distance if match[1] == "+" else -distance
