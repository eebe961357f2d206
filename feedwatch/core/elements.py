"""What both readers of feeds, ``strict`` and ``parse``, make of an element's text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urljoin

ADDRESSED = re.compile(r"\S{1,100}@\S{1,100}\s{1,10}\(([^()]+)\)")
"""An author as RSS 2.0 has it: ``desk@example.org (World Desk)``."""
PAGE_TYPES = ("", "text/html", "application/xhtml+xml")
MEDIUM_TYPES: Mapping[str, str] = {"image": "image/*", "video": "video/*", "audio": "audio/*"}
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_LONGEST_REFRESH = 30 * 86400.0
_PERIODS: Mapping[str, float] = {
    "hourly": 3600.0,
    "daily": 86400.0,
    "weekly": 7 * 86400.0,
    "monthly": 30 * 86400.0,
    "yearly": 365 * 86400.0,
}
"""Seconds; RSS 1.0 module syndication."""
_ABSOLUTE = re.compile(
    r"https?://[\w.:-]+/[\w/.~%+=&,:@!$'()*-]*(?:\?[\w/.~%+=&,:@!$'()*;?-]+)?(?:#[\w/.~%+=&,:@!$'()*;?-]+)?", re.ASCII
)
"""An address that ``urljoin`` gives back as it is, whatever the base."""


def resolve(base: str, link: str) -> str:
    """An address relative to a base; '' where there is none, or no joining them."""
    link = link.strip()
    if not link or _ABSOLUTE.fullmatch(link):
        return link
    try:
        return urljoin(base, link)
    except ValueError:
        return ""


def number(digits: str) -> int | None:
    """A whole number of up to 15 digits."""
    return int(digits) if digits.isascii() and digits.isdecimal() and 0 < len(digits) < 16 else None


def refresh(ttl: str, period: str, frequency: str) -> float | None:
    """Seconds between polls that a feed asks for: ttl (minutes), else sy:updatePeriod over sy:updateFrequency."""
    minutes = number(ttl.strip())
    seconds = _PERIODS.get(period.strip().lower())
    if minutes:
        return min(minutes * 60.0, _LONGEST_REFRESH)
    if seconds:
        return min(seconds / (number(frequency.strip()) or 1), _LONGEST_REFRESH)
    return None


def skips(head: str) -> bytes:
    """The hours of the week in which a document asks not to be asked (RSS 2.0, skipHours and skipDays; both of UTC).

    A bit for each, from Monday at midnight on, 21 bytes; b'' for none, and where nothing would be left.
    """
    hours = {int(hour) % 24 for hour in _within(head, "skipHours", "hour") if hour.isdecimal() and int(hour) <= 24}
    days = {_DAYS.index(day.lower()) for day in _within(head, "skipDays", "day") if day.lower() in _DAYS}
    closed = {day * 24 + hour for day in range(7) for hour in range(24) if day in days or hour in hours}
    if not closed or len(closed) == 168:
        return b""
    return sum(1 << hour for hour in closed).to_bytes(21, "little")


def _within(head: str, outer: str, inner: str) -> list[str]:
    """The texts of small elements within another, wherever it stands."""
    found = re.search(rf"<{outer}>(.{{0,2000}}?)</{outer}>", head, re.DOTALL)
    return re.findall(rf"<{inner}>\s{{0,9}}(\w{{1,9}})\s{{0,9}}</{inner}>", found[1]) if found else []
