from __future__ import annotations

from datetime import datetime

from feedwatch.model import (
    Delivery,
    DeliveryId,
    DeliveryState,
    EngineStatus,
    FailureKind,
    NewDelivery,
    Selection,
    replace,
)
from feedwatch.store.store import Store
from tests.store.samples import HOUR, NOW, SECOND, add, alert, attempted, draft, joining


async def send(store: Store, *channels: str, name: str = "a", due: datetime = NOW) -> None:
    made = draft(name)
    messages = tuple(NewDelivery(channel, due) for channel in channels or ("desk",))
    await add(store, made, alerts=(alert(made, deliveries=messages),))


async def claimed(store: Store, at: datetime = NOW, owner: str = "me", **slots: int) -> tuple[Delivery, ...]:
    return await store.claim_deliveries(owner, 60, at, slots or {"desk": 4})


async def record(store: Store, one: Delivery, state: DeliveryState, next_at: datetime | None = None) -> None:
    await store.record_deliveries([attempted(one, state, next_at)])


async def due(store: Store, at: datetime = NOW) -> frozenset[str]:
    return await store.due_channels("other", ("desk", "phone"), at)


async def test_a_claimed_message_is_nobody_elses_until_its_lease_ran_out(store: Store) -> None:
    await send(store)
    (first,) = await claimed(store)
    assert first.title == "Title of a"
    assert first.rule == "Drones"
    assert await claimed(store, NOW + 59 * SECOND, "other") == ()
    assert await due(store, NOW + 59 * SECOND) == frozenset()
    assert await due(store, NOW + 60 * SECOND) == {"desk"}
    (again,) = await claimed(store, NOW + 60 * SECOND, "other")
    assert (again.id, again.body) == (first.id, first.body)


async def test_messages_are_not_claimed_before_they_are_due(store: Store) -> None:
    await send(store, due=NOW + HOUR)
    assert await claimed(store) == ()
    assert await due(store) == frozenset()
    assert await due(store, NOW + HOUR) == {"desk"}


async def test_a_channel_gets_no_more_than_its_free_slots(store: Store) -> None:
    for name in "abc":
        await send(store, "desk", "phone", name=name)
    got = await claimed(store, desk=2, phone=1, other=3)
    assert sorted(one.channel for one in got) == ["desk", "desk", "phone"]
    assert await claimed(store, desk=0) == ()


async def test_the_longest_due_messages_go_first(store: Store) -> None:
    for seconds, name in ((3, "a"), (1, "b"), (2, "c")):
        await send(store, name=name, due=NOW - seconds * SECOND)
    got = await claimed(store, desk=2)
    assert [one.title for one in got] == ["Title of a", "Title of c"]


async def test_a_delivered_message_is_done(store: Store) -> None:
    await send(store)
    (one,) = await claimed(store)
    await record(store, one, DeliveryState.DELIVERED)
    (done,) = await store.deliveries(9, Selection(state=DeliveryState.DELIVERED))
    assert (done.attempts, done.last_status, done.delivered_at, done.next_at) == (1, 200, NOW, None)
    assert await due(store, NOW + 99 * HOUR) == frozenset()


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
    await store.leave_deliveries("other")
    assert await claimed(store) == ()
    await store.leave_deliveries("me")
    assert len(await claimed(store)) == 1


async def test_dead_messages_can_be_sent_again(store: Store) -> None:
    for name in "ab":
        await send(store, name=name)
    for one in await claimed(store):
        await record(store, one, DeliveryState.DEAD)
    assert (await store.status(NOW)).dead == 2
    assert await store.retry_deliveries(Selection(state=DeliveryState.DEAD), NOW + HOUR) == 2
    got = await claimed(store, NOW + HOUR)
    assert [one.attempts for one in got] == [0, 0]


async def test_a_named_message_is_sent_again_whatever_became_of_it(store: Store) -> None:
    await send(store)
    await store.take_engine(EngineStatus("daemon", 1, "host", NOW), "me", 60, NOW, lambda _: True)
    (one,) = await claimed(store)
    assert await store.retry_deliveries(Selection((one.id,)), NOW) == 0  # it is being sent
    await record(store, one, DeliveryState.DELIVERED)
    assert await store.retry_deliveries(Selection((one.id, DeliveryId("no such"))), NOW) == 1
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


async def test_a_channel_that_is_to_be_probed_is_in_use_and_said_to_be_out_of_service(store: Store) -> None:
    await send(store)
    await store.disable_channel("desk", "no connection", NOW, NOW + HOUR)
    await store.disable_channel("desk", "no answer", NOW + SECOND, NOW + 2 * HOUR)
    (state,) = await store.channel_states()
    assert (state.reason, state.since, state.probe_at) == ("no answer", NOW, NOW + 2 * HOUR)
    assert len(await claimed(store)) == 1
    await store.disable_channel("desk", "410 Gone", NOW)
    assert (await store.channel_states())[0].probe_at is None


async def test_a_channel_that_works_again_gets_at_once_what_waits_but_not_before_retry_after(store: Store) -> None:
    for name in "ab":
        await send(store, name=name)
    first, second = await claimed(store)
    asked = replace(attempted(second, DeliveryState.WAITING, NOW + 3 * HOUR), not_before=NOW + 2 * HOUR)
    await store.record_deliveries([attempted(first, DeliveryState.WAITING, NOW + HOUR), asked])
    await store.disable_channel("desk", "no answer", NOW, NOW + SECOND)

    await store.enable_channel("desk", NOW + SECOND)

    assert {one.id: one.next_at for one in await store.deliveries(9)} == {
        first.id: NOW + SECOND,
        second.id: NOW + 2 * HOUR,
    }


