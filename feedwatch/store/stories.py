"""Stories in SQL: which items may belong together, and what a story says of itself. Decides no membership."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from feedwatch.model import Draft, FeedId, ItemId, Story, StoryCandidate, StoryId, StoryMember
from feedwatch.store.connection import Connection, Row
from feedwatch.store.rows import from_ms, id_list, to_ms

MOST_CANDIDATES = 20
"""Per draft and way of being alike, the newest: a feed may link every entry to one page, and "Live updates" recurs."""
MOST_MEMBERS = 50
"""Tellings that a preview or a message names, the earliest."""

_ALIKE = """
    SELECT k.value AS asked, i.story_id, i.id, i.feed_id, f.outlet, i.title, i.seen, i.url_key, i.title_key
    FROM json_each(?) k CROSS JOIN items i ON i.id IN
        (SELECT id FROM items WHERE {0} = k.value AND seen >= ? ORDER BY seen DESC LIMIT ?)
    JOIN feeds f ON f.id = i.feed_id
"""
_ALIKE_BY = {column: _ALIKE.format(column) for column in ("url_key", "title_key")}


def candidates(
    connection: Connection, drafts: Sequence[Draft], since: datetime
) -> Mapping[bytes, tuple[StoryCandidate, ...]]:
    """By key and strict key of each draft: the items that may tell the same, newest first; nothing where none may."""
    keys = {
        key: {"url_key": draft.url_key, "title_key": draft.title_key}
        for draft in drafts
        for key in (draft.key, draft.strict_key)
    }
    alike = {
        column: _alike(connection, column, {own[column] for own in keys.values()}, to_ms(since)) for column in _ALIKE_BY
    }
    if not any(alike.values()):
        return {}
    found = {key: _newest(own, alike) for key, own in keys.items()}
    return {key: rows for key, rows in found.items() if rows}


def _alike(connection: Connection, column: str, keys: set[int | None], since: int) -> dict[int, list[Row]]:
    """The items of each key, by the key."""
    found: dict[int, list[Row]] = {}
    if keys:
        for row in connection.execute(
            _ALIKE_BY[column], (id_list([key for key in keys if key is not None]), since, MOST_CANDIDATES)
        ):
            found.setdefault(row["asked"], []).append(row)
    return found


def _newest(
    own: Mapping[str, int | None], alike: Mapping[str, Mapping[int, Sequence[Row]]]
) -> tuple[StoryCandidate, ...]:
    rows = {row["id"]: row for column, key in own.items() if key is not None for row in alike[column].get(key, ())}
    newest = sorted(rows.values(), key=lambda row: (row["seen"], row["id"]), reverse=True)
    return tuple(_to_candidate(row, own) for row in newest)


def _to_candidate(row: Row, keys: Mapping[str, int | None]) -> StoryCandidate:
    return StoryCandidate(
        story_id=StoryId(row["story_id"]),
        item_id=ItemId(row["id"]),
        feed_id=FeedId(row["feed_id"]),
        outlet=row["outlet"],
        title=row["title"],
        seen=from_ms(row["seen"]),
        same_url=row["url_key"] is not None and row["url_key"] == keys["url_key"],
        same_title=row["title_key"] is not None and row["title_key"] == keys["title_key"],
    )


def add(connection: Connection, added: Sequence[tuple[int, str]], seen: int, change: int) -> None:
    """New stories of one item each that is about to be stored: their ids and titles."""
    connection.executemany(
        "INSERT INTO stories (id, title, items, outlets, first_seen, last_seen, change) VALUES (?, ?, 1, 1, ?, ?, ?)",
        [(story_id, title, seen, seen, change) for story_id, title in added],
    )


def existing(connection: Connection, story_ids: Sequence[int]) -> frozenset[int]:
    """Those of the stories that are still there: pruning may have taken one since it was looked up."""
    if not story_ids:
        return frozenset()
    rows = connection.execute(
        "SELECT id FROM stories WHERE id IN (SELECT value FROM json_each(?))", (id_list(story_ids),)
    )
    return frozenset(row["id"] for row in rows)


def recount(connection: Connection, story_ids: Iterable[int], change: int) -> None:
    """Make stories say what their items say; those without items are removed."""
    ids = id_list(tuple(story_ids))
    connection.execute(
        "DELETE FROM stories WHERE id IN (SELECT value FROM json_each(?))"
        " AND NOT EXISTS (SELECT 1 FROM items WHERE story_id = stories.id)",
        (ids,),
    )
    connection.execute(
        "UPDATE stories SET"
        " items = (SELECT count(*) FROM items WHERE story_id = stories.id),"
        " outlets = (SELECT count(DISTINCT f.outlet) FROM items i JOIN feeds f ON f.id = i.feed_id"
        "            WHERE i.story_id = stories.id),"
        " first_seen = (SELECT min(seen) FROM items WHERE story_id = stories.id),"
        " last_seen = (SELECT max(seen) FROM items WHERE story_id = stories.id),"
        " title = (SELECT title FROM items WHERE story_id = stories.id ORDER BY id LIMIT 1),"
        " change = ? WHERE id IN (SELECT value FROM json_each(?))",
        (change, ids),
    )


def recount_of_feed(connection: Connection, feed_id: int, change: int) -> None:
    """As ``recount``, for the stories that a feed's items share with others: its outlet has another name now."""
    shared = connection.execute(
        "SELECT DISTINCT i.story_id FROM items i JOIN stories s ON s.id = i.story_id"
        " WHERE s.items > 1 AND i.id IN (SELECT item_id FROM marks WHERE feed_id = ?)",
        (feed_id,),
    )
    recount(connection, [row["story_id"] for row in shared], change)


def members(connection: Connection, story_id: int) -> tuple[StoryMember, ...]:
    """The tellings of a story, earliest first."""
    rows = connection.execute(
        "SELECT i.id, i.title, i.url, f.outlet, i.seen FROM items i JOIN feeds f ON f.id = i.feed_id"
        " WHERE i.story_id = ? ORDER BY i.seen, i.id LIMIT ?",
        (story_id, MOST_MEMBERS),
    )
    return tuple(
        StoryMember(ItemId(row["id"]), row["title"], row["url"], row["outlet"], from_ms(row["seen"])) for row in rows
    )


def newest(connection: Connection, since: datetime | None, limit: int) -> tuple[Story, ...]:
    """Stories told since then, the most recently told first."""
    rows = connection.execute(
        "SELECT * FROM stories WHERE last_seen >= ? ORDER BY last_seen DESC, id DESC LIMIT ?",
        (to_ms(since) if since else 0, limit),
    ).fetchall()
    return tuple(_to_story(connection, row) for row in rows)


def _to_story(connection: Connection, row: Row) -> Story:
    outlets = connection.execute(
        "SELECT f.outlet FROM items i JOIN feeds f ON f.id = i.feed_id WHERE i.story_id = ?"
        " GROUP BY f.outlet ORDER BY min(i.id)",
        (row["id"],),
    )
    return Story(
        StoryId(row["id"]),
        row["title"],
        tuple(outlet["outlet"] for outlet in outlets),
        row["items"],
        from_ms(row["first_seen"]),
        from_ms(row["last_seen"]),
    )
