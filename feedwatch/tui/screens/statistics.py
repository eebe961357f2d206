"""What came in during 30 days, what it raised, and how fast it went out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType

from feedwatch.model import Activity
from feedwatch.tui.backend import Backend
from feedwatch.tui.bindings import bindings
from feedwatch.tui.commands import Place
from feedwatch.tui.days import midnights
from feedwatch.tui.messages import Heard
from feedwatch.tui.screens.table_screen import TableScreen
from feedwatch.tui.sentences import short_time
from feedwatch.tui.statistics_lines import DAYS, lines
from feedwatch.tui.typeset import Line
from feedwatch.tui.widgets.text_pane import TextPane

AGAIN = 60.0
"""Seconds after which it is counted again."""


class StatisticsScreen(TableScreen):
    """Counted once it stands and every minute; whoever leaves it ends the counting."""

    PLACE = Place.STATISTICS
    VIEW = "show_statistics"
    BINDINGS: ClassVar[list[BindingType]] = bindings(PLACE)

    def __init__(self, backend: Backend, now: Callable[[], datetime]) -> None:
        super().__init__(backend, now)
        self.pane = TextPane(id="statistics")
        self._days: tuple[datetime, ...] = ()
        self._found: Activity | None = None

    def compose(self) -> ComposeResult:
        """Header, text, status."""
        yield self.header
        yield self.pane
        yield self.status

    async def load(self) -> None:
        """Say what is done, and begin once that has been drawn."""
        self._head("the last 30 days")
        self.pane.show_lines((Line(), Line((("Counting …", "dim"),))))
        self.call_after_refresh(self._count)
        self.set_interval(AGAIN, self._count)
        self.know(await self.backend.status())

    def on_resize(self) -> None:
        """Set the text anew, once the pane has its new width."""
        self.call_after_refresh(self._show)

    def _count(self) -> None:
        self.work(self._read, group="count", exclusive=True)

    async def _read(self) -> None:
        now = self.now()
        days = midnights(now, DAYS)
        self._found, self._days = await self.backend.activity(days), days
        self._head(f"the last 30 days, counted at {short_time(now, now)}")
        self._show()

    def say_failed(self, sentence: str) -> None:
        """In the status bar, and where nothing has been counted yet in place of the figures."""
        super().say_failed(sentence)
        if self._found is None:
            self.pane.show_problem(f"It could not be counted: {sentence}")

    def _show(self) -> None:
        if self._found is not None:
            self.pane.show_lines(lines(self._found, self._days, self.pane.room))

    def _head(self, note: str) -> None:
        self.header.show((("feedwatch", "title"), ("  ", ""), ("Statistics", "heading")), ((note, "dim"),))

    @on(Heard)
    def _heard(self, message: Heard) -> None:
        if message.reading.status is not None:
            self.know(message.reading.status)
