"""When a rule finds far more than usual: counts of stories per hour, against the same hours of the week before. Pure.

What is usual is a gamma distribution (Gelman et al., Bayesian Data Analysis, ch. 2.6): the same hour of the last seven
days, and one story at the overall rate, so that an hour that is always empty does not make one mention a burst. With
how much more than Poisson the counts vary from day to day, a negative binomial says how likely so many stories are.

A burst begins where that is under ``CHANCE``. A month has 720 hours: a rule of steady habits has 720 / 10 000, that is
0.07 false bursts a month at most, and fewer as counts are whole. It goes on while counts are in the upper ``ON``.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import deque
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final, NamedTuple

from feedwatch.model import Mentions, Trend, TrendHour

CHANCE: Final = 1e-4
"""How likely the counts of a burst's first hour may be, at most."""
ON: Final = 0.05
"""How likely the counts of its further hours may be, at most."""
FEWEST: Final = 3
"""Stories that a burst begins with; one that goes on has ``FEWEST_ON`` an hour."""
FEWEST_ON: Final = 2
OUTLETS: Final = 2
"""Outlets that tell the stories that a burst begins with: one feed that empties its drawer is none."""
DAYS: Final = 7
"""Days that an hour is compared with."""
LOOKBACK: Final = 2 * DAYS * 24
"""Hours to count before those asked about: a week to compare with, and one to know what to leave out of it."""
LONGEST_GAP: Final = 6
"""Hours without any item whose stories the next hour is taken to have brought; after more of them, some are lost."""
_PRIOR: Final = 1.0
"""Stories, at the overall rate, that stand for what is known before an hour of the day was seen."""
_MOST: Final = 100_000
"""A count that nobody reaches."""


class Usual(NamedTuple):
    """How many stories an hour has: a negative binomial distribution."""

    mean: float
    size: float
    """The smaller, the more it varies beyond Poisson."""


@dataclass(slots=True)
class Past:
    """The last seven counts of each hour of the day."""

    days: list[deque[float]] = field(default_factory=lambda: [deque(maxlen=DAYS) for _ in range(24)])
    _sums: list[float] = field(default_factory=lambda: [0.0] * 24)
    _watched: int = 0

    def add(self, hour: int, count: float) -> None:
        """Remember an hour that is over."""
        same = self.days[hour % 24]
        self._watched += len(same) < DAYS
        same.append(count)
        self._sums[hour % 24] = sum(same)

    def usual(self, hour: int, *, mean_only: bool = False) -> Usual | None:
        """What to expect of an hour; None before a whole day was watched. ``mean_only`` spares the rest."""
        if self._watched < 24:
            return None
        overall = (sum(self._sums) + 0.5) / self._watched
        stories, hours = self._sums[hour % 24] + _PRIOR, len(self.days[hour % 24]) + _PRIOR / overall
        return Usual(stories / hours, math.inf if mean_only else 1 / (1 / stories + self._spread()))

    def _spread(self) -> float:
        """How much the same hour varies from day to day beyond Poisson, relative to its mean, squared; by moments."""
        over = means = 0.0
        for same in self.days:
            if len(same) > 1 and any(same):
                mean = sum(same) / len(same)
                over += sum((one - mean) ** 2 for one in same) / (len(same) - 1) - mean
                means += mean * mean
        return max(0.0, over / means) if means else 0.0


def least(usual: Usual, chance: float) -> int:
    """The smallest count that is at most so likely to be reached."""
    mean, size = usual
    p = size / (size + mean)
    left, likely, count = 1.0, p**size if size * math.log(p) > -700 else 0.0, 0
    if likely == 0.0:  # too far out for floats: such means are hundreds, where the normal distribution does
        return math.ceil(mean + 6 * math.sqrt(mean + mean * mean / size))
    while left > chance and count < _MOST:
        left -= likely
        likely *= (size + count) / (count + 1) * (1 - p)
        count += 1
    return count


def trend(mentions: Mentions, since: datetime, now: datetime, watched: AbstractSet[int]) -> Trend:
    """The hours of a rule since then, with what was usual and which of them were a burst.

    ``mentions`` reach ``LOOKBACK`` hours further. ``watched`` are the hours in which any item came in: what
    the others would have had is expected of the hour after them, which finds it.
    """
    first, last = hour_of(since), hour_of(now)
    hours = range(first - LOOKBACK, last + 1)
    judged = _judged(hours, mentions, watched)
    return Trend(mentions.rule, tuple(judged[first - hours.start :]))


def hour_of(when: datetime) -> int:
    """The number of an hour since 1970."""
    return int(when.timestamp()) // 3600


def _judged(hours: Sequence[int], mentions: Mentions, watched: AbstractSet[int]) -> list[TrendHour]:
    past, found = Past(), list[TrendHour]()
    gap, missed, burst = 0, 0.0, False
    for hour in hours:
        stories = mentions.stories.get(hour, 0)
        usual = past.usual(hour, mean_only=stories < min(FEWEST, FEWEST_ON))
        if not stories and hour not in watched:
            gap, missed = gap + 1, missed + (usual.mean if usual else 0.0)
            found.append(_hour(hour, mentions, usual, burst=False))
            continue
        usual = Usual(usual.mean + missed, usual.size) if usual else None
        burst = _is_burst(stories, mentions.outlets.get(hour, 0), usual, going_on=burst and not gap)
        found.append(_hour(hour, mentions, usual, burst=burst))
        if mentions.first is not None and hour >= mentions.first and gap <= LONGEST_GAP:
            for one in range(hour - gap, hour + 1):
                past.add(one, _remembered(stories, usual) / (gap + 1))
        gap, missed = 0, 0.0
    return found


def _is_burst(stories: int, outlets: int, usual: Usual | None, *, going_on: bool) -> bool:
    if usual is None or stories < (FEWEST_ON if going_on else FEWEST):
        return False
    if going_on:
        return stories >= least(usual, ON)
    return outlets >= OUTLETS and stories >= least(usual, CHANCE)


def _remembered(stories: int, usual: Usual | None) -> int:
    """A burst is remembered as the most that is none: it must not hide the next, and what stays becomes usual."""
    if usual is None or stories < FEWEST:
        return stories
    return min(stories, max(FEWEST, least(usual, CHANCE)) - 1)


def _hour(hour: int, mentions: Mentions, usual: Usual | None, *, burst: bool) -> TrendHour:
    return TrendHour(
        datetime.fromtimestamp(hour * 3600, UTC),
        mentions.stories.get(hour, 0),
        mentions.outlets.get(hour, 0),
        usual.mean if usual else None,
        burst,
    )


def days_with_one(trend: Trend, days: Sequence[datetime]) -> frozenset[int]:
    """On which of the days that begin at these times (the last time ends the last day) the rule was in a burst."""
    found = (bisect_right(days, one.start) - 1 for one in trend.hours if one.burst)
    return frozenset(day for day in found if 0 <= day < len(days) - 1)
