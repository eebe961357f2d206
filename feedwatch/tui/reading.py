"""What the screens hear when the store has changed: made by ``live.py``, taken in by ``state.py``."""

from __future__ import annotations

from dataclasses import dataclass

from feedwatch.events import ConfigReloaded
from feedwatch.model import AlertRow, FeedRow, ItemDetail, ItemId, ItemRow, Status, View


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read again after the store changed; None: not read."""

    view: View
    """The view that ``rows`` belong to."""
    heard: tuple[ItemId, ...] = ()
    """All that came in or changed, whatever views hold it."""
    arrived: frozenset[ItemId] = frozenset()
    """Those of them that are new."""
    rows: tuple[ItemRow, ...] = ()
    """New and changed items that the view holds."""
    left: tuple[ItemRow, ...] = ()
    """Changed items that are shown though the view does not hold them any more."""
    feeds: tuple[FeedRow, ...] | None = None
    alerts: tuple[AlertRow, ...] | None = None
    status: Status | None = None
    detail: ItemDetail | None = None
    config: ConfigReloaded | None = None
    deliveries: bool = False
    """The outbox moved."""
