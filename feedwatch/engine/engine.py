"""Opens everything that runs by itself in order, keeps it running, and closes it in reverse."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import secrets
import socket
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from feedwatch.config import Config
from feedwatch.core.holds import held_until, quiet_until
from feedwatch.engine.courier import Courier
from feedwatch.engine.ingest import Ingest
from feedwatch.engine.metrics import Metrics
from feedwatch.engine.pages import Pages
from feedwatch.engine.pauses import Collector
from feedwatch.engine.poller import Polled, Poller
from feedwatch.engine.processes import is_alive
from feedwatch.engine.reporter import Reporter
from feedwatch.engine.setup import Setup, make_setup, net_settings
from feedwatch.engine.writer import Writer
from feedwatch.errors import StoreBusyError, StoreError
from feedwatch.model import EngineStatus, Severity
from feedwatch.net.session import Client
from feedwatch.store.store import Store
from feedwatch.workers.pool import Workers

LEASE = 8.0
"""Seconds after which a silent engine has lost its place: a screen takes over from a dead daemon within ten."""
HEARTBEAT = 1.0
PULSE = 0.05
"""Seconds between two looks at how late the event loop runs."""
CLOCK_SLACK = 60.0
"""Seconds that the wall clock may fall behind between two beats before plans are made anew."""
DRAIN = 8.0
"""Seconds that polls and deliveries under way may take to finish when the engine stops."""
HANDOVER = 15.0
"""Seconds that a daemon waits for a screen's engine to make room."""
PRUNE_EVERY = 3600.0

log = logging.getLogger(__name__)

Kind = Literal["daemon", "screen", "poll"]