async def test_whoever_takes_over_has_the_deliveries_of_the_dead_and_no_open_circuit(store: Store) -> None:
    await send(store)
    await claimed(store, owner="dead")
    await store.disable_channel("desk", "no answer", NOW, NOW + HOUR)
    await store.take_engine(EngineStatus("daemon", 1, "host", NOW), "me", 60, NOW, lambda _: True)
    assert await store.channel_states() == ()
    assert len(await claimed(store)) == 1


async def test_every_attempt_is_kept_until_it_is_pruned(store: Store) -> None:
    await send(store)
    for number in range(3):
        (one,) = await claimed(store, NOW + number * HOUR)
        at = NOW + number * HOUR
        await store.record_deliveries([attempted(one, DeliveryState.WAITING, at + HOUR, at, f"answer {number}")])
    tried = await store.attempts(one.id)
    assert [each.answer for each in tried] == ["answer 2", "answer 1", "answer 0"]
    assert (tried[0].at, tried[0].status, tried[0].kind) == (NOW + 2 * HOUR, 500, FailureKind.STATUS)
    await store.prune(3600.0, NOW + 2 * HOUR)
    assert len(await store.attempts(one.id)) == 2


async def test_what_an_alert_said_first_goes_first(store: Store) -> None:
    made = draft("a")
    applied = await add(store, made, alerts=(alert(made, grow=(2,), channels=("desk",)),))
    item = await store.item(applied.new[0])
    assert item is not None
    await add(store, feed="Two", new=(joining(draft("b"), item.row.story_id),))
    raised, grown = sorted(await store.deliveries(9), key=lambda one: b"alert.grown" in one.body)
    assert b"alert.grown" in grown.body
    (first,) = await claimed(store, NOW + HOUR)
    assert first.id == raised.id
    await record(store, first, DeliveryState.WAITING, NOW + 2 * HOUR)
    assert await claimed(store, NOW + HOUR) == ()
    (again,) = await claimed(store, NOW + 2 * HOUR)
    await record(store, again, DeliveryState.DELIVERED)
    assert [one.id for one in await claimed(store, NOW + 2 * HOUR)] == [grown.id]


async def test_deliveries_are_chosen_by_channel_time_and_words(store: Store) -> None:
    made = draft("a", "Ünruly drones")
    await add(store, made, alerts=(alert(made, deliveries=(NewDelivery("desk", NOW), NewDelivery("phone", NOW))),))
    later = draft("b", "Another")
    await add(store, later, at=NOW + HOUR, alerts=(alert(later, at=NOW + HOUR),))

    async def titles(**chosen: object) -> list[str]:
        return [one.title for one in await store.deliveries(9, Selection(**chosen))]  # type: ignore[arg-type]  # a test's shorthand

    assert await titles(channel="phone") == ["Ünruly drones"]
    assert await titles(since=NOW + SECOND) == ["Another"]
    assert await titles(until=NOW + SECOND, channel="desk") == ["Ünruly drones"]
    assert await titles(text="ruly DRO") == ["Ünruly drones"] * 2
    assert await titles(text="drones") == ["Another", "Ünruly drones", "Ünruly drones"]  # the rule's name
    assert await store.retry_deliveries(Selection(since=NOW + SECOND), NOW + HOUR) == 1


async def test_what_a_dead_engine_was_sending_can_be_sent_again(store: Store) -> None:
    await send(store)
    (one,) = await claimed(store, owner="dead")
    assert await store.retry_deliveries(Selection((one.id,)), NOW) == 1


async def test_what_is_sent_again_was_delivered_when_it_was_first(store: Store) -> None:
    await send(store)
    (one,) = await claimed(store)
    await record(store, one, DeliveryState.DELIVERED)
    await store.retry_deliveries(Selection((one.id,)), NOW + HOUR)
    (again,) = await claimed(store, NOW + HOUR)
    await store.record_deliveries([attempted(again, DeliveryState.DELIVERED, at=NOW + HOUR)])
    assert (await store.deliveries(9))[0].delivered_at == NOW


async def test_a_retry_puts_only_its_own_channels_into_service(store: Store) -> None:
    await send(store, "desk", "phone")
    for channel in ("desk", "phone"):
        await store.disable_channel(channel, "410 Gone", NOW)
    assert await store.retry_deliveries(Selection((DeliveryId("no such"),)), NOW) == 0
    assert await store.retry_deliveries(Selection(channel="phone"), NOW) == 1
    assert [one.name for one in await store.channel_states()] == ["desk"]


async def test_words_are_found_in_any_script_and_case(store: Store) -> None:
    made = draft("a", "Правда ÉLYSÉE")
    await add(store, made, alerts=(alert(made),))
    for words in ("правда", "ПРАВДА", "élysée"):
        assert len(await store.deliveries(9, Selection(text=words))) == 1


async def test_a_clock_set_back_makes_due_what_failed_while_it_ran_ahead_but_not_what_is_held(store: Store) -> None:
    await send(store)
    (one,) = await claimed(store)
    ahead = NOW + 24 * HOUR
    await store.record_deliveries([attempted(one, DeliveryState.WAITING, ahead + HOUR, ahead)])
    made = draft("held")
    held = alert(made, at=ahead, deliveries=(NewDelivery("desk", ahead + HOUR, held=True),))
    await add(store, made, at=ahead, alerts=(held,))
    await store.forget_future(NOW)
    assert sorted(each.next_at or NOW for each in await store.deliveries(9)) == [NOW, ahead + HOUR]
