"""What is held for quiet hours or a digest, in SQL: until when, and the one message that is made of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from feedwatch.core.payload import digest_body
from feedwatch.model import COOLDOWN, DeliveryId
from feedwatch.store.connection import Connection, next_change
from feedwatch.store.ids import DIGEST, made_of
from feedwatch.store.rows import id_list, to_ms

HELD, HELD_BEFORE, HELD_ALONE = 1, -1, 2
"""Of ``outbox.held``: to go with others, it was so once, to go by itself at the end of quiet hours; 0: never."""
MOST = 1_000
"""Messages in one digest: bundling more would keep every other write waiting."""
_LAST = "SELECT max(created_at) FROM outbox WHERE channel = ? AND id >= ? AND id < ?"
_HELD_BACK = (
    "SELECT rule, count(*) AS alerts FROM alerts a WHERE raised_at > ? AND raised_at <= ? AND state = 'suppressed'"
    " AND reason = ? AND EXISTS (SELECT 1 FROM json_each(a.channels) WHERE value = ?) GROUP BY rule"
)


def is_digest(delivery_id: str) -> bool:
    """Whether a message is one made of several."""
    return delivery_id.startswith(DIGEST)


def digest_id(delivery_ids: Sequence[str]) -> DeliveryId:
    """The same for the same messages, always."""
    return DeliveryId(made_of(DIGEST, *sorted(delivery_ids)))


def bundle(connection: Connection, channel: str, now: datetime) -> None:
    """Make one message of what was held for the channel until now; a lonely one goes as it is."""
    held = connection.execute(
        "SELECT id, created_at FROM outbox WHERE channel = ? AND state = 'waiting' AND held = 1 AND next_at <= ?"
        " ORDER BY created_at, rowid LIMIT ?",
        (channel, to_ms(now), MOST),
    ).fetchall()
    if not held:
        return
    ids, change = [row["id"] for row in held], next_change(connection)
    # -1: it was held, and is no longer; its wait was asked for
    connection.execute(
        "UPDATE outbox SET held = -1, change = ? WHERE id IN (SELECT value FROM json_each(?))", (change, id_list(ids))
    )
    held_back = _held_back(connection, channel, held[0]["created_at"], now)
    if len(ids) == 1 and not held_back:
        return
    made = digest_id(ids)
    bodies = connection.execute(
        "SELECT body FROM outbox WHERE id IN (SELECT value FROM json_each(?)) ORDER BY created_at, rowid",
        (id_list(ids),),
    )
    body = digest_body((row["body"] for row in bodies), len(ids), now, held_back)
    connection.execute(
        "INSERT INTO outbox (id, channel, state, next_at, created_at, body, change, title)"
        " VALUES (?, ?, 'waiting', ?, ?, ?, ?, ?)",
        (made, channel, to_ms(now), to_ms(now), body, change, f"{len(ids):,} alerts"),
    )
    connection.execute(
        "UPDATE outbox SET next_at = NULL, digest_id = ? WHERE id IN (SELECT value FROM json_each(?))",
        (made, id_list(ids)),
    )


def _held_back(connection: Connection, channel: str, first: int, now: datetime) -> Mapping[str, int]:
    """Alerts for the channel that a cooldown suppressed since its last digest, or since the first message of one."""
    (last,) = connection.execute(_LAST, (channel, DIGEST, DIGEST[:-1] + chr(ord(DIGEST[-1]) + 1))).fetchone()
    since = first if last is None else last
    rows = connection.execute(_HELD_BACK, (since, to_ms(now), COOLDOWN, channel))
    return {row["rule"]: row["alerts"] for row in rows}


def hold_until(
    connection: Connection, quiet: Mapping[str, datetime], digest: Mapping[str, datetime], now: datetime
) -> None:
    """Let what is held go by other hours: when ``quiet`` ones end, by the next ``digest`` at the latest, or now."""
    for row in connection.execute("SELECT DISTINCT channel FROM outbox WHERE held = 1").fetchall():
        channel = row["channel"]
        at = "?" if channel in quiet else "min(next_at, ?)"
        connection.execute(
            f"UPDATE outbox SET next_at = {at}, change = ? WHERE channel = ? AND held = 1",  # noqa: S608  # constants
            (to_ms(quiet.get(channel) or digest.get(channel, now)), next_change(connection), channel),
        )
    alone = "SELECT DISTINCT channel FROM outbox WHERE state = 'waiting' AND held = ?"
    for row in connection.execute(alone, (HELD_ALONE,)).fetchall():
        connection.execute(
            "UPDATE outbox SET next_at = ?, change = ? WHERE channel = ? AND held = ? AND state = 'waiting'",
            (to_ms(quiet.get(row["channel"], now)), next_change(connection), row["channel"], HELD_ALONE),
        )
