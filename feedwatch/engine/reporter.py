"""The loop that tells channels of feeds and rules, where they asked for it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime

from feedwatch.core.channels.message import read_message
from feedwatch.core.holds import quiet_until
from feedwatch.core.payload import listing_body
from feedwatch.core.reports import DAY, Report, reports, room_for
from feedwatch.engine.setup import Setup
from feedwatch.errors import StoreError
from feedwatch.model import Channel
from feedwatch.store.store import Store

LOOK = 60.0
"""Seconds between two looks."""

log = logging.getLogger(__name__)


class Reporter:
    """Puts reports into the outbox; what they say is decided in ``core/reports.py``."""

    def __init__(
        self, store: Store, setup: Callable[[], Setup], clock: Callable[[], datetime], wake: Callable[[], None]
    ) -> None:
        self._store = store
        self._setup = setup
        self._clock = clock
        self._wake = wake

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            await asyncio.sleep(LOOK)
            try:
                await self.look()
            except StoreError as error:
                log.error("feeds and rules can't be reported on: %s", error)  # noqa: TRY400  # a sentence, no fault
            except Exception:
                log.exception("feeds and rules could not be reported on; trying again")

    async def look(self) -> int:
        """Put what there is to tell into the outbox; how many messages."""
        asked = [channel for channel in self._setup().channels.values() if channel.events]
        if not asked:
            return 0
        now = self._clock()
        feeds = await self._store.feeds(now)
        count = 0
        for channel in asked:
            known = await self._store.reported(channel.name, now - DAY)
            room = room_for(known.reports, known.alerts)
            for report in reports(channel.events, feeds, known.timeouts, known.told, room, now):
                await self._put(channel, report, now)
                count += 1
        if count:
            self._wake()
        return count

    async def _put(self, channel: Channel, report: Report, now: datetime) -> None:
        name = "rules" if report.event == "rule.timeout" else "feeds"
        body = listing_body(report.event, name, report.entries, now)
        due_at = quiet_until(channel, now) or now
        await self._store.add_report(channel.name, body, read_message(body).title, report.told, due_at, now)
