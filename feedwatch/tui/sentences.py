"""What the screen says in words: times, health, severity, who polls, and what to do where there is nothing to show.

Pure text from nouns and a clock; nothing here is drawn or cut.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import chain
from urllib.parse import urlsplit

from feedwatch.model import (
    AlertRow,
    AlertState,
    ChannelState,
    Delivery,
    DeliveryState,
    EngineStatus,
    FeedHealth,
    FeedRow,
    ItemAlert,
    ItemRow,
    Severity,
    Status,
    View,
)
from feedwatch.tui.cells import Piece, width_of

SEVERITY_MARKS = {Severity.LOW: "·", Severity.NORMAL: "•", Severity.HIGH: "!", Severity.CRITICAL: "!!"}
"""Beside every severity colour stands one of these, or the word."""

_HEALTH = {
    FeedHealth.NEW: ("○", "never polled"),
    FeedHealth.OK: ("●", "ok"),
    FeedHealth.FAILING: ("✗", "failing"),
    FeedHealth.BLOCKED: ("⊘", "blocked"),
    FeedHealth.GONE: ("†", "gone"),
}


# --- times and sizes -------------------------------------------------------------------------------------------------


def short_time(when: datetime, now: datetime) -> str:
    """A time in at most six cells: the hour of today, the day of this year, else the year."""
    local, today = when.astimezone(), now.astimezone()
    if local.date() == today.date():
        return local.strftime("%H:%M")
    if local.year == today.year or timedelta(0) <= today - local < timedelta(days=300):
        return f"{local.day:>2} {local.strftime('%b')}"
    return local.strftime("%Y")


def local_time(when: datetime, now: datetime) -> str:
    """A time in full, without what goes without saying."""
    local, today = when.astimezone(), now.astimezone()
    if local.date() == today.date():
        return f"today {local.strftime('%H:%M')}"
    if local.year == today.year:
        return f"{local.strftime('%a')} {local.day} {local.strftime('%b %H:%M')}"
    return f"{local.day} {local.strftime('%b %Y %H:%M')}"


def duration(seconds: float) -> str:
    """A length of time in its largest unit: 45s, 3m, 2h, 5d."""
    seconds = max(0.0, seconds)
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "m")):
        if seconds >= size:
            return f"{int(seconds // size)}{unit}"
    return f"{int(seconds)}s"


def ago(when: datetime | None, now: datetime) -> str:
    """How long ago; "never" for None."""
    if when is None:
        return "never"
    return f"{duration((now - when).total_seconds())} ago"


def until(when: datetime | None, now: datetime) -> str:
    """How long until; "never" for None."""
    if when is None:
        return "never"
    seconds = (when - now).total_seconds()
    return "now" if seconds <= 0 else f"in {duration(seconds)}"


def size_words(count: int | None) -> str:
    """A number of bytes for people; empty for None."""
    if count is None or count < 0:
        return ""
    size = float(count)
    for unit in ("bytes", "kB", "MB"):
        if size < 1000:
            return f"{size:.0f} {unit}"
        size /= 1000
    return f"{size:.1f} GB"


def polled_words(count: int, status: Status | None, feed: str = "") -> str:
    """What is said of asking for a poll of so many feeds, or of one that is named."""
    if feed and not count:
        return f"{feed} can't be polled now."
    when = "now" if status is None or status.engine is not None else "as soon as somebody polls this database"
    many = f"{count:,} {'feed' if count == 1 else 'feeds'}"
    return f"{feed or many} {'is' if feed or count == 1 else 'are'} polled {when}."


# --- stories ---------------------------------------------------------------------------------------------------------


def story_words(row: ItemRow | AlertRow, *, wide: bool) -> str:
    """How far a story went: ``+6 · 7 outlets · 1 source``, or ``+6 in 7 from 1``; empty where nobody else told it."""
    if row.tellings < 2:
        return ""
    more = f"+{row.tellings - 1}"
    if wide:
        return f"{more} · {told_by(row.outlets, row.sources)}"
    return f"{more} in {row.outlets}" + (f" from {row.sources}" if row.sources < row.outlets else "")


def grown_words(row: AlertRow, *, wide: bool) -> str:
    """How far the story of an alert grew: ``↗ +6 · 7 outlets · 1 source``; empty where nobody else told it."""
    words = story_words(row, wide=wide)
    return f"↗ {words}" if words else ""


def told_by(outlets: int, sources: int) -> str:
    """``7 outlets · 1 source``; without the sources where each outlet has its own."""
    words = _counted(outlets, "outlet")
    return words if sources == outlets else f"{words} · {_counted(sources, 'source')}"


def _counted(count: int, noun: str, many: str = "") -> str:
    return f"{count:,} {noun if count == 1 else many or f'{noun}s'}"


# --- feeds, alerts, deliveries ---------------------------------------------------------------------------------------


def alerts_words(count: int) -> str:
    """``2 alerts in the last 30 days``, with thousands apart."""
    return f"{count:,} alert{'' if count == 1 else 's'} in the last 30 days"


def health(row: FeedRow) -> tuple[str, str, str]:
    """A feed's glyph, its word and the style of both."""
    state = row.feed.state
    if row.polling:
        return "↻", "polling", "accent"
    glyph, word = _HEALTH[state.health]
    if state.health is FeedHealth.OK:
        return ("◔", "late", "warning") if row.late else (glyph, word, "good")
    return glyph, word, "dim" if state.health is FeedHealth.NEW else "bad"


