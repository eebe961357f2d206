"""The archive as a backtest reads it: the items that a rule may match, in the order of their coming."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from feedwatch.model import ArchivedItem, FeedId, ItemId, StoryId, Telling
from feedwatch.rules.syntax import Expression
from feedwatch.store import search
from feedwatch.store.connection import Connection
from feedwatch.store.items import SUBJECT
from feedwatch.store.rows import from_ms, id_list, to_ms, to_subject

_EVERY = 2**31
"""More items than there are."""
_OUTLETS_THEN = "(SELECT count(DISTINCT outlet) FROM tellings WHERE story_id = i.story_id AND id <= i.id)"
_MORE = f", i.first_poll AND f.baseline AS first_poll, {_OUTLETS_THEN} AS outlets_then FROM marks m"
_THESE = " WHERE m.item_id IN (SELECT value FROM json_each(?)) ORDER BY m.item_id"
_ITEMS = SUBJECT.replace(" FROM marks m", _MORE, 1) + _THESE


def candidates(
    connection: Connection, expressions: Sequence[Expression], since: datetime
) -> tuple[int, tuple[ItemId, ...]]:
    """How many items were seen since then, and those that one of the expressions may match, oldest first."""
    rows = connection.execute("SELECT id FROM items WHERE seen >= ? ORDER BY id", (to_ms(since),)).fetchall()
    ids = [row[0] for row in rows]
    named = [search.hits(connection, expression, _EVERY) for expression in expressions]
    possible = set().union(*(one for one in named if one is not None))
    chosen: Iterable[int] = ids if None in named else (one for one in ids if one in possible)
    return len(ids), tuple(map(ItemId, chosen))


def items(connection: Connection, item_ids: Sequence[ItemId]) -> tuple[ArchivedItem, ...]:
    """Those of the items that are there, in the order of their ids."""
    fetched = connection.execute(_ITEMS, (id_list(item_ids),))
    return tuple(
        ArchivedItem(
            ItemId(row["id"]),
            FeedId(row["feed_id"]),
            StoryId(row["story_id"]),
            to_subject(row, outlets=row["outlets_then"]),
            bool(row["first_poll"]),
            row["outlets"],
        )
        for row in fetched
    )


def tellings(connection: Connection, story_ids: Sequence[StoryId]) -> Mapping[StoryId, tuple[Telling, ...]]:
    """Who told these stories, and when."""
    found: dict[StoryId, tuple[Telling, ...]] = {}
    for row in connection.execute(
        "SELECT story_id, seen, outlet, feed FROM tellings"
        " WHERE story_id IN (SELECT value FROM json_each(?)) ORDER BY id",
        (id_list(story_ids),),
    ):
        story = StoryId(row["story_id"])
        found[story] = (*found.get(story, ()), Telling(from_ms(row["seen"]), row["outlet"], row["feed"]))
    return found
