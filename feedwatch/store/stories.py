"""Stories in SQL: which items may belong together, and what a story says of itself. Decides no membership."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from feedwatch.core.urls import canonical
from feedwatch.model import Draft, FeedId, ItemId, Story, StoryCandidate, StoryId, StoryMember
from feedwatch.store.connection import Connection, Row
from feedwatch.store.rows import from_ms, id_list, to_ms

MOST_CANDIDATES = 20
"""Per draft and way of being alike, the newest: a feed may link every entry to one page, and "Live updates" recurs."""
MOST_MEMBERS = 50
"""Tellings that a preview or a message names, the earliest."""

_WORD = re.compile(r"\w+")
_ALIKE = {
    "url_key": "SELECT i.story_id, i.id, i.feed_id, f.outlet, i.title, i.seen, i.url_key, i.title_key"
    " FROM items i JOIN feeds f ON f.id = i.feed_id WHERE i.url_key = ? AND i.seen >= ? ORDER BY i.seen DESC LIMIT ?",
    "title_key": "SELECT i.story_id, i.id, i.feed_id, f.outlet, i.title, i.seen, i.url_key, i.title_key"
    " FROM items i JOIN feeds f ON f.id = i.feed_id WHERE i.title_key = ? AND i.seen >= ? ORDER BY i.seen DESC LIMIT ?",
}


def url_key(url: str) -> int | None:
    """A hash of the canonical address, for an index; None where there is no address."""
    address = canonical(url)
    return _hash(address) if address else None


def title_key(title: str) -> int | None:
    """A hash of the title without letter case, accents and punctuation, for an index; None where nothing is left."""
    plain = title.casefold()
    if not plain.isascii():
        plain = "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))
    words = " ".join(_WORD.findall(plain))
    return _hash(words) if words else None


def _hash(text: str) -> int:
    """64 bits, signed as SQLite's integers are."""
    digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, signed=True)


def candidates(
    connection: Connection, drafts: Sequence[Draft], since: datetime
) -> Mapping[bytes, tuple[StoryCandidate, ...]]:
    """By draft key: the items that may tell the same, newest first; drafts without any are missing."""
    found = {draft.key: _alike(connection, draft, to_ms(since)) for draft in drafts}
    return {key: alike for key, alike in found.items() if alike}


def _alike(connection: Connection, draft: Draft, since: int) -> tuple[StoryCandidate, ...]:
    keys = {"url_key": url_key(draft.url), "title_key": title_key(draft.title)}
    rows: dict[int, Row] = {}
    for column, key in keys.items():
        if key is not None:
            rows.update((row["id"], row) for row in connection.execute(_ALIKE[column], (key, since, MOST_CANDIDATES)))
    newest = sorted(rows.values(), key=lambda row: (row["seen"], row["id"]), reverse=True)
    return tuple(_to_candidate(row, keys) for row in newest)


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


def add(connection: Connection, title: str, seen: int, change: int) -> StoryId:
    """A new story of one item that is about to be stored."""
    cursor = connection.execute(
        "INSERT INTO stories (title, items, outlets, first_seen, last_seen, change) VALUES (?, 1, 1, ?, ?, ?)",
        (title, seen, seen, change),
    )
    return StoryId(cursor.lastrowid or 0)


def exists(connection: Connection, story_id: StoryId) -> bool:
    """Whether the story is still there: pruning may have taken it since it was looked up."""
    return connection.execute("SELECT 1 FROM stories WHERE id = ?", (story_id,)).fetchone() is not None


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
