"""What channels were told of feeds and rules, in SQL, and the messages that tell them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from feedwatch.model import DeliveryId, Reported, Told
from feedwatch.store.connection import Connection, next_change
from feedwatch.store.digests import HELD_ALONE
from feedwatch.store.ids import REPORT, made_of
from feedwatch.store.rows import from_ms, to_ms


def reported(connection: Connection, channel: str, since: datetime) -> Reported:
    """What a channel knows, what its rules' time-outs are, and how many messages it had since then."""
    told = connection.execute("SELECT * FROM told WHERE channel = ?", (channel,))
    reports, alerts = connection.execute(
        "SELECT coalesce(sum(id GLOB ?), 0), coalesce(sum(alert_id IS NOT NULL), 0) FROM outbox"
        " WHERE created_at >= ? AND channel = ?",
        (f"{REPORT}*", to_ms(since), channel),
    ).fetchone()
    return Reported(
        told={row["subject"]: Told(row["kind"], row["count"], from_ms(row["at"])) for row in told},
        timeouts=dict(connection.execute("SELECT rule, timeouts FROM rule_states").fetchall()),
        reports=reports,
        alerts=alerts,
    )


def add(
    connection: Connection,
    channel: str,
    body: bytes,
    title: str,
    told: Mapping[str, Told],
    due_at: datetime,
    now: datetime,
) -> None:
    """Put a report into the outbox, and remember what it tells; one that is due later is held, and goes by itself."""
    made = DeliveryId(made_of(REPORT, channel, str(to_ms(now)), body.decode()))
    connection.execute(
        "INSERT INTO outbox (id, channel, state, next_at, created_at, body, change, title, held)"
        " VALUES (?, ?, 'waiting', ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (
            made,
            channel,
            to_ms(due_at),
            to_ms(now),
            body,
            next_change(connection),
            title,
            HELD_ALONE if due_at > now else 0,
        ),
    )
    connection.executemany(
        "INSERT INTO told (channel, subject, kind, count, at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
        " kind = excluded.kind, count = excluded.count, at = excluded.at",
        [(channel, subject, one.kind, one.count, to_ms(one.at)) for subject, one in told.items()],
    )
