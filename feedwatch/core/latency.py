"""Which publication dates can be measured from, and percentiles of what was measured. Pure; times in milliseconds.

Publishers write dates that are no times of publication, and a date that is wrong by hours drowns the seconds that we
are to measure. So a date is trusted, or left out and counted; it is never corrected or cut to zero. Left out are

- dates after the item was seen: the publisher's clock or zone is ahead. How far is not known, and 0 would flatter us;
- dates that an edit moved ahead, where the date given first is not known or not to be trusted itself;
- dates of exactly midnight UTC: a day without a time reads as that, and one item of 86,400 is published in that second
  by chance. Midnight of other zones is not left out, since it is a full hour of UTC, and stories that were scheduled or
  embargoed go out at full hours: we would lose far more true times than false ones;
- dates more than ``OLDEST`` before the item was seen, where feeds were polled in between, a day or more before: it
  was not there then, so it was dated back or filled in from an archive. Where nothing was polled, the program stood
  still, the wait is true, and it counts.

A zone that is wrong by whole hours shows where its dates lie ahead. Where they lie behind, nothing tells them from news
that came late: those are measured, and a feed with a p50 of almost exactly so many hours is to be read as one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from feedwatch.model import Latency

DAY: Final = 86_400_000
OLDEST: Final = 3 * DAY
"""Caches and editors hold news back for hours, and over a weekend for days; what is older did not wait for them."""
BETWEEN: Final = DAY
"""A poll in between is one at least so long before the item was seen: more than a feed usually waits for its turn, and
far more than the round after a standstill takes, whose first feeds must not speak for its last."""
SKEWED: Final = -1
"""In the place of a measurement: there is a date, and it can't be trusted."""


def since_published(
    until: int, published: int | None, seen: int, said_first: int | None = None, *, was_polled: bool = True
) -> int | None:
    """Milliseconds from publication until a moment; ``SKEWED`` where the date can't be trusted, None where none is.

    ``said_first`` is the date in the oldest wording kept, None where nothing was changed or it had none; ``was_polled``
    is whether feeds were polled between publication and ``BETWEEN`` before it was seen.
    """
    if published is None:
        return None
    at = published if said_first is None else min(published, said_first)
    if at > seen or at % DAY == 0 or (was_polled and at < seen - OLDEST):
        return SKEWED
    return until - at


def latency_of(measured: Iterable[int | None]) -> Latency:
    """Percentiles of what was measured; None is not counted, ``SKEWED`` apart."""
    known = [one for one in measured if one is not None]
    ordered = sorted(one for one in known if one != SKEWED)
    skewed = len(known) - len(ordered)
    if not ordered:
        return Latency(0, None, None, skewed)
    return Latency(len(ordered), percentile(ordered, 50), percentile(ordered, 95), skewed)


def percentile(ordered: Sequence[int], percent: int) -> float:
    """Seconds by the nearest rank: a value that was measured."""
    rank = -(-percent * len(ordered) // 100)
    return ordered[max(rank, 1) - 1] / 1000
