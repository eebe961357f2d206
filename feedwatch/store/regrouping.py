"""What a person does to stories, in SQL: split an item off, merge two stories, put items back. Decided by nobody else.

An alert goes where its item goes; where its rule has one for that story already, it stays with the story it was of,
which may then be kept without items, until there is room for it.
"""

from __future__ import annotations

from collections.abc import Mapping

from feedwatch.model import ItemId, StoryId
from feedwatch.store import stories
from feedwatch.store.connection import Connection, next_change
from feedwatch.store.rows import id_list

_APART = "SELECT DISTINCT a.story_id FROM alerts a JOIN items i ON i.id = a.item_id WHERE i.story_id <> a.story_id"
_BRING = """
    UPDATE OR IGNORE alerts SET change = ?, story_id = (SELECT story_id FROM items WHERE id = alerts.item_id)
    WHERE story_id <> (SELECT story_id FROM items WHERE id = alerts.item_id)
"""


def split(connection: Connection, item_id: ItemId) -> Mapping[ItemId, StoryId]:
    """Give an item a story of its own; which one it was in. Nothing where it is gone, or alone in its story."""
    row = connection.execute(
        "SELECT i.story_id, s.items FROM items i JOIN stories s ON s.id = i.story_id WHERE i.id = ?", (item_id,)
    ).fetchone()
    if row is None or row["items"] < 2:
        return {}
    (newest,) = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'stories'").fetchone()
    put(connection, {item_id: StoryId(newest + 1)})
    return {item_id: StoryId(row["story_id"])}


def merge(connection: Connection, item_id: ItemId, into: ItemId) -> Mapping[ItemId, StoryId]:
    """Make one story of those of two items, that of the older one; which items moved, and where each was."""
    rows = connection.execute("SELECT DISTINCT story_id FROM items WHERE id IN (?, ?)", (item_id, into)).fetchall()
    if len(rows) < 2:
        return {}
    kept, given_up = sorted(row["story_id"] for row in rows)
    moved = connection.execute("SELECT id FROM items WHERE story_id = ?", (given_up,)).fetchall()
    put(connection, {ItemId(row["id"]): StoryId(kept) for row in moved})
    return {ItemId(row["id"]): StoryId(given_up) for row in moved}


def put(connection: Connection, places: Mapping[ItemId, StoryId]) -> None:
    """Put items into stories, which are made where they are not there."""
    change, ids = next_change(connection), id_list(tuple(places))
    left = connection.execute(
        "SELECT DISTINCT story_id FROM items WHERE id IN (SELECT value FROM json_each(?))", (ids,)
    ).fetchall()
    connection.executemany(
        "INSERT OR IGNORE INTO stories (id, title, items, outlets, first_seen, last_seen, change)"
        " VALUES (?, '', 0, 0, 0, 0, ?)",
        [(story_id, change) for story_id in set(places.values())],
    )
    connection.executemany(
        "UPDATE items SET story_id = ? WHERE id = ?", [(story_id, item_id) for item_id, story_id in places.items()]
    )
    touched = {row["story_id"] for row in left} | set(places.values())
    stories.recount(connection, touched | _bring_alerts(connection, change), change)


def _bring_alerts(connection: Connection, change: int) -> set[int]:
    """Let every alert stand with its item's story, as far as may be; the stories that some stood with.

    One that leaves makes room for another.
    """
    before, moved = set[int](), 1
    while moved > 0:
        before |= {row["story_id"] for row in connection.execute(_APART)}
        moved = connection.execute(_BRING, (change,)).rowcount
    return before
