"""What is read again when the store has changed: events in, one ``Reading`` out, however many events there were.

A slice that a full-speed poll would have us read five times a second (feeds with their counts) is read once a second.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import assert_never

from feedwatch.events import (
    AlertRaised,
    ConfigReloaded,
    DeliveryChanged,
    EngineChanged,
    Event,
    FeedChecked,
    ItemsArrived,
    ItemsChanged,
)
from feedwatch.model import AlertRow, Cursor, FeedRow, ItemId, ItemRow, Status, View
from feedwatch.tui.backend import Backend
from feedwatch.tui.reading import Reading
from feedwatch.tui.steps import ALERTS

TICK = 0.2
"""Seconds between two questions to the store."""
SLOW = 1.0
"""Seconds between two readings of the feeds, and of the status when nothing happened."""
CHUNK = 500
"""Items read at once."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the screens show, and so what is worth reading."""

    view: View
    loaded: frozenset[ItemId]
    item_id: ItemId | None
    alerted: frozenset[ItemId] = frozenset()
    """The items of the listed alerts, whose lines say how far their stories got."""


@dataclass(slots=True)
class News:
    """What events say has changed and has not been read yet."""

    items: dict[ItemId, None]
    """In the order of arrival."""
    arrived: set[ItemId] = field(default_factory=set)
    """Those that are new."""
    feeds: bool = False
    alerts: bool = False
    deliveries: bool = False
    config: ConfigReloaded | None = None

    def add(self, events: Iterable[Event]) -> None:
        """Take in what happened."""
        for event in events:
            match event:
                case ItemsArrived(ids) | ItemsChanged(ids):
                    self.items.update(dict.fromkeys(ids))
                    self.arrived.update(ids if isinstance(event, ItemsArrived) else ())
                    self.feeds = True
                case AlertRaised():
                    self.alerts = True
                case FeedChecked():
                    self.feeds = True
                case DeliveryChanged():
                    self.deliveries = True
                case ConfigReloaded():
                    self.config = event
                    self.feeds = True
                case EngineChanged():
                    self.feeds = True
                case _:
                    assert_never(event)

    @property
    def empty(self) -> bool:
        """Nothing but feeds, which can wait."""
        return not (self.items or self.alerts or self.deliveries or self.config)


class Listener:
    """Follows the store's changes. Its ``tick`` may be called again after it raised: nothing heard is lost."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._cursor: Cursor | None = None
        self._news = News({}, feeds=True, alerts=True)
        self._feeds_at = self._status_at = float("-inf")

    async def tick(self, wanted: Wanted, now: float) -> Reading | None:
        """What has changed of what is wanted; None where nothing did. ``now`` is monotonic seconds.

        The first call only takes down from where on there is something to hear; what is read after it can't be missed.
        """
        begun = self._cursor is not None
        changes = await self._backend.changes(self._cursor)
        self._news.add(changes.events)
        self._cursor = changes.cursor
        if not begun:
            return None
        feeds_due = self._news.feeds and now - self._feeds_at >= SLOW
        if self._news.empty and not feeds_due and now - self._status_at < SLOW:
            return None
        reading = await self._read(wanted, feeds_due=feeds_due)
        self._status_at = now
        self._feeds_at = now if feeds_due else self._feeds_at
        self._news = News({}, feeds=self._news.feeds and not feeds_due)
        return reading

    async def _read(self, wanted: Wanted, *, feeds_due: bool) -> Reading:
        news = self._news
        ids = tuple(news.items)
        rows = await self._rows(wanted.view, ids)
        held = {row.id for row in rows}
        left = await self._rows(View(), tuple(item for item in ids if item in wanted.loaded and item not in held))
        feeds: tuple[FeedRow, ...] | None = await self._backend.feeds() if feeds_due else None
        stale = news.alerts or not wanted.alerted.isdisjoint(news.items)
        alerts: tuple[AlertRow, ...] | None = await self._backend.alerts(ALERTS) if stale else None
        status: Status = await self._backend.status()
        again = wanted.item_id is not None and (wanted.item_id in news.items or news.alerts)
        detail = await self._backend.item(wanted.item_id) if again and wanted.item_id is not None else None
        arrived = frozenset(news.arrived)
        return Reading(
            wanted.view, ids, arrived, rows, left, feeds, alerts, status, detail, news.config, news.deliveries
        )

    async def _rows(self, view: View, ids: Sequence[ItemId]) -> tuple[ItemRow, ...]:
        rows: list[ItemRow] = []
        for start in range(0, len(ids), CHUNK):
            page = await self._backend.rows(view, ids[start : start + CHUNK])
            rows.extend(page.rows)
        return tuple(rows)