def health_sentence(row: FeedRow, now: datetime) -> str:
    """How a feed does, in one line."""
    state = row.feed.state
    _, word, _ = health(row)
    if state.health in (FeedHealth.FAILING, FeedHealth.BLOCKED, FeedHealth.GONE):
        times = f" {state.failures} times in a row" if state.failures > 1 else ""
        return f"{word}{times}: {state.last_error or 'no reason given'}"
    if row.late:
        return late_words(row, now)
    if state.health is FeedHealth.NEW:
        return f"{word}; due {until(state.due_at, now)}"
    pace = f"; news every {duration(state.cadence)}" if state.cadence else ""
    return f"{word}, polled {ago(state.last_success, now)}, next {until(state.due_at, now)}{pace}"


def late_words(row: FeedRow, now: datetime) -> str:
    """How quiet a late feed is, against what is usual for it."""
    state = row.feed.state
    usual = f"usually every {duration(state.cadence)}, " if state.cadence else ""
    return f"late: {usual}last {ago(state.last_news, now)}"


def waits(row: AlertRow) -> bool:
    """Whether somebody has still to look at an alert."""
    return not (row.acknowledged or row.noise or row.state is AlertState.SUPPRESSED)


def alert_words(alert: ItemAlert | AlertRow) -> tuple[str, str]:
    """An alert's severity word, and its line of text, which begins with the mark and the word."""
    word = alert.severity.value
    text = f"{SEVERITY_MARKS[alert.severity]:<2} {word} · {alert.rule}"
    if alert.state is AlertState.SUPPRESSED:
        text += f" (not sent: {alert.reason or 'suppressed'})"
    if alert.state is AlertState.BASELINE:
        text += " (in the feed's first poll, not sent)"
    return word, text + (" ✓ acknowledged" if alert.acknowledged else "")


def is_sending(delivery: Delivery, now: datetime) -> bool:
    """Whether somebody sends a delivery at this moment."""
    leased = delivery.leased_until
    return delivery.state is DeliveryState.WAITING and leased is not None and leased > now


def tries_words(delivery: Delivery) -> str:
    """``3 tries``; empty where nothing was tried."""
    return _counted(delivery.attempts, "try", "tries") if delivery.attempts else ""


def next_words(delivery: Delivery, now: datetime, out: ChannelState | None = None) -> str:
    """When a delivery is tried next, or was delivered; ``out``: its channel, where that is out of service."""
    if delivery.state is DeliveryState.DELIVERED:
        return ago(delivery.delivered_at, now)
    if delivery.state is DeliveryState.DEAD:
        return ""
    if is_sending(delivery, now):
        return "now"
    if delivery.in_digest or delivery.next_at is None:
        return "in digest"
    if out is None:
        return until(delivery.next_at, now)
    return "on hold" if out.probe_at is None else until(max(delivery.next_at, out.probe_at), now)


def answer_words(delivery: Delivery, *, brief: bool = False) -> str:
    """What the receiver said last, or why it could not be asked; ``brief``: its status alone where it gave one."""
    status, error = delivery.last_status, delivery.last_error
    if status is None:
        return error
    if brief:
        return str(status)
    if not error:
        return f"status {status}"
    return error if str(status) in error else f"status {status} {error}"


def delivery_words(delivery: Delivery, now: datetime, out: ChannelState | None = None, *, reason: bool = True) -> str:
    """What has become of a delivery, and with ``reason`` why; ``out``: its channel, where that is out of service."""
    tries = tries_words(delivery)
    why = f": {answer_words(delivery)}" if delivery.last_error and reason else ""
    after = f" after {tries}" if tries else ""
    match delivery.state:
        case DeliveryState.DELIVERED:
            return f"delivered {ago(delivery.delivered_at, now)}{f' at try {delivery.attempts}' if tries else ''}"
        case DeliveryState.DEAD:
            return f"dead{after}{why}"
        case DeliveryState.WAITING:
            return _waiting_words(delivery, now, out, after, why)


def _waiting_words(delivery: Delivery, now: datetime, out: ChannelState | None, after: str, why: str) -> str:
    if is_sending(delivery, now):
        return f"is being sent now{after}"
    if delivery.in_digest or delivery.next_at is None:
        return "waits to go with others as a digest"
    if out is not None and out.probe_at is None:
        return f"waits until somebody tries its channel again{after}{why}"
    return f"next try {next_words(delivery, now, out)}{after}{why}"


