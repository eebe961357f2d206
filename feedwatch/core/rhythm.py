"""When a feed's entries come: learned from their dates, by hour of the week. Pure; knows no polls and no servers.

The profile. Entries are counted in the 168 hours of the week (UTC), and so is the time in which each hour was watched.
Both fade, by a factor of e in ``_MEMORY``, so that a newsroom that changes its shifts is followed within weeks. An
hour with little evidence borrows: its rate is the mean of a gamma posterior whose prior mean is the rate of that hour
of the day, times how lively that day of the week is; and the hour of the day borrows alike from the overall rate. A
prior weighs as much as ``_PRIOR`` entries (empirical Bayes; Efron, Large-Scale Inference, 2010, ch. 1). So a feed of
ten entries has one rate, one of a hundred has days and nights, one of a thousand has weekends, and no threshold stands
between them.

The silence. What is usual for a feed that stopped is what was usual when its last entry came: a yardstick that faded
with the silence would never find it long. So a silence is measured by the profile of that moment, and the cadence is
that moment's too. Only the guess, which weighs half an entry, is taken to be as long as the silence: that takes little
from a feed of many entries, and says of one that hardly gave any that it is a slow one.

The level. A feed is now livelier or quieter than its profile says: what came lately is held against what was to be
expected in the same time, both fading in ``_LATELY``, by the same posterior. The rates of a feed that is quiet for
longer than it should be shrink as its silence grows, so that one that stopped is asked ever more seldom; hours in which
nothing was expected anyway count for nothing.

The weights are kept as forward decay (Cormode et al., ICDE 2009): an entry counts e^((t - landmark) / memory) and is
never touched again until the landmark moves, by whole weeks, so that rounding to the 2 bytes of a counter does not add
up. Times are seconds since 1970 as floats; rates are entries a second.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence
from dataclasses import dataclass

from feedwatch.model import replace

HOUR, DAY, WEEK = 3600.0, 86400.0, 604800.0
_HOURS = 168

LATE = 3
"""Times its usual silence after which a feed is late."""
_MEMORY = 4 * WEEK
"""Long enough for an hour of the week to be seen more than once, short enough for summer time to be followed."""
_PRIOR = 2.0
"""Entries that a broader rate weighs against those of an hour. From 1 to 6 the mean delay hardly differs."""
_PRIOR_OF_DAY = 20.0
"""The same for a day of the week; more, since days differ by their news too."""
_JEFFREYS = 0.5
"""Entries that the guess weighs: Jeffreys' prior of a Poisson rate."""
_LATELY = 2 * HOUR
"""How long a lively or a quiet spell lasts. From 1 to 6 hours the mean delay hardly differs."""
_LEVEL = 4.0
"""Entries that the profile weighs against those that came lately."""
_USUAL = 5.0
"""Expected entries that a feed's usual silence weighs before any was seen."""
_POISSON = 2.0
"""Expected entries in the silence that a random moment finds itself in, where entries know nothing of each other."""
_AS_EVER = 1.5
"""Times the longest silence remembered that a feed may be quiet."""
_GAP_MEMORY = 100.0
"""Expected entries in which a silence fades by a factor of e."""
_SHORTEST_GAP = 30.0
"""Seconds; entries published together are no pace."""

_NEARLY = 0.999
"""Of an entry, or of what is remembered, that is taken for the whole: counts are rounded to 11 bits."""

_FADES = {period: math.exp(-period / _MEMORY) for period in (DAY, WEEK)}
_FORMAT = struct.Struct("<B3I7f168e")
_VERSION = 2
_LARGEST = 60000.0
"""Near the largest number that 2 bytes hold."""
_LAST_SECOND = 2**32 - 1
"""Of the times that 4 bytes hold: in 2106."""
_ENDLESS = 1e30
"""No number of a rhythm that can be used is as large."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """What is known of when a feed's entries come."""

    since: float
    """From then on its entries were counted."""
    at: float
    """Until then."""
    heard: float
    """When the last of them came; where none did, ``since``."""
    guess: float
    """Seconds between entries that are supposed before any was counted."""
    counts: tuple[float, ...]
    """Entries by hour of the week, each with the weight of its time; the first hour is Thursday's 00:00 UTC."""
    lately: float = 0.0
    """Entries that came lately, faded."""
    awaited: float = 0.0
    """Entries that were to be expected in the same time."""
    quiet: float = 0.0
    """Entries that were to be expected since the last came."""
    gaps: float = _USUAL
    """Sum of the silences between entries, each in entries that were to be expected in it; faded."""
    squares: float = _USUAL * _POISSON
    """Sum of their squares."""
    longest: float = 0.0
    """The longest of them, faded; of one far beyond what is usual, only a part."""


