"""What there is to compare polls with before it is decided what they mean. Reads, and decides nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from feedwatch.core.outlets import is_unnamed
from feedwatch.model import Basis, Draft, EarlierItem, FeedId, StoryId, replace
from feedwatch.store import alerts, identities, stories
from feedwatch.store.connection import Connection
from feedwatch.store.items import SUBJECT
from feedwatch.store.rows import id_list, to_subject

_TELLINGS = SUBJECT.replace(
    " FROM marks m", ", (SELECT key FROM identities WHERE item_id = i.id ORDER BY key LIMIT 1) AS key FROM marks m", 1
).replace("marks m CROSS JOIN items i ON i.id = m.item_id", "items i JOIN marks m ON m.item_id = i.id", 1)
_OF_STORY = f"{_TELLINGS} WHERE i.story_id = ? ORDER BY i.id DESC LIMIT ?"
MOST_TELLINGS = 100
"""Of a story, the newest."""


def read(
    connection: Connection,
    polls: Sequence[tuple[FeedId, Sequence[Draft]]],
    stories_since: datetime,
    tellings: bool,  # noqa: FBT001  # the store's own call, which names it
) -> tuple[Basis, ...]:
    """The basis of each poll, in order; nothing is looked up that can't be of use."""
    names = stories.names(connection) if _may_be_another_outlets(connection, polls) else {}
    found = [_read_one(connection, feed_id, drafts, names, stories_since) for feed_id, drafts in polls]
    if tellings:
        found = [_with_tellings(connection, one) for one in found]
    return tuple(found)


def _may_be_another_outlets(connection: Connection, polls: Sequence[tuple[FeedId, Sequence[Draft]]]) -> bool:
    """Whether a draft's publisher may not be the outlet that its feed goes by."""
    asked = [feed_id for feed_id, drafts in polls if drafts]
    if any(draft.publisher for _, drafts in polls for draft in drafts):
        return True
    rows = connection.execute(
        "SELECT outlet, url FROM feeds WHERE id IN (SELECT value FROM json_each(?))", (id_list(asked),)
    )
    return any(is_unnamed(row["outlet"], row["url"]) for row in rows)


def _read_one(
    connection: Connection, feed_id: FeedId, drafts: Sequence[Draft], names: Mapping[str, str], since: datetime
) -> Basis:
    known = identities.known(connection, feed_id, drafts)
    perhaps_new = [one for one in drafts if not {one.key, one.strict_key} <= known.by_key.keys()]
    grouped_by = stories.basis(connection, feed_id, perhaps_new, names, since)
    story_ids = {one.story_id for one in grouped_by.candidates}
    earlier = (*known.by_key.values(), *known.by_signature.values())
    item_ids = {one.item_id for one in earlier if one.item_id is not None}
    told = alerts.told(connection, sorted(story_ids), sorted(item_ids)) if story_ids or item_ids else ({}, {})
    return Basis(known, grouped_by, *told)


def _with_tellings(connection: Connection, found: Basis) -> Basis:
    story_ids = {one.story_id for one in found.stories.candidates}
    grouped_by = replace(found.stories, voices=stories.voices(connection, story_ids))
    known = (*found.known.by_key.values(), *found.known.by_signature.values())
    item_ids = {one.item_id for one in known if one.item_id is not None}
    outlets = stories.outlets_of(connection, item_ids)
    return replace(found, stories=grouped_by, tellings=_tellings(connection, story_ids), outlets=outlets)


def _tellings(connection: Connection, story_ids: Iterable[StoryId]) -> Mapping[StoryId, tuple[EarlierItem, ...]]:
    """The items of stories, earliest first."""
    found: defaultdict[StoryId, list[EarlierItem]] = defaultdict(list)
    for story_id in story_ids:
        for row in connection.execute(_OF_STORY, (story_id, MOST_TELLINGS)):
            found[story_id].insert(0, EarlierItem(FeedId(row["feed_id"]), row["key"], to_subject(row)))
    return {story_id: tuple(told) for story_id, told in found.items()}
