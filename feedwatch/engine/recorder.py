"""Writes what attempts came to, many in one transaction; goes on trying where the database takes no write."""

from __future__ import annotations

import asyncio
import logging

from feedwatch.errors import StoreConflictError, StoreError
from feedwatch.model import Attempted
from feedwatch.store.store import Store

PAUSE = 0.5
"""Seconds before a write that failed is tried again."""

log = logging.getLogger(__name__)


class Recorder:
    """What was sent must be known to be sent, or it is sent again: nothing is dropped while it can't be written."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._waiting: list[tuple[Attempted, asyncio.Future[None]]] = []
        self._task: asyncio.Task[None] | None = None
        self.is_stuck = False
        """The last write failed: nothing new is to be claimed until it is done."""

    async def record(self, one: Attempted) -> None:
        """Write it; returns when that is done. Raises what no patience helps against."""
        written: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((one, written))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._write(), name="recorder")
        await written

    async def close(self) -> None:
        """Stop trying."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _write(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            fault = await self._write_batch([one for one, _ in batch])
            for _, written in batch:
                if written.done():
                    continue
                if fault is None:
                    written.set_result(None)
                else:
                    written.set_exception(fault)

    async def _write_batch(self, results: list[Attempted]) -> Exception | None:
        """Write them, however long it takes; gives what no patience helps against."""
        while True:
            try:
                await self._store.record_deliveries(results)
            except StoreConflictError as error:
                return error
            except StoreError as error:
                if not self.is_stuck:
                    log.error("results of deliveries can't be written: %s", error)  # noqa: TRY400  # a sentence, no fault
                self.is_stuck = True
                await asyncio.sleep(PAUSE)
                continue
            except Exception as error:  # noqa: BLE001  # whoever waits for it is told
                return error
            self.is_stuck = False
            return None