# --- learning --------------------------------------------------------------------------------------------------------


def begun(times: Sequence[float], guess: float, now: float) -> Rhythm:
    """The rhythm that the dates of a first body show, oldest entry first; that one's gap is not known, so it opens.

    Silence before anybody listened is in the rates, but makes nobody late.
    """
    since = max(times[0], 0.0) if times else now
    counted = _counted(Rhythm(since, now, since, guess, (0.0,) * _HOURS), times[1:])
    return replace(_after_silences(counted, since, times[1:], now), quiet=0.0)


def even(cadence: float, now: float) -> Rhythm:
    """A day without hours, of a feed of which nothing but its gap between entries is known."""
    times = [now - DAY + (number + 0.5) * HOUR for number in range(24)]
    each = _counted(Rhythm(now - DAY, now, now, cadence, (0.0,) * _HOURS), times)
    return replace(each, counts=tuple(min(count * HOUR / cadence, _LARGEST) for count in each.counts))


def observed(rhythm: Rhythm, times: Sequence[float], now: float) -> Rhythm:
    """The rhythm after entries came between ``rhythm.at`` and ``now``, at these times, in order."""
    now = max(now, rhythm.at)
    awaited = _Profile(rhythm).expected(rhythm.at, now)
    kept, kept_of_new = math.exp((rhythm.at - now) / _LATELY), _kept_on_average(now - rhythm.at)
    after = _after_silences(rhythm, rhythm.at, times, now)
    return replace(
        _counted(after, times),
        at=now,
        lately=rhythm.lately * kept + len(times) * kept_of_new,
        awaited=rhythm.awaited * kept + awaited * kept_of_new,
        longest=after.longest * math.exp((rhythm.at - now) / _MEMORY),
    )


def _kept_on_average(span: float) -> float:
    """What has not faded of things spread evenly over a span that ends now."""
    return -math.expm1(-span / _LATELY) * _LATELY / span if span > 1 else 1.0


def _after_silences(rhythm: Rhythm, start: float, times: Sequence[float], now: float) -> Rhythm:
    """The rhythm with the silences before these entries, and the one since the last of them."""
    profile = _usual(rhythm, times[0] if times else now)
    for time in times:
        gap = min(rhythm.quiet + profile.expected(start, time), 2 * _patience(rhythm))  # an outage is not usual
        kept = math.exp(-gap / _GAP_MEMORY)
        rhythm = replace(
            rhythm,
            quiet=0.0,
            gaps=rhythm.gaps * kept + gap,
            squares=rhythm.squares * kept + gap * gap,
            longest=max(rhythm.longest, gap),
        )
        start = time
    return replace(rhythm, quiet=rhythm.quiet + profile.expected(start, now))


