"""The loop that keeps feeds fresh: claims what is due, fetches politely, hands every answer to ``ingest``."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from feedwatch.engine.decisions import Reading
from feedwatch.engine.ingest import Ingest
from feedwatch.engine.metrics import Metrics
from feedwatch.engine.pages import Pages
from feedwatch.engine.writer import Writer
from feedwatch.errors import FeedwatchError, StoreError
from feedwatch.model import Applied, Claim, FailureKind, FeedUpdate
from feedwatch.net.fetch import fetch_feed
from feedwatch.net.hosts import Hosts
from feedwatch.net.session import Client
from feedwatch.store.store import Store

LEASE = 86400.0
"""Seconds that a claimed feed is ours: longer than its turn at the slowest host takes, or we would claim it twice. A
dead poller's leases end when another takes the engine's place, so nothing waits for this."""
AGAIN = 10.0
"""Seconds after which a feed whose result could not be stored is given back, or that is tried again."""
AHEAD = 4
"""Claimed feeds for each one that may be fetched at once, so that one slow host does not hold every place."""
STARTED_TOGETHER = 8
"""Polls begun before the event loop sees to something else: each takes it half a millisecond."""
LOOK = 0.5
"""Seconds between looks for due feeds; "poll now" from another process is seen within this."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Polled:
    """What one poll of one feed came to."""

    feed: str
    """Its name."""
    result: str
    """ok, not_modified or failed."""
    applied: Applied = Applied()  # noqa: RUF009  # frozen
    message: str = ""


