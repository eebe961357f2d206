from __future__ import annotations

import asyncio
from datetime import timedelta

from feedwatch.model import FeedHealth, FeedId, FeedState, Validators, replace
from feedwatch.store.store import Store
from tests.store.samples import HOUR, NOW, SECOND, add, claim, draft, known_of, subscription, update


async def names(store: Store) -> list[str]:
    return [row.feed.subscription.name for row in await store.feeds(NOW)]


async def test_feeds_are_listed_in_the_order_of_the_configuration(store: Store) -> None:
    assert await store.sync_feeds([subscription("One"), subscription("Two")], NOW)
    assert await store.sync_feeds([subscription("Two"), subscription("One")], NOW)
    assert await names(store) == ["Two", "One"]


async def test_what_the_configuration_says_comes_back_whole(store: Store) -> None:
    said = subscription("One", tags=("world", "war"), interval=300.0, full_text=True, baseline=False)
    await store.sync_feeds([said], NOW)
    (row,) = await store.feeds(NOW)
    assert row.feed.subscription == said


async def test_the_same_configuration_again_writes_nothing(store: Store) -> None:
    said = [subscription("One", tags=("a",)), subscription("Two", interval=60.0)]
    await store.sync_feeds(said, NOW)
    before = await store.changes(None)
    assert not await store.sync_feeds(said, NOW + HOUR)
    assert await store.changes(before.cursor) == before


async def test_a_removed_feed_is_not_polled_nor_listed_and_its_items_stay(store: Store) -> None:
    await add(store, draft("a"))
    await store.sync_feeds([], NOW)
    assert await names(store) == []
    assert await store.claim_due("me", 10, 60, NOW + 2 * HOUR) == ()
    assert await store.next_due(NOW) is None
    assert await store.request_poll(None, NOW) == 0
    feed = await store.feed(FeedId(1))
    assert feed is not None
    known = await known_of(store, feed.id, [draft("a")])
    assert known.total == 1


async def test_a_feed_that_comes_back_goes_on_with_what_it_knew_and_is_due_at_once(store: Store) -> None:
    await add(store, draft("a"))
    await store.sync_feeds([], NOW)
    await store.sync_feeds([subscription("One")], NOW + SECOND)
    (claimed,) = await store.claim_due("me", 10, 60, NOW + SECOND)
    assert claimed.feed.state.baseline_done
    known = await known_of(store, claimed.feed.id, [draft("a")])
    assert draft("a").key in known.by_key


async def test_a_removal_ends_a_poll_under_way(store: Store) -> None:
    held = await claim(store)
    await store.sync_feeds([], NOW)
    (applied,) = await store.apply([update(held, [draft("a")])])
    assert applied.stale


async def test_a_shorter_interval_makes_a_feed_due_sooner(store: Store) -> None:
    await add(store)
    await store.sync_feeds([subscription("One", interval=60.0)], NOW)
    assert await store.next_due(NOW) == NOW + timedelta(seconds=60)


async def test_the_longest_due_feeds_are_claimed_first(store: Store) -> None:
    for delay, name in enumerate(("Late", "Later", "Latest")):
        await store.sync_feeds([*[row.feed.subscription for row in await store.feeds(NOW)], subscription(name)], NOW)
        held = await claim(store, name)
        await store.apply([replace(update(held), state=replace(held.feed.state, due_at=NOW + (3 - delay) * SECOND))])
    claimed = await store.claim_due("me", 2, 60, NOW + 5 * SECOND)
    assert [one.feed.subscription.name for one in claimed] == ["Latest", "Later"]


async def test_a_leased_feed_is_not_claimed_until_the_lease_ran_out(store: Store) -> None:
    held = await claim(store)
    assert await store.claim_due("other", 10, 60, NOW + 59 * SECOND) == ()
    assert await store.next_due(NOW) == NOW + 60 * SECOND
    (taken,) = await store.claim_due("other", 10, 60, NOW + 60 * SECOND)
    assert taken.epoch == held.epoch + 1


async def test_a_leased_feed_is_shown_as_being_polled(store: Store) -> None:
    held = await claim(store)
    (row,) = await store.feeds(NOW)
    assert row.polling
    await store.release([held], NOW)
    (row,) = await store.feeds(NOW)
    assert not row.polling


async def test_a_released_feed_can_be_claimed_at_once(store: Store) -> None:
    held = await claim(store)
    await store.release([held], NOW)
    (again,) = await store.claim_due("other", 10, 60, NOW)
    await store.release([held], NOW)
    assert await store.claim_due("third", 10, 60, NOW) == ()
    assert again.epoch == held.epoch + 1


async def test_poll_now_skips_gone_feeds_unless_named(store: Store) -> None:
    held = await claim(store)
    gone = replace(held.feed.state, due_at=None, health=FeedHealth.GONE)
    await store.apply([replace(update(held), state=gone)])
    assert await store.next_due(NOW) is None
    assert await store.request_poll(None, NOW) == 0
    assert await store.request_poll(held.feed.id, NOW) == 1
    assert await store.next_due(NOW) == NOW
    assert await store.request_poll(FeedId(99), NOW) == 0


async def test_the_state_that_a_poll_left_comes_back_whole(store: Store) -> None:
    held = await claim(store)
    state = FeedState(
        due_at=NOW + HOUR,
        validators=Validators("https://a.example/", '"étag"', "Sun, 22 Nov 2026 10:00:00 GMT"),
        body_hash=b"\x00\xff",
        health=FeedHealth.FAILING,
        failures=3,
        last_poll=NOW,
        last_success=NOW - HOUR,
        last_error="it failed",
        last_error_at=NOW,
        warning="odd",
        interval=900.0,
        refresh=60.0,
        cadence=1200.5,
        rhythm=b"\x01\x00\xff",
        late=True,
        last_news=NOW - HOUR,
        moved_to="https://b.example/",
        redirect_target="https://c.example/",
        redirect_seen=2,
        baseline_done=True,
        title="A feed",
        site="https://a.example/",
        language="uk",
        paragraphs={"abc": 3},
    )
    await store.apply([replace(update(held), state=state)])
    feed = await store.feed(held.feed.id)
    assert feed is not None
    assert feed.state == state


async def test_a_feed_is_late_after_a_long_silence_without_another_poll(store: Store) -> None:
    held = await claim(store)
    state = replace(update(held).state, cadence=600.0, last_news=NOW, due_at=NOW + 3 * HOUR)
    await store.apply([replace(update(held), state=state)])
    assert not (await store.feeds(NOW + timedelta(minutes=55)))[0].late
    assert (await store.feeds(NOW + timedelta(minutes=75)))[0].late


async def test_a_feed_that_a_poll_found_late_stays_late(store: Store) -> None:
    held = await claim(store)
    await store.apply([replace(update(held), state=replace(update(held).state, late=True, last_news=NOW))])
    assert (await store.feeds(NOW))[0].late


async def test_many_claimers_never_share_a_feed(store: Store) -> None:
    await store.sync_feeds([subscription(f"F{number}") for number in range(100)], NOW)
    rounds = await asyncio.gather(*(store.claim_due(f"owner {number}", 7, 60, NOW) for number in range(20)))
    claimed = [one.feed.id for part in rounds for one in part]
    assert len(claimed) == len(set(claimed)) == 100
