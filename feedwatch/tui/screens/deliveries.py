"""The outbox: what was sent, what waits for another try, and what was given up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType

from feedwatch.model import Delivery, DeliveryState, Selection
from feedwatch.tui.backend import Backend
from feedwatch.tui.bindings import bindings
from feedwatch.tui.cells import Piece, fit, right
from feedwatch.tui.commands import Place
from feedwatch.tui.messages import Heard
from feedwatch.tui.screens.table_screen import TableScreen
from feedwatch.tui.sentences import NO_DELIVERIES, delivery_words, short_time
from feedwatch.tui.widgets.row_list import RowList

_SHOWN = 500
_SIGNS = {
    DeliveryState.WAITING: ("…", "warning"),
    DeliveryState.DELIVERED: ("✓", "good"),
    DeliveryState.DEAD: ("✗", "bad"),
}


class DeliveryTable(RowList):
    """A delivery per line."""

    def __init__(self) -> None:
        super().__init__(id="table", empty=NO_DELIVERIES)
        self.deliveries: tuple[Delivery, ...] = ()
        self._now: datetime | None = None

    def show(self, deliveries: tuple[Delivery, ...], now: datetime) -> None:
        """Draw these from now on, the same delivery selected."""
        chosen = None if self.chosen is None else self.chosen.id
        self.deliveries, self._now = deliveries, now
        self.resize_to(len(deliveries))
        place = next((place for place, one in enumerate(deliveries) if one.id == chosen), 0 if deliveries else None)
        self.select(place, follow=False)
        self.refresh()

    @property
    def chosen(self) -> Delivery | None:
        """The selected delivery."""
        known = self.place is not None and self.place < len(self.deliveries)
        return self.deliveries[self.place] if known and self.place is not None else None

    def pieces(self, place: int, width: int) -> tuple[Piece, ...]:
        """State, time, channel, rule, title, what has become of it."""
        one, now = self.deliveries[place], self._now
        if now is None:
            return ()
        sign, style = _SIGNS[one.state]
        rule_width = min(20, width // 6) if width >= 100 else 0
        return (
            (f" {sign} {fit(one.state.value, 10)}", style),
            (right(short_time(one.created_at, now), 6) + "  ", "dim"),
            (fit(one.channel, 12) + " ", "source"),
            (fit(one.rule, rule_width) + " " if rule_width else "", ""),
            (fit(one.title, max(10, width // 4)) + "  ", ""),
            (delivery_words(one, now), style if one.state is DeliveryState.DEAD else "dim"),
        )


class DeliveriesScreen(TableScreen):
    """The table."""

    PLACE = Place.DELIVERIES
    BINDINGS: ClassVar[list[BindingType]] = bindings(PLACE)

    def __init__(self, backend: Backend, now: Callable[[], datetime]) -> None:
        super().__init__(backend, now)
        self.table = DeliveryTable()

    def compose(self) -> ComposeResult:
        """Header, table, status."""
        yield self.header
        yield self.table
        yield self.detail
        yield self.status

    async def load(self) -> None:
        """Read the outbox."""
        self._show(await self.backend.deliveries(_SHOWN, Selection()))
        self.know(await self.backend.status())

    def action_retry(self) -> None:
        """Send the selected one again."""
        self.ask(self._retry)

    async def _retry(self) -> None:
        chosen = self.table.chosen
        if chosen is not None:
            await self.backend.retry_deliveries(Selection((chosen.id,)))
            self._show(await self.backend.deliveries(_SHOWN, Selection()))
            self.tell(f"The delivery to {chosen.channel} is sent again now.")

    def _show(self, deliveries: tuple[Delivery, ...]) -> None:
        self.table.show(deliveries, self.now())
        self._describe()
        dead = sum(one.state is DeliveryState.DEAD for one in deliveries)
        note = f"{dead} given up: r sends one again" if dead else ""
        self.header.show((("feedwatch", "title"), ("  ", ""), ("Deliveries", "heading")), ((note, "bad"),))

    async def _reload(self) -> None:
        self._show(await self.backend.deliveries(_SHOWN, Selection()))

    @on(RowList.Chosen)
    def _describe(self) -> None:
        one = self.table.chosen
        if one is None:
            self.describe("")
        else:
            self.describe(
                f"{one.rule} → {one.channel}: {one.title}\n{one.state.value}, {delivery_words(one, self.now())}"
            )

    @on(Heard)
    def _heard(self, message: Heard) -> None:
        if message.reading.deliveries:
            self.ask(self._reload)
        if message.reading.status is not None:
            self.know(message.reading.status)
