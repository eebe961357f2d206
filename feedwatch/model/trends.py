"""How often a rule finds something, hour by hour, beside how often it usually does."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct


class TrendHour(Struct, frozen=True):
    """One hour of the clock, in UTC."""

    start: datetime
    stories: int
    """Stories that the rule matched first in this hour; copies of a story are not counted again."""
    outlets: int
    """By how many outlets these stories were told before the hour was over; 0 where they are too few for a burst."""
    expected: float | None
    """How many stories were usual; None while there is no day to compare with."""
    burst: bool


class Trend(Struct, frozen=True):
    """The hours of a rule, the oldest first; the last one is not over yet."""

    rule: str
    hours: tuple[TrendHour, ...]

    @property
    def burst(self) -> TrendHour | None:
        """The last hour of a burst that goes on; an hour that has only begun does not end one."""
        return next((one for one in reversed(self.hours[-2:]) if one.burst), None)

    def begun(self, pause: int) -> TrendHour | None:
        """The first hour of the burst that goes on; fewer hours than ``pause`` without one do not divide it."""
        first, quiet = None, 0
        for one in reversed(self.hours) if self.burst else ():
            if one.burst:
                first, quiet = one, 0
            elif (quiet := quiet + 1) >= pause:
                break
        return first


class Mentions(Struct, frozen=True):
    """What the store counts of a rule, by the number of the hour since 1970; hours without a story are left out."""

    rule: str
    first: int | None
    """The hour of its first alert ever; None where there is none."""
    stories: dict[int, int]
    outlets: dict[int, int]
    """Of the hours with enough stories for a burst to begin."""
