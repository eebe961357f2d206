"""What a user does that can be taken back: marks on items and alerts, and stories split or merged by hand. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from feedwatch.model import AlertId, AlertRow, ItemAlert, ItemDetail, ItemId, ItemRow, StoryId, replace

Alert = TypeVar("Alert", AlertRow, ItemAlert)


class MarkKind(StrEnum):
    """What a user can say of an item or an alert."""

    READ = "read"
    STARRED = "starred"
    ACKNOWLEDGED = "acknowledged"
    NOISE = "noise"


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark set or cleared, on items (READ, STARRED) or on alerts; only on those that did not have it so."""

    kind: MarkKind
    on: bool
    item_ids: tuple[ItemId, ...] = ()
    alert_ids: tuple[AlertId, ...] = ()
    tellings: bool = False
    """Also on all other items of their stories."""
    seen: tuple[AlertId, ...] = ()
    """The alerts that a mark as noise acknowledges too, and that lose this with it."""


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
    if row.id not in mark.item_ids:
        return row
    if mark.kind is MarkKind.READ:
        return replace(row, read=mark.on)
    return replace(row, starred=mark.on)


def marked_alert(row: Alert, mark: Mark) -> Alert:
    """An alert with its mark, if it is one of those meant."""
    if row.id not in mark.alert_ids:
        return row
    if mark.kind is MarkKind.NOISE:
        return replace(row, noise=mark.on, acknowledged=mark.on if row.id in mark.seen else row.acknowledged)
    return replace(row, acknowledged=mark.on)


def marked_detail(detail: ItemDetail, mark: Mark) -> ItemDetail:
    """A preview with the mark, where that is on its item or one of its alerts."""
    if detail.row.id in mark.item_ids:
        return replace(detail, row=marked_row(detail.row, mark))
    if not any(alert.id in mark.alert_ids for alert in detail.alerts):
        return detail
    return replace(detail, alerts=tuple(marked_alert(alert, mark) for alert in detail.alerts))
