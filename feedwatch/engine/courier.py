"""The loop that empties the outbox. Each channel has its own slots, so that a dead one delays no other."""

from __future__ import annotations

import asyncio
import logging
import random
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime

from feedwatch.core import delivery
from feedwatch.core.channels import to_request
from feedwatch.engine.metrics import Metrics
from feedwatch.engine.setup import Setup
from feedwatch.errors import FeedwatchError
from feedwatch.model import Channel, Delivered, Delivery, DeliveryResult, DeliveryState, GiveUp, TryAgain
from feedwatch.net.send import send
from feedwatch.net.session import Client
from feedwatch.store.store import Store

SLOTS = 4
"""Deliveries under way at once to one channel."""
LEASE_BEYOND = 60.0
"""Seconds that a claimed delivery is ours beyond the longest timeout of a channel."""
IDLE = 1.0
"""Seconds after which the outbox is looked at even if nobody said that something is in it."""

log = logging.getLogger(__name__)


class Courier:
    """Delivers what is due, records what came of it, and never gives a delivery up but by the schedule."""

    def __init__(  # one composition site
        self,
        store: Store,
        client: Client,
        setup: Callable[[], Setup],
        owner: str,
        clock: Callable[[], datetime],
        metrics: Metrics,
    ) -> None:
        self._store = store
        self._client = client
        self._setup = setup
        self._owner = owner
        self._clock = clock
        self._metrics = metrics
        self._wake = asyncio.Event()
        self._busy: Counter[str] = Counter()
        self._tasks: set[asyncio.Task[None]] = set()

    def wake(self) -> None:
        """Look at the outbox now: something was put into it."""
        self._wake.set()

    async def run(self) -> None:
        """Deliver until cancelled."""
        while True:
            self._wake.clear()
            try:
                await self._start_due()
            except Exception:
                log.exception("the outbox could not be read; trying again")
            await self._rest()

    async def empty(self) -> int:
        """Try everything that is due now once; how many were delivered."""
        before = self._metrics.deliveries["delivered"]
        while await self._start_due() or self._tasks:
            if self._tasks:
                await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)
        return self._metrics.deliveries["delivered"] - before

    async def drain(self, seconds: float) -> None:
        """Let deliveries under way finish, at most so long; the rest go back to the outbox."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._store.release_deliveries(self._owner)

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(IDLE):
                await self._wake.wait()
        except TimeoutError:
            return

    async def _start_due(self) -> int:
        now = self._clock()
        due = await self._store.next_delivery(now)
        if due is None or due > now:
            return 0
        channels = self._setup().channels
        free = {name: SLOTS - self._busy[name] for name in channels if self._busy[name] < SLOTS}
        if not free:
            return 0
        lease = LEASE_BEYOND + max(channel.timeout for channel in channels.values())
        claimed = await self._store.claim_deliveries(self._owner, sum(free.values()), lease, now, free)
        for one in claimed:
            self._start(one, channels[one.channel])
        return len(claimed)

    def _start(self, one: Delivery, channel: Channel) -> None:
        self._busy[channel.name] += 1
        task = asyncio.create_task(self._deliver(one, channel), name=f"delivery {one.id}")
        self._tasks.add(task)
        task.add_done_callback(lambda done: self._finished(done, channel.name))

    def _finished(self, task: asyncio.Task[None], channel: str) -> None:
        self._tasks.discard(task)
        self._busy[channel] -= 1
        self._wake.set()

    async def _deliver(self, one: Delivery, channel: Channel) -> None:
        try:
            await self._record(one, await self._attempt(one, channel))
        except FeedwatchError as error:
            log.warning("delivery %s: its result is not recorded, it will be tried again: %s", one.id, error)

    async def _attempt(self, one: Delivery, channel: Channel) -> DeliveryResult:
        try:
            request = to_request(channel, one.id, one.body, self._clock())
            return request if isinstance(request, GiveUp) else await send(self._client, request)
        except Exception as error:
            log.exception("delivery %s: unexpected; it is tried again later", one.id)
            return TryAgain(f"feedwatch failed on this delivery ({type(error).__name__}); its log says more")

    async def _record(self, one: Delivery, result: DeliveryResult) -> None:
        now, attempts = self._clock(), one.attempts + 1
        schedule = self._setup().delivery_schedule
        outcome = delivery.after_attempt(attempts, result, schedule, now, random.random())  # noqa: S311  # jitter
        error = "" if isinstance(result, Delivered) else result.message
        await self._store.record_delivery(
            one.id, outcome.state, outcome.next_at, attempts=attempts, status=result.status, error=error, now=now
        )
        self._metrics.deliveries[_COUNTED[outcome.state]] += 1
        if error:
            log.warning("channel %s: %s (attempt %d)", one.channel, error, attempts)
        if isinstance(result, GiveUp) and result.disable:
            await self._store.disable_channel(one.channel, error, now)


_COUNTED: Mapping[DeliveryState, str] = {
    DeliveryState.DELIVERED: "delivered",
    DeliveryState.WAITING: "retry",
    DeliveryState.DEAD: "dead",
}
