"""The loop that empties the outbox: a real store, a real client, a receiver that answers by script."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from feedwatch.errors import StoreError
from feedwatch.model import DeliveryState, Rate, Selection, replace
from tests.engine.post_office import PostOffice
from tests.loopback import Answer, WebhookSink
from tests.store.samples import NOW


@pytest.fixture(autouse=True)
def desk(office: PostOffice, webhook_sink: WebhookSink) -> None:
    office.connect("desk", webhook_sink.url("/hook"))


async def test_a_failed_delivery_is_tried_again_with_the_same_id_and_body(
    office: PostOffice, webhook_sink: WebhookSink
) -> None:
    webhook_sink.script = [500]
    await office.raise_alert()
    await office.pass_by(0)
    state, attempts, next_at = await office.state()
    assert (state, attempts) == (DeliveryState.WAITING, 1)
    assert next_at is not None
    assert NOW + timedelta(seconds=5) <= next_at <= NOW + timedelta(seconds=6)
    await office.pass_by(10)
    assert (await office.state())[:2] == (DeliveryState.DELIVERED, 2)
    first, second = webhook_sink.requests
    assert (first.headers["webhook-id"], first.body) == (second.headers["webhook-id"], second.body)


async def test_after_the_last_attempt_a_delivery_is_dead_and_can_be_sent_again(
    office: PostOffice, webhook_sink: WebhookSink
) -> None:
    webhook_sink.script = [500, 502, 404]
    await office.raise_alert()
    for seconds in (0, 10, 100):
        await office.pass_by(seconds)
    assert (await office.state())[:2] == (DeliveryState.DEAD, 3)
    assert await office.store.retry_deliveries(Selection(state=DeliveryState.DEAD), office.now) == 1
    await office.pass_by(0)
    assert (await office.state())[0] is DeliveryState.DELIVERED


async def test_410_puts_the_channel_out_of_service_and_what_comes_later_waits(
    office: PostOffice, webhook_sink: WebhookSink
) -> None:
    webhook_sink.script = [410]
    await office.raise_alert("a")
    await office.pass_by(0)
    await office.raise_alert("b")
    await office.pass_by(10)
    assert len(webhook_sink.requests) == 1
    assert sorted(one.state for one in await office.store.deliveries(9)) == [DeliveryState.DEAD, DeliveryState.WAITING]
    assert [one.name for one in await office.store.channel_states()] == ["desk"]


async def test_retry_after_is_honoured(office: PostOffice, webhook_sink: WebhookSink) -> None:
    webhook_sink.script = [Answer(status=429, headers={"Retry-After": "120"})]
    await office.raise_alert()
    await office.pass_by(0)
    _, _, next_at = await office.state()
    assert next_at is not None
    assert next_at >= NOW + timedelta(seconds=120)


async def test_a_message_to_a_channel_that_is_not_configured_waits_for_it(
    office: PostOffice, webhook_sink: WebhookSink
) -> None:
    await office.raise_alert("a", "other")
    await office.pass_by(0)
    assert (await office.state())[:2] == (DeliveryState.WAITING, 0)
    other = replace(office.setup.channels["desk"], name="other")
    office.setup = replace(office.setup, channels={"other": other})
    await office.pass_by(0)
    assert (await office.state())[0] is DeliveryState.DELIVERED


async def test_a_receiver_that_hangs_is_left_after_its_timeout(office: PostOffice, webhook_sink: WebhookSink) -> None:
    webhook_sink.script = [Answer(wait=10.0)]
    hasty = replace(office.setup.channels["desk"], timeout=0.3)
    office.setup = replace(office.setup, channels={"desk": hasty})
    await office.raise_alert()
    await office.pass_by(0)
    assert (await office.state())[:2] == (DeliveryState.WAITING, 1)


async def test_a_delivery_that_hangs_at_the_end_is_given_back_to_the_outbox(
    office: PostOffice, webhook_sink: WebhookSink
) -> None:
    webhook_sink.script = [Answer(wait=10.0)]
    await office.raise_alert()
    running = asyncio.create_task(office.courier.run())
    await webhook_sink.came(1)
    running.cancel()
    await office.courier.drain(0.1)
    assert (await office.state())[:2] == (DeliveryState.WAITING, 0)
    await office.pass_by(0)
    assert (await office.state())[0] is DeliveryState.DELIVERED


async def test_a_clock_that_jumps_ahead_sends_nothing_twice(office: PostOffice, webhook_sink: WebhookSink) -> None:
    webhook_sink.script = [Answer(wait=0.5)]
    await office.raise_alert()
    running = asyncio.create_task(office.courier.run())
    await webhook_sink.came(1)
    office.now += timedelta(days=1)
    for name in "bc":
        await office.raise_alert(name)
        office.courier.wake()
    await office.until_all(DeliveryState.DELIVERED)
    running.cancel()
    await office.courier.drain(1)
    assert len(webhook_sink.requests) == 3


async def test_a_result_that_can_not_be_written_at_first_is_written_when_it_can(
    office: PostOffice, webhook_sink: WebhookSink
) -> None:
    await office.raise_alert()
    blocked = asyncio.Event()

    async def fail(results: object) -> None:
        if not blocked.is_set():
            blocked.set()
            raise StoreError("the disk is full")
        await record(results)  # type: ignore[arg-type]  # what it was given

    record, office.store.record_deliveries = office.store.record_deliveries, fail  # type: ignore[method-assign]  # the edge
    await office.pass_by(0)
    assert blocked.is_set()
    await office.until_all(DeliveryState.DELIVERED)
    assert len(webhook_sink.requests) == 1


async def test_a_410_of_the_old_address_says_nothing_of_the_new_one(
    office: PostOffice, webhook_sink: WebhookSink
) -> None:
    webhook_sink.script = [Answer(status=410, wait=0.4)]
    await office.raise_alert("a")
    running = asyncio.create_task(office.courier.run())
    await webhook_sink.came(1)
    office.connect("desk", webhook_sink.url("/new"))
    await office.raise_alert("b")
    office.courier.wake()
    await webhook_sink.came(2)
    async with asyncio.timeout(5):
        while (await office.store.deliveries(9, Selection(state=DeliveryState.DEAD))) == ():  # noqa: ASYNC110  # what is waited for is in the store
            await asyncio.sleep(0.02)
    running.cancel()
    await office.courier.drain(1)
    assert await office.store.channel_states() == ()


async def test_a_rate_beyond_all_time_stops_no_channel(office: PostOffice, webhook_sink: WebhookSink) -> None:
    office.connect("slow", webhook_sink.url(), rate=Rate(1, 1e10))
    await office.raise_alert("a", "desk", "slow")
    await office.pass_by(0)
    assert {one.state for one in await office.store.deliveries(9)} == {DeliveryState.DELIVERED}
