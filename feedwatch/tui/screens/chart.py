"""A rule's stories over time: tab goes from 24 hours to 7, 30 and 90 days."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.events import Resize

from feedwatch.model import Trend
from feedwatch.tui.backend import Backend
from feedwatch.tui.bindings import bindings
from feedwatch.tui.cells import Piece
from feedwatch.tui.chart import Span, lines
from feedwatch.tui.commands import Place
from feedwatch.tui.screens.pane_screen import PaneScreen
from feedwatch.tui.widgets.bar import Bar
from feedwatch.tui.widgets.text_pane import TextPane

_BESIDE = 12
"""Lines of the screen that are no bars: headers, axis, legend, and a burst in words."""


class ChartScreen(PaneScreen):
    """The chart of one rule."""

    PLACE = Place.CHART
    BINDINGS: ClassVar[list[BindingType]] = bindings(PLACE)

    def __init__(self, backend: Backend, now: Callable[[], datetime], rule: str) -> None:
        super().__init__()
        self._backend = backend
        self._now = now
        self._rule = rule
        self._span = Span.DAY
        self._trend: Trend | None = None
        self.header = Bar(id="header")
        self.pane = TextPane(id="chart")

    def compose(self) -> ComposeResult:
        """A header that says which span is shown, and the chart."""
        yield self.header
        yield self.pane

    def on_mount(self) -> None:
        """Read the first span."""
        self.pane.focus()
        self._go(0)

    def action_next_span(self) -> None:
        """Further back."""
        self._go(1)

    def action_previous_span(self) -> None:
        """Less far back."""
        self._go(-1)

    def _go(self, step: int) -> None:
        self._span = self._span.next(step)
        self.header.show((("Chart", "title"), ("  ", ""), (self._rule, "heading")), _spans(self._span))
        self.work(self._read, group="chart", exclusive=True)

    async def _read(self) -> None:
        found = await self._backend.trends(self._span.since(self._now()), self._rule)
        self._trend = found[0] if found else None
        self._draw()

    def say_failed(self, sentence: str) -> None:
        """In place of the chart."""
        self.pane.show_problem(sentence)

    @on(Resize)
    def _draw(self) -> None:
        if self._trend is None:
            return
        size = (self.size.width - 6, self.size.height - _BESIDE)
        self.pane.show_lines(tuple(lines(self._trend, self._span, size, self._now())))


def _spans(chosen: Span) -> tuple[Piece, ...]:
    """All spans, the chosen one in brackets: not told by colour alone."""
    words = (f"[{one.words}]" if one is chosen else f" {one.words} " for one in Span)
    styles = ("heading" if one is chosen else "dim" for one in Span)
    return (*zip(words, styles, strict=True), ("  tab  esc goes back", "dim"))
