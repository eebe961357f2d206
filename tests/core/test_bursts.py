"""What is a burst, and how often chance alone makes one: streams of known habits, from fixed seeds."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta

import pytest

from feedwatch.core.bursts import LOOKBACK, Past, Usual, days_with_one, least, trend
from feedwatch.model import Mentions, Trend

START = datetime(2026, 3, 2, tzinfo=UTC)
FIRST = int(START.timestamp()) // 3600
MONTH = 720


def judged(counts: Mapping[int, int], hours: int, outlets: int = 5, watched: frozenset[int] | None = None) -> Trend:
    """The hours after two weeks to learn from; counts are by hours since the start, the last hour goes on."""
    stories = {FIRST + hour: count for hour, count in counts.items() if count}
    mentions = Mentions("Drones", FIRST, stories, dict.fromkeys(stories, outlets))
    everything = frozenset(range(FIRST, FIRST + hours))
    seen = everything if watched is None else frozenset(FIRST + hour for hour in watched)
    since = START + timedelta(hours=LOOKBACK)
    return trend(mentions, since, START + timedelta(hours=hours - 1, minutes=30), seen)


def begun(found: Trend) -> int:
    """How many bursts began."""
    marks = [one.burst for one in found.hours]
    return sum(now and not before for before, now in zip([False, *marks], marks, strict=False))


def poisson(chance: random.Random, mean: float) -> int:
    count, product, floor = 0, chance.random(), math.exp(-mean)
    while product > floor:
        count, product = count + 1, product * chance.random()
    return count


def steady(chance: random.Random, rate: float, hours: int) -> Iterator[int]:
    """As many at night as by day."""
    return (poisson(chance, rate) for _ in range(hours))


def daily(chance: random.Random, rate: float, hours: int) -> Iterator[int]:
    """Few at night, many by day."""
    return (poisson(chance, rate * (1 - 0.9 * math.cos(hour % 24 / 24 * math.tau))) for hour in range(hours))


def bursty(chance: random.Random, rate: float, hours: int) -> Iterator[int]:
    """Days that differ by half of their mean, and hours that do so again."""
    day = 1.0
    for hour in range(hours):
        day = chance.gammavariate(4, 1 / 4) if hour % 24 == 0 else day
        yield poisson(chance, rate * day * chance.gammavariate(4, 1 / 4))


Stream = Callable[[random.Random, float, int], Iterator[int]]


def false_bursts(stream: Stream, rate: float, rules: int, months: int) -> float:
    """Per rule and month."""
    chance, bursts = random.Random(f"{stream.__name__} {rate}"), 0
    hours = LOOKBACK + months * MONTH
    for _ in range(rules):
        bursts += begun(judged(dict(enumerate(stream(chance, rate, hours))), hours))
    return bursts / (rules * months)


@pytest.mark.parametrize(
    ("stream", "rate", "most"),
    [(steady, 0.05, 0.1), (steady, 1, 0.2), (daily, 3, 0.2), (daily, 10, 0.2), (bursty, 0.3, 0.2), (bursty, 3, 2)],
)
def test_chance_seldom_makes_a_burst(stream: Stream, rate: float, most: float) -> None:
    assert false_bursts(stream, rate, rules=4, months=3) <= most


@pytest.mark.parametrize(("rate", "found", "stories"), [(3, 0.9, 25), (10, 1.0, 65)])
def test_five_times_as_much_is_a_burst_within_few_stories(rate: float, found: float, stories: int) -> None:
    chance, needed = random.Random(f"five times {rate}"), list[int]()
    for _ in range(20):
        start = LOOKBACK + 12 + chance.randrange(24)
        counts = [*steady(chance, rate, start), *steady(chance, 5 * rate, 6)]
        marks = [one.burst for one in judged(dict(enumerate(counts)), start + 6).hours[start - LOOKBACK :]]
        if any(marks):
            needed.append(sum(counts[start : start + marks.index(True) + 1]))
    assert len(needed) >= found * 20
    assert sorted(needed)[len(needed) // 2] <= stories


def test_one_mention_in_an_empty_hour_is_none_and_a_handful_is() -> None:
    now = LOOKBACK + 5
    for stories, is_burst in ((1, False), (2, False), (3, True), (9, True)):
        found = judged({3: 1, 100: 1, now: stories}, now + 1)
        assert (found.burst is not None) == is_burst, stories


def test_one_outlet_alone_makes_no_burst() -> None:
    now = LOOKBACK + 5
    assert judged({3: 1, now: 20}, now + 1, outlets=1).burst is None
    assert judged({3: 1, now: 20}, now + 1, outlets=2).burst is not None


def test_nothing_is_a_burst_before_a_day_was_watched() -> None:
    now = LOOKBACK + 5
    mentions = Mentions("New", FIRST + now - 20, {FIRST + now: 30}, {FIRST + now: 5})
    hours = frozenset(range(FIRST, FIRST + now + 1))
    found = trend(mentions, START + timedelta(hours=LOOKBACK), START + timedelta(hours=now), hours)
    assert found.burst is None
    assert {one.expected for one in found.hours} == {None}


def test_a_rule_that_never_alerted_has_no_bursts() -> None:
    found = trend(Mentions("New", None, {}, {}), START + timedelta(hours=LOOKBACK), START, frozenset())
    assert found.hours == ()
    assert found.burst is None


def test_a_burst_goes_on_while_there_is_more_than_usual_and_outlasts_an_hour_that_has_only_begun() -> None:
    start = LOOKBACK + 5
    usual = dict.fromkeys(range(start), 1)
    burst = usual | {start: 12, start + 1: 5, start + 2: 1}
    marks = [one.burst for one in judged(burst, start + 3).hours[-3:]]
    assert marks == [True, True, False]
    assert judged(burst, start + 3).burst is not None
    assert judged(burst, start + 4).burst is None
    alone = judged(usual | {start: 1, start + 1: 5}, start + 2)
    assert alone.burst is None, "what goes on needs a beginning"


def test_a_burst_does_not_hide_that_of_the_next_day() -> None:
    start = LOOKBACK + 5
    counts = dict.fromkeys(range(start), 1) | {start: 60, start + 24: 20}
    assert judged(counts, start + 25).burst is not None


def test_what_was_missed_while_nothing_was_polled_is_expected_of_the_hour_that_catches_up() -> None:
    start = LOOKBACK + 30
    counts = dict.fromkeys(range(start - 12), 2) | {start: 26}
    everything = frozenset(range(start + 1))
    assert judged(counts, start + 1, watched=everything).burst is not None
    away = judged(counts, start + 1, watched=everything - frozenset(range(start - 12, start)))
    assert away.burst is None
    assert away.hours[-1].expected == pytest.approx(26, rel=0.1)


def test_hours_of_the_day_are_told_apart() -> None:
    past = Past()
    for hour in range(24 * 7):
        past.add(hour, 6 if hour % 24 == 9 else 0)
    morning, night = past.usual(9), past.usual(3)
    assert morning is not None
    assert night is not None
    assert morning.mean > 3.5
    assert night.mean < 0.2


def test_the_days_of_bursts_are_those_in_which_their_hours_begin() -> None:
    start = LOOKBACK + 5
    found = judged(dict.fromkeys(range(start), 1) | {start: 60, start + 24: 60}, start + 25)
    begun = [one.start for one in found.hours if one.burst]
    days = [begun[0] + timedelta(days=day, minutes=-5) for day in (-1, 0, 1, 2)]
    assert days_with_one(found, days) == {1, 2}
    assert days_with_one(found, days[:2]) == frozenset()
    assert days_with_one(found, days[2:]) == {0}


def test_the_least_count_of_a_chance_is_that_of_the_distribution() -> None:
    assert least(Usual(1.0, 1.0), 0.126) == 3  # geometric: 1/2, 1/4, 1/8
    assert least(Usual(2.0, 1e9), 0.0527) == 5  # as good as Poisson: P(X >= 5) = 0.0527
    assert 1100 < least(Usual(1000.0, 1e9), 1e-4) < 1250
