"""What changed in the store, as a screen hears it. Small on purpose: a screen reads again what it shows."""

from __future__ import annotations

from msgspec import Struct

from feedwatch.model import AlertId, Cursor, FeedId, ItemId


class FeedChecked(Struct, frozen=True):
    """A feed was polled, claimed, added, changed or removed."""

    feed_ids: tuple[FeedId, ...]


class ItemsArrived(Struct, frozen=True):
    """New items, oldest id first."""

    item_ids: tuple[ItemId, ...]


class ItemsChanged(Struct, frozen=True):
    """Items whose wording, marks or story changed, also from another screen."""

    item_ids: tuple[ItemId, ...]


class AlertRaised(Struct, frozen=True):
    """Alerts that are new, grew, or were acknowledged."""

    alert_ids: tuple[AlertId, ...]


class DeliveryChanged(Struct, frozen=True):
    """The outbox moved."""

    count: int


class EngineChanged(Struct, frozen=True):
    """Another process polls now, or none."""


class ConfigReloaded(Struct, frozen=True):
    """The configuration in force changed; ``problem`` says why a new one was refused."""

    problem: str = ""


Event = FeedChecked | ItemsArrived | ItemsChanged | AlertRaised | DeliveryChanged | EngineChanged | ConfigReloaded


class Changes(Struct, frozen=True):
    """What happened since a cursor, and the cursor to ask from next time."""

    cursor: Cursor
    events: tuple[Event, ...] = ()
