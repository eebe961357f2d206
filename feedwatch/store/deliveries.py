"""The outbox in SQL: what is to be sent, who sends it, what came of it, and which channels are out of service."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from feedwatch.core.payload import digest_body
from feedwatch.model import ChannelState, Delivery, DeliveryId, DeliveryState
from feedwatch.store.connection import Connection, next_change
from feedwatch.store.rows import DIGEST, from_ms, from_ms_or_none, id_list, in_ms, to_delivery, to_ms, to_ms_or_none

_WHOLE = (
    "SELECT o.*, a.rule, i.title FROM outbox o LEFT JOIN alerts a ON a.id = o.alert_id"
    " LEFT JOIN items i ON i.id = a.item_id"
)
_NEWEST = f"{_WHOLE} ORDER BY o.created_at DESC, o.rowid DESC LIMIT ?"
_NEWEST_IN_STATE = f"{_WHOLE} WHERE o.state = ? ORDER BY o.created_at DESC, o.rowid DESC LIMIT ?"
_THESE = f"{_WHOLE} WHERE o.id IN (SELECT value FROM json_each(?)) ORDER BY o.next_at, o.rowid"  # noqa: S608  # constants

_AGAIN = "UPDATE outbox SET state = 'waiting', attempts = 0, held = 0, next_at = ?, delivered_at = NULL, change = ?"
_THESE_AGAIN = (
    f"{_AGAIN} WHERE id IN (SELECT value FROM json_each(?)) AND digest_id IS NULL"  # noqa: S608  # constants
    " AND (lease_until IS NULL OR lease_until <= ?)"
)


@dataclass(frozen=True, slots=True)
class Attempt:
    """What one attempt came to."""

    state: DeliveryState
    next_at: datetime | None
    attempts: int
    status: int | None
    error: str


# --- sending ---------------------------------------------------------------------------------------------------------


def claim(
    connection: Connection, owner: str, limit: int, lease_seconds: float, now: datetime, channels: Mapping[str, int]
) -> tuple[Delivery, ...]:
    """Lease due messages, the longest due first within the free slots of each channel."""
    at = to_ms(now)
    out = {state.name for state in channel_states(connection)}
    for channel in channels.keys() - out:
        _bundle(connection, channel, now)
    due = [
        (row["next_at"], row["id"])
        for channel, slots in channels.items()
        if channel not in out
        for row in connection.execute(
            "SELECT id, next_at FROM outbox WHERE channel = ? AND state = 'waiting' AND held = 0 AND next_at <= ?"
            " AND (lease_until IS NULL OR lease_until <= ?) ORDER BY next_at, rowid LIMIT ?",
            (channel, at, at, max(slots, 0)),
        )
    ]
    ids = [delivery_id for _, delivery_id in sorted(due)[:limit]]
    if not ids:
        return ()
    connection.execute(
        "UPDATE outbox SET lease_owner = ?, lease_until = ? WHERE id IN (SELECT value FROM json_each(?))",
        (owner, at + in_ms(lease_seconds), id_list(ids)),
    )
    return tuple(to_delivery(row) for row in connection.execute(_THESE, (id_list(ids),)))


def _bundle(connection: Connection, channel: str, now: datetime) -> None:
    """Make one message of what was held for the channel until now; a lonely one goes as it is."""
    held = connection.execute(
        "SELECT id, body FROM outbox WHERE channel = ? AND state = 'waiting' AND held = 1 AND next_at <= ?"
        " ORDER BY created_at, rowid",
        (channel, to_ms(now)),
    ).fetchall()
    if not held:
        return
    ids, change = [row["id"] for row in held], next_change(connection)
    connection.execute(
        "UPDATE outbox SET held = 0, change = ? WHERE id IN (SELECT value FROM json_each(?))", (change, id_list(ids))
    )
    if len(ids) > 1:
        made = digest_id(ids)
        connection.execute(
            "INSERT INTO outbox (id, channel, state, next_at, created_at, body, change)"
            " VALUES (?, ?, 'waiting', ?, ?, ?, ?)",
            (made, channel, to_ms(now), to_ms(now), digest_body((row["body"] for row in held), len(held), now), change),
        )
        connection.execute(
            "UPDATE outbox SET next_at = NULL, digest_id = ? WHERE id IN (SELECT value FROM json_each(?))",
            (made, id_list(ids)),
        )


def digest_id(delivery_ids: Sequence[str]) -> DeliveryId:
    """The same for the same messages, always."""
    digest = hashlib.sha256("\0".join(sorted(delivery_ids)).encode()).digest()
    return DeliveryId(f"{DIGEST}{base64.b32encode(digest).decode().lower()[:20]}")


def hold_until(connection: Connection, until: Mapping[str, datetime], now: datetime) -> None:
    """Let what is held go by other quiet hours: each channel's at the time given, where none is given now."""
    for row in connection.execute("SELECT DISTINCT channel FROM outbox WHERE held = 1").fetchall():
        connection.execute(
            "UPDATE outbox SET next_at = ?, change = ? WHERE channel = ? AND held = 1",
            (to_ms(until.get(row["channel"], now)), next_change(connection), row["channel"]),
        )


