"""Numbers about the whole: the status bar, and ``feedwatch stats``."""

from __future__ import annotations

from datetime import datetime

from feedwatch.model import AlertStats, DeliveryState, FeedHealth, Stats, Status
from feedwatch.store import channels, engine_lease, feeds, latencies
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


# --- stats -----------------------------------------------------------------------------------------------------------

_TOLD = (
    "SELECT count(*), coalesce(sum(CASE WHEN s.items > 1 THEN"
    "  (SELECT count(*) FROM items i WHERE i.story_id = s.id AND i.seen >= :since"
    "   AND i.id > (SELECT min(id) FROM items WHERE story_id = s.id)) END), 0),"
    " (SELECT count(*) FROM suppressed WHERE raised_at >= :since)"
    " FROM stories s WHERE s.last_seen >= :since AND s.items > 0"
)
"""Walks the stories: few of them were told twice, and only their items are looked up."""


def told(connection: Connection, since: datetime) -> tuple[int, int, int]:
    """Stories told since then, items that were copies, and matches that raised no alert since their stories had one."""
    stories, copies, spared = connection.execute(_TOLD, {"since": to_ms(since)}).fetchone()
    return stories, copies, spared


def stats(connection: Connection, since: datetime) -> Stats:
    """Items, alerts and latencies since then."""
    at = to_ms(since)
    items, alerts = latencies.of_items(connection, at), latencies.of_alerts(connection, at)
    stories, copies, spared = told(connection, since)
    lag, lag_max = engine_lease.lag(connection)
    stored = connection.execute("SELECT id, name FROM feeds ORDER BY removed, position, id").fetchall()
    of_alerts = alerts.stats()
    return Stats(
        since=since,
        total=alerts.line(TOTAL, None, items),
        feeds=tuple(alerts.line(row["name"], row["id"], items) for row in stored),
        rules=of_alerts.rules,
        channels=of_alerts.channels,
        stories=stories,
        copies=copies,
        spared=spared,
        loop_lag=lag,
        loop_lag_max=lag_max,
    )


def alert_stats(connection: Connection, since: datetime) -> AlertStats:
    """Latencies of the alerts raised since then; cheap, however large the archive."""
    return latencies.of_alerts(connection, to_ms(since)).stats()