def channel_words(channel: ChannelState, now: datetime) -> tuple[str, str]:
    """Why a channel is out of service, and what follows from it."""
    if channel.probe_at is None:
        return f"{channel.name} is gone: {channel.reason}", "r tries it again"
    return f"{channel.name} is paused: {channel.reason}", f"next try {until(channel.probe_at, now)}"


# --- the line at the bottom ------------------------------------------------------------------------------------------


def engine_words(engine: EngineStatus | None) -> str:
    """Who polls."""
    if engine is None:
        return "nobody polls"
    match engine.kind:
        case "screen":
            return "this screen polls" if engine.ours else "another screen polls"
        case "daemon":
            return f"daemon {engine.pid} polls"
        case "poll":
            return f"one round polls ({engine.pid})"


def progress_words(status: Status, now: datetime) -> str:
    """How far the polling is."""
    if status.polling:
        return f"polling {status.polling}, {status.due} due"
    if status.due and status.engine is not None:
        return f"{status.due} due"
    return f"next poll {until(status.next_due, now)}" if status.next_due else ""


_LEFT_OUT = ("to send", "unread", "failing", "dead", "out", "alerts")
"""Of what waits, in the order in which it gives way where there is no room."""


def counts(status: Status, room: int | None = None) -> tuple[Piece, ...]:
    """What waits, each with its word; what is zero is left out but for unread, and the least urgent beyond the room."""
    parts: dict[str, Piece] = {"unread": (f"{status.unread} unread", "")}
    for count, word, style in (
        (status.alerts, "alerts", "high"),
        (status.failing, "failing", "bad"),
        (status.waiting, "to send", "dim"),
        (status.dead, "dead", "bad"),
    ):
        if count:
            parts[word] = (f"{count} {word[:-1] if word == 'alerts' and count == 1 else word}", style)
    if status.out_of_service:
        parts["out"] = (_out_words(status.out_of_service), "bad")
    for word in _LEFT_OUT:
        if room is None or width_of(_listed(parts)) <= room:
            break
        parts.pop(word, None)
    return _listed(parts)


def _listed(parts: Mapping[str, Piece]) -> tuple[Piece, ...]:
    return tuple(chain.from_iterable(((" · ", "dim"), part) for part in parts.values()))[1:]


def _out_words(channels: tuple[ChannelState, ...]) -> str:
    if len(channels) > 1:
        return f"{len(channels)} channels out of service"
    return f"channel {channels[0].name} {'is gone' if channels[0].probe_at is None else 'is paused'}"


# --- where there is nothing ------------------------------------------------------------------------------------------


def nothing_in(view: View, feed: FeedRow | None) -> str:
    """Why a list of items is empty, and what to do."""
    if view.query:
        return f"Nothing matches {view.query}\n\nFewer words find more; esc leaves the search."
    if feed is not None:
        state = feed.feed.state
        if state.health is FeedHealth.NEW:
            return "This feed has not been polled yet.\n\nr polls it now."
        if state.health is not FeedHealth.OK:
            return f"This feed has given nothing so far: {state.last_error}\n\nr tries again."
        return "This feed has no items yet.\n\nr polls it now."
    if view.unread:
        return "All read. New items will appear here by themselves."
    if view.starred:
        return "Nothing is starred.\n\ns stars the selected item."
    if view.alerted:
        return "No item has raised an alert.\n\n6 shows the rules."
    if view.tag:
        return "The feeds of this tag have no items yet."
    return "No items yet. They will appear here as the feeds are polled.\n\nR polls every feed now."


NO_ALERTS = "No alerts.\n\nWhen a rule matches an item, it appears here; 6 shows the rules."
NO_DELIVERIES = "No deliveries.\n\nAlerts of rules with channels are sent from here."
NO_RULES = "No rules yet.\n\na writes one."
NO_FEEDS = "No feeds yet.\n\na adds one."
NOTHING_SELECTED = "Select an item to read it here."


def is_web(url: str) -> bool:
    """Whether a browser may be given this address: http or https with a host, nothing in it that is not printable."""
    try:
        parts = urlsplit(url)
    except ValueError:  # brackets that are no IPv6 address
        return False
    plain = url.isprintable() and not any(character.isspace() for character in url)
    return parts.scheme in ("http", "https") and bool(parts.netloc) and plain


def view_words(view: View, feed: FeedRow | None) -> str:
    """What a view is called in the header."""
    if feed is not None:
        name = feed.feed.subscription.name or feed.feed.subscription.url
    elif view.tag:
        name = f"#{view.tag}"
    else:
        name = (
            "Unread" if view.unread else "Starred" if view.starred else "With alerts" if view.alerted else "All items"
        )
    if view.query:
        return f"{name} / {view.query}"
    return name if view.grouped else f"{name}, every telling"
