"""The one write that a poll makes: items, search index, stories, alerts, outbox and feed state, all or nothing.

What to write was decided elsewhere. Decided here is only what no one else can know: whether the claim still holds, and
whether an identity, or an alert of a rule for a story, is in the database already.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from feedwatch.model import Applied, ChangedItem, Draft, FeedUpdate, ItemId, NewItem, StoryId
from feedwatch.store import alerts, feeds, identities, search, stories
from feedwatch.store.connection import Connection, Row, next_change
from feedwatch.store.rows import (
    enclosures_to_json,
    layout_to_json,
    strings_to_json,
    to_ms,
    to_ms_or_none,
)

MOST_REVISIONS = 50
"""Earlier wordings kept of one item, the newest: a live page is edited for days."""


def apply(connection: Connection, updates: Sequence[FeedUpdate]) -> tuple[Applied, ...]:
    """Write polls in order; what each did."""
    if not any(feeds.is_held(connection, update.claim) for update in updates):
        return tuple(Applied(stale=True) for _ in updates)
    change = next_change(connection)
    (newest,) = connection.execute("SELECT coalesce(max(id), 0) FROM items").fetchone()
    applied = tuple(_apply_one(connection, update, change) for update in updates)
    search.add_beyond(connection, newest)
    return applied


def _apply_one(connection: Connection, update: FeedUpdate, change: int) -> Applied:
    if not feeds.is_held(connection, update.claim):
        return Applied(stale=True)
    identities.replace_identities(connection, update.claim.feed.id, update.aliased)
    retold: set[int] = set()
    new = _add_items(connection, update, retold, change)
    changed = tuple(
        one.item_id for one in update.changed if _reword(connection, one, update.checked_at, retold, change)
    )
    if retold:
        stories.recount(connection, retold, change)
    raised = alerts.add(connection, update, change)
    feeds.save_state(connection, update, change)
    return Applied(new, changed, raised.alerts, raised.deliveries)


# --- new items -------------------------------------------------------------------------------------------------------


def _add_items(connection: Connection, update: FeedUpdate, retold: set[int], change: int) -> tuple[ItemId, ...]:
    """Store the items whose identity is unknown; their marks, contents and identities with them."""
    feed_id = update.claim.feed.id
    added: list[ItemId] = []
    stories_here: dict[tuple[str, str], StoryId] = {}
    for one in update.new:
        if identities.is_known(connection, feed_id, one.draft.key):
            continue
        page = (one.draft.url, one.draft.title)
        if one.story_id is None and page in stories_here:  # one article twice in a body, under two guids
            one = replace(one, story_id=stories_here[page])  # noqa: PLW2901  # the same item, its story known
        item_id, story_id = _add_item(connection, update, one, retold, change)
        identities.add(connection, feed_id, item_id, one.draft)
        added.append(item_id)
        if one.draft.url:
            stories_here[page] = story_id
    return tuple(added)


def _add_item(
    connection: Connection, update: FeedUpdate, one: NewItem, retold: set[int], change: int
) -> tuple[ItemId, StoryId]:
    draft, seen = one.draft, to_ms(update.checked_at)
    if one.story_id is not None and stories.exists(connection, one.story_id):
        story_id = one.story_id
        retold.add(story_id)
    else:
        story_id = stories.add(connection, draft.title, seen, change)
    feed = update.claim.feed
    published = to_ms_or_none(draft.published)
    cursor = connection.execute(
        "INSERT INTO items (feed_id, story_id, title, url, author, language, published, seen, url_key, title_key,"
        " first_poll) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            feed.id,
            story_id,
            draft.title,
            draft.url,
            draft.author,
            draft.language or update.state.language,
            published,
            seen,
            stories.url_key(draft.url),
            stories.title_key(draft.title),
            not feed.state.baseline_done,
        ),
    )
    item_id = ItemId(cursor.lastrowid or 0)
    connection.execute("INSERT INTO contents VALUES (?, ?, ?, ?, ?, ?, ?)", (item_id, *_content(draft)))
    sort_at = seen if published is None else min(published, seen)
    connection.execute("INSERT INTO marks (item_id, feed_id, sort_at) VALUES (?, ?, ?)", (item_id, feed.id, sort_at))
    return item_id, StoryId(story_id)


def _content(draft: Draft) -> tuple[str, bytes, str, str, str, bytes]:
    """The columns of ``contents`` after the id, in their order."""
    return (
        draft.document.text,
        layout_to_json(draft.document),
        draft.html,
        strings_to_json(draft.categories),
        draft.source,
        enclosures_to_json(draft.enclosures),
    )


# --- edits -----------------------------------------------------------------------------------------------------------


def _reword(connection: Connection, one: ChangedItem, at: datetime, retold: set[int], change: int) -> bool:
    """Replace an item's wording; False where it is gone or has this wording already."""
    row = connection.execute(
        "SELECT i.*, c.text FROM items i JOIN contents c ON c.item_id = i.id WHERE i.id = ?", (one.item_id,)
    ).fetchone()
    if row is None or identities.fingerprint_of(connection, one.item_id) == one.draft.fingerprint:
        return False
    _keep_revision(connection, row, to_ms(at))
    search.remove(connection, (one.item_id,))
    _replace_wording(connection, row, one.draft, change)
    search.add(connection, (one.item_id,))
    identities.add(connection, row["feed_id"], one.item_id, one.draft)
    identities.reword(connection, one.item_id, one.draft)
    retold.add(row["story_id"])
    return True


def _keep_revision(connection: Connection, row: Row, at: int) -> None:
    """Keep the wording that is replaced. Where only the date moves on and on, its first move is enough."""
    newest = connection.execute(
        "SELECT title, text FROM revisions WHERE item_id = ? ORDER BY replaced_at DESC, rowid DESC LIMIT 1",
        (row["id"],),
    ).fetchone()
    if newest is not None and (newest["title"], newest["text"]) == (row["title"], row["text"]):
        return
    connection.execute(
        "INSERT INTO revisions VALUES (?, ?, ?, ?, ?)",
        (row["id"], at, row["title"], row["text"], row["published"]),
    )
    connection.execute(
        "DELETE FROM revisions WHERE rowid IN"
        " (SELECT rowid FROM revisions WHERE item_id = ? ORDER BY replaced_at DESC, rowid DESC LIMIT -1 OFFSET ?)",
        (row["id"], MOST_REVISIONS),
    )


def _replace_wording(connection: Connection, row: Row, draft: Draft, change: int) -> None:
    connection.execute(
        "UPDATE items SET title = ?, url = ?, author = ?, language = ?, published = ?, url_key = ?, title_key = ?,"
        " revisions = revisions + 1, change = ? WHERE id = ?",
        (
            draft.title,
            draft.url,
            draft.author,
            draft.language or row["language"],
            to_ms_or_none(draft.published),
            stories.url_key(draft.url),
            stories.title_key(draft.title),
            change,
            row["id"],
        ),
    )
    connection.execute(
        "UPDATE contents SET text = ?, layout = ?, html = ?, categories = ?, source = ?, enclosures = ?"
        " WHERE item_id = ?",
        (*_content(draft), row["id"]),
    )
