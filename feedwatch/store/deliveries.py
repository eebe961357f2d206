"""The outbox in SQL: what is to be sent, who sends it, and what came of every attempt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from feedwatch.model import Attempt, Attempted, Delivery, DeliveryId, DeliveryState, Selection
from feedwatch.store import channels, digests
from feedwatch.store.connection import Connection, next_change
from feedwatch.store.rows import id_list, in_ms, to_attempt, to_delivery, to_ms, to_ms_or_none

_JOINED = "FROM outbox o LEFT JOIN alerts a ON a.id = o.alert_id LEFT JOIN items i ON i.id = a.item_id"
_WHOLE = f"SELECT o.*, a.rule, a.item_id, i.title AS headline {_JOINED}"
_THESE = f"{_WHOLE} WHERE o.id IN (SELECT value FROM json_each(?)) ORDER BY o.next_at, o.rowid"  # noqa: S608  # constants
_FREE = "(o.lease_until IS NULL OR o.lease_until <= :at AND o.lease_owner <> :owner)"
"""Nobody sends it; what we send ourselves stays ours, however far a clock jumps."""
_DUE = f"o.state = 'waiting' AND o.next_at <= :at AND {_FREE}"
_IN_ORDER = (  # what an alert said first goes first
    "NOT EXISTS (SELECT 1 FROM outbox e WHERE e.alert_id = o.alert_id AND e.channel = o.channel"
    " AND e.state = 'waiting' AND e.rowid < o.rowid)"
)
_CLAIMABLE = (
    f"SELECT o.id, o.next_at FROM outbox o WHERE o.channel = :channel AND o.held <> 1 AND {_DUE} AND {_IN_ORDER}"  # noqa: S608  # constants
    " ORDER BY o.next_at, o.rowid LIMIT :slots"
)
_ANY_DUE = f"SELECT 1 FROM outbox o WHERE o.channel = :channel AND {_DUE} LIMIT 1"  # noqa: S608  # constants
FORGOTTEN_AT_ONCE = 1_000


# --- sending ---------------------------------------------------------------------------------------------------------


def due_channels(connection: Connection, owner: str, names: Sequence[str], now: datetime) -> frozenset[str]:
    """Those of the channels for which something is due that nobody sends."""
    values = {"owner": owner, "at": to_ms(now)}
    return frozenset(name for name in names if connection.execute(_ANY_DUE, {**values, "channel": name}).fetchone())


def claim(
    connection: Connection, owner: str, lease_seconds: float, now: datetime, slots: Mapping[str, int]
) -> tuple[Delivery, ...]:
    """Lease due messages, the longest due first, at most so many for each channel."""
    at = to_ms(now)
    gone = {one.name for one in channels.states(connection) if one.probe_at is None}
    claimed: list[str] = []
    for channel, count in slots.items():
        if channel not in gone and count > 0:
            digests.bundle(connection, channel, now)
            rows = connection.execute(_CLAIMABLE, {"channel": channel, "owner": owner, "at": at, "slots": count})
            claimed += [row["id"] for row in rows]
    if not claimed:
        return ()
    connection.execute(
        "UPDATE outbox SET lease_owner = ?, lease_until = ?, change = ? WHERE id IN (SELECT value FROM json_each(?))",
        (owner, at + in_ms(lease_seconds), next_change(connection), id_list(claimed)),
    )
    return tuple(to_delivery(row) for row in connection.execute(_THESE, (id_list(claimed),)))


def record(connection: Connection, results: Sequence[Attempted]) -> None:
    """Write what attempts came to and end their leases; what was delivered meanwhile stays so."""
    change = next_change(connection)
    connection.executemany(
        "INSERT INTO attempts (delivery_id, at, seconds, status, kind, error, answer) VALUES (?, ?, ?, ?, ?, ?, ?)",
        [_attempt_row(one) for one in results],
    )
    connection.executemany(
        "UPDATE outbox SET state = :state, next_at = :next_at, not_before = :not_before, attempts = :attempts,"
        " last_status = :status, last_error = :error, delivered_at = coalesce(delivered_at, :delivered_at),"
        " lease_owner = NULL, lease_until = NULL, change = :change WHERE id = :id AND state <> 'delivered'",
        [_result_row(one, change) for one in results],
    )
    ended = [one for one in results if one.state is not DeliveryState.WAITING and digests.is_digest(one.delivery_id)]
    connection.executemany(
        "UPDATE outbox SET state = :state, last_status = :status, last_error = :error, delivered_at = :delivered_at,"
        " change = :change WHERE digest_id = :id AND state <> 'delivered'",
        [_result_row(one, change) for one in ended],
    )


def _attempt_row(one: Attempted) -> tuple[object, ...]:
    tried = one.attempt
    return (
        one.delivery_id,
        to_ms(tried.at),
        tried.seconds,
        tried.status,
        tried.kind.value if tried.kind else "",
        tried.error,
        tried.answer,
    )


def _result_row(one: Attempted, change: int) -> Mapping[str, object]:
    done = one.attempt.at + timedelta(seconds=one.attempt.seconds)
    return {
        "id": one.delivery_id,
        "state": one.state.value,
        "next_at": to_ms_or_none(one.next_at),
        "not_before": to_ms_or_none(one.not_before),
        "attempts": one.attempts,
        "status": one.attempt.status,
        "error": one.attempt.error,
        "delivered_at": to_ms(done) if one.state is DeliveryState.DELIVERED else None,
        "change": change,
    }


def release(connection: Connection, owner: str, delivery_ids: Sequence[DeliveryId]) -> None:
    """End leases of ``owner``."""
    connection.execute(
        "UPDATE outbox SET lease_owner = NULL, lease_until = NULL, change = ? WHERE lease_owner = ?"
        " AND id IN (SELECT value FROM json_each(?))",
        (next_change(connection), owner, id_list(delivery_ids)),
    )


def leave(connection: Connection, owner: str) -> None:
    """End every lease of ``owner``, and forget what it took out of service until a probe."""
    connection.execute(
        "UPDATE outbox SET lease_owner = NULL, lease_until = NULL, change = ? WHERE lease_owner = ?",
        (next_change(connection), owner),
    )
    channels.forget_probes(connection)


# --- what a person sees and does -------------------------------------------------------------------------------------


def newest(connection: Connection, limit: int, chosen: Selection) -> tuple[Delivery, ...]:
    """The newest messages of those chosen."""
    where, values = _chosen(chosen)
    rows = connection.execute(
        f"{_WHOLE} WHERE {where} ORDER BY o.created_at DESC, o.rowid DESC LIMIT :limit",
        {**values, "limit": limit},
    )
    return tuple(to_delivery(row) for row in rows)


def attempts(connection: Connection, delivery_id: DeliveryId, limit: int) -> tuple[Attempt, ...]:
    """The last attempts at a message, the newest first."""
    rows = connection.execute(
        "SELECT * FROM attempts WHERE delivery_id = ? ORDER BY at DESC, rowid DESC LIMIT ?", (delivery_id, limit)
    )
    return tuple(to_attempt(row) for row in rows)


def retry(connection: Connection, chosen: Selection, now: datetime) -> int:
    """Make messages due now with a whole new schedule, and put their channels into service; how many.

    What is under way at this moment is left alone; of what goes in a digest, that is sent. When it was delivered first
    stays known.
    """
    where, values = _chosen(chosen)
    found = connection.execute(
        f"SELECT DISTINCT coalesce(o.digest_id, o.id) AS id, o.channel {_JOINED} WHERE {where}"  # noqa: S608  # constants
        " AND (o.lease_until IS NULL OR o.lease_until <= :at"
        "  OR NOT EXISTS (SELECT 1 FROM engine WHERE owner IS NOT NULL AND until > :at))",
        {**values, "at": to_ms(now)},
    ).fetchall()
    connection.execute(
        "UPDATE outbox SET state = 'waiting', attempts = 0, held = 0, next_at = ?, not_before = NULL, change = ?"
        " WHERE id IN (SELECT value FROM json_each(?))",
        (to_ms(now), next_change(connection), id_list([row["id"] for row in found])),
    )
    for channel in {row["channel"] for row in found}:
        channels.enable(connection, channel, now)
    return len(found)


def _chosen(chosen: Selection) -> tuple[str, Mapping[str, object]]:
    """The condition of a selection, and its values."""
    clauses = {
        "o.id IN (SELECT value FROM json_each(:ids))": chosen.ids,
        "o.state = :state": chosen.state,
        "o.channel = :channel": chosen.channel,
        "o.created_at >= :since": chosen.since,
        "o.created_at < :until": chosen.until,
        "instr(casefold(coalesce(a.rule, '') || ' ' || coalesce(i.title, o.title)), :text)": chosen.text,
    }
    values = {
        "ids": id_list(chosen.ids),
        "state": chosen.state,
        "channel": chosen.channel,
        "since": to_ms_or_none(chosen.since),
        "until": to_ms_or_none(chosen.until),
        "text": chosen.text.casefold(),
    }
    return " AND ".join(clause for clause, given in clauses.items() if given) or "1", values


# --- pruning ---------------------------------------------------------------------------------------------------------


def forget_attempts(connection: Connection, before: datetime) -> int:
    """Forget some attempts made before then; how many. 0: there are no more."""
    return connection.execute(
        "DELETE FROM attempts WHERE rowid IN (SELECT rowid FROM attempts WHERE at < ? LIMIT ?)",
        (to_ms(before), FORGOTTEN_AT_ONCE),
    ).rowcount
