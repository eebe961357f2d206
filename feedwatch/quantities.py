"""Quantities as people write them: ``30s 5m 2h 7d``, ``500KB 20MB``, ``22:00-07:00``, ``30/m``. Knows no other part."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_UNITS = {f"1{unit}" for unit in _SECONDS}
_BYTES = {"B": 1, "KB": 1024, "MB": 1024**2, "GB": 1024**3}
_DURATION = re.compile(r"(\d{1,12}(?:\.\d{1,3})?)\s*([smhd])", re.ASCII)
_RATE = re.compile(r"(\d{1,6})\s*/\s*(\d{1,6}(?:\.\d{1,3})?)?\s*([smhd])", re.ASCII)
_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)", re.ASCII)
_SIZE = re.compile(r"(\d{1,12}(?:\.\d{1,3})?)\s*([KMG]?B)", re.ASCII | re.IGNORECASE)
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAYS = rf"(?:{'|'.join(_WEEKDAYS)})"
_HOURS = re.compile(rf"(?:({_DAYS}(?:\s*,\s*{_DAYS})*)\s+)?(\d{{1,2}}):([0-5]\d)\s*-\s*(\d{{1,2}}):([0-5]\d)", re.ASCII)
_LONGEST = 36_500 * 86400
"""A hundred years: more would leave the calendar when added to a date."""


def parse_duration(text: str) -> float:
    """Seconds; ValueError with a sentence otherwise."""
    found = _DURATION.fullmatch(text.strip())
    if found is None:
        raise ValueError('is no duration: write a number and s, m, h or d, like "30s", "5m", "2h" or "7d"')
    seconds = float(found[1]) * _SECONDS[found[2]]
    if seconds > _LONGEST:
        raise ValueError("is longer than a hundred years")
    return seconds


def parse_moment(text: str, now: datetime) -> datetime | timedelta:
    """A time ("2026-11-26 22:00"), the last time that the clock showed this ("22:00"), or how long ago ("2d").

    ValueError with a sentence otherwise. A time without a zone is the machine's.
    """
    clock = _CLOCK.fullmatch(text.strip())
    if clock is not None:
        return _last(time(int(clock[1]), int(clock[2])), now)
    try:
        return datetime.fromisoformat(text.strip()).astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    try:
        return timedelta(seconds=parse_duration(text))
    except ValueError as error:
        raise ValueError(f'{error}, or a time like "22:00" or "2026-11-26 22:00"') from error


def _last(hour: time, now: datetime) -> datetime:
    today = now.astimezone().date()
    shown = datetime.combine(today, hour).astimezone()
    if shown > now:
        shown = datetime.combine(today - timedelta(days=1), hour).astimezone()
    return shown.astimezone(UTC)


def format_duration(seconds: float) -> str:
    """The shortest text that ``parse_duration`` reads back to the millisecond."""
    for unit, size in reversed(_SECONDS.items()):
        if seconds and seconds % size == 0:
            return f"{int(seconds // size)}{unit}"
    return f"{round(seconds, 3):g}s"


def brief_duration(seconds: float) -> str:
    """A length of time in two digits or three, in its largest unit: 0.4s, 12s, 3.4m."""
    for size, unit in ((86400, "d"), (3600, "h"), (60, "m")):
        if seconds >= size:
            return f"{_brief(seconds / size)}{unit}"
    return f"{_brief(seconds)}s"


def _brief(number: float) -> str:
    return f"{number:.1f}" if number < 9.95 else f"{number:.0f}"


def parse_rate(text: str) -> tuple[int, float]:
    """How many in how many seconds; ValueError with a sentence otherwise."""
    found = _RATE.fullmatch(text.strip())
    if found is None or not int(found[1]) or not float(found[2] or 1):
        raise ValueError('is no rate: write how many in what time, like "1/s", "30/m" or "5/2s"')
    return int(found[1]), float(found[2] or 1) * _SECONDS[found[3]]


def format_rate(count: int, seconds: float) -> str:
    """The text that ``parse_rate`` reads back."""
    time = format_duration(seconds)
    return f"{count}/{time.removeprefix('1') if time[:2] in _UNITS else time}"


def parse_hours(text: str) -> tuple[tuple[int, ...], int, int]:
    """Days (Monday is 0; none: every day), and the first and last minute after midnight; ValueError otherwise."""
    found = _HOURS.fullmatch(text.strip().lower())
    if found is None:
        raise ValueError('is no span of hours: write "22:00-07:00", or with days "sat,sun 00:00-24:00"')
    start, end = int(found[2]) * 60 + int(found[3]), int(found[4]) * 60 + int(found[5])
    if start >= 1440 or end > 1440 or start == end:
        raise ValueError("is no span of hours: a day has 24, and the span needs some time in it")
    days = tuple(sorted({_WEEKDAYS.index(day.strip()) for day in found[1].split(",")})) if found[1] else ()
    return days, start, end


def format_hours(days: tuple[int, ...], start: int, end: int) -> str:
    """The text that ``parse_hours`` reads back."""
    clock = f"{start // 60:02}:{start % 60:02}-{end // 60:02}:{end % 60:02}"
    return f"{','.join(_WEEKDAYS[day] for day in days)} {clock}".strip()


def parse_size(text: str) -> int:
    """Bytes, a KB being 1024; ValueError with a sentence otherwise."""
    found = _SIZE.fullmatch(text.strip())
    if found is None:
        raise ValueError('is no size: write a number and KB, MB or GB, like "500KB" or "10MB"')
    return int(float(found[1]) * _BYTES[found[2].upper()])


def format_size(size: int) -> str:
    """The shortest text that ``parse_size`` reads back."""
    for unit, scale in reversed(_BYTES.items()):
        if size and size % scale == 0:
            return f"{size // scale}{unit}"
    return f"{size}B"