class Poller:
    """Polls what is due. Every claim ends in exactly one written update, or is given back."""

    def __init__(  # one composition site
        self,
        store: Store,
        ingest: Ingest,
        writer: Writer,
        client: Callable[[], Client],
        owner: str,
        clock: Callable[[], datetime],
        metrics: Metrics,
        *,
        pages: Pages,
        on_alert: Callable[[], None],
    ) -> None:
        self._store = store
        self._ingest = ingest
        self._writer = writer
        self._client = client
        self._owner = owner
        self._clock = clock
        self._metrics = metrics
        self.limit(1, 1)
        self._pages = pages
        self._on_alert = on_alert
        self._wake = asyncio.Event()
        self._tasks: dict[asyncio.Task[Polled], Claim] = {}
        self._endless = False
        self._more_due = False
        """The last claim took all that there was room for."""

    def limit(self, concurrency: int, per_host: int) -> None:
        """Fetch at most so many at once, in all and from one host; what is under way keeps the old limits."""
        self._concurrency = concurrency
        self._gate = asyncio.Semaphore(concurrency)
        self._hosts = Hosts(per_host)

    @property
    def is_idle(self) -> bool:
        """Whether nothing is being polled."""
        return not self._tasks

    async def run(self) -> None:
        """Poll what becomes due, until cancelled."""
        self._endless = True
        while True:
            self._wake.clear()
            try:
                await self._start_due(self._clock())
            except StoreError as error:
                if self._metrics.refused("claims", error.reason):
                    log.warning("due feeds could not be claimed; trying again: %s", error)
            except Exception:
                log.exception("due feeds could not be claimed; trying again")
            else:
                self._metrics.taken("claims")
            self._metrics.last_round = self._clock()
            await self._rest()

    async def round(self, *, every: bool) -> tuple[Polled, ...]:
        """Poll once what is due now, or with ``every`` all feeds; what each came to."""
        now = self._clock()
        if every:
            await self._store.request_poll(None, now)
        started = list(await self._start_due(now))
        while self._tasks:
            self._wake.clear()
            await self._rest()
            if self._more_due:
                started.extend(await self._start_due(now))
        return tuple(task.result() for task in started)

    async def drain(self, seconds: float) -> None:
        """Let polls under way finish, at most so long; the rest are given back and due at once."""
        tasks = dict(self._tasks)
        if not tasks:
            return
        _, late = await asyncio.wait(tasks, timeout=seconds)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
        await self._writer.finish()
        await self._store.release(tuple(tasks[task] for task in late), self._clock())

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(LOOK):
                await self._wake.wait()
        except TimeoutError:
            return

    async def _start_due(self, now: datetime) -> tuple[asyncio.Task[Polled], ...]:
        room = self._concurrency * AHEAD - len(self._tasks)
        if room <= 0:
            return ()  # whether more is due stays as it was known
        due = await self._store.next_due(now)
        if due is None or due > now:
            self._more_due = False
            return ()
        claims = await self._store.claim_due(self._owner, room, LEASE, now)
        self._more_due = len(claims) == room
        started = []
        for place, claim in enumerate(claims):
            started.append(self._start(claim))
            if place % STARTED_TOGETHER == STARTED_TOGETHER - 1:
                await asyncio.sleep(0)
        return tuple(started)

    def _start(self, claim: Claim) -> asyncio.Task[Polled]:
        task = asyncio.create_task(self._poll(claim), name=f"poll {claim.feed.id}")
        self._tasks[task] = claim
        task.add_done_callback(self._finished)
        return task

    def _finished(self, task: asyncio.Task[Polled]) -> None:
        """Wake who waits for room, or for the end; claims are made in bulk, since each is a write."""
        self._tasks.pop(task, None)
        if not self._tasks or (self._more_due and len(self._tasks) <= self._concurrency * AHEAD // 2):
            self._wake.set()

    async def _poll(self, claim: Claim) -> Polled:
        name = claim.feed.subscription.name
        try:
            polled = await self._fetch_or_fail(claim)
        except FeedwatchError as error:  # the store: nothing was written
            log.warning("%s: %s", name, error)
            await self._give_back_later(claim)
            polled = Polled(name, "failed", message=str(error))
        self._count(polled)
        if claim.feed.subscription.full_text:
            await self._keep_pages(polled)
        return polled

    async def _give_back_later(self, claim: Claim) -> None:
        """Not at once: a publisher must not be asked twice a second because our disk is full."""
        while self._endless:
            await asyncio.sleep(AGAIN)
            with contextlib.suppress(FeedwatchError):  # else nobody would poll it until its lease ends
                await self._store.release((claim,), self._clock())
                return

    async def _keep_pages(self, polled: Polled) -> None:
        for item_id in polled.applied.new:
            try:
                async with self._gate:
                    await self._pages.keep(item_id, self._hosts)
            except Exception:
                log.exception("%s: the page of item %d could not be kept", polled.feed, item_id)

    async def _fetch_or_fail(self, claim: Claim) -> Polled:
        try:
            return await self._write(claim, await self._fetch(claim))
        except FeedwatchError:
            raise
        except Exception:
            log.exception("%s: unexpected; the feed is tried again later", claim.feed.subscription.name)
            failure = self._ingest.fail(claim, FailureKind.PARSER, "feedwatch failed on this feed; its log says why")
            return await self._write(claim, failure)

    async def _fetch(self, claim: Claim) -> FeedUpdate | Reading:
        """What the feed's server says, read; a place is held until it is read, so that bodies do not pile up."""
        feed = claim.feed
        url = feed.state.moved_to or feed.subscription.url
        async with contextlib.AsyncExitStack() as place:
            async with self._hosts.slot(url):
                await place.enter_async_context(self._gate)
                started = time.perf_counter()
                result = await fetch_feed(self._client(), url, feed.state.validators)
                self._metrics.fetch_seconds += time.perf_counter() - started
            return await self._ingest.read(claim, result)

    async def _write(self, claim: Claim, found: FeedUpdate | Reading) -> Polled:
        name = claim.feed.subscription.name
        applied = await self._writer.write(found)
        if isinstance(found, Reading):
            return Polled(name, "ok", applied)
        failed = found.state.failures > 0
        return Polled(name, "failed" if failed else "not_modified", applied, found.state.last_error if failed else "")

    def _count(self, polled: Polled) -> None:
        self._metrics.polls[polled.result] += 1
        self._metrics.items["new"] += len(polled.applied.new)
        self._metrics.items["updated"] += len(polled.applied.changed)
        self._metrics.alerts += len(polled.applied.alerts)
        if polled.applied.deliveries:
            self._on_alert()
