"""What a user does that can be taken back: marks on items and alerts, and stories split or merged by hand. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from feedwatch.model import AlertId, AlertRow, ItemDetail, ItemId, ItemRow, StoryId


class MarkKind(StrEnum):
    """What a user can say of an item or an alert."""

    READ = "read"
    STARRED = "starred"
    ACKNOWLEDGED = "acknowledged"
    NOISE = "noise"


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark set or cleared on one item (READ, STARRED) or on alerts."""

    kind: MarkKind
    on: bool
    item_id: ItemId | None = None
    alert_ids: tuple[AlertId, ...] = ()
    tellings: bool = False
    """Also on all other items of its story."""


@dataclass(frozen=True, slots=True)
class Regrouping:
    """What a user did to stories by hand, to be taken back."""

    was: tuple[tuple[ItemId, StoryId], ...]
    """Where each item was that moved."""


Done = Mark | Regrouping
"""What can be taken back."""


def reverse(mark: Mark) -> Mark:
    """The mark that takes another back."""
    return replace(mark, on=not mark.on)


def marked_row(row: ItemRow, mark: Mark) -> ItemRow:
    """A line with its mark, if it is the one meant."""
    if row.id != mark.item_id:
        return row
    if mark.kind is MarkKind.READ:
        return replace(row, read=mark.on)
    return replace(row, starred=mark.on)


def marked_alert(row: AlertRow, mark: Mark) -> AlertRow:
    """An alert with its mark, if it is one of those meant."""
    if row.id not in mark.alert_ids:
        return row
    if mark.kind is MarkKind.NOISE:
        return replace(row, noise=mark.on)
    return replace(row, acknowledged=mark.on)


def marked_detail(detail: ItemDetail, mark: Mark) -> ItemDetail:
    """A preview with the mark, where that is on its item or one of its alerts."""
    if mark.item_id == detail.row.id:
        return replace(detail, row=marked_row(detail.row, mark))
    if mark.kind is not MarkKind.ACKNOWLEDGED:
        return detail
    alerts = (replace(a, acknowledged=mark.on) if a.id in mark.alert_ids else a for a in detail.alerts)
    return replace(detail, alerts=tuple(alerts))
