"""The loop that tells channels of feeds and rules, where they or the rules ask for it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from feedwatch.core import bursts
from feedwatch.core.channels.message import read_message
from feedwatch.core.holds import quiet_until
from feedwatch.core.payload import listing_body
from feedwatch.core.reports import DAY, HEADLINES, Report, burst_report, reports, room_for
from feedwatch.engine.setup import Setup
from feedwatch.errors import StoreError
from feedwatch.model import Channel, Rule, Trend
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
        now = self._clock()
        count = await self._look_at_bursts(now) + await self._look_at_faults(now)
        if count:
            self._wake()
        return count

    async def _look_at_faults(self, now: datetime) -> int:
        asked = [channel for channel in self._setup().channels.values() if channel.events]
        if not asked:
            return 0
        feeds = await self._store.feeds(now)
        count = 0
        for channel in asked:
            known = await self._store.reported(channel.name, now - DAY)
            room = room_for(known.reports, known.alerts)
            for report in reports(channel.events, feeds, known.timeouts, known.told, room, now):
                await self._put(channel, report, now)
                count += 1
        return count

    async def _look_at_bursts(self, now: datetime) -> int:
        setup = self._setup()
        rules = {rule.name: rule for rule in setup.config.rules if rule.burst and rule.channels}
        if not rules:
            return 0
        since = now - DAY
        counted, watched = await self._store.mentions([*rules], since - timedelta(hours=bursts.LOOKBACK + 1))
        count = 0
        for mentions in counted:
            trend = await asyncio.to_thread(bursts.trend, mentions, since, now, watched)
            if trend.burst is not None:
                count += await self._tell_of_burst(rules[mentions.rule], trend, now)
        return count

    async def _tell_of_burst(self, rule: Rule, trend: Trend, now: datetime) -> int:
        newest = await self._store.alerts(HEADLINES, rule=rule.name)
        count = 0
        for channel in filter(None, map(self._setup().channels.get, rule.channels)):
            known = await self._store.reported(channel.name, now - DAY)
            report = burst_report(rule, trend, newest, known.told, now)
            if report is not None:
                await self._put(channel, report, now)
                count += 1
        return count

    async def _put(self, channel: Channel, report: Report, now: datetime) -> None:
        name = "rules" if report.event.startswith("rule.") else "feeds"
        body = listing_body(report.event, name, report.entries, now)
        due_at = quiet_until(channel, now) or now
        await self._store.add_report(channel.name, body, read_message(body).title, report.told, due_at, now)
