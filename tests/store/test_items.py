from __future__ import annotations

from datetime import datetime

import pytest

from feedwatch.model import Anchor, Article, Block, BlockKind, Document, FeedId, ItemId, Link, Page, Severity, View
from feedwatch.store import items
from feedwatch.store.store import Store
from tests.store.samples import HOUR, NOW, SECOND, add, alert, draft, subscription


async def fill(store: Store, count: int, feed: str = "One", start: datetime = NOW) -> None:
    """Items 0 (oldest) to count - 1 (newest), a second apart."""
    drafts = [draft(f"{feed}{number}", f"{feed} {number}") for number in range(count)]
    for number, one in enumerate(drafts):
        await add(store, one, feed=feed, at=start + number * SECOND)


def titles(page: Page) -> list[str]:
    return [row.title for row in page.rows]


async def test_a_list_is_newest_first_by_what_was_published(store: Store) -> None:
    await add(
        store,
        draft("old", "old", published=NOW - HOUR),
        draft("undated", "undated"),
        draft("future", "future", published=NOW + HOUR),
        draft("young", "young", published=NOW - SECOND),
    )
    page = await store.items(View(), 10, now=NOW)
    assert titles(page) == ["future", "undated", "young", "old"]
    assert not page.more


async def test_pages_join_without_gap_or_overlap_downwards(store: Store) -> None:
    await fill(store, 7)
    seen: list[str] = []
    after: Anchor | None = None
    while True:
        page = await store.items(View(), 3, after=after, now=NOW)
        seen += titles(page)
        if not page.more:
            break
        after = page.rows[-1].anchor
    assert seen == [f"One {number}" for number in reversed(range(7))]


async def test_items_of_one_moment_are_paged_without_gap_or_overlap(store: Store) -> None:
    await add(store, *[draft(f"{number}", f"{number}") for number in range(5)])
    first = await store.items(View(), 2, now=NOW)
    second = await store.items(View(), 3, after=first.rows[-1].anchor, now=NOW)
    assert titles(first) + titles(second) == ["4", "3", "2", "1", "0"]


async def test_a_page_ahead_of_a_place_ends_at_that_place(store: Store) -> None:
    await fill(store, 7)
    last = await store.items(View(), 2, last=True, now=NOW)
    assert (titles(last), last.more) == (["One 1", "One 0"], True)
    before = await store.items(View(), 3, before=last.rows[0].anchor, now=NOW)
    assert (titles(before), before.more) == (["One 4", "One 3", "One 2"], True)
    top = await store.items(View(), 3, before=before.rows[0].anchor, now=NOW)
    assert (titles(top), top.more) == (["One 6", "One 5"], False)


async def test_a_view_joins_its_parts_by_and(store: Store) -> None:
    await store.sync_feeds([subscription("One", tags=("war", "world")), subscription("Two", tags=("world",))], NOW)
    for name in ("One", "Two"):
        await store.request_poll(None, NOW)
        await fill(store, 3, name)
    unread = [row.id for row in (await store.items(View(feed_id=FeedId(1)), 9, now=NOW)).rows]
    await store.mark_read(unread[:2], read=True, now=NOW)
    await store.mark_starred(unread[1:], starred=True, now=NOW)
    assert len((await store.items(View(tag="world"), 9, now=NOW)).rows) == 6
    assert await store.count(View(tag="world")) == 6
    assert await store.count(View(tag="world", unread=True)) == 4
    assert titles(await store.items(View(tag="war", unread=True), 9, now=NOW)) == ["One 0"]
    assert titles(await store.items(View(feed_id=FeedId(1), starred=True), 9, now=NOW)) == ["One 1", "One 0"]
    assert await store.count(View(feed_id=FeedId(1), starred=True)) == 2
    assert await store.count(View(feed_id=FeedId(2))) == 3
    assert titles(await store.items(View(tag="no such"), 9, now=NOW)) == []
    assert await store.count(View(tag="no such", starred=True)) == 0
    assert await store.count(View(query="x")) is None


async def test_a_tag_with_many_items_is_listed_the_same_way(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    await store.sync_feeds([subscription("One", tags=("world",)), subscription("Two")], NOW)
    for name in ("One", "Two"):
        await store.request_poll(None, NOW)
        await fill(store, 4, name)
    few = await store.items(View(tag="world"), 3, now=NOW)
    monkeypatch.setattr(items, "SMALL", 0)
    assert await store.items(View(tag="world"), 3, now=NOW) == few


async def test_rows_are_those_that_the_view_holds(store: Store) -> None:
    await fill(store, 3)
    ids = [ItemId(3), ItemId(1), ItemId(99)]
    assert titles(await store.rows(View(), ids, NOW)) == ["One 2", "One 0"]
    await store.mark_read([ItemId(1)], read=True, now=NOW)
    assert titles(await store.rows(View(unread=True), ids, NOW)) == ["One 2"]
    assert titles(await store.rows(View(), [], NOW)) == []


async def test_a_row_names_its_rules_and_the_highest_severity(store: Store) -> None:
    made = draft("a")
    both = (alert(made, "Loud", severity=Severity.CRITICAL), alert(made, "Soft", severity=Severity.LOW))
    await add(store, made, alerts=both)
    (row,) = (await store.items(View(), 9, now=NOW)).rows
    assert (row.rules, row.severity) == (("Loud", "Soft"), Severity.CRITICAL)
    assert row.title_matches == ((0, 5),)


async def test_what_is_not_there_is_none(store: Store) -> None:
    assert await store.item(ItemId(1)) is None
    assert await store.subject(ItemId(1)) is None


async def test_a_subject_is_what_the_poll_judged(store: Store) -> None:
    made = draft("a", "Title", "Text", NOW - HOUR)
    await store.sync_feeds([subscription("One", tags=("war",))], NOW)
    await add(store, made)
    subject = await store.subject(ItemId(1))
    assert subject is not None
    assert (subject.title, subject.text, subject.author, subject.url) == ("Title", "Text", made.author, made.url)
    assert (subject.categories, subject.feed, subject.outlet, subject.tags) == (
        ("World",),
        "One",
        "One Press",
        ("war",),
    )
    assert (subject.language, subject.outlets, subject.seen, subject.published) == ("en", 1, NOW, NOW - HOUR)
    assert (subject.read, subject.starred, subject.alerted) == (False, False, False)


async def test_an_article_is_kept_and_replaced(store: Store) -> None:
    await add(store, draft("a"))
    await store.keep_article(ItemId(1), Article(Document(), NOW, "it answered 500"))
    text = Document("All of it", (Block(BlockKind.HEADING, 0, 9, 1),), (Link(0, 3, "https://a.example/"),))
    await store.keep_article(ItemId(1), Article(text, NOW + HOUR))
    await store.keep_article(ItemId(99), Article(text, NOW))
    item = await store.item(ItemId(1))
    assert item is not None
    assert item.article == Article(text, NOW + HOUR)
