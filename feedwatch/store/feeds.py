"""Feeds in SQL: what the configuration says of them, what polling knows, and who polls which. Nothing about items."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from feedwatch.core.schedule import is_late
from feedwatch.model import Claim, Feed, FeedHealth, FeedId, FeedRow, FeedState, FeedUpdate, Subscription
from feedwatch.store import stories
from feedwatch.store.connection import Connection, Row, next_change
from feedwatch.store.rows import (
    counts_to_json,
    from_ms_or_none,
    in_ms,
    state_values,
    subscription_values,
    to_feed,
    to_ms,
)

# --- what the configuration says -------------------------------------------------------------------------------------


def sync(connection: Connection, subscriptions: Sequence[Subscription], now: datetime) -> bool:
    """Make the stored feeds those of the configuration; whether anything differed."""
    stored = {row["url"]: row for row in connection.execute("SELECT * FROM feeds")}
    change = 0
    for position, said in enumerate(subscriptions):
        row = stored.pop(said.url, None)
        if row is not None and _is_as_said(row, said, position):
            continue
        change = change or next_change(connection)
        if row is None:
            _add(connection, said, position, now, change)
        else:
            _update(connection, row, said, position, now, change)
    gone = [row["id"] for row in stored.values() if not row["removed"]]
    if gone:
        change = change or next_change(connection)
        connection.executemany(
            "UPDATE feeds SET removed = 1, lease_owner = NULL, lease_until = NULL, change = ? WHERE id = ?",
            [(change, feed_id) for feed_id in gone],
        )
    return change > 0


def _is_as_said(row: Row, said: Subscription, position: int) -> bool:
    wanted = {**subscription_values(said), "position": position, "removed": 0}
    return all(row[column] == value for column, value in wanted.items())


def _add(connection: Connection, said: Subscription, position: int, now: datetime, change: int) -> None:
    connection.execute(
        "INSERT INTO feeds (url, name, outlet, tags, fixed_interval, full_text, baseline, position, due_at, change)"
        " VALUES (:url, :name, :outlet, :tags, :fixed_interval, :full_text, :baseline, :position, :due_at, :change)",
        {**subscription_values(said), "position": position, "due_at": to_ms(now), "change": change},
    )


def _update(connection: Connection, row: Row, said: Subscription, position: int, now: datetime, change: int) -> None:
    connection.execute(
        "UPDATE feeds SET name = :name, outlet = :outlet, tags = :tags, fixed_interval = :fixed_interval,"
        " full_text = :full_text, baseline = :baseline, position = :position, removed = 0, due_at = :due_at,"
        " change = :change WHERE url = :url",
        {
            **subscription_values(said),
            "position": position,
            "due_at": _due_after_edit(row, said, to_ms(now)),
            "change": change,
        },
    )
    if row["outlet"] != said.outlet:
        stories.recount_of_feed(connection, row["id"], change)


def _due_after_edit(row: Row, said: Subscription, now: int) -> int | None:
    """A feed that came back is due at once, and one that is to be polled more often no later than that says."""
    if row["removed"]:
        return now
    due: int | None = row["due_at"]
    if due is None or said.interval is None or said.interval == row["fixed_interval"]:
        return due
    return min(due, now + in_ms(said.interval))


# --- lists -----------------------------------------------------------------------------------------------------------


def listed(connection: Connection, now: datetime) -> tuple[FeedRow, ...]:
    """Every feed of the configuration, in its order, with counts."""
    rows = connection.execute(
        "SELECT f.*, t.items, t.unread FROM feeds f JOIN tallies t ON t.feed_id = f.id"
        " WHERE f.removed = 0 ORDER BY f.position, f.id"
    )
    return tuple(_to_feed_row(row, now) for row in rows)


def _to_feed_row(row: Row, now: datetime) -> FeedRow:
    feed = to_feed(row)
    return FeedRow(feed, row["items"], row["unread"], is_late(feed.state, now), _is_leased(row, to_ms(now)))


def _is_leased(row: Row, now: int) -> bool:
    return row["lease_owner"] is not None and row["lease_until"] > now


def one(connection: Connection, feed_id: FeedId) -> Feed | None:
    """One feed whole."""
    row = connection.execute("SELECT * FROM feeds WHERE id = ?", (feed_id,)).fetchone()
    return None if row is None else _whole(connection, row)


def _whole(connection: Connection, row: Row) -> Feed:
    counts = connection.execute("SELECT counts FROM paragraphs WHERE feed_id = ?", (row["id"],)).fetchone()
    skim = connection.execute("SELECT marks FROM skims WHERE feed_id = ?", (row["id"],)).fetchone()
    return to_feed(row, counts["counts"] if counts else None, skim["marks"] if skim else b"")


# --- leases ----------------------------------------------------------------------------------------------------------


def claim_due(connection: Connection, owner: str, limit: int, lease_seconds: float, now: datetime) -> tuple[Claim, ...]:
    """Lease feeds that are due and free, the longest due first."""
    at = to_ms(now)
    due = connection.execute(
        "SELECT id FROM feeds WHERE removed = 0 AND due_at <= ? AND (lease_until IS NULL OR lease_until <= ?)"
        " ORDER BY due_at, id LIMIT ?",
        (at, at, limit),
    ).fetchall()
    if not due:
        return ()
    change = next_change(connection)
    claims = []
    for (feed_id,) in due:
        row = connection.execute(
            "UPDATE feeds SET lease_owner = ?, lease_until = ?, epoch = epoch + 1, change = ? WHERE id = ? RETURNING *",
            (owner, at + in_ms(lease_seconds), change, feed_id),
        ).fetchone()
        claims.append(Claim(_whole(connection, row), owner, row["epoch"]))
    return tuple(claims)


def release(connection: Connection, claims: Sequence[Claim], now: datetime) -> None:
    """Give leases back that are still ours; a feed stays due, or is due again now."""
    change = next_change(connection)
    connection.executemany(
        "UPDATE feeds SET lease_owner = NULL, lease_until = NULL, due_at = min(due_at, ?), change = ?"
        " WHERE id = ? AND lease_owner = ? AND epoch = ?",
        [(to_ms(now), change, claim.feed.id, claim.owner, claim.epoch) for claim in claims],
    )


def request_poll(connection: Connection, feed_id: FeedId | None, now: datetime) -> int:
    """Make feeds due at once; how many."""
    wanted = (
        connection.execute("SELECT id FROM feeds WHERE removed = 0 AND health <> ?", (FeedHealth.GONE.value,))
        if feed_id is None
        else connection.execute("SELECT id FROM feeds WHERE removed = 0 AND id = ?", (feed_id,))
    ).fetchall()
    if wanted:
        at, change = to_ms(now), next_change(connection)
        connection.executemany(
            "UPDATE feeds SET due_at = min(coalesce(due_at, ?), ?), change = ? WHERE id = ?",
            [(at, at, change, row["id"]) for row in wanted],
        )
    return len(wanted)


def next_due(connection: Connection, now: datetime) -> datetime | None:
    """When a feed can be claimed next: due, and no longer leased."""
    at = to_ms(now)
    (due,) = connection.execute(
        "SELECT min(CASE WHEN lease_until > ? THEN max(due_at, lease_until) ELSE due_at END) FROM feeds"
        " WHERE removed = 0 AND due_at IS NOT NULL",
        (at,),
    ).fetchone()
    return from_ms_or_none(due)


# --- what a poll leaves ----------------------------------------------------------------------------------------------


def is_held(connection: Connection, claim: Claim) -> bool:
    """Whether the claim is still the feed's lease: nobody claimed the feed since, and no update ended it."""
    row = connection.execute("SELECT lease_owner, epoch FROM feeds WHERE id = ?", (claim.feed.id,)).fetchone()
    return row is not None and row["lease_owner"] == claim.owner and row["epoch"] == claim.epoch


_ASSIGNMENTS = ", ".join(f"{column} = :{column}" for column in state_values(FeedState()))
_SAVE = f"UPDATE feeds SET {_ASSIGNMENTS}, lease_owner = NULL, lease_until = NULL, change = :change WHERE id = :id"  # noqa: S608  # column names from our own code


def save_state(connection: Connection, update: FeedUpdate, change: int) -> None:
    """Store what the poll left, and end its lease."""
    feed_id = update.claim.feed.id
    connection.execute(_SAVE, {**state_values(update.state), "change": change, "id": feed_id})
    if update.state.paragraphs != update.claim.feed.state.paragraphs:
        connection.execute(
            "INSERT INTO paragraphs VALUES (?, ?) ON CONFLICT (feed_id) DO UPDATE SET counts = excluded.counts",
            (feed_id, counts_to_json(update.state.paragraphs)),
        )
    if update.state.skim != update.claim.feed.state.skim:
        connection.execute(
            "INSERT INTO skims VALUES (?, ?) ON CONFLICT (feed_id) DO UPDATE SET marks = excluded.marks",
            (feed_id, update.state.skim),
        )