def record(connection: Connection, delivery_id: DeliveryId, attempt: Attempt, now: datetime) -> None:
    """Write what an attempt came to and end its lease, unless the message was delivered meanwhile."""
    delivered_at = to_ms(now) if attempt.state is DeliveryState.DELIVERED else None
    connection.execute(
        "UPDATE outbox SET state = ?, next_at = ?, attempts = ?, last_status = ?, last_error = ?, delivered_at = ?,"
        " lease_owner = NULL, lease_until = NULL, change = ? WHERE id = ? AND state <> 'delivered'",
        (
            attempt.state.value,
            to_ms_or_none(attempt.next_at),
            attempt.attempts,
            attempt.status,
            attempt.error,
            delivered_at,
            next_change(connection),
            delivery_id,
        ),
    )
    if attempt.state is not DeliveryState.WAITING:
        connection.execute(
            "UPDATE outbox SET state = ?, last_status = ?, last_error = ?, delivered_at = ?, change = ?"
            " WHERE digest_id = ? AND state <> 'delivered'",
            (
                attempt.state.value,
                attempt.status,
                attempt.error,
                delivered_at,
                next_change(connection),
                delivery_id,
            ),
        )


def release(connection: Connection, owner: str) -> None:
    """End every lease of ``owner``."""
    connection.execute("UPDATE outbox SET lease_owner = NULL, lease_until = NULL WHERE lease_owner = ?", (owner,))


def next_due(connection: Connection, now: datetime) -> datetime | None:
    """When a message of a channel in service is due next and no longer leased."""
    at = to_ms(now)
    (due,) = connection.execute(
        "SELECT min(CASE WHEN lease_until > ? THEN max(next_at, lease_until) ELSE next_at END) FROM outbox"
        " WHERE state = 'waiting' AND channel NOT IN (SELECT channel FROM channel_states)",
        (at,),
    ).fetchone()
    return from_ms_or_none(due)


# --- what a person does ----------------------------------------------------------------------------------------------


def retry(connection: Connection, delivery_ids: Sequence[DeliveryId] | None, now: datetime) -> int:
    """Make messages due now with a whole new schedule; how many. What is under way at this moment is left alone."""
    at, change = to_ms(now), next_change(connection)
    if delivery_ids is None:
        return connection.execute(f"{_AGAIN} WHERE state = 'dead' AND digest_id IS NULL", (at, change)).rowcount
    return connection.execute(_THESE_AGAIN, (at, change, id_list(delivery_ids), at)).rowcount


def newest(connection: Connection, limit: int, state: DeliveryState | None) -> tuple[Delivery, ...]:
    """The newest messages, in one state where given."""
    rows = (
        connection.execute(_NEWEST, (limit,))
        if state is None
        else connection.execute(_NEWEST_IN_STATE, (state.value, limit))
    )
    return tuple(to_delivery(row) for row in rows)


# --- channels --------------------------------------------------------------------------------------------------------


def disable_channel(connection: Connection, name: str, reason: str, now: datetime) -> None:
    """Take a channel out of service; the first reason stays."""
    _touch(connection, name)
    connection.execute("INSERT INTO channel_states VALUES (?, ?, ?) ON CONFLICT DO NOTHING", (name, to_ms(now), reason))


def enable_channel(connection: Connection, name: str, now: datetime) -> None:
    """Put a channel into service again; what waited for it is due by now."""
    if connection.execute("DELETE FROM channel_states WHERE channel = ?", (name,)).rowcount:
        _touch(connection, name)
        connection.execute(
            "UPDATE outbox SET next_at = min(next_at, ?) WHERE channel = ? AND state = 'waiting'", (to_ms(now), name)
        )


def _touch(connection: Connection, channel: str) -> None:
    connection.execute(
        "UPDATE outbox SET change = ? WHERE channel = ? AND state = 'waiting'", (next_change(connection), channel)
    )


def channel_states(connection: Connection) -> tuple[ChannelState, ...]:
    """The channels out of service, by name."""
    rows = connection.execute("SELECT * FROM channel_states ORDER BY channel")
    return tuple(ChannelState(row["channel"], from_ms(row["disabled_at"]), row["reason"]) for row in rows)
