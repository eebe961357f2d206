"""The deliveries, a line for each: its columns follow the width, and the selected one stays where it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from feedwatch.model import ChannelState, Delivery, DeliveryId, DeliveryState
from feedwatch.tui.cells import Piece, cut, fit, right
from feedwatch.tui.delivery_state import DeliveriesShown, nothing_listed, place_of
from feedwatch.tui.sentences import answer_words, is_sending, next_words, short_time
from feedwatch.tui.widgets.row_list import RowList

_SIGNS = {
    DeliveryState.WAITING: ("…", "warning"),
    DeliveryState.DELIVERED: ("✓", "good"),
    DeliveryState.DEAD: ("✗", "bad"),
}
_STATE, _TIME, _TRIES, _NEXT = 13, 8, 6, 10
_TINY = 70
"""Cells under which a line has no room for time and tries."""
_ROOMY = 26
"""Cells from which an answer is told as a sentence."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The cells of what gives way where a line is short."""

    time: int
    channel: int
    tries: int
    rule: int
    title: int
    answer: int


def columns(width: int, longest_channel: int) -> Columns:
    """How the cells of a line are shared out."""
    channel = max(7, min(longest_channel, 10 if width < 100 else 12 if width < 150 else 28)) + 1
    rule = 0 if width < 100 else min(20, width // 8) + 1
    time, tries = (_TIME, _TRIES) if width >= _TINY else (0, 0)
    room = max(0, width - _STATE - time - channel - tries - _NEXT - rule)
    share = 0.0 if width < _TINY else 1 / 3 if width < 150 else 2 / 5
    answer = min(round(room * share), 12 if width < 100 else room)
    return Columns(time, channel, tries, rule, room - answer, answer)


class DeliveryList(RowList):
    """A delivery per line."""

    def __init__(self) -> None:
        super().__init__(id="table")
        self._deliveries: tuple[Delivery, ...] = ()
        self._now = datetime.now(UTC)
        self._longest = 0
        self._out: Mapping[str, ChannelState] = {}

    def show(self, state: DeliveriesShown, now: datetime) -> None:
        """Draw this from now on: what is on the screen stays there, unless the newest is."""
        self.say_when_empty(nothing_listed(state))
        top = self._deliveries[self.first].id if self.first < len(self._deliveries) else None
        seen = self.place is None or self.first <= self.place < self.first + self.height
        before, self._deliveries, self._now = self._deliveries, state.deliveries, now
        self._out = {channel.name: channel for channel in state.out}
        self._longest = max((len(name) for name in state.channels), default=0)
        place = place_of(state.deliveries, state.selected)
        if before != state.deliveries:
            self.resize_to(len(state.deliveries))
            self._hold(top, place if seen else None)
        self.select(place, follow=False)
        self.refresh()

    def _hold(self, top: DeliveryId | None, selected: int | None) -> None:
        """Keep the first line on the screen where it is; and the selected one on the screen."""
        place = place_of(self._deliveries, top) if self.first else 0
        first = self.first if place is None else place
        if selected is not None:
            first = max(min(first, selected), selected - self.height + 1)
        if first != self.first:
            self.scroll_to(y=first, animate=False, force=True)

    def headings(self, width: int) -> tuple[Piece, ...]:
        """What stands over the columns."""
        cells = columns(width, self._longest)
        names = (
            fit("  state", _STATE - 1),  # the line itself has a cell of margin
            fit("  made", cells.time),
            fit("channel", cells.channel),
            _column(right("tries", cells.tries - 1), cells.tries),
            _column("next/done", _NEXT),
            fit("rule", cells.rule),
            fit("title", cells.title),
            cut("answer", cells.answer),
        )
        return (("".join(names), "dim"),)

    def pieces(self, place: int, width: int) -> tuple[Piece, ...]:
        """State, time, channel, tries, when next, rule, title, the last answer."""
        one, cells = self._deliveries[place], columns(width, self._longest)
        sign, style = ("↻", "accent") if is_sending(one, self._now) else _SIGNS[one.state]
        word = "sending" if is_sending(one, self._now) else one.state.value
        return (
            (f" {sign} {fit(word, _STATE - 3)}", style),
            (_column(right(short_time(one.created_at, self._now), _TIME - 2), cells.time), "dim"),
            (_column(one.channel, cells.channel), "source"),
            (_column(right(f"{one.attempts:,}" if one.attempts else "", cells.tries - 1), cells.tries), "dim"),
            (_column(next_words(one, self._now, self._out.get(one.channel)), _NEXT), ""),
            (_column(one.rule, cells.rule), ""),
            (_column(one.title or "(no title)", cells.title), ""),
            (fit(answer_words(one, brief=cells.answer < _ROOMY), cells.answer), style if one.last_error else "dim"),
        )


def _column(text: str, width: int) -> str:
    return fit(text, width - 1) + " " if width else ""
