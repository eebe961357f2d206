from __future__ import annotations

from pathlib import Path

import pytest

from feedwatch.events import AlertRaised, Changes, DeliveryChanged, FeedChecked, ItemsArrived, ItemsChanged
from feedwatch.model import ChangedItem, KnownItem, Selection
from feedwatch.store.changes import FEEDS_CHANGED, ITEMS_CHANGED
from feedwatch.store.connection import connect
from feedwatch.store.store import Store
from tests.store.samples import NOW, add, alert, claim, draft, joining, update


def of(changes: Changes, kind: type) -> list[object]:
    return [event for event in changes.events if isinstance(event, kind)]


async def test_without_a_cursor_there_is_only_where_to_begin(store: Store) -> None:
    await add(store, draft("a"))
    changes = await store.changes(None)
    assert changes.events == ()
    assert (await store.changes(changes.cursor)) == changes


async def test_everything_is_heard_exactly_once(store: Store) -> None:
    cursor = (await store.changes(None)).cursor
    heard: list[int] = []
    applied: list[int] = []
    for number in range(10):
        made = draft(f"{number}")
        applied += (await add(store, made, alerts=(alert(made),))).new
        changes = await store.changes(cursor)
        cursor = changes.cursor
        heard += [one for event in changes.events if isinstance(event, ItemsArrived) for one in event.item_ids]
        assert of(changes, ItemsChanged) == []
        assert len(of(changes, AlertRaised)) == 1
        assert of(changes, DeliveryChanged) == [DeliveryChanged(1)]
        assert len(of(changes, FeedChecked)) == 1
    assert heard == applied
    assert (await store.changes(cursor)).events == ()


@pytest.mark.parametrize("statement", [*ITEMS_CHANGED, FEEDS_CHANGED])
async def test_what_changed_is_found_without_a_walk_through_all(store: Store, path: Path, statement: str) -> None:
    await add(store, draft("a"))
    connection = connect(path, write=False)
    plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}", {"change": 1, "item_id": 1})]
    connection.close()
    assert "(change>?)" in plan[0]
    assert not any(step.startswith("SCAN") for step in plan)


async def test_another_process_is_heard_too(store: Store, path: Path) -> None:
    cursor = (await store.changes(None)).cursor
    other = await Store.open(path)
    (item_id,) = (await add(other, draft("a"))).new
    await other.close()
    assert of(await store.changes(cursor), ItemsArrived) == [ItemsArrived((item_id,))]


async def test_marks_edits_alerts_and_companions_change_a_line(store: Store) -> None:
    made = draft("a")
    (item_id,) = (await add(store, made)).new

    cursor = (await store.changes(None)).cursor

    async def changed() -> list[object]:
        nonlocal cursor
        changes = await store.changes(cursor)
        cursor = changes.cursor
        return of(changes, ItemsChanged)

    await store.mark_read([item_id], read=True, now=NOW)
    assert await changed() == [ItemsChanged((item_id,))]
    await store.mark_read([item_id], read=True, now=NOW)
    assert await changed() == []
    edit = ChangedItem(item_id, draft("a", "New"), KnownItem(made.key, item_id, made.fingerprint))
    await add(store, changed=(edit,))
    assert await changed() == [ItemsChanged((item_id,))]
    item = await store.item(item_id)
    assert item is not None
    await add(store, feed="Two", new=(joining(draft("b"), item.row.story_id),))
    assert await changed() == [ItemsChanged((item_id,))]
    await add(store, alerts=(alert(made),))
    assert await changed() == [ItemsChanged((item_id,))]


async def test_claims_acknowledgements_and_messages_are_heard(store: Store) -> None:
    made = draft("a")
    (alert_id,) = (await add(store, made, alerts=(alert(made),))).alerts
    cursor = (await store.changes(None)).cursor
    held = await claim(store)
    assert of(await store.changes(cursor), FeedChecked) == [FeedChecked((held.feed.id,))]
    cursor = (await store.changes(None)).cursor
    await store.acknowledge([alert_id], acknowledged=True, now=NOW)
    assert of(await store.changes(cursor), AlertRaised) == [AlertRaised((alert_id,))]
    cursor = (await store.changes(None)).cursor
    (message,) = await store.deliveries(9)
    await store.retry_deliveries(Selection((message.id,)), NOW)
    assert (await store.changes(cursor)).events == (DeliveryChanged(1),)


async def test_a_poll_without_news_is_heard_as_a_checked_feed(store: Store) -> None:
    held = await claim(store)
    cursor = (await store.changes(None)).cursor
    await store.apply([update(held)])
    assert (await store.changes(cursor)).events == (FeedChecked((held.feed.id,)),)


async def test_pruning_is_heard_as_a_checked_feed(store: Store) -> None:
    await add(store, draft("a"))
    cursor = (await store.changes(None)).cursor
    await store.prune(-1, NOW)
    assert len(of(await store.changes(cursor), FeedChecked)) == 1
    (item_id,) = (await add(store, draft("b"))).new
    assert of(await store.changes(cursor), ItemsArrived) == [ItemsArrived((item_id,))]
