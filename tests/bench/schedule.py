"""How soon news is seen for how many requests: ``python -m tests.bench.schedule``.

Plays publishers' true publication times to schedules, and prints a Markdown table: delay from publication to the poll
that saw an entry, requests a day, entries that left the feed's window between two polls. The publishers are those of
``stream.jsonl`` in the folder that ``FEEDWATCH_CORPUS`` names, and, since that stream is a week long, generated ones
over six weeks. A schedule learns from what its own polls saw and from nothing else; the warm-up is not measured.

A schedule that asks more often sees sooner, so a delay says something only beside an equal number of requests: each
schedule is compared at the requests that another one's defaults come to, its own interval scaled until they are equal.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import random
import sys
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import fmean, median
from typing import Protocol, cast

from feedwatch.core import schedule
from feedwatch.model import Draft, FeedState, replace

FEEDS = 30
"""Generated ones."""
WINDOW = 30
"""Entries that a feed shows."""
MINUTE, HOUR, DAY, WEEK = 60.0, 3600.0, 86400.0, 604800.0
EQUAL = 0.003
"""How far apart two numbers of requests are called equal."""

Times = Sequence[float]
"""Publication times of one feed in seconds since 1970, oldest first."""


@dataclass(frozen=True, slots=True)
class Stream:
    """Feeds to be polled, and from when on that counts."""

    name: str
    feeds: Mapping[str, Times]
    begin: float
    measured: float
    end: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a schedule came to, over all feeds of a stream."""

    delays: Sequence[float]
    lost: int
    requests: float
    """A day."""


class Asker(Protocol):
    """A schedule of one feed."""

    def after(self, now: float, new: Times) -> float:
        """Seconds until the next poll."""


Schedule = Callable[[float, random.Random], Asker]
"""Makes a feed's asker from a scale: 1 is the schedule's default, 2 asks about half as often."""


# --- schedules -------------------------------------------------------------------------------------------------------


class Fixed:
    """Every 15 minutes."""

    def __init__(self, scale: float, _: random.Random) -> None:
        self._interval = 15 * MINUTE * scale

    def after(self, now: float, new: Times) -> float:
        """Always the same."""
        del now, new
        return self._interval


class Miniflux:
    """Its entry_frequency scheduler with its defaults (internal/model/feed.go and internal/storage/feed.go, 2.2).

    The interval is a week by the weekly count, at least 5 minutes and at most 24 hours; the count is what the mean gap
    of the last week's entries comes to in a week, and 0 for fewer than two of them.
    """

    def __init__(self, scale: float, _: random.Random) -> None:
        self._scale = scale
        self._seen: list[float] = []

    def after(self, now: float, new: Times) -> float:
        """By the entries of the last week."""
        self._seen += new
        week = self._seen[bisect_right(self._seen, now - WEEK) :]
        gap = (week[-1] - week[0]) / (len(week) - 1) if len(week) > 1 else 0.0
        count = math.ceil(WEEK / gap) if gap else 0
        interval = WEEK / count * self._scale if count else 24 * HOUR
        return min(max(interval, 5 * MINUTE), 24 * HOUR)


@dataclass(frozen=True, slots=True)
class _Dated:
    published: datetime


class Ours:
    """``core/schedule.py``, with its default settings; its longest interval may be set to another's."""

    longest = 6 * HOUR

    def __init__(self, scale: float, dice: random.Random) -> None:
        self._policy = schedule.Policy(15 * MINUTE * scale, 5 * MINUTE, self.longest)
        self._state, self._dice = FeedState(), dice

    def after(self, now: float, new: Times) -> float:
        """As the engine does it."""
        when = datetime.fromtimestamp(now, UTC)
        drafts = cast(Sequence[Draft], [_Dated(datetime.fromtimestamp(time, UTC)) for time in new])
        plan = schedule.after_success(self._policy, self._state, drafts, {}, None, when, self._dice.random())
        self._state = replace(
            self._state,
            cadence=plan.cadence,
            rhythm=plan.rhythm,
            late=plan.late,
            last_success=when,
            last_news=when if new else self._state.last_news,
        )
        assert plan.due_at is not None  # only a feed that is gone has no next poll
        return (plan.due_at - when).total_seconds()


class OursLonger(Ours):
    """The same, allowed as long an interval as miniflux."""

    longest = 24 * HOUR


# --- the play --------------------------------------------------------------------------------------------------------


def play(stream: Stream, schedule: Schedule, scale: float = 1.0) -> Outcome:
    """Poll every feed to the end of the stream."""
    delays: list[float] = []
    lost = polls = 0
    for name, times in stream.feeds.items():
        dice = random.Random(name)  # the same for every schedule
        for now, late, gone in _polls(times, schedule(scale, dice), max(stream.begin, times[0]) + dice.random() * HOUR):
            if now >= stream.end:
                break
            if now >= stream.measured:
                polls += 1
                delays += late
                lost += gone
    return Outcome(sorted(delays), lost, polls * DAY / (stream.end - stream.measured))


def _polls(times: Times, asker: Asker, now: float) -> Iterator[tuple[float, list[float], int]]:
    """Each poll's time, the delays of what it saw first, and how many it came too late for."""
    seen = 0
    while True:
        out = bisect_right(times, now)
        visible = max(seen, out - WINDOW)
        new = times[visible:out]
        yield now, [now - time for time in new], visible - seen
        seen = out
        now += asker.after(now, new)


