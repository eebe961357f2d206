"""Which mark a key sets, on one line or many: only on those that it changes, so that its reverse restores what was."""

from __future__ import annotations

from collections.abc import Sequence

from feedwatch.model import AlertRow, ItemAlert, ItemId, ItemRow
from feedwatch.tui.undo import Done, Mark, MarkKind, Regrouping


def opening(item_id: ItemId, *, by_story: bool) -> Mark:
    """The mark of an item that is opened; where a line is a story, of all of that."""
    return Mark(MarkKind.READ, on=True, item_ids=(item_id,), tellings=by_story)


def reading(rows: Sequence[ItemRow], *, by_story: bool) -> Mark:
    """Read, or unread where all are read; where a line is a story, all of that."""
    on = not all(row.read for row in rows)
    ids = tuple(row.id for row in rows if row.read != on)
    return Mark(MarkKind.READ, on=on, item_ids=ids, tellings=by_story)


def starring(rows: Sequence[ItemRow]) -> Mark:
    """Starred, or not where all are starred."""
    on = not all(row.starred for row in rows)
    return Mark(MarkKind.STARRED, on=on, item_ids=tuple(row.id for row in rows if row.starred != on))


def of_alerts(kind: MarkKind, alerts: Sequence[AlertRow | ItemAlert]) -> Mark:
    """Acknowledged or noise, for those that are not yet."""
    if kind is MarkKind.ACKNOWLEDGED:
        return Mark(kind, on=True, alert_ids=tuple(alert.id for alert in alerts if not alert.acknowledged))
    fresh = [alert for alert in alerts if not alert.noise]
    seen = tuple(alert.id for alert in fresh if not alert.acknowledged)
    return Mark(kind, on=True, alert_ids=tuple(alert.id for alert in fresh), seen=seen)


def none_left(kind: MarkKind, alerts: Sequence[AlertRow | ItemAlert]) -> str:
    """Why a mark on alerts would change nothing."""
    if not alerts:
        return "This item has no alert."
    return "Acknowledged already." if kind is MarkKind.ACKNOWLEDGED else "Noise already."


def taken_back(done: Done) -> str:
    """What is said of something that was taken back."""
    if isinstance(done, Regrouping):
        return "Taken back: the stories are as they were."
    count = len(done.item_ids) + len(done.alert_ids)
    word = done.kind.value if done.on else f"not {done.kind.value}"
    return f"Taken back: {word}{f', of {count}' if count > 1 else ''}."
