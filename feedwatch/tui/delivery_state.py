"""What the deliveries screen shows, as one frozen value, and the pure functions that move it.

Nothing here awaits, draws or knows textual.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from feedwatch.model import Attempt, ChannelState, Delivery, DeliveryId, DeliveryState, replace
from feedwatch.tui.cells import Piece
from feedwatch.tui.delivery_filter import ALL, DeliveryFilter
from feedwatch.tui.sentences import NO_DELIVERIES, is_sending

SHOWN = 500
"""Deliveries listed."""
COUNTED = 10_000
"""Deliveries counted before many are sent again."""

_ROOMY, _HINTED = 70, 100
"""Cells from which the header has room for more than how many, and for what to do."""


@dataclass(frozen=True, slots=True)
class DeliveriesShown:
    """All that the screen is drawn from."""

    filter: DeliveryFilter = ALL
    deliveries: tuple[Delivery, ...] = ()
    """Newest first."""
    more: bool = False
    """There are older ones than those listed."""
    loaded: bool = False
    selected: DeliveryId | None = None
    attempts: tuple[Attempt, ...] | None = None
    """At the selected one, newest first; None: not read yet."""
    body: bool = False
    """The lower pane shows the message itself."""
    out: tuple[ChannelState, ...] = ()
    """Channels out of service."""
    channels: frozenset[str] = frozenset()
    """All that were listed so far."""
    answer: str = ""
    """What came of testing a channel, until another delivery is selected."""
    problem: bool = False
    """The answer tells of something that went wrong."""


def read(state: DeliveriesShown, shown: DeliveryFilter, deliveries: tuple[Delivery, ...]) -> DeliveriesShown:
    """The state with the list read again for a filter; one more than ``SHOWN`` tells that there are more."""
    if shown != state.filter:
        return state
    listed = deliveries[:SHOWN]
    names = state.channels | {one.channel for one in listed}
    after = replace(state, deliveries=listed, more=len(deliveries) > SHOWN, loaded=True, channels=names)
    place = place_of(listed, state.selected)
    if place is None and listed:  # it left the list: what has come to stand there is next
        place = min(place_of(state.deliveries, state.selected) or 0, len(listed) - 1)
    return _selected(after, None if place is None else listed[place].id)


def out_of_service(state: DeliveriesShown, channels: tuple[ChannelState, ...]) -> DeliveriesShown:
    """The state with the channels that are out of service."""
    return replace(state, out=channels)


def filtered(state: DeliveriesShown, wanted: DeliveryFilter) -> DeliveriesShown:
    """The state that waits for the list of another filter."""
    return replace(state, filter=wanted)


def chosen_at(state: DeliveriesShown, place: int) -> DeliveriesShown:
    """The state with the delivery of a line selected by the user."""
    if not 0 <= place < len(state.deliveries):
        return state
    return _selected(replace(state, answer=""), state.deliveries[place].id)


def opened(state: DeliveriesShown) -> DeliveriesShown:
    """The state in which the selected delivery's message is read."""
    return replace(state, body=True)


def closed(state: DeliveriesShown) -> DeliveriesShown:
    """The state in which its attempts are read again."""
    return replace(state, body=False)


def tried(state: DeliveriesShown, delivery_id: DeliveryId, attempts: tuple[Attempt, ...]) -> DeliveriesShown:
    """The state with the attempts at a delivery, if it is still the one selected."""
    return replace(state, attempts=attempts) if delivery_id == state.selected else state


def answered(state: DeliveriesShown, answer: str, *, problem: bool = False) -> DeliveriesShown:
    """The state with what came of testing a channel."""
    return replace(state, answer=answer, problem=problem)


def chosen(state: DeliveriesShown) -> Delivery | None:
    """The selected delivery."""
    place = place_of(state.deliveries, state.selected)
    return None if place is None else state.deliveries[place]


def place_of(deliveries: tuple[Delivery, ...], delivery_id: DeliveryId | None) -> int | None:
    """Where a delivery stands in a list; None where it does not."""
    return next((place for place, one in enumerate(deliveries) if one.id == delivery_id), None)


def _selected(state: DeliveriesShown, delivery_id: DeliveryId | None) -> DeliveriesShown:
    if delivery_id == state.selected:
        return state
    return replace(state, selected=delivery_id, attempts=None, body=False)


def retried(found: Iterable[Delivery], now: datetime) -> tuple[Delivery, ...]:
    """Those that can be sent again: what is under way or goes with a digest is left alone."""
    return tuple(one for one in found if not is_sending(one, now) and not one.in_digest)


# --- in words --------------------------------------------------------------------------------------------------------


def question(found: tuple[Delivery, ...]) -> str:
    """What is asked before many are sent again."""
    count, done = len(found), sum(one.state is DeliveryState.DELIVERED for one in found)
    said = "more than " if count > COUNTED else ""
    before = "" if not done else ", all delivered before" if done == count else f", {done:,} of them delivered before"
    return f"Send {said}{min(count, COUNTED):,} {'delivery' if count == 1 else 'deliveries'} again{before}? y/n"


def sent_words(count: int) -> str:
    """What is said once they are due."""
    return f"{count:,} {'delivery is' if count == 1 else 'deliveries are'} sent again now."


def heading(state: DeliveriesShown) -> tuple[Piece, ...]:
    """The left side of the header: what is listed."""
    words = f" / {state.filter.words}" if state.filter.words else ""
    return (("feedwatch", "title"), ("  ", ""), (f"Deliveries{words}", "heading"))


def counted(state: DeliveriesShown, width: int) -> tuple[Piece, ...]:
    """The right side of the header: how many, and what asks for a person."""
    if not state.loaded:
        return ()
    count, dead = len(state.deliveries), sum(one.state is DeliveryState.DEAD for one in state.deliveries)
    waiting = sum(one.state is DeliveryState.WAITING for one in state.deliveries)
    total = f"newest {count}" if state.more else f"{count} {'delivery' if count == 1 else 'deliveries'}"
    hint = ": r sends one again, R all" if width >= _HINTED and dead else ""
    return (
        (total, "dim"),
        (f", {waiting} waiting" if waiting and width >= _ROOMY else "", "dim"),
        (f", {dead} dead" if dead else "", "bad"),
        (hint, "dim"),
    )


def nothing_listed(state: DeliveriesShown) -> str:
    """Why the list is empty, and what to do."""
    if not state.loaded:
        return "Opening …"
    if state.filter == ALL:
        return NO_DELIVERIES
    wanted = state.filter.channel
    known = ", ".join(sorted(state.channels))
    where = f"\n\nNone was listed for {wanted}; channels listed: {known}." if wanted not in state.channels else ""
    return f"No delivery is {state.filter.words}{where if wanted and known else ''}\n\nesc shows all of them."
