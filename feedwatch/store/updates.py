"""The one write that a poll makes: items, search index, stories, alerts, outbox and feed state, all or nothing.

What to write was decided elsewhere. Decided here is only what no one else can know: whether the claim still holds, and
whether an identity, or an alert of a rule for a story, is in the database already.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from feedwatch.model import Applied, ChangedItem, Draft, FeedId, FeedUpdate, Founder, ItemId, NewItem
from feedwatch.store import alerts, feeds, gists, growth, identities, search, stories
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
    connection.execute("PRAGMA defer_foreign_keys = ON")  # an identity comes before its item; until the commit
    change = next_change(connection)
    founded: dict[Founder, int] = {}
    return tuple(_apply_one(connection, update, founded, change) for update in updates)


def _apply_one(connection: Connection, update: FeedUpdate, founded: dict[Founder, int], change: int) -> Applied:
    if not feeds.is_held(connection, update.claim):
        return Applied(stale=True)
    if update.aliased:
        identities.replace_identities(connection, update.claim.feed.id, update.aliased)
    retold: set[int] = set()
    new = _add_items(connection, update, retold, founded, change) if update.new else ()
    changed = tuple(
        one.item_id for one in update.changed if _reword(connection, one, update.checked_at, retold, change)
    )
    if retold:
        stories.recount(connection, retold, change)
    raised = alerts.add(connection, update, change)
    told_again = growth.tell(connection, retold, update.quiet, update.checked_at, change) if retold else 0
    feeds.save_state(connection, update, change)
    return Applied(new, changed, raised.alerts, raised.deliveries + told_again)


# --- new items -------------------------------------------------------------------------------------------------------


def _add_items(
    connection: Connection, update: FeedUpdate, retold: set[int], founded: dict[Founder, int], change: int
) -> tuple[ItemId, ...]:
    """Store the items whose identity is unknown; their stories, marks, contents and words with them."""
    feed_id, seen = update.claim.feed.id, to_ms(update.checked_at)
    last = _last_ids(connection)
    each_once = {one.draft.key: one for one in reversed(update.new)}
    numbered = list(enumerate(reversed(each_once.values()), last["items"] + 1))
    unknown = identities.add(connection, feed_id, [(item_id, one.draft) for item_id, one in numbered])
    added = [(item_id, one) for item_id, one in numbered if item_id in unknown]
    story_ids, made = _stories_of(connection, feed_id, added, last["stories"], founded)
    stories.add(connection, made, seen, change)
    retold.update(set(story_ids).difference(story_id for story_id, _ in made) | _shared(story_ids))
    first_poll, language = not update.claim.feed.state.baseline_done, update.state.language
    connection.executemany(
        "INSERT INTO items (id, feed_id, story_id, title, url, author, language, published, seen, url_key, title_key,"
        " first_poll, wording, publisher, credit, words) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                item_id,
                feed_id,
                story_id,
                *_wording(one.draft, language),
                seen,
                one.draft.url_key,
                one.draft.title_key,
                first_poll,
                one.draft.wording,
                *_voice(one, update.claim.feed.subscription.outlet),
            )
            for (item_id, one), story_id in zip(added, story_ids, strict=True)
        ],
    )
    connection.executemany(
        "INSERT INTO contents VALUES (?, ?, ?, ?, ?, ?, ?)", [(item_id, *_content(one.draft)) for item_id, one in added]
    )
    connection.executemany(
        "INSERT INTO marks (item_id, feed_id, sort_at) VALUES (?, ?, ?)",
        [(item_id, feed_id, _sort_at(one.draft, seen)) for item_id, one in added],
    )
    gists.add(connection, [(item_id, one.vector) for item_id, one in added], seen)
    search.add_texts(connection, [(item_id, one.draft.title, one.draft.document.text) for item_id, one in added])
    return tuple(ItemId(item_id) for item_id, _ in added)


def _last_ids(connection: Connection) -> dict[str, int]:
    """The highest ids ever given to items and stories."""
    rows = connection.execute("SELECT name, seq FROM sqlite_sequence WHERE name IN ('items', 'stories')")
    return {"items": 0, "stories": 0} | {row["name"]: row["seq"] for row in rows}


def _stories_of(
    connection: Connection,
    feed_id: int,
    added: Sequence[tuple[int, NewItem]],
    last_id: int,
    founded: dict[Founder, int],
) -> tuple[list[int], list[tuple[int, str]]]:
    """The story of each new item: the one that it joins, that of the same page in this body, or one of its own.

    Beside them the stories to make. ``founded`` are those of this transaction, by the first item of each.
    """
    joined = stories.existing(connection, [one.story for _, one in added if isinstance(one.story, int)])
    of_page: dict[tuple[str, str], int] = {}
    made: list[tuple[int, str]] = []
    story_ids: list[int] = []
    for _, one in added:
        page = (one.draft.url, one.draft.title)
        founder = one.story if isinstance(one.story, Founder) else Founder(FeedId(feed_id), one.draft.key)
        story_id = one.story if one.story in joined else founded.get(founder)
        if story_id is None:
            story_id = of_page.get(page)  # one article twice under two guids
        if story_id is None:
            story_id = last_id + len(made) + 1
            made.append((story_id, one.draft.title))
        founded[founder] = story_id
        if one.draft.url:
            of_page.setdefault(page, story_id)
        story_ids.append(story_id)
    return story_ids, made


def _shared(story_ids: Sequence[int]) -> set[int]:
    """Those that stand there more than once."""
    return {story_id for story_id, count in Counter(story_ids).items() if count > 1}


def _voice(one: NewItem, outlet: str) -> tuple[str, str, int | None]:
    """Publisher, credit and words, as ``items`` has them."""
    said = one.voice
    if said is None:
        return "", "", None
    return "" if said.outlet == outlet else said.outlet, said.credit, said.words


def _wording(draft: Draft, feed_language: str) -> tuple[str, str, str, str, int | None]:
    """Title, url, author, language and time of publication, as ``items`` has them."""
    return draft.title, draft.url, draft.author, draft.language or feed_language, to_ms_or_none(draft.published)


def _sort_at(draft: Draft, seen: int) -> int:
    return seen if draft.published is None else min(to_ms(draft.published), seen)


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
    _keep_revision(connection, row, to_ms(at), is_edited=one.is_edited)
    search.remove(connection, (one.item_id,))
    _replace_wording(connection, row, one, change)
    search.add(connection, (one.item_id,))
    identities.add(connection, row["feed_id"], [(one.item_id, one.draft)])
    identities.reword(connection, one.item_id, one.draft)
    retold.add(row["story_id"])
    return True


def _keep_revision(connection: Connection, row: Row, at: int, *, is_edited: bool) -> None:
    """Keep the wording that is replaced. Where only the date moves on and on, its first move is enough."""
    newest = connection.execute(
        "SELECT title, text FROM revisions WHERE item_id = ? ORDER BY replaced_at DESC, rowid DESC LIMIT 1",
        (row["id"],),
    ).fetchone()
    kept = newest is not None and (newest["title"], newest["text"]) == (row["title"], row["text"])
    if kept and not is_edited:
        return
    connection.execute(
        "INSERT INTO revisions VALUES (?, ?, ?, ?, ?, ?)",
        (row["id"], at, row["title"], row["text"], row["published"], is_edited),
    )
    connection.execute(
        "DELETE FROM revisions WHERE rowid IN"
        " (SELECT rowid FROM revisions WHERE item_id = ? ORDER BY replaced_at DESC, rowid DESC LIMIT -1 OFFSET ?)",
        (row["id"], MOST_REVISIONS),
    )


def _replace_wording(connection: Connection, row: Row, one: ChangedItem, change: int) -> None:
    draft = one.draft
    connection.execute(
        "UPDATE items SET title = ?, url = ?, author = ?, language = ?, published = ?, url_key = ?, title_key = ?,"
        " revisions = revisions + ?, wording = ?, change = ? WHERE id = ?",
        (
            *_wording(draft, row["language"]),
            draft.url_key,
            draft.title_key,
            one.is_edited,
            draft.wording,
            change,
            row["id"],
        ),
    )
    connection.execute(
        "UPDATE contents SET text = ?, layout = ?, html = ?, categories = ?, source = ?, enclosures = ?"
        " WHERE item_id = ?",
        (*_content(draft), row["id"]),
    )
