"""What changed in the store, as a screen hears it. Small on purpose: a screen reads again what it shows."""

from __future__ import annotations

from dataclasses import dataclass

from feedwatch.model import AlertId, Cursor, FeedId, ItemId


@dataclass(frozen=True, slots=True)
class FeedChecked:
    """A feed was polled, claimed, added, changed or removed."""

    feed_ids: tuple[FeedId, ...]


@dataclass(frozen=True, slots=True)
class ItemsArrived:
    """New items, oldest id first."""

    item_ids: tuple[ItemId, ...]


@dataclass(frozen=True, slots=True)
class ItemsChanged:
    """Items whose wording, marks or story changed, also from another screen."""

    item_ids: tuple[ItemId, ...]


@dataclass(frozen=True, slots=True)
class AlertRaised:
    """Alerts that are new, grew, or were acknowledged."""

    alert_ids: tuple[AlertId, ...]


@dataclass(frozen=True, slots=True)
class DeliveryChanged:
    """The outbox moved."""

    count: int


@dataclass(frozen=True, slots=True)
class EngineChanged:
    """Another process polls now, or none."""


@dataclass(frozen=True, slots=True)
class ConfigReloaded:
    """The configuration in force changed; ``problem`` says why a new one was refused."""

    problem: str = ""


Event = FeedChecked | ItemsArrived | ItemsChanged | AlertRaised | DeliveryChanged | EngineChanged | ConfigReloaded


@dataclass(frozen=True, slots=True)
class Changes:
    """What happened since a cursor, and the cursor to ask from next time."""

    cursor: Cursor
    events: tuple[Event, ...] = ()
