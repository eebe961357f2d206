"""The loop that empties the outbox: a real store, a real client, a receiver that answers by script."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from feedwatch.config import Config, DeliverySettings
from feedwatch.engine.courier import Courier
from feedwatch.engine.metrics import Metrics
from feedwatch.engine.setup import Setup, make_setup
from feedwatch.model import Channel, DeliveryState, NewDelivery, Selection
from feedwatch.net.session import Client, NetSettings
from feedwatch.store.store import Store
from tests.loopback import Answer, WebhookSink
from tests.store.samples import NOW, add, alert, draft

SECRET = "whsec_c2VjcmV0IG9mIHRoZSB0ZXN0cywgMzIgYnl0ZXM="


class Bench:
    """A courier with its outbox, its receiver and its clock."""

    def __init__(self, store: Store, client: Client, sink: WebhookSink) -> None:
        self.store = store
        self.sink = sink
        self.now = NOW
        self.setup = self._setup_of(sink.url("/hook"))
        self.courier = Courier(store, client, lambda: self.setup, "me", lambda: self.now, Metrics())

    def _setup_of(self, url: str) -> Setup:
        channel = Channel("desk", "webhook", url, (SECRET,), timeout=2.0)
        return make_setup(Config(channels=(channel,), delivery=DeliverySettings(schedule=(5.0, 60.0))))

    async def raise_alert(self, name: str = "a", channel: str = "desk") -> None:
        made = draft(name)
        await add(self.store, made, alerts=(alert(made, deliveries=(NewDelivery(channel, NOW),)),))

    async def pass_by(self, seconds: float) -> None:
        """Let time pass, and the courier do what is due then."""
        self.now += timedelta(seconds=seconds)
        await self.courier.empty()

    async def state(self) -> tuple[DeliveryState, int, datetime | None]:
        (one,) = await self.store.deliveries(10)
        return one.state, one.attempts, one.next_at


@pytest.fixture
async def bench(tmp_path: Path, webhook_sink: WebhookSink) -> AsyncIterator[Bench]:
    store = await Store.open(tmp_path / "feedwatch.db")
    async with Client(NetSettings(allow_private=("127.0.0.0/8",))) as client:
        yield Bench(store, client, webhook_sink)
    await store.close()


async def test_a_failed_delivery_is_tried_again_with_the_same_id_and_body(bench: Bench) -> None:
    bench.sink.script = [500]
    await bench.raise_alert()
    await bench.pass_by(0)
    state, attempts, next_at = await bench.state()
    assert (state, attempts) == (DeliveryState.WAITING, 1)
    assert next_at is not None
    assert NOW + timedelta(seconds=5) <= next_at <= NOW + timedelta(seconds=6)
    await bench.pass_by(10)
    assert (await bench.state())[:2] == (DeliveryState.DELIVERED, 2)
    first, second = bench.sink.requests
    assert (first.headers["webhook-id"], first.body) == (second.headers["webhook-id"], second.body)


async def test_after_the_last_attempt_a_delivery_is_dead_and_can_be_sent_again(bench: Bench) -> None:
    bench.sink.script = [500, 502, 404]
    await bench.raise_alert()
    for seconds in (0, 10, 100):
        await bench.pass_by(seconds)
    assert (await bench.state())[:2] == (DeliveryState.DEAD, 3)
    assert await bench.store.retry_deliveries(Selection(state=DeliveryState.DEAD), bench.now) == 1
    await bench.pass_by(0)
    assert (await bench.state())[0] is DeliveryState.DELIVERED


async def test_410_puts_the_channel_out_of_service_and_what_comes_later_waits(bench: Bench) -> None:
    bench.sink.script = [410]
    await bench.raise_alert("a")
    await bench.pass_by(0)
    await bench.raise_alert("b")
    await bench.pass_by(10)
    assert len(bench.sink.requests) == 1
    assert sorted(one.state for one in await bench.store.deliveries(9)) == [DeliveryState.DEAD, DeliveryState.WAITING]
    assert [one.name for one in await bench.store.channel_states()] == ["desk"]


async def test_retry_after_is_honoured(bench: Bench) -> None:
    bench.sink.script = [Answer(status=429, headers={"Retry-After": "120"})]
    await bench.raise_alert()
    await bench.pass_by(0)
    _, _, next_at = await bench.state()
    assert next_at is not None
    assert next_at >= NOW + timedelta(seconds=120)


async def test_a_message_to_a_channel_that_is_not_configured_waits_for_it(bench: Bench) -> None:
    await bench.raise_alert(channel="other")
    await bench.pass_by(0)
    assert (await bench.state())[:2] == (DeliveryState.WAITING, 0)
    other = replace(bench.setup.channels["desk"], name="other")
    bench.setup = replace(bench.setup, channels={"other": other})
    await bench.pass_by(0)
    assert (await bench.state())[0] is DeliveryState.DELIVERED


async def test_a_receiver_that_hangs_is_left_after_its_timeout(bench: Bench) -> None:
    bench.sink.script = [Answer(wait=10.0)]
    hasty = replace(bench.setup.channels["desk"], timeout=0.3)
    bench.setup = replace(bench.setup, channels={"desk": hasty})
    await bench.raise_alert()
    await bench.pass_by(0)
    assert (await bench.state())[:2] == (DeliveryState.WAITING, 1)


async def test_a_delivery_that_hangs_at_the_end_is_given_back_to_the_outbox(bench: Bench) -> None:
    bench.sink.script = [Answer(wait=10.0)]
    await bench.raise_alert()
    running = asyncio.create_task(bench.courier.run())
    await bench.sink.came(1)
    running.cancel()
    await bench.courier.drain(0.1)
    assert (await bench.state())[:2] == (DeliveryState.WAITING, 0)
    await bench.pass_by(0)
    assert (await bench.state())[0] is DeliveryState.DELIVERED
