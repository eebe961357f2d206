from __future__ import annotations

from datetime import datetime

from feedwatch.model import Delivery, DeliveryId, DeliveryState, NewDelivery
from feedwatch.store.store import Store
from tests.store.samples import HOUR, NOW, SECOND, add, alert, draft


async def send(store: Store, *channels: str, name: str = "a", due: datetime = NOW) -> None:
    made = draft(name)
    messages = tuple(NewDelivery(channel, due) for channel in channels or ("desk",))
    await add(store, made, alerts=(alert(made, deliveries=messages),))


async def claimed(store: Store, at: datetime = NOW, owner: str = "me", **slots: int) -> tuple[Delivery, ...]:
    return await store.claim_deliveries(owner, 100, 60, at, slots or {"desk": 4})


async def record(store: Store, one: Delivery, state: DeliveryState, next_at: datetime | None = None) -> None:
    error = "" if state is DeliveryState.DELIVERED else "it answered 500"
    await store.record_delivery(
        one.id, state, next_at, attempts=one.attempts + 1, status=500 if error else 200, error=error, now=NOW
    )


async def test_a_claimed_message_is_nobody_elses_until_its_lease_ran_out(store: Store) -> None:
    await send(store)
    (first,) = await claimed(store)
    assert first.title == "Title of a"
    assert first.rule == "Drones"
    assert await claimed(store, NOW + 59 * SECOND, "other") == ()
    assert await store.next_delivery(NOW) == NOW + 60 * SECOND
    (again,) = await claimed(store, NOW + 60 * SECOND, "other")
    assert (again.id, again.body) == (first.id, first.body)


async def test_messages_are_not_claimed_before_they_are_due(store: Store) -> None:
    await send(store, due=NOW + HOUR)
    assert await claimed(store) == ()
    assert await store.next_delivery(NOW) == NOW + HOUR


async def test_a_channel_gets_no_more_than_its_free_slots(store: Store) -> None:
    for name in "abc":
        await send(store, "desk", "phone", name=name)
    got = await claimed(store, desk=2, phone=1, other=3)
    assert sorted(one.channel for one in got) == ["desk", "desk", "phone"]
    assert await claimed(store, desk=0) == ()


async def test_the_longest_due_messages_go_first(store: Store) -> None:
    for seconds, name in ((3, "a"), (1, "b"), (2, "c")):
        await send(store, name=name, due=NOW - seconds * SECOND)
    got = await store.claim_deliveries("me", 2, 60, NOW, {"desk": 4})
    assert [one.title for one in got] == ["Title of a", "Title of c"]


async def test_a_delivered_message_is_done(store: Store) -> None:
    await send(store)
    (one,) = await claimed(store)
    await record(store, one, DeliveryState.DELIVERED)
    (done,) = await store.deliveries(9, DeliveryState.DELIVERED)
    assert (done.attempts, done.last_status, done.delivered_at, done.next_at) == (1, 200, NOW, None)
    assert await store.next_delivery(NOW) is None


async def test_a_failed_message_waits_for_its_next_attempt(store: Store) -> None:
    await send(store)
    (one,) = await claimed(store)
    await record(store, one, DeliveryState.WAITING, NOW + HOUR)
    assert await claimed(store) == ()
    (again,) = await claimed(store, NOW + HOUR)
    assert (again.attempts, again.last_status, again.last_error) == (1, 500, "it answered 500")


async def test_a_late_failure_does_not_undo_a_delivery(store: Store) -> None:
    await send(store)
    (slow,) = await claimed(store)
    (fast,) = await claimed(store, NOW + HOUR, "other")
    await record(store, fast, DeliveryState.DELIVERED)
    await record(store, slow, DeliveryState.WAITING, NOW)
    assert (await store.deliveries(9))[0].state is DeliveryState.DELIVERED


async def test_released_messages_are_due_again(store: Store) -> None:
    await send(store)
    await claimed(store)
    await store.release_deliveries("other")
    assert await claimed(store) == ()
    await store.release_deliveries("me")
    assert len(await claimed(store)) == 1


async def test_dead_messages_can_be_sent_again(store: Store) -> None:
    for name in "ab":
        await send(store, name=name)
    for one in await claimed(store):
        await record(store, one, DeliveryState.DEAD)
    assert (await store.status(NOW)).dead == 2
    assert await store.retry_deliveries(None, NOW + HOUR) == 2
    got = await claimed(store, NOW + HOUR)
    assert [one.attempts for one in got] == [0, 0]


async def test_a_named_message_is_sent_again_whatever_became_of_it(store: Store) -> None:
    await send(store)
    (one,) = await claimed(store)
    assert await store.retry_deliveries([one.id], NOW) == 0
    await record(store, one, DeliveryState.DELIVERED)
    assert await store.retry_deliveries([one.id, DeliveryId("no such")], NOW) == 1
    assert [again.id for again in await claimed(store)] == [one.id]


async def test_a_disabled_channel_waits_until_it_is_enabled(store: Store) -> None:
    await send(store, "desk", "phone")
    await store.disable_channel("desk", "410 Gone", NOW)
    await store.disable_channel("desk", "another reason", NOW + HOUR)
    (state,) = await store.channel_states()
    assert (state.name, state.reason, state.since) == ("desk", "410 Gone", NOW)
    assert [one.channel for one in await claimed(store, desk=4, phone=4)] == ["phone"]
    await store.enable_channel("desk", NOW)
    assert await store.channel_states() == ()
    assert [one.channel for one in await claimed(store, desk=4, phone=4)] == ["desk"]


async def test_messages_of_a_disabled_channel_are_not_what_is_due_next(store: Store) -> None:
    await send(store)
    await store.disable_channel("desk", "410 Gone", NOW)
    assert await store.next_delivery(NOW) is None
