"""Channels out of service, in SQL: for good, until a person says otherwise, or until they are probed."""

from __future__ import annotations

from datetime import datetime

from feedwatch.model import ChannelState
from feedwatch.store.connection import Connection, next_change
from feedwatch.store.rows import from_ms, from_ms_or_none, to_ms, to_ms_or_none


def disable(connection: Connection, name: str, reason: str, probe_at: datetime | None, now: datetime) -> None:
    """Take a channel out of service, with ``probe_at`` until then; for good, the first reason stays."""
    _tell(connection)
    connection.execute(
        "INSERT INTO channel_states (channel, disabled_at, reason, probe_at) VALUES (?, ?, ?, ?)"
        " ON CONFLICT DO UPDATE SET reason = excluded.reason, probe_at = excluded.probe_at"
        " WHERE channel_states.probe_at IS NOT NULL",
        (name, to_ms(now), reason, to_ms_or_none(probe_at)),
    )


def enable(connection: Connection, name: str, now: datetime) -> None:
    """Put a channel into service again; what waits for another try is due by now, but not before Retry-After."""
    if connection.execute("DELETE FROM channel_states WHERE channel = ?", (name,)).rowcount:
        _tell(connection)
        connection.execute(
            "UPDATE outbox SET next_at = max(min(next_at, :now), coalesce(not_before, 0))"
            " WHERE channel = :channel AND state = 'waiting' AND held <= 0",
            {"now": to_ms(now), "channel": name},
        )


def forget_probes(connection: Connection) -> None:
    """Put into service what was out of it until a probe."""
    if connection.execute("DELETE FROM channel_states WHERE probe_at IS NOT NULL").rowcount:
        _tell(connection)


def states(connection: Connection) -> tuple[ChannelState, ...]:
    """The channels out of service, by name."""
    return tuple(
        ChannelState(row["channel"], from_ms(row["disabled_at"]), row["reason"], from_ms_or_none(row["probe_at"]))
        for row in connection.execute("SELECT * FROM channel_states ORDER BY channel")
    )


def _tell(connection: Connection) -> None:
    """Let screens hear of it, as of a change of the engine."""
    connection.execute("UPDATE engine SET change = ?", (next_change(connection),))
