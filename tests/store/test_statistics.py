from __future__ import annotations

from feedwatch.model import STORY_TOLD, AlertState, DeliveryState, EngineStatus, FeedHealth, Latency, replace
from feedwatch.store.statistics import TOTAL
from feedwatch.store.store import Store
from tests.store.samples import (
    HOUR,
    NOW,
    SECOND,
    add,
    alert,
    attempted,
    claim,
    draft,
    joining,
    subscription,
    update,
    whole_archive,
)


async def test_an_empty_database_has_an_empty_status(store: Store) -> None:
    status = await store.status(NOW)
    assert status.engine is None
    assert status.next_due is None
    assert (status.feeds, status.polling, status.due, status.failing, status.unread) == (0, 0, 0, 0, 0)
    assert (status.alerts, status.waiting, status.dead) == (0, 0, 0)


async def test_the_status_counts_feeds_alerts_and_messages(store: Store) -> None:
    await store.sync_feeds([subscription(name) for name in ("One", "Two", "Three")], NOW)
    engine = EngineStatus("daemon", 1, "host", NOW)
    await store.take_engine(engine, "me", 15, NOW, lambda pid: True)
    held = await claim(store, "Two")
    failing = replace(held.feed.state, health=FeedHealth.FAILING, due_at=NOW + HOUR)
    await store.apply([replace(update(held), state=failing)])
    made = draft("a")
    await add(store, made, alerts=(alert(made),))
    await claim(store)
    status = await store.status(NOW)
    assert status.engine == engine
    assert (status.feeds, status.polling, status.due, status.failing) == (3, 1, 1, 1)
    assert (status.unread, status.alerts, status.waiting, status.dead) == (1, 1, 1, 0)
    assert status.next_due == NOW


async def test_latencies_leave_out_a_feeds_first_poll(store: Store) -> None:
    await add(store, draft("old", published=NOW - 999 * HOUR))
    for number, seconds in enumerate((10, 20, 300)):
        await add(store, draft(f"{number}", published=NOW - seconds * SECOND))
    stats = await store.stats(NOW)
    assert (stats.total.name, stats.total.items) == (TOTAL, 4)
    assert stats.total.published_to_seen == Latency(3, 20.0, 300.0)
    assert stats.feeds[0].published_to_seen == Latency(3, 20.0, 300.0)
    assert stats.rules == ()


async def test_latencies_go_from_seen_to_delivered_by_feed_and_rule(store: Store) -> None:
    made = draft("a")
    await add(store, made, alerts=(alert(made, at=NOW + SECOND),))
    (message,) = await store.claim_deliveries("me", 60, NOW + HOUR, {"desk": 1})
    await store.record_deliveries([attempted(message, DeliveryState.DELIVERED, at=NOW + 3 * SECOND)])
    stats = await store.stats(NOW)
    (rule,) = stats.rules
    for line in (stats.total, stats.feeds[0], rule):
        assert (line.items, line.alerts) == (1, 1)
        assert line.seen_to_raised == Latency(1, 1.0, 1.0)
        assert line.raised_to_delivered == Latency(1, 2.0, 2.0)
    assert rule.name == "Drones"


async def test_stats_count_stories_copies_and_what_was_spared(store: Store) -> None:
    about = draft("a", "First")
    (first,) = (await add(store, about, alerts=(alert(about),))).new
    story = (await whole_archive(store))[first - 1].story_id
    copy = draft("b", "Copy")
    again = alert(copy, reason=STORY_TOLD, state=AlertState.SUPPRESSED, deliveries=())
    await add(store, feed="Two", at=NOW + HOUR, new=(joining(copy, story),), alerts=(again,))
    stats = await store.stats(NOW)
    assert (stats.stories, stats.copies, stats.spared) == (1, 1, 1)
    later = await store.stats(NOW + 2 * HOUR)
    assert (later.stories, later.copies) == (0, 0)


async def test_stats_begin_when_asked(store: Store) -> None:
    await add(store, draft("a"))
    stats = await store.stats(NOW + SECOND)
    assert (stats.since, stats.total.items, stats.total.published_to_seen.p50) == (NOW + SECOND, 0, None)
