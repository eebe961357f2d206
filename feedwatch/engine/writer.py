"""The one who writes polls: all that are ready go together, into one transaction.

A commit waits for the disk, and each look at the database is a hop to another thread: together, hundreds of polls that
brought nothing cost what one did. While one batch is written the next gathers, so a lonely poll waits for nobody.

Every poll is decided on with what those before it wrote or will write: they share one ``Batch``, and
what one raises counts for the cooldown of those behind it.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from feedwatch.core import stories
from feedwatch.engine.batch import Batch
from feedwatch.engine.decisions import Reading, decide
from feedwatch.engine.metrics import Metrics
from feedwatch.engine.setup import Setup
from feedwatch.errors import FeedwatchError, StoreConflictError, StoreError
from feedwatch.model import AlertState, Applied, Basis, FeedUpdate
from feedwatch.store.store import Store

MOST_DRAFTS = 1500
"""Of one batch: others wait for the database meanwhile (measured: 0.1 s)."""
MOST_POLLS = 200


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A poll that is to be written, and who waits for it."""

    poll: FeedUpdate | Reading
    written: asyncio.Future[Applied]

    @property
    def drafts(self) -> int:
        """How many drafts have to be looked at."""
        return len(self.poll.drafted.drafts) if isinstance(self.poll, Reading) else 0


class Writer:
    """Decides on polls and writes them, batch by batch, in the order of their coming."""

    def __init__(self, store: Store, setup: Callable[[], Setup], metrics: Metrics) -> None:
        self._store = store
        self._setup = setup
        self._metrics = metrics
        self._waiting: deque[_Waiting] = deque()
        self._task: asyncio.Task[None] | None = None

    async def write(self, poll: FeedUpdate | Reading) -> Applied:
        """What writing the poll did, as soon as it is done. Raises StoreError where it could not be written."""
        waiting = _Waiting(poll, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        if self._task is None:
            self._task = asyncio.create_task(self._run(), name="writer")
        return await waiting.written

    async def finish(self) -> None:
        """Wait until nothing is being written."""
        if self._task is not None:
            await self._task

    async def _run(self) -> None:
        try:
            while batch := self._next_batch():
                await self._write(batch)
        finally:
            self._task = None

    def _next_batch(self) -> list[_Waiting]:
        """The first that waits, and those behind it that fit into one batch."""
        batch: list[_Waiting] = []
        drafts = 0
        while self._waiting and len(batch) < MOST_POLLS:
            waiting = self._waiting[0]
            if not waiting.written.done():  # else given up meanwhile; its feed is polled again
                drafts += waiting.drafts
                if batch and drafts > MOST_DRAFTS:
                    break
                batch.append(waiting)
            self._waiting.popleft()
        return batch

    async def _write(self, batch: Sequence[_Waiting]) -> None:
        """Write a batch; where something unforeseen happens to it, each by itself, so that one harms no other."""
        try:
            applied = await self._apply([waiting.poll for waiting in batch])
        except Exception as error:  # noqa: BLE001  # whoever waits for the poll is told
            if len(batch) > 1 and _is_of_one(error):
                for waiting in batch:
                    await self._write([waiting])
            else:
                _refuse(batch, error)
        else:
            for waiting, one in zip(batch, applied, strict=True):
                if not waiting.written.done():
                    waiting.written.set_result(one)

    async def _apply(self, polls: Sequence[FeedUpdate | Reading]) -> tuple[Applied, ...]:
        updates = await self._decided(polls)
        started = time.perf_counter()
        try:
            applied = await self._store.apply(updates)
        except StoreError as error:
            if not _is_of_one(error):
                self._metrics.refused("polls", error.reason)
            raise
        self._metrics.taken("polls")
        self._metrics.write_seconds += time.perf_counter() - started
        return applied

    async def _decided(self, polls: Sequence[FeedUpdate | Reading]) -> Sequence[FeedUpdate]:
        readings = [poll for poll in polls if isinstance(poll, Reading)]
        if not readings:
            return [poll for poll in polls if isinstance(poll, FeedUpdate)]
        asked = [(one.claim.feed.id, one.drafted.drafts) for one in readings]
        setup = self._setup()
        since = min(one.now for one in readings) - stories.WINDOW
        bases = await self._store.basis(asked, since, tellings=bool(setup.rules.counting_outlets))
        limited = tuple(one.rule.name for one in setup.rules if one.rule.cooldown)
        notified = await self._store.last_raised(limited) if limited else {}
        # in a thread: a long text and many rules take longer than the event loop may stand still
        return await asyncio.to_thread(_decide_all, polls, bases, setup, notified)


def _decide_all(
    polls: Sequence[FeedUpdate | Reading], bases: Sequence[Basis], setup: Setup, notified: Mapping[str, datetime]
) -> list[FeedUpdate]:
    """The updates, in order; ``bases`` are those of the readings among the polls."""
    known = dict(notified)
    batch = Batch(bases, keeps_tellings=bool(setup.rules.counting_outlets))
    each = iter(bases)
    updates = []
    for poll in polls:
        update = (
            decide(poll, next(each), setup.rules, known, setup.channels, batch) if isinstance(poll, Reading) else poll
        )
        known |= {alert.rule: alert.raised_at for alert in update.alerts if alert.state is AlertState.RAISED}
        updates.append(update)
    return updates


def _is_of_one(error: Exception) -> bool:
    """Whether one poll of a batch may be to blame, and the others fine."""
    return isinstance(error, StoreConflictError) or not isinstance(error, FeedwatchError)


def _refuse(batch: Sequence[_Waiting], error: Exception) -> None:
    for waiting in batch:
        if not waiting.written.done():
            waiting.written.set_exception(error)
