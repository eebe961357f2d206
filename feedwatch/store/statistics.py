"""Numbers about the whole: the status bar, and ``feedwatch stats``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from feedwatch.model import DeliveryState, FeedHealth, Latency, Stats, StatsLine, Status
from feedwatch.store import channels, engine_lease, feeds
from feedwatch.store.connection import Connection
from feedwatch.store.rows import to_ms

_HEALTHY = (FeedHealth.NEW.value, FeedHealth.OK.value)
TOTAL = "all"
"""The name of the line over everything."""


def status(connection: Connection, now: datetime) -> Status:
    """Who polls, how far it is, what waits."""
    at = to_ms(now)
    row = connection.execute(
        "SELECT count(*) AS feeds, coalesce(sum(lease_until > :at), 0) AS polling,"
        " coalesce(sum(due_at <= :at AND (lease_until IS NULL OR lease_until <= :at)), 0) AS due,"
        " coalesce(sum(health NOT IN (:new, :ok)), 0) AS failing FROM feeds WHERE removed = 0",
        {"at": at, "new": _HEALTHY[0], "ok": _HEALTHY[1]},
    ).fetchone()
    (unread,) = connection.execute("SELECT coalesce(sum(unread), 0) FROM tallies").fetchone()
    (alerts,) = connection.execute(
        "SELECT count(*) FROM alerts WHERE acknowledged_at IS NULL AND state IN ('raised', 'baseline')"
    ).fetchone()
    return Status(
        engine=engine_lease.current(connection, now),
        feeds=row["feeds"],
        polling=row["polling"],
        due=row["due"],
        next_due=feeds.next_due(connection, now),
        failing=row["failing"],
        unread=unread,
        alerts=alerts,
        waiting=_deliveries(connection, DeliveryState.WAITING),
        dead=_deliveries(connection, DeliveryState.DEAD),
        out_of_service=channels.states(connection),
    )


def _deliveries(connection: Connection, state: DeliveryState) -> int:
    statements = {
        DeliveryState.WAITING: "SELECT count(*) FROM outbox WHERE state = 'waiting'",
        DeliveryState.DEAD: "SELECT count(*) FROM outbox WHERE state = 'dead'",
    }
    (count,) = connection.execute(statements[state]).fetchone()
    return int(count)


# --- latencies -------------------------------------------------------------------------------------------------------

_TO_SEEN = (
    "SELECT feed_id, '' AS rule, CASE WHEN first_poll THEN NULL ELSE max(0, seen - published) END FROM items"
    " WHERE seen >= ?"
)
_ALERTED = (
    "SELECT i.feed_id, a.rule, CASE WHEN i.first_poll THEN NULL ELSE max(0, i.seen - i.published) END"
    " FROM alerts a JOIN items i ON i.id = a.item_id WHERE a.raised_at >= ?"
)
_TO_RAISED = (
    "SELECT i.feed_id, a.rule, CASE WHEN a.state = 'raised' THEN max(0, a.raised_at - i.seen) END"
    " FROM alerts a JOIN items i ON i.id = a.item_id WHERE a.raised_at >= ?"
)
_TO_DELIVERED = (
    "SELECT i.feed_id, a.rule, max(0, o.delivered_at - a.raised_at) FROM outbox o JOIN alerts a ON a.id = o.alert_id"
    " JOIN items i ON i.id = a.item_id WHERE a.raised_at >= ? AND o.delivered_at IS NOT NULL"
)

_STORIES = (
    "SELECT (SELECT count(*) FROM stories WHERE last_seen >= :since AND items > 0),"
    " (SELECT count(*) FROM items i WHERE i.seen >= :since"
    "  AND EXISTS (SELECT 1 FROM items WHERE story_id = i.story_id AND id < i.id)),"
    " (SELECT count(*) FROM suppressed WHERE raised_at >= :since)"
)

Group = dict[int | str | None, list[int | None]]
"""Milliseconds, None where not measured: by feed id, by rule name, and under None of all."""


def stats(connection: Connection, since: datetime) -> Stats:
    """Items, alerts and latencies since then."""
    at = to_ms(since)
    seen = _measured(connection, _TO_SEEN, at)
    alerted = _measured(connection, _ALERTED, at)
    raised = _measured(connection, _TO_RAISED, at)
    delivered = _measured(connection, _TO_DELIVERED, at)

    def line(name: str, key: int | str | None, items: Group) -> StatsLine:
        counted = items[key]
        return StatsLine(
            name, len(counted), len(raised[key]), _latency(counted), _latency(raised[key]), _latency(delivered[key])
        )

    stories, copies, spared = connection.execute(_STORIES, {"since": at}).fetchone()
    lag, lag_max = engine_lease.lag(connection)
    stored = connection.execute("SELECT id, name FROM feeds ORDER BY removed, position, id").fetchall()
    rules = sorted(key for key in raised if isinstance(key, str))
    return Stats(
        since=since,
        total=line(TOTAL, None, seen),
        feeds=tuple(line(row["name"], row["id"], seen) for row in stored),
        rules=tuple(line(rule, rule, alerted) for rule in rules),
        stories=stories,
        copies=copies,
        spared=spared,
        loop_lag=lag,
        loop_lag_max=lag_max,
    )


def _measured(connection: Connection, statement: str, since: int) -> Group:
    found: Group = defaultdict(list)
    for feed_id, rule, milliseconds in connection.execute(statement, (since,)):
        found[None].append(milliseconds)
        found[feed_id].append(milliseconds)
        if rule:
            found[rule].append(milliseconds)
    return found


def _latency(measured: Iterable[int | None]) -> Latency:
    known = sorted(one for one in measured if one is not None)
    if not known:
        return Latency(0, None, None)
    return Latency(len(known), _percentile(known, 50), _percentile(known, 95))


def _percentile(ordered: Sequence[int], percent: int) -> float:
    """Seconds by the nearest rank: a value that was measured."""
    rank = -(-percent * len(ordered) // 100)
    return ordered[max(rank, 1) - 1] / 1000
