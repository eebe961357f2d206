"""What a screen leaves to the next one: where the user was. Pure: plain values for a file in, and out again.

Whatever a file says that cannot be meant is left out; nobody is told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from feedwatch.model import AlertId, FeedId, ItemId, View, replace
from feedwatch.tui.delivery_filter import ALL, DeliveryFilter, parse
from feedwatch.tui.state import STREAM, Mode, ViewState

VERSION = 1
_LONGEST = 500
"""Characters of a text that are taken."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Where the user was."""

    view: View = STREAM
    """Without a query."""
    listing: Mode = Mode.ITEMS
    item: ItemId | None = None
    """The selected item; None where the newest was."""
    alert: AlertId | None = None
    """The same of the alerts."""
    feeds_hidden: bool = False
    """On a screen that has room for them."""
    deliveries: DeliveryFilter = ALL


NOWHERE = Kept()
ROOM_FOR_FEEDS = 104
"""Cells from which the feeds stand beside the items unless they are hidden."""


def kept_of(state: ViewState, before: Kept, *, feeds_hidden: bool, deliveries: DeliveryFilter) -> Kept:
    """What is to be kept of a state; ``before`` holds where nothing has been read yet."""
    newest = state.window.rows[0].id if state.window.rows and state.window.start == 0 else None
    first = state.alerts[0].id if state.alerts else None
    return Kept(
        view=replace(state.view, query=""),
        listing=state.listing,
        item=(None if state.selected == newest else state.selected) if state.loaded else before.item,
        alert=None if state.alert == first else state.alert,
        feeds_hidden=feeds_hidden,
        deliveries=deliveries,
    )


def begun(state: ViewState, before: Kept) -> ViewState:
    """The state that a screen begins with."""
    return replace(state, view=before.view, listing=before.listing, mode=before.listing, alert=before.alert)


def as_values(one: Kept) -> Mapping[str, object]:
    """For a file: texts, numbers and flags; what is as usual is left out."""
    view = one.view
    values: dict[str, object] = {
        "feed": view.feed_id,
        "tag": view.tag,
        "unread": view.unread,
        "starred": view.starred,
        "alerted": view.alerted,
        "every_telling": not view.grouped,
        "listing": one.listing.value if one.listing is not Mode.ITEMS else "",
        "item": one.item,
        "alert": one.alert,
        "feeds_hidden": one.feeds_hidden,
        "deliveries": one.deliveries.words,
        "channel": one.deliveries.channel,
    }
    return {"version": VERSION, **{name: value for name, value in values.items() if value not in (None, "", False)}}


def from_values(values: Mapping[str, object], now: datetime) -> Kept:
    """What a file says, as far as it can be meant; ``now`` is what times of the filter are counted from."""
    if values.get("version") != VERSION:
        return Kept()
    feed, item, alert = _number(values, "feed"), _number(values, "item"), _text(values, "alert")
    view = View(
        feed_id=None if feed is None else FeedId(feed),
        tag=_text(values, "tag"),
        unread=values.get("unread") is True,
        starred=values.get("starred") is True,
        alerted=values.get("alerted") is True,
        grouped=values.get("every_telling") is not True,
    )
    return Kept(
        view=view,
        listing=Mode.ALERTS if values.get("listing") == Mode.ALERTS.value else Mode.ITEMS,
        item=None if item is None else ItemId(item),
        alert=AlertId(alert) if alert else None,
        feeds_hidden=values.get("feeds_hidden") is True,
        deliveries=_filter(_text(values, "deliveries"), _text(values, "channel"), now),
    )


def _filter(words: str, channel: str, now: datetime) -> DeliveryFilter:
    try:
        return parse(words, (channel,) if channel else (), now) if words else ALL
    except ValueError:
        return ALL


def _number(values: Mapping[str, object], name: str) -> int | None:
    value = values.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**63 else None


def _text(values: Mapping[str, object], name: str) -> str:
    value = values.get(name)
    return value if isinstance(value, str) and len(value) <= _LONGEST else ""
