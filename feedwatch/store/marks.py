"""What a reader does with items, in SQL: read and starred. The counts of unread follow by the schema's triggers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from feedwatch.model import ItemId
from feedwatch.store.connection import Connection, next_change
from feedwatch.store.rows import id_list, to_ms

_TELLINGS = (
    "SELECT id FROM items WHERE story_id IN (SELECT story_id FROM items WHERE id IN (SELECT value FROM json_each(?)))"
)


def mark_read(
    connection: Connection,
    item_ids: Sequence[ItemId],
    read: bool,  # noqa: FBT001  # the store's own call, which names it
    now: datetime,
    tellings: bool = False,  # noqa: FBT001, FBT002  # as before
) -> tuple[ItemId, ...]:
    """Set or clear the read mark, also of all tellings of their stories; the items that it changed.

    The feeds' counts are stamped as changed.
    """
    change = next_change(connection)
    ids = id_list(item_ids)
    if tellings:
        ids = id_list([row["id"] for row in connection.execute(_TELLINGS, (ids,))])
    connection.execute(
        "UPDATE feeds SET change = ? WHERE id IN (SELECT feed_id FROM marks"
        " WHERE item_id IN (SELECT value FROM json_each(?)) AND read <> ?)",
        (change, ids, read),
    )
    changed = connection.execute(
        "UPDATE marks SET read = ?, marked_at = ?, change = ?"
        " WHERE item_id IN (SELECT value FROM json_each(?)) AND read <> ? RETURNING item_id",
        (read, to_ms(now), change, ids, read),
    )
    return tuple(ItemId(row["item_id"]) for row in changed.fetchall())


def mark_starred(connection: Connection, item_ids: Sequence[ItemId], starred: bool, now: datetime) -> None:  # noqa: FBT001  # the store's own call, which names it
    """Set or clear the star."""
    connection.execute(
        "UPDATE marks SET starred = ?, marked_at = ?, change = ?"
        " WHERE item_id IN (SELECT value FROM json_each(?)) AND starred <> ?",
        (starred, to_ms(now), next_change(connection), id_list(item_ids), starred),
    )
