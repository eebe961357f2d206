"""Stories in SQL: which items may belong together, and what a story says of itself. Decides no membership."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta

from feedwatch.core.outlets import Site, count_outlets, count_sources, names_of
from feedwatch.core.stories import WINDOW
from feedwatch.model import (
    Draft,
    FeedId,
    ItemId,
    Story,
    StoryBasis,
    StoryCandidate,
    StoryId,
    StoryMember,
    Voice,
)
from feedwatch.store import gists
from feedwatch.store.connection import Connection, Row
from feedwatch.store.rows import from_ms, from_ms_or_none, id_list, to_ms

MOST_CANDIDATES = 20
"""Per draft and way of being alike, the newest: a feed may link every entry to one page, and "Live updates" recurs."""
LARGE_IMPORT = 1_500
"""Items of a new archive from which on first polls are not compared any more (measured: 1 ms an item)."""
YOUNG = timedelta(hours=1)
MOST_TOLD = 50
"""Tellings that a message names, the earliest."""

_ALIKE = """
    SELECT i.id FROM json_each(?) k CROSS JOIN items i ON i.id IN
        (SELECT id FROM items WHERE {0} = k.value AND seen >= ? ORDER BY seen DESC LIMIT ?)
"""
COUNTS = "s.items AS tellings, s.outlets, s.sources"
"""What a story ``s`` counts."""
_BY_PAGE, _BY_TITLE = _ALIKE.format("url_key"), _ALIKE.format("title_key")


def basis(
    connection: Connection, feed_id: FeedId, drafts: Sequence[Draft], names: Mapping[str, str], since: datetime
) -> StoryBasis:
    """What drafts are grouped by: the items since then that may tell the same, oldest first, and their stories."""
    if not drafts:
        return StoryBasis()
    pages = _alike(connection, _BY_PAGE, {draft.url_key for draft in drafts}, since)
    titles = _alike(connection, _BY_TITLE, {draft.title_key for draft in drafts}, since)
    compared = not _is_import(connection, feed_id, since)
    counts, items = gists.known(connection, drafts if compared else ())
    likely = gists.likely(connection, drafts, counts, items) if compared else frozenset[int]()
    rows = _candidates(connection, pages | titles | likely, since)
    return StoryBasis(tuple(map(_to_candidate, rows)), {}, names, counts, items, compared)


def _is_import(connection: Connection, feed_id: FeedId, since: datetime) -> bool:
    """Whether this is one of many first polls of a new archive: nobody is told of what they bring, and it is much."""
    row = connection.execute("SELECT baseline_done FROM feeds WHERE id = ?", (feed_id,)).fetchone()
    if row is None or row["baseline_done"]:
        return False
    _, items = gists.known(connection, ())
    return items >= LARGE_IMPORT and gists.begun(connection) >= to_ms(since + WINDOW - YOUNG)


def _alike(connection: Connection, query: str, keys: set[int | None], since: datetime) -> frozenset[int]:
    asked = id_list([key for key in keys if key is not None])
    return frozenset(row["id"] for row in connection.execute(query, (asked, to_ms(since), MOST_CANDIDATES)))


def _candidates(connection: Connection, item_ids: AbstractSet[int], since: datetime) -> Sequence[Row]:
    if not item_ids:
        return ()
    return connection.execute(
        "SELECT i.id, i.story_id, i.feed_id, i.title, i.seen, i.published, i.url_key, i.title_key, i.words, g.vector,"
        " (SELECT outlet FROM tellings WHERE id = i.id) AS outlet"
        " FROM json_each(?) k JOIN items i ON i.id = k.value LEFT JOIN gists g ON g.item_id = i.id"
        " WHERE i.seen >= ? ORDER BY i.seen, i.id",
        (id_list(tuple(item_ids)), to_ms(since)),
    ).fetchall()


def _to_candidate(row: Row) -> StoryCandidate:
    return StoryCandidate(
        story_id=StoryId(row["story_id"]),
        item_id=ItemId(row["id"]),
        feed_id=FeedId(row["feed_id"]),
        title=row["title"],
        seen=from_ms(row["seen"]),
        published=from_ms_or_none(row["published"]),
        url_key=row["url_key"],
        title_key=row["title_key"],
        vector=row["vector"] or b"",
        words=row["words"],
        outlet=row["outlet"],
    )


def names(connection: Connection) -> Mapping[str, str]:
    """What the user calls the outlets of domains."""
    sites = connection.execute("SELECT outlet, url, site FROM feeds WHERE removed = 0")
    return names_of(Site(row["outlet"], row["url"], row["site"]) for row in sites)


def voices(connection: Connection, story_ids: Iterable[int]) -> Mapping[StoryId, frozenset[Voice]]:
    """By whom stories are told."""
    found: defaultdict[StoryId, set[Voice]] = defaultdict(set)
    for row in connection.execute(
        "SELECT DISTINCT story_id, outlet, credit, words FROM tellings"
        " WHERE story_id IN (SELECT value FROM json_each(?))",
        (id_list(tuple(story_ids)),),
    ):
        found[StoryId(row["story_id"])].add(Voice(row["outlet"], row["credit"], row["words"]))
    return {story_id: frozenset(voices) for story_id, voices in found.items()}


def outlets_of(connection: Connection, item_ids: Iterable[ItemId]) -> Mapping[ItemId, int]:
    """How many outlets tell the story of each item."""
    rows = connection.execute(
        "SELECT i.id, s.outlets FROM items i JOIN stories s ON s.id = i.story_id"
        " WHERE i.id IN (SELECT value FROM json_each(?))",
        (id_list(tuple(item_ids)),),
    )
    return {ItemId(row["id"]): row["outlets"] for row in rows}


def add(connection: Connection, added: Sequence[tuple[int, str]], seen: int, change: int) -> None:
    """New stories of one item each that is about to be stored: their ids and titles."""
    connection.executemany(
        "INSERT INTO stories (id, title, items, outlets, sources, first_seen, last_seen, change)"
        " VALUES (?, ?, 1, 1, 1, ?, ?, ?)",
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
    """Make stories say what their items say; those without items are removed, or are empty where they had an alert."""
    ids = sorted(story_ids)
    told: defaultdict[int, list[Row]] = defaultdict(list)
    for row in connection.execute(
        "SELECT story_id, title, seen, outlet, credit, words FROM tellings"
        " WHERE story_id IN (SELECT value FROM json_each(?)) ORDER BY id",
        (id_list(ids),),
    ):
        told[row["story_id"]].append(row)
    empty = [(one,) for one in ids if one not in told]
    connection.executemany("UPDATE stories SET items = 0, outlets = 0, sources = 0 WHERE id = ?", empty)
    connection.executemany(
        "DELETE FROM stories WHERE id = ? AND NOT EXISTS (SELECT 1 FROM alerts WHERE story_id = stories.id)", empty
    )
    connection.executemany(
        "UPDATE stories SET title = ?, items = ?, outlets = ?, sources = ?, first_seen = ?, last_seen = ?, change = ?"
        " WHERE id = ?",
        [(*_said(rows), change, story_id) for story_id, rows in told.items()],
    )


def _said(rows: Sequence[Row]) -> tuple[str, int, int, int, int, int]:
    """Title, items, outlets, sources, first and last seen of a story, from its items."""
    voices = [Voice(row["outlet"], row["credit"], row["words"]) for row in rows]
    seen = [row["seen"] for row in rows]
    return (
        rows[0]["title"], len(rows), count_outlets(voices), count_sources(voices), min(seen), max(seen)
    )  # fmt: skip


def recount_of_feed(connection: Connection, feed_id: int, change: int) -> None:
    """As ``recount``, for the stories that a feed's items share with others: its outlet has another name now."""
    shared = connection.execute(
        "SELECT DISTINCT i.story_id FROM items i JOIN stories s ON s.id = i.story_id"
        " WHERE s.items > 1 AND i.id IN (SELECT item_id FROM marks WHERE feed_id = ?)",
        (feed_id,),
    )
    recount(connection, [row["story_id"] for row in shared], change)


