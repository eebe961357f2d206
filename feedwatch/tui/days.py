"""Days as the reader's calendar has them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta


def midnights(now: datetime, count: int) -> tuple[datetime, ...]:
    """When each of the last ``count`` days began, today's the last of them, and when tomorrow begins."""
    today = now.astimezone().date()
    return tuple(_begin(today - timedelta(days=ago)) for ago in range(count - 1, -2, -1))


def _begin(day: date) -> datetime:
    return datetime.combine(day, time()).astimezone(UTC)
