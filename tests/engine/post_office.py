"""A courier with a real outbox and a real client, on a clock that tests move."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from feedwatch.config import Config, DeliverySettings
from feedwatch.engine.courier import Courier
from feedwatch.engine.metrics import Metrics
from feedwatch.engine.setup import make_setup
from feedwatch.model import Attempt, Channel, Delivery, DeliveryState, NewDelivery, replace
from feedwatch.net.session import Client
from feedwatch.store.store import Store
from tests.store.samples import NOW, add, alert, draft

SECRET = "whsec_c2VjcmV0IG9mIHRoZSB0ZXN0cywgMzIgYnl0ZXM="
SCHEDULE = (5.0, 60.0)


class PostOffice:
    """Its channels may be changed at any time, as a reload does."""

    def __init__(self, store: Store, client: Client) -> None:
        self.store = store
        self.now = NOW
        self.setup = make_setup(Config(delivery=DeliverySettings(schedule=SCHEDULE)))
        self.metrics = Metrics()
        self.courier = Courier(store, client, lambda: self.setup, "me", lambda: self.now, self.metrics)

    def connect(self, name: str, url: str, **changes: object) -> None:
        """Have a webhook channel from now on."""
        channel = replace(Channel(name, "webhook", url, (SECRET,), timeout=2.0), **changes)  # type: ignore[arg-type]  # a test's shorthand
        self.setup = replace(self.setup, channels={**self.setup.channels, name: channel})

    def schedule(self, *waits: float) -> None:
        """Wait so many seconds after each attempt from now on."""
        config = replace(self.setup.config, delivery=DeliverySettings(schedule=waits))
        self.setup = replace(self.setup, config=config)

    async def raise_alert(self, name: str = "a", *channels: str, due: datetime = NOW) -> None:
        """An alert that goes to these channels, to "desk" where none is named."""
        made = draft(name)
        deliveries = tuple(NewDelivery(channel, due) for channel in channels or ("desk",))
        await add(self.store, made, alerts=(alert(made, deliveries=deliveries),))

    async def pass_by(self, seconds: float) -> None:
        """Let time pass, and the courier do what is due then."""
        self.now += timedelta(seconds=seconds)
        await self.courier.empty()

    async def only(self) -> Delivery:
        """The one delivery that there is."""
        (one,) = await self.store.deliveries(10)
        return one

    async def state(self) -> tuple[DeliveryState, int, datetime | None]:
        """State, attempts and next time of the one delivery."""
        one = await self.only()
        return one.state, one.attempts, one.next_at

    async def attempt(self) -> Attempt:
        """The last attempt at the one delivery."""
        return (await self.store.attempts((await self.only()).id))[0]

    async def until_all(self, state: DeliveryState, seconds: float = 10.0) -> None:
        """Wait, with the courier running, until every delivery is in this state."""
        async with asyncio.timeout(seconds):
            while {one.state for one in await self.store.deliveries(999)} != {state}:  # noqa: ASYNC110  # what is waited for is in the store
                await asyncio.sleep(0.02)
