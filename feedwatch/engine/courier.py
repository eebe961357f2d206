"""The loop that empties the outbox: a lane for each channel, so that one that hangs or refuses delays no other."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from feedwatch.core import delivery
from feedwatch.core.channels import to_request
from feedwatch.core.circuit import FIRST_WAIT, Circuit
from feedwatch.engine.lane import Lane
from feedwatch.engine.metrics import Metrics
from feedwatch.engine.recorder import Recorder
from feedwatch.engine.setup import Setup
from feedwatch.errors import StoreError
from feedwatch.model import (
    Attempt,
    Attempted,
    Channel,
    Delivered,
    Delivery,
    DeliveryResult,
    DeliveryState,
    GiveUp,
    TryAgain,
)
from feedwatch.net.send import send
from feedwatch.net.session import Client
from feedwatch.store.store import Store

LEASE_BEYOND = 60.0
"""Seconds that a claimed delivery is ours beyond what all those claimed with it may take."""
LONGEST_LEASE = 86_400.0
IDLE = 1.0
"""Seconds after which the outbox is looked at even if nobody said that something is in it."""

PATIENCE = 60.0
"""Seconds that a single round goes on for what the rate of a channel holds up."""

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
        self._recorder = Recorder(store)
        self._wake = asyncio.Event()
        self._lanes: dict[str, Lane] = {}
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
            except StoreError as error:
                log.error("the outbox can't be used, nothing is sent meanwhile: %s", error)  # noqa: TRY400  # a sentence, no fault
            except Exception:
                log.exception("the outbox could not be read; trying again")
            await self._rest()

    async def empty(self) -> int:
        """Try everything that is due now once; how many were delivered."""
        before = self._metrics.deliveries["delivered"]
        until = asyncio.get_running_loop().time() + PATIENCE
        while not self._recorder.is_stuck:
            self._wake.clear()
            if not await self._start_due() and not self._tasks and not self._is_held_up(until):
                break
            await self._rest()
        return self._metrics.deliveries["delivered"] - before

    def _is_held_up(self, until: float) -> bool:
        """Whether a channel's rate lets more go by then."""
        now = asyncio.get_running_loop().time()
        waits = (lane.waits_for_rate(now) for lane in self._lanes.values())
        return any(wait is not None and now + wait < until for wait in waits)

    async def drain(self, seconds: float) -> None:
        """Let deliveries under way finish, at most so long; the rest go back to the outbox."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._recorder.close()
        await self._store.leave_deliveries(self._owner)

    # --- what to begin -----------------------------------------------------------------------------------------------

    async def _rest(self) -> None:
        """Wait until there may be something to do."""
        now = asyncio.get_running_loop().time()
        waits = [IDLE]
        for lane in self._lanes.values():
            waits += [wait for wait in (lane.waits_for_probe(now), lane.waits_for_rate(now)) if wait is not None]
        try:
            async with asyncio.timeout(min(waits)):
                await self._wake.wait()
        except TimeoutError:
            return

    async def _start_due(self) -> int:
        """Claim what is due and begin what may begin; how many."""
        await self._tend_lanes()
        time = asyncio.get_running_loop().time
        slots = {name: room for name, lane in self._lanes.items() if (room := lane.room(time())) > 0}
        if slots and not self._recorder.is_stuck:
            await self._claim(slots)
        begun = 0
        for lane in self._lanes.values():
            while (one := lane.next(time())) is not None:
                self._begin(one, lane)
                begun += 1
        return begun

    async def _claim(self, slots: Mapping[str, int]) -> None:
        now = self._clock()
        due = await self._store.due_channels(self._owner, tuple(slots), now)
        if not due:
            return
        lease = LEASE_BEYOND + min(LONGEST_LEASE, max(self._lanes[name].seconds_ahead for name in due))
        wanted = {name: slots[name] for name in due}
        for one in await self._store.claim_deliveries(self._owner, lease, now, wanted):
            self._lanes[one.channel].put(one)

    async def _tend_lanes(self) -> None:
        """Make the lanes those of the configuration; close the circuits that a person closed."""
        channels = self._setup().channels
        for name, lane in tuple(self._lanes.items()):
            if channels.get(name) != lane.channel:
                del self._lanes[name]
                await self._give_back(lane)
                if lane.is_open:
                    await self._store.enable_channel(name, self._clock())
        for name, channel in channels.items():
            self._lanes.setdefault(name, Lane(channel))
        noted = {name: lane for name, lane in self._lanes.items() if lane.is_open and lane.is_noted}
        if noted:  # not those that are noted while the states are being read
            out = {one.name for one in await self._store.channel_states()}
            for name, lane in noted.items():
                if name not in out:
                    lane.close()

    async def _give_back(self, lane: Lane) -> None:
        if waiting := lane.empty():
            await self._store.release_deliveries(self._owner, waiting)

    # --- one delivery ------------------------------------------------------------------------------------------------

    def _begin(self, one: Delivery, lane: Lane) -> None:
        task = asyncio.create_task(self._deliver(one, lane), name=f"delivery {one.id}")
        self._tasks.add(task)
        task.add_done_callback(lambda done: self._ended(done, one, lane))

    def _ended(self, task: asyncio.Task[None], one: Delivery, lane: Lane) -> None:
        self._tasks.discard(task)
        lane.leave(one)
        self._wake.set()

    async def _deliver(self, one: Delivery, lane: Lane) -> None:
        time = asyncio.get_running_loop().time
        began, began_at = time(), self._clock()
        result = await self._attempt(one, lane.channel)
        tried = _attempt(result, began_at, time() - began)
        attempted = self._judge(one, result, tried)
        try:
            await self._recorder.record(attempted)
        except Exception:
            log.exception("delivery %s: its result can't be written, it is tried again", one.id)
            await self._store.release_deliveries(self._owner, (one.id,))
            return
        self._metrics.deliveries[_COUNTED[attempted.state]] += 1
        if tried.error:
            log.warning("channel %s: %s (%s, attempt %d)", one.channel, tried.error, one.id, attempted.attempts)
        await self._tell_circuit(lane, one, result)

    async def _attempt(self, one: Delivery, channel: Channel) -> DeliveryResult:
        try:
            request = to_request(channel, one.id, one.body, self._clock())
            return request if isinstance(request, GiveUp) else await send(self._client, request)
        except Exception as error:
            log.exception("delivery %s: unexpected; it is tried again later", one.id)
            return TryAgain(f"feedwatch failed on this delivery ({type(error).__name__}); its log says more")

    def _judge(self, one: Delivery, result: DeliveryResult, tried: Attempt) -> Attempted:
        attempts, schedule = one.attempts + 1, self._setup().delivery_schedule
        outcome = delivery.after_attempt(attempts, result, schedule, self._clock(), random.random())  # noqa: S311  # jitter
        return Attempted(one.id, attempts, tried, outcome.state, outcome.next_at, outcome.not_before)

    async def _tell_circuit(self, lane: Lane, one: Delivery, result: DeliveryResult) -> None:
        """Let the channel's circuit learn from an attempt, and say so where it opens, closes or goes on waiting."""
        if self._lanes.get(lane.channel.name) is not lane:  # the channel was changed meanwhile
            return
        now = asyncio.get_running_loop().time()
        before = lane.done(one, result, now, min([FIRST_WAIT, *self._setup().delivery_schedule]))
        message = "" if isinstance(result, Delivered) else result.message
        try:
            if isinstance(result, GiveUp) and result.disable:
                await self._store.disable_channel(one.channel, message, self._clock())
                await self._give_back(lane)
            elif lane.circuit.probe_at != before.probe_at:
                await self._note_circuit(lane, before, message, now)
        except StoreError as error:
            log.error("channel %s: its state can't be written: %s", one.channel, error)  # noqa: TRY400  # a sentence, no fault

    async def _note_circuit(self, lane: Lane, before: Circuit, message: str, now: float) -> None:
        name = lane.channel.name
        if lane.circuit.probe_at is None:
            log.info("channel %s: works again", name)
            await self._store.enable_channel(name, self._clock())
            lane.is_noted = False
            return
        wait = lane.circuit.probe_at - now
        if before.probe_at is None:
            log.warning("channel %s: left alone for %.0f s: %s", name, wait, message)
        await self._store.disable_channel(name, message, self._clock(), self._clock() + timedelta(seconds=wait))
        lane.is_noted = True
        await self._give_back(lane)


_COUNTED: Mapping[DeliveryState, str] = {
    DeliveryState.DELIVERED: "delivered",
    DeliveryState.WAITING: "retry",
    DeliveryState.DEAD: "dead",
}


def _attempt(result: DeliveryResult, at: datetime, seconds: float) -> Attempt:
    if isinstance(result, Delivered):
        return Attempt(at, round(seconds, 3), result.status, None, "", result.answer)
    return Attempt(at, round(seconds, 3), result.status, result.kind, result.message, result.answer)
