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


def none_left(kind: MarkKind, alerts: Sequence[AlertRow | ItemAlert], *, many: bool = False) -> str:
    """Why a mark on alerts would change nothing."""
    if not alerts:
        return "None of these items has an alert." if many else "This item has no alert."
    return "Acknowledged already." if kind is MarkKind.ACKNOWLEDGED else "Noise already."


def done(mark: Mark) -> str:
    """What is said of a mark on many at once."""
    count, what = (len(mark.alert_ids), "alert") if mark.alert_ids else (len(mark.item_ids), "item")
    word = mark.kind.value if mark.on else f"not {mark.kind.value}"
    return f"{count} {what if count == 1 else f'{what}s'} now {word}; undo takes it back."


def taken_back(last: Done) -> str:
    """What is said of something that was taken back."""
    if isinstance(last, Regrouping):
        return "Taken back: the stories are as they were."
    count = len(last.item_ids) + len(last.alert_ids)
    word = last.kind.value if last.on else f"not {last.kind.value}"
    return f"Taken back: {word}{f', of {count}' if count > 1 else ''}."