def members(connection: Connection, story_id: int, most: int = -1) -> tuple[StoryMember, ...]:
    """The tellings of a story, earliest first; all of them, or so many."""
    rows = connection.execute(
        "SELECT id, title, url, outlet, credit, seen FROM tellings WHERE story_id = ? ORDER BY seen, id LIMIT ?",
        (story_id, most),
    )
    return tuple(
        StoryMember(ItemId(row["id"]), row["title"], row["url"], row["outlet"], from_ms(row["seen"]), row["credit"])
        for row in rows
    )


def newest(connection: Connection, since: datetime | None, limit: int) -> tuple[Story, ...]:
    """Stories told since then, the most recently told first."""
    rows = connection.execute(
        "SELECT * FROM stories WHERE last_seen >= ? AND items > 0 ORDER BY last_seen DESC, id DESC LIMIT ?",
        (to_ms(since) if since else 0, limit),
    ).fetchall()
    return tuple(_to_story(connection, row) for row in rows)


def _to_story(connection: Connection, row: Row) -> Story:
    told_by = connection.execute(
        "SELECT outlet FROM tellings WHERE story_id = ? GROUP BY outlet ORDER BY min(id)",
        (row["id"],),
    )
    return Story(
        StoryId(row["id"]),
        row["title"],
        tuple(one["outlet"] for one in told_by),
        row["sources"],
        row["items"],
        from_ms(row["first_seen"]),
        from_ms(row["last_seen"]),
    )
