"""Who polls this database: a lease in one row, kept by a heartbeat. Feeds have their own leases."""

from __future__ import annotations

import socket
from collections.abc import Callable
from datetime import datetime
from typing import Literal, get_args

from feedwatch.model import EngineStatus
from feedwatch.store import channels
from feedwatch.store.connection import Connection, Row, next_change
from feedwatch.store.rows import from_ms, in_ms, to_ms

CLOCK_SLACK = 60.0
"""Seconds that a clock may be set back without anything having to be planned anew."""
WANTED = 30.0
"""Seconds for which a wish to take over keeps others from the lease."""

_Kind = Literal["daemon", "screen", "poll"]
_KINDS: dict[str, _Kind] = {kind: kind for kind in get_args(_Kind)}


def take(
    connection: Connection,
    status: EngineStatus,
    owner: str,
    lease_seconds: float,
    now: datetime,
    is_alive: Callable[[int], bool],
) -> bool:
    """Become the one that polls, where nobody does and nobody else is to be next."""
    row, at = _row(connection), to_ms(now)
    if _is_held_by_another(row, owner, at, is_alive) or _is_promised_to_another(row, owner, at):
        return False
    connection.execute(
        "UPDATE engine SET owner = ?, kind = ?, pid = ?, host = ?, since = ?, until = ?, epoch = epoch + 1,"
        " wanted_by = NULL, wanted_until = 0, lag = 0, lag_max = 0, change = ?",
        (
            owner,
            status.kind,
            status.pid,
            status.host,
            to_ms(status.since),
            at + in_ms(lease_seconds),
            next_change(connection),
        ),
    )
    _end_leases(connection)
    _forget_future(connection, at)
    return True


def _end_leases(connection: Connection) -> None:
    """What the one before us held is free at once; the epoch keeps a late write of its out."""
    connection.execute(
        "UPDATE feeds SET lease_owner = NULL, lease_until = NULL, epoch = epoch + 1 WHERE lease_owner IS NOT NULL"
    )
    connection.execute("UPDATE outbox SET lease_owner = NULL, lease_until = NULL WHERE lease_owner IS NOT NULL")
    channels.forget_probes(connection)


def clock_set_back(connection: Connection, now: datetime) -> None:
    """As ``_forget_future``, while somebody polls."""
    _forget_future(connection, to_ms(now))


def _forget_future(connection: Connection, now: int) -> None:
    """What was planned by a clock that ran ahead is due now, or it would stay silent until that time comes."""
    ahead = now + in_ms(CLOCK_SLACK)
    connection.execute("UPDATE feeds SET due_at = ? WHERE last_poll > ? AND due_at > ?", (now, ahead, now))
    connection.execute(
        "UPDATE outbox SET next_at = :now, not_before = NULL WHERE state = 'waiting' AND held <= 0 AND next_at > :now"
        " AND (created_at > :ahead OR id IN (SELECT delivery_id FROM attempts WHERE at > :ahead))",
        {"now": now, "ahead": ahead},
    )


def _is_held_by_another(row: Row, owner: str, at: int, is_alive: Callable[[int], bool]) -> bool:
    if row["owner"] in (None, owner) or row["until"] <= at:
        return False
    return row["host"] != socket.gethostname() or is_alive(row["pid"])


def _is_promised_to_another(row: Row, owner: str, at: int) -> bool:
    return row["wanted_by"] not in (None, owner) and row["wanted_until"] > at


def keep(
    connection: Connection, owner: str, lease_seconds: float, now: datetime, lag: float
) -> Literal["kept", "wanted", "lost"]:
    """Prolong the lease; it is lost only where another took it."""
    row, at = _row(connection), to_ms(now)
    if row["owner"] != owner:
        return "lost"
    connection.execute(
        "UPDATE engine SET until = ?, lag = ?, lag_max = max(lag_max, ?)", (at + in_ms(lease_seconds), lag, lag)
    )
    return "wanted" if _is_promised_to_another(row, owner, at) else "kept"


def want(connection: Connection, owner: str, now: datetime) -> bool:
    """Ask the one that polls to hand over; False where nobody does."""
    row, at = _row(connection), to_ms(now)
    connection.execute("UPDATE engine SET wanted_by = ?, wanted_until = ?", (owner, at + in_ms(WANTED)))
    return row["owner"] not in (None, owner) and row["until"] > at


def drop(connection: Connection, owner: str, now: datetime) -> None:
    """Stop being the one that polls."""
    if _row(connection)["owner"] == owner:
        connection.execute(
            "UPDATE engine SET owner = NULL, until = ?, change = ?", (to_ms(now), next_change(connection))
        )


def current(connection: Connection, now: datetime) -> EngineStatus | None:
    """Who polls."""
    return None if _row(connection)["until"] <= to_ms(now) else last(connection)


def last(connection: Connection) -> EngineStatus | None:
    """Who polls, or did until it fell silent; None where the last one has left in order."""
    row = _row(connection)
    if row["owner"] is None:
        return None
    return EngineStatus(_KINDS[row["kind"]], row["pid"], row["host"], from_ms(row["since"]))


def touch(connection: Connection) -> None:
    """Write what nobody reads; SQLite leaves out a write that changes no byte."""
    next_change(connection)


def lag(connection: Connection) -> tuple[float, float]:
    """Seconds that the event loop of the engine ran late: before its last beat, and ever; also after it ended."""
    row = _row(connection)
    return row["lag"], row["lag_max"]


def _row(connection: Connection) -> Row:
    row: Row = connection.execute("SELECT * FROM engine").fetchone()
    return row