def _counted(rhythm: Rhythm, times: Sequence[float]) -> Rhythm:
    """The rhythm with these entries counted, and its landmark moved to the week of the last."""
    if not times:
        return rhythm
    heard = max(rhythm.heard, times[-1])
    landmark = _landmark(heard)
    kept = math.exp((_landmark(rhythm.heard) - landmark) / _MEMORY)
    counts = [count * kept for count in rhythm.counts]
    for time in times:
        hour = int(time // HOUR) % _HOURS
        counts[hour] = min(counts[hour] + _weight(time, landmark), _LARGEST)
    return replace(rhythm, heard=heard, counts=tuple(counts))


def _landmark(at: float) -> float:
    return at - at % WEEK


def _weight(time: float, landmark: float) -> float:
    return math.exp((time - landmark) / _MEMORY)


# --- what is to be expected ------------------------------------------------------------------------------------------


def cadence(rhythm: Rhythm) -> float | None:
    """Seconds between entries over all hours, as it was when the last one came; None where none was counted.

    An entry weighs as much as the end of its gap, where the gap fades all along: n of gap g, the last one whole, weigh
    (1 - e^(-n * g / memory)) / (1 - e^(-g / memory)). Where they weigh less than one, none of them was seen to come.
    """
    counted, watched = _evidence(replace(rhythm, at=rhythm.heard))
    if counted <= 0:
        return None
    gap = watched / counted
    if counted > _NEARLY:
        gap = -_MEMORY * math.log1p(-min(gap / _MEMORY, _NEARLY))
    return max(gap, _SHORTEST_GAP)


def wait(rhythm: Rhythm, budget: float, now: float, longest: float) -> float:
    """Seconds until entries that wait to be seen are expected to have waited ``budget`` in all; at most ``longest``."""
    level, still, profile = _level(rhythm), _still_alive(rhythm), _Profile(rhythm)
    time, end, waiting, left = now, now + longest, 0.0, budget
    while time < end:
        until = min((time // HOUR + 1) * HOUR, end)
        lively = min(1 + (level - 1) * math.exp((now - time) / _LATELY), still)
        rate, span = profile.rate(time) * lively, until - time
        waited = waiting * span + rate * span * span / 2
        if waited >= left:
            return time + 2 * left / (waiting + math.sqrt(waiting * waiting + 2 * rate * left)) - now
        time, waiting, left = until, waiting + rate * span, left - waited
    return longest


def _level(rhythm: Rhythm) -> float:
    """How much livelier than its profile a feed is at ``rhythm.at``."""
    return (_LEVEL + rhythm.lately) / (_LEVEL + rhythm.awaited)


def _still_alive(rhythm: Rhythm) -> float:
    """The share of its profile that is left to a feed which is quiet for longer than it should."""
    return _patience(rhythm) / max(rhythm.quiet, 1e-9)


def is_late(rhythm: Rhythm, until: float) -> bool:
    """Whether a feed that was listened to until then, and gave nothing, is quiet for longer than it should."""
    return rhythm.quiet + _usual(rhythm, until).expected(rhythm.at, until) > _patience(rhythm)


def _patience(rhythm: Rhythm) -> float:
    """Entries that may be missed: LATE times as many as in the feed's usual silence, and half as many again as ever.

    The usual silence is that in which a random moment finds itself, the mean square of the gaps by their mean. The
    longest one remembered keeps nights and weekends from making a feed late that are not learned yet.
    """
    usual = max(rhythm.squares / rhythm.gaps, 1.0)
    return max(LATE * usual, _AS_EVER * rhythm.longest)


def _evidence(rhythm: Rhythm) -> tuple[float, float]:
    """Entries, and the seconds in which they came, both faded."""
    return sum(rhythm.counts) * _fade(rhythm), _MEMORY * -math.expm1((rhythm.since - rhythm.at) / _MEMORY)


def _fade(rhythm: Rhythm) -> float:
    """What a count is to be taken times, now."""
    return math.exp((_landmark(rhythm.heard) - rhythm.at) / _MEMORY)


def _usual(rhythm: Rhythm, until: float) -> _Profile:
    """The profile by which the silence until then is measured: that of half a gap after the last entry came.

    At the entry itself rates are too high, having the end of each gap; a gap after it they are as much too low.
    """
    known = min(until, rhythm.heard + (cadence(rhythm) or 2 * until) / 2)
    return _Profile(replace(rhythm, at=max(known, rhythm.heard), guess=max(rhythm.guess, until - rhythm.heard)))


class _Profile:
    """A rhythm's rates by hour of the week; each is reckoned when it is asked for."""

    def __init__(self, rhythm: Rhythm) -> None:
        self._rhythm = rhythm
        self._fade = _fade(rhythm)
        counted, watched = _evidence(rhythm)
        self.overall = (counted + _JEFFREYS) / (watched + _JEFFREYS * rhythm.guess)
        self._by_hour = [sum(rhythm.counts[hour::24]) * self._fade for hour in range(24)]

    def expected(self, start: float, end: float) -> float:
        """How many entries a time makes one expect."""
        if end - start > WEEK:
            return self.overall * (end - start)
        total = 0.0
        while start < end:
            until = min((start // HOUR + 1) * HOUR, end)
            total += self.rate(start) * (until - start)
            start = until
        return total

    def rate(self, time: float) -> float:
        """Entries a second in the hour of a time."""
        hour = int(time // HOUR)
        of_hour = self._by_hour[hour % 24]
        rate = (of_hour + _PRIOR) / (_watched(self._rhythm, time, HOUR, DAY) + _PRIOR / self.overall)
        rate *= self._liveliness(time)
        of_both = self._rhythm.counts[hour % _HOURS] * self._fade
        return (of_both + _PRIOR) / (_watched(self._rhythm, time, HOUR, WEEK) + _PRIOR / rate)

    def _liveliness(self, time: float) -> float:
        """Of the day of the week, against all days; of today, against as much of any day. 1 until each day was seen."""
        if self._rhythm.at - self._rhythm.since < WEEK:
            return 1.0
        first = int(time // DAY) * 24 % _HOURS
        counted = sum(self._rhythm.counts[first : first + 24]) * self._fade
        watched, today = _watched(self._rhythm, time, DAY, WEEK), self._rhythm.at % DAY
        if self._rhythm.at // DAY % 7 == time // DAY % 7:
            watched += DAY * self._share(today) - today
        return (counted + _PRIOR_OF_DAY) / (max(watched, 0.0) * self.overall + _PRIOR_OF_DAY)

    def _share(self, today: float) -> float:
        """Of a day's entries, those that come before this time of the day."""
        hour, total = int(today // HOUR), sum(self._by_hour) + 1e-9
        return (sum(self._by_hour[:hour]) + self._by_hour[hour] * (today % HOUR) / HOUR + 1e-9 * today / DAY) / total


def _watched(rhythm: Rhythm, time: float, unit: float, period: float) -> float:
    """Seconds, faded, in which the hour or day of a time was watched, which comes again after each period."""
    now, first, this = rhythm.at // unit, rhythm.since // unit, time // unit
    age = (now - this) * unit % period
    times = ((now - first) * unit - age) // period + 1
    if times <= 0:
        return 0.0
    fade = _FADES[period]
    seen = unit * math.exp(-age / _MEMORY) * (1 - fade**times) / (1 - fade)
    if not age:  # it is not over
        seen -= unit - rhythm.at % unit
    if not (first - this) * unit % period:  # it had begun
        seen -= rhythm.since % unit * math.exp((rhythm.since - rhythm.at) / _MEMORY)
    return float(max(seen, 0.0))


# --- as bytes --------------------------------------------------------------------------------------------------------


def pack(rhythm: Rhythm) -> bytes:
    """The rhythm in at most 400 bytes."""
    times = (int(rhythm.since), math.ceil(rhythm.at), math.ceil(rhythm.heard))
    head = (_VERSION, *(min(time, _LAST_SECOND) for time in times), rhythm.guess)
    some = (rhythm.lately, rhythm.awaited, rhythm.quiet, rhythm.gaps, rhythm.squares, rhythm.longest)
    return _FORMAT.pack(*head, *(min(number, _ENDLESS) for number in some), *rhythm.counts)


def unpack(packed: bytes, now: float) -> Rhythm | None:
    """The rhythm that ``pack`` made bytes of; None for anything else, or for one from the future."""
    if len(packed) != _FORMAT.size or packed[0] != _VERSION:
        return None
    _, since, at, heard, guess, *numbers = _FORMAT.unpack(packed)
    sane = all(0 <= number < _ENDLESS for number in numbers) and 1 <= guess < _ENDLESS and numbers[3] > 0
    if not sane or not since <= heard <= at <= now + DAY:
        return None
    return Rhythm(since, at, heard, guess, tuple(numbers[6:]), *numbers[:6])