def utc_now() -> datetime:
    """The wall clock."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)  # as exact as what is stored


@dataclass(frozen=True, slots=True)
class Round:
    """What one round over all due feeds came to."""

    polls: tuple[Polled, ...]
    delivered: int
    seconds: float


class Engine:
    """Polling, matching and delivering on one database. Made by ``open_engine``."""

    def __init__(  # one composition site
        self, store: Store, setup: Setup, client: Client, workers: Workers, owner: str, clock: Callable[[], datetime]
    ) -> None:
        self.store = store
        self.metrics = Metrics()
        self._setup = setup
        self._client = client
        self._owner = owner
        self._clock = clock
        self._courier = Courier(store, client, lambda: self._setup, owner, clock, self.metrics)
        self._reporter = Reporter(store, lambda: self._setup, clock, self._courier.wake)
        self._poller = Poller(
            store,
            Ingest(workers, lambda: self._setup, clock, self.metrics),
            Writer(store, lambda: self._setup, self.metrics),
            lambda: self._client,
            owner,
            clock,
            self.metrics,
            pages=Pages(store, client, workers, clock),
            on_alert=self._courier.wake,
        )
        self._poller.limit(setup.poll.concurrency, setup.poll.per_host)

    async def run(self, stop: asyncio.Event) -> None:
        """Work until told to stop, or until another engine wants the place or has it; then drain, keeping the place."""
        await self._hold_anew(self._setup)
        place = asyncio.create_task(self._keep_place(stop), name="heartbeat")
        loops = (
            asyncio.create_task(self._poller.run(), name="poller"),
            asyncio.create_task(self._courier.run(), name="courier"),
            asyncio.create_task(self._reporter.run(), name="reporter"),
            asyncio.create_task(self._upkeep(), name="upkeep"),
            asyncio.create_task(self._gauge(), name="gauge"),
        )
        stopped = asyncio.create_task(stop.wait(), name="stop")
        try:
            done, _ = await asyncio.wait((place, *loops, stopped), return_when=asyncio.FIRST_COMPLETED)
            for task in done - {stopped}:
                task.result()  # a loop only ends by a fault: let it be seen
        finally:
            await _cancel((*loops, stopped))
            await self._drain()
            await _cancel((place,))

    async def round(self, *, every: bool, deliver: bool) -> Round:
        """Poll what is due (or every feed) once, and deliver what is due."""
        started = asyncio.get_running_loop().time()
        await self._hold_anew(self._setup)
        loops = (
            asyncio.create_task(self._keep_place(asyncio.Event()), name="heartbeat"),
            asyncio.create_task(self._gauge(), name="gauge"),
        )
        try:
            polls = await self._poller.round(every=every)
            delivered = await self._courier.empty() if deliver else 0
        finally:
            await self._drain()
            await _cancel(loops)
        await self._note_beat()  # so that what was measured in less than a beat is not lost
        return Round(polls, delivered, asyncio.get_running_loop().time() - started)

    async def reload(self, config: Config) -> None:
        """Work by another configuration from now on; what a poll under way has fetched is matched by the new rules."""
        setup = make_setup(config)
        await self._hold_anew(setup)  # first: a channel that is back in its quiet hours must not be claimed for
        before, self._setup = self._setup, setup
        self._client.settings = net_settings(config)
        self._poller.limit(config.poll.concurrency, config.poll.per_host)
        await self.store.sync_feeds(config.feeds, self._clock())
        if before.poll != config.poll:  # what was planned by the old limits may be hours away
            await self.store.request_poll(None, self._clock())
        for name, channel in self._setup.channels.items():
            if before.channels.get(name) != channel:
                await self.store.enable_channel(name, self._clock())  # what was gone is the old one
        self._courier.wake()

    async def _hold_anew(self, setup: Setup) -> None:
        """Let what is held go by the hours of now: they may be others than those it was held for."""
        now = self._clock()
        channels = setup.channels.items()
        quiet = {name: until for name, one in channels if (until := quiet_until(one, now))}
        digest = {name: until for name, one in channels if (until := held_until(one, Severity.NORMAL, now))}
        await self.store.hold_until(quiet, digest, now)

    @property
    def channels(self) -> tuple[str, ...]:
        """The names of the configured channels."""
        return tuple(self._setup.channels)

    async def poll_now(self) -> None:
        """Make every feed due."""
        await self.store.request_poll(None, self._clock())

    async def _drain(self) -> None:
        """Let what is under way finish; where nothing can be written, the next engine finds it given up by us."""
        drains = (self._poller.drain(DRAIN), self._courier.drain(DRAIN))
        for error in await asyncio.gather(*drains, return_exceptions=True):
            if isinstance(error, StoreError):
                log.warning("what was under way is not given back: %s", error)
            elif error is not None:
                raise error

    async def _keep_place(self, stop: asyncio.Event) -> None:
        """Beat until cancelled; tell ``stop`` where another wants the place, and end where it is lost."""
        loop = asyncio.get_running_loop()
        garbage = Collector(loop.time())
        set_back = False
        while True:
            set_back |= await self._beat()
            try:
                if set_back:
                    await self._make_due()
                    set_back = False
                garbage.look(loop.time(), idle=self._poller.is_idle)
                kept = await self._note_beat()
            except StoreError as error:
                if self.metrics.refused("heartbeat", error.reason):
                    log.error("nothing can be written, polling and alerts have stopped: %s", error)  # noqa: TRY400
                continue
            if self.metrics.taken("heartbeat"):
                log.warning("the database takes writes again: polling and alerts go on")
            self.metrics.last_heartbeat = self._clock()
            if kept == "kept":
                continue
            if not stop.is_set():
                log.info("another process takes over polling" if kept == "wanted" else "the polling lease was lost")
            stop.set()
            if kept == "lost":
                return

    async def _note_beat(self) -> Literal["kept", "wanted", "lost"]:
        return await self.store.keep_engine(self._owner, LEASE, self._clock(), self.metrics.take_lag())

    async def _gauge(self) -> None:
        """Measure how late the event loop runs."""
        loop = asyncio.get_running_loop()
        while True:
            began = loop.time()
            await asyncio.sleep(PULSE)
            self.metrics.lagged(loop.time() - began - PULSE)

    async def _beat(self) -> bool:
        """Wait for the next beat; true where the wall clock went back meanwhile."""
        loop = asyncio.get_running_loop()
        began, wall = loop.time(), self._clock()
        await asyncio.sleep(HEARTBEAT)
        passed = loop.time() - began
        return (self._clock() - wall).total_seconds() < passed - CLOCK_SLACK

    async def _make_due(self) -> None:
        """Make due what a clock that was since set back had put off."""
        await self.store.forget_future(self._clock())
        await self._hold_anew(self._setup)
        log.warning("the clock was set back: what it had put off is due now")

    async def _upkeep(self) -> None:
        while True:
            try:
                await self.store.prune(self._setup.config.store.keep, self._clock())
                await self.store.checkpoint()
            except Exception:
                log.exception("old items could not be pruned; trying again later")
            await asyncio.sleep(PRUNE_EVERY)


@contextlib.asynccontextmanager
async def open_engine(
    config: Config, database: Path, kind: Kind, clock: Callable[[], datetime] = utc_now
) -> AsyncIterator[Engine]:
    """An engine that holds this database's place; StoreBusyError where another does."""
    owner = f"{kind}-{os.getpid()}-{secrets.token_hex(4)}"
    async with contextlib.AsyncExitStack() as stack:
        store = await Store.open(database)
        stack.push_async_callback(store.close)
        await _take_place(store, kind, owner, clock)
        stack.push_async_callback(_leave_place, store, owner, clock)
        if config.path is not None:  # no configuration says nothing of the feeds that are followed
            await store.sync_feeds(config.feeds, clock())
        client = await stack.enter_async_context(Client(net_settings(config)))
        workers = Workers(os.cpu_count() or 2)
        stack.push_async_callback(workers.close)
        yield Engine(store, make_setup(config), client, workers, owner, clock)


async def _take_place(store: Store, kind: Kind, owner: str, clock: Callable[[], datetime]) -> None:
    """Take the one engine's place on this database; a screen's engine drains and gives it to a daemon."""
    me = EngineStatus(kind, os.getpid(), socket.gethostname(), clock())
    deadline = asyncio.get_running_loop().time() + HANDOVER
    while not await store.take_engine(me, owner, LEASE, clock(), is_alive):
        other = await store.engine(clock())
        yields = kind == "daemon" and other is not None and other.kind == "screen"
        if other is not None and (not yields or asyncio.get_running_loop().time() > deadline):
            raise StoreBusyError(_busy(store.path, other))
        if yields:
            await store.want_engine(owner, clock())
        await asyncio.sleep(0.2)


async def _leave_place(store: Store, owner: str, clock: Callable[[], datetime]) -> None:
    try:
        await store.drop_engine(owner, clock())
    except StoreError as error:
        log.warning("the place is not given back, another takes it when its time is over: %s", error)


def _busy(path: Path, other: EngineStatus) -> str:
    who = f"{other.kind} with process id {other.pid} on {other.host}"
    return f"{path}: already polled by the {who}; stop that one, or use another database with --db"


async def _cancel(tasks: tuple[asyncio.Task[object], ...]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
