"""What channels were told of feeds and rules, in SQL, and the messages that tell them."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from datetime import datetime

from feedwatch.model import DeliveryId, Reported, Told
from feedwatch.store.connection import Connection, next_change
from feedwatch.store.rows import from_ms, to_ms

REPORT = "rep_"
"""How the ids of such messages begin."""


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
    """Put a report into the outbox, and remember what it tells."""
    digest = hashlib.sha256(b"\0".join((channel.encode(), str(to_ms(now)).encode(), body))).digest()
    connection.execute(
        "INSERT INTO outbox (id, channel, state, next_at, created_at, body, change, title)"
        " VALUES (?, ?, 'waiting', ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (
            DeliveryId(REPORT + base64.b32encode(digest).decode().lower()[:20]),
            channel,
            to_ms(due_at),
            to_ms(now),
            body,
            next_change(connection),
            title,
        ),
    )
    connection.executemany(
        "INSERT INTO told (channel, subject, kind, count, at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
        " kind = excluded.kind, count = excluded.count, at = excluded.at",
        [(channel, subject, one.kind, one.count, to_ms(one.at)) for subject, one in told.items()],
    )