def equalled(stream: Stream, schedule: Schedule, requests: float) -> Outcome:
    """The schedule scaled to a number of requests a day, by the secant method on logarithms."""
    scale, power = 1.0, -0.5
    outcome = best = play(stream, schedule, scale)
    for _ in range(12):
        if abs(best.requests / requests - 1) <= EQUAL:
            break
        next_scale = scale * (requests / outcome.requests) ** (1 / power)
        tried = play(stream, schedule, next_scale)
        if tried.requests != outcome.requests:
            power = math.log(tried.requests / outcome.requests) / math.log(next_scale / scale)
            power = min(max(power, -2.0), -0.2)
        scale, outcome = next_scale, tried
        best = min(best, tried, key=lambda one: abs(one.requests - requests))
    return best


# --- streams ---------------------------------------------------------------------------------------------------------


def collected(folder: Path) -> Stream:
    """The publishers of ``stream.jsonl``; two days of it are the warm-up."""
    feeds: dict[str, list[float]] = {}
    with (folder / "stream.jsonl").open(encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            feeds.setdefault(row["publisher"], []).append(datetime.fromisoformat(row["published"]).timestamp())
    ordered = {name: sorted(times) for name, times in sorted(feeds.items())}
    first, last = min(t[0] for t in ordered.values()), max(t[-1] for t in ordered.values())
    return Stream("collected", ordered, first + DAY / 2, first + 2 * DAY, last)


def generated(weeks: int = 6, seed: int = 7) -> Stream:
    """Publishers with days, nights and weekends, for some weeks; all but the last two are the warm-up."""
    begin = datetime(2026, 1, 5, tzinfo=UTC).timestamp()
    end = begin + weeks * WEEK
    feeds = {f"feed {number}": _feed(random.Random(seed + number), begin, end) for number in range(FEEDS)}
    return Stream("generated", {n: t for n, t in feeds.items() if t}, begin + 3 * DAY, end - 2 * WEEK, end)


def _feed(dice: random.Random, begin: float, end: float) -> Times:
    """One publisher: its pace from an entry a week to 160 a day, its working hours, its weekends, its bursts."""
    a_day = 10 ** dice.uniform(-0.8, 2.2)
    start, length = dice.randrange(24), dice.choice((3, 10, 16, 24))
    weekend, burst = dice.choice((0.05, 0.5, 1.0)), dice.choice((1, 1, 2, 6))
    return sorted(time for time in _published(dice, begin, end, a_day, start, length, weekend, burst) if time < end)


def _published(
    dice: random.Random,
    begin: float,
    end: float,
    a_day: float,
    start: float,
    length: float,
    weekend: float,
    burst: float,
) -> Iterator[float]:
    """A Poisson process of bursts: nine tenths of them in the working hours."""
    busy = 0.9 * a_day / length / burst if length < 24 else a_day / 24 / burst
    calm = 0.1 * a_day / (24 - length) / burst if length < 24 else 0.0
    time, most = begin, max(busy, calm)
    while time < end:
        time += dice.expovariate(most / HOUR)
        hour, day = time % DAY / HOUR, (time - begin) // DAY % 7
        rate = (busy if (hour - start) % 24 < length else calm) * (weekend if day >= 5 else 1.0)
        if dice.random() * most < rate:
            entries = 1 + int(dice.expovariate(1 / (burst - 1))) if burst > 1 else 1
            yield from (time + number * dice.uniform(1, 90) for number in range(entries))


# --- the table -------------------------------------------------------------------------------------------------------

HEADINGS = "| stream | schedule | requests a day | median | mean | p95 | lost |\n|---|---|--:|--:|--:|--:|--:|"


def rows(stream: Stream) -> Iterator[str]:
    """Each schedule at its defaults, and the others at its number of requests."""
    fixed, miniflux, ours = play(stream, Fixed), play(stream, Miniflux), play(stream, Ours)
    yield _row(stream, "fixed, 15 minutes", fixed)
    yield _row(stream, "feedwatch at as many", equalled(stream, Ours, fixed.requests))
    yield _row(stream, "miniflux, entry frequency", miniflux)
    yield _row(stream, "feedwatch at as many, to 24 h", equalled(stream, OursLonger, miniflux.requests))
    yield _row(stream, "feedwatch, defaults", ours)
    yield _row(stream, "fixed at as many", equalled(stream, Fixed, ours.requests))
    yield _row(stream, "miniflux at as many", equalled(stream, Miniflux, ours.requests))


def _row(stream: Stream, name: str, outcome: Outcome) -> str:
    shown = [median(outcome.delays), fmean(outcome.delays), outcome.delays[int(len(outcome.delays) * 0.95)]]
    delays = " | ".join(f"{delay / MINUTE:.1f} min" for delay in shown)
    return f"| {stream.name} | {name} | {outcome.requests:,.0f} | {delays} | {outcome.lost} |"


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.schedule", description=__doc__)
    parser.add_argument("--weeks", type=int, default=6, help="length of the generated stream")
    options = parser.parse_args()
    folder = os.environ.get("FEEDWATCH_CORPUS")
    streams = [collected(Path(folder))] if folder else []
    sys.stdout.write(HEADINGS + "\n")
    for stream in (*streams, generated(options.weeks)):
        for row in rows(stream):
            sys.stdout.write(row + "\n")
            sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
