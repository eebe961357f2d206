"""Whether a channel's messages are held at a moment, for quiet hours or its digest, and until when. Pure.

Spans are of the clock on the wall where the reader is: in the night when clocks change, they end when it says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

from feedwatch.model import Channel, QuietSpan, Severity

DAY_MINUTES: Final = 24 * 60
_MOST_SPANS: Final = 16
"""Spans that follow each other without a gap are followed so far: two weeks and a day."""


def held_until(channel: Channel, severity: Severity, now: datetime) -> datetime | None:
    """When a message of this severity may go to the channel; None: at once. ``critical`` always goes at once.

    A digest that falls into quiet hours goes at their end.
    """
    if severity is Severity.CRITICAL:
        return None
    digest = next_digest(channel, now)
    return quiet_until(channel, digest or now) or digest


def next_digest(channel: Channel, now: datetime) -> datetime | None:
    """When the channel's next digest is due, counted from midnight: at every full hour for "1h". None: it has none."""
    if not channel.digest:
        return None
    zone = _zone(channel)
    today = now.astimezone(zone).date()
    midnight = _moment(today, 0, zone)
    if channel.digest >= DAY_MINUTES * 60:
        days = max(1, round(channel.digest / (DAY_MINUTES * 60)))
        return _moment(today + timedelta(days=days - today.toordinal() % days), 0, zone)
    passed = (now - midnight).total_seconds() // channel.digest + 1
    return min(midnight + timedelta(seconds=passed * channel.digest), _moment(today + timedelta(days=1), 0, zone))


def quiet_until(channel: Channel, now: datetime) -> datetime | None:
    """When the channel's quiet hours end; None where there are none now."""
    zone = _zone(channel)
    until = None
    at: datetime | None = now
    for _ in range(_MOST_SPANS):
        at = _end(channel.quiet, at, zone) if at is not None else None
        if at is None:
            break
        until = at
    return until


def _zone(channel: Channel) -> tzinfo | None:
    return ZoneInfo(channel.timezone) if channel.timezone else None


def _end(spans: Sequence[QuietSpan], at: datetime, zone: tzinfo | None) -> datetime | None:
    """The latest end of the spans that hold at a moment; None where none does."""
    today = at.astimezone(zone).date()
    ends = []
    for span in spans:
        for day in (today - timedelta(days=1), today):
            if span.days and day.weekday() not in span.days:
                continue
            overnight = span.end <= span.start
            start = _moment(day, span.start, zone)
            end = _moment(day + timedelta(days=1) if overnight else day, span.end, zone)
            if start <= at < end:
                ends.append(end)
    return max(ends, default=None)


def _moment(day: date, minutes: int, zone: tzinfo | None) -> datetime:
    if minutes == DAY_MINUTES:
        day, minutes = day + timedelta(days=1), 0
    wall = datetime.combine(day, time(minutes // 60, minutes % 60))
    return (wall.replace(tzinfo=zone) if zone is not None else wall).astimezone(UTC)
