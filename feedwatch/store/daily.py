"""What happened on each day. Days are walked one by one, so that whoever no longer waits does not keep a reader.

Items are counted by the index of when they were seen; what that costs depends on the days, not on the archive.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import TypeVar

from feedwatch.model import Activity, FeedDays, FeedId, OutletLine
from feedwatch.store import engine_lease, statistics
from feedwatch.store.connection import Connection, Stopped
from feedwatch.store.rows import to_ms

_ITEMS = "SELECT count(*) FROM items WHERE seen >= ? AND seen < ?"
_ALERTS = "SELECT rule, count(*) FROM alerts WHERE raised_at >= ? AND raised_at < ? GROUP BY rule"
_OF_FEEDS = "SELECT feed_id, count(*) FROM items WHERE seen >= ? AND seen < ? GROUP BY feed_id"
_OUTLETS = "SELECT outlet, count(*) FROM tellings WHERE seen >= ? AND seen < ? GROUP BY outlet"
_COPIES = (
    "SELECT t.outlet, count(*) FROM stories s CROSS JOIN tellings t ON t.story_id = s.id"
    " WHERE s.last_seen >= :since AND s.outlets > 1 AND t.seen >= :since AND EXISTS ("
    "  SELECT 1 FROM tellings e WHERE e.story_id = t.story_id AND e.id < t.id AND e.outlet <> t.outlet)"
    " GROUP BY t.outlet"
)
WEEK = 7
"""Days that outlets are compared in."""
MOST_OUTLETS = 30

K = TypeVar("K")


def activity(connection: Connection, stopped: Stopped, days: Sequence[datetime]) -> Activity:
    """What happened on the days that begin at these times, each ended by the next; the last time ends the last day."""
    items = [_count(connection, _ITEMS, day) for day in _spans(days, stopped)]
    outlets = _outlets(connection, stopped, days[-WEEK - 1 :])
    lag, lag_max = engine_lease.lag(connection)
    stories, copies, spared = statistics.told(connection, days[0])
    return Activity(
        items=tuple(items),
        alerts=_by_day(connection, _ALERTS, _spans(days, stopped), len(days) - 1),
        speeds=statistics.alert_stats(connection, days[0]),
        outlets=outlets,
        stories=stories,
        copies=copies,
        spared=spared,
        loop_lag=lag,
        loop_lag_max=lag_max,
    )


def of_feeds(connection: Connection, stopped: Stopped, days: Sequence[datetime]) -> FeedDays:
    """Items seen on each day, by feed; days as in ``activity``."""
    found: Mapping[int, tuple[int, ...]] = _by_day(connection, _OF_FEEDS, _spans(days, stopped), len(days) - 1)
    return {FeedId(feed_id): counts for feed_id, counts in found.items()}


def _spans(days: Sequence[datetime], stopped: Stopped) -> Iterator[tuple[int, int]]:
    """Beginning and end of each day, until nobody waits for more."""
    for begin, end in pairwise(map(to_ms, days)):
        if stopped():
            return
        yield begin, end


def _count(connection: Connection, statement: str, day: tuple[int, int]) -> int:
    (count,) = connection.execute(statement, day).fetchone()
    return int(count)


def _by_day(
    connection: Connection, statement: str, spans: Iterator[tuple[int, int]], length: int
) -> dict[K, tuple[int, ...]]:
    counts: defaultdict[K, list[int]] = defaultdict(lambda: [0] * length)
    for number, day in enumerate(spans):
        for key, count in connection.execute(statement, day):
            counts[key][number] = count
    return {key: tuple(of_days) for key, of_days in counts.items()}


def _outlets(connection: Connection, stopped: Stopped, days: Sequence[datetime]) -> tuple[OutletLine, ...]:
    items: Counter[str] = Counter()
    for day in _spans(days, stopped):
        items.update(dict(connection.execute(_OUTLETS, day).fetchall()))
    copies = dict(connection.execute(_COPIES, {"since": to_ms(days[0])}).fetchall())
    busiest = sorted(items, key=lambda outlet: (-items[outlet], outlet))[:MOST_OUTLETS]
    return tuple(OutletLine(outlet, items[outlet], copies.get(outlet, 0)) for outlet in busiest)
