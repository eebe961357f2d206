"""The loop that empties the outbox: a real store, a real client, a receiver that answers by script."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from feedwatch.model import DeliveryState, Selection
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
