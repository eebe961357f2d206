"""Alerts whose story reached more outlets: told again, once for each number that their rule names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from feedwatch.core.payload import event_body
from feedwatch.model import AlertId, AlertState, Severity, replace
from feedwatch.store.alerts import delivery_id, notice
from feedwatch.store.connection import Connection, Row
from feedwatch.store.rows import (
    from_ms,
    id_list,
    matches_from_json,
    numbers_from_json,
    numbers_to_json,
    strings_from_json,
    to_ms,
)


def tell(
    connection: Connection, story_ids: Iterable[int], quiet: Mapping[str, datetime], now: datetime, change: int
) -> int:
    """Put a message of type ``alert.grown`` into the outbox for each alert whose story has grown enough; how many.

    Not for one that was noise.
    """
    rows = connection.execute(
        "SELECT a.*, s.outlets FROM alerts a JOIN stories s ON s.id = a.story_id"
        " WHERE a.story_id IN (SELECT value FROM json_each(?)) AND a.state = ? AND a.noise = 0 AND a.grow <> '[]'",
        (id_list(tuple(story_ids)), AlertState.RAISED.value),
    ).fetchall()
    return sum(_tell_one(connection, row, quiet, now, change) for row in rows)


def _tell_one(connection: Connection, row: Row, quiet: Mapping[str, datetime], now: datetime, change: int) -> int:
    wanted = numbers_from_json(row["grow"])
    reached = [count for count in wanted if count <= row["outlets"]]
    if not reached:
        return 0
    left = [count for count in wanted if count > row["outlets"]]
    connection.execute(
        "UPDATE alerts SET grow = ?, change = ? WHERE id = ?", (numbers_to_json(left), change, row["id"])
    )
    severity, channels = Severity(row["severity"]), strings_from_json(row["channels"])
    kept = AlertId(row["id"])
    raised_at, matches = from_ms(row["raised_at"]), matches_from_json(row["matches"])
    grown = replace(
        notice(connection, kept, row["item_id"], row["rule"], severity, raised_at, matches),
        type="alert.grown",
        grown_at=now,
    )
    body = event_body(grown)
    for channel in channels:
        until = None if severity is Severity.CRITICAL else quiet.get(channel)
        connection.execute(
            "INSERT INTO outbox (id, alert_id, channel, state, next_at, created_at, body, change, held)"
            " VALUES (?, ?, ?, 'waiting', ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (
                delivery_id(kept, f"{channel} at {max(reached)} outlets"),
                kept,
                channel,
                to_ms(until or now),
                to_ms(now),
                body,
                change,
                until is not None,
            ),
        )
    return len(channels)
