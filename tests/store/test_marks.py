from __future__ import annotations

from datetime import timedelta

from feedwatch.model import ItemId, View
from feedwatch.store.store import Store
from tests.store.samples import NOW, add, draft


async def unread(store: Store) -> tuple[int, int, int]:
    """By the feed list, the status bar and the view."""
    (row, *_) = await store.feeds(NOW)
    return row.unread, (await store.status(NOW)).unread, await store.count(View(unread=True)) or 0


async def test_new_items_are_unread(store: Store) -> None:
    await add(store, draft("a"), draft("b"))
    assert await unread(store) == (2, 2, 2)
    (row,) = await store.feeds(NOW)
    assert row.items == 2


async def test_unread_counts_follow_every_mark(store: Store) -> None:
    one, two = (await add(store, draft("a"), draft("b"))).new
    await store.mark_read([one], read=True, now=NOW)
    await store.mark_read([one], read=True, now=NOW)
    assert await unread(store) == (1, 1, 1)
    await store.mark_read([one, two, ItemId(99)], read=True, now=NOW)
    assert await unread(store) == (0, 0, 0)
    await store.mark_read([one], read=False, now=NOW)
    assert await unread(store) == (1, 1, 1)
    assert await store.integrity_check() == "ok"


async def test_unread_counts_follow_arrivals_and_pruning(store: Store) -> None:
    (old,) = (await add(store, draft("a"))).new
    await add(store, draft("b"), at=NOW + timedelta(days=2))
    await store.mark_read([old], read=True, now=NOW)
    assert await unread(store) == (1, 1, 1)
    assert await store.prune(86_400, NOW + timedelta(days=2)) == 1
    assert await unread(store) == (1, 1, 1)
    assert await store.prune(86_400, NOW + timedelta(days=9)) == 1
    assert await unread(store) == (0, 0, 0)
    assert await store.integrity_check() == "ok"


async def test_a_star_is_set_and_cleared(store: Store) -> None:
    one, _ = (await add(store, draft("a"), draft("b"))).new
    await store.mark_starred([one], starred=True, now=NOW)
    page = await store.items(View(starred=True), 9, now=NOW)
    assert [(row.id, row.starred) for row in page.rows] == [(one, True)]
    assert await store.count(View(starred=True)) == 1
    await store.mark_starred([one], starred=False, now=NOW)
    assert await store.count(View(starred=True)) == 0


async def test_what_a_mark_changed_is_told_so_that_it_can_be_taken_back(store: Store) -> None:
    one, two, three = (await add(store, draft("a"), draft("b"), draft("c"))).new
    await store.merge(two, one)
    await store.merge(three, one)
    assert await store.mark_read([two], read=True, now=NOW) == (two,)
    assert sorted(await store.mark_read([one], read=True, now=NOW, tellings=True)) == [one, three]
    assert await store.mark_read([one], read=True, now=NOW, tellings=True) == ()
