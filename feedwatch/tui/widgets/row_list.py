"""A list of one-line rows of which only those on the screen are drawn: the shape of every list of the program.

DataTable and OptionList take seconds at 100,000 rows; this takes the same few milliseconds at any length. What a row
says is its subclass's business.
"""

from __future__ import annotations

from textual import events
from textual.message import Message
from textual.strip import Strip

from feedwatch.tui.cells import Piece, wrapped
from feedwatch.tui.widgets.line_view import LineView
from feedwatch.tui.widgets.paint import draw

_Line = tuple[str, tuple[Piece, ...]]
"""The name of a line's style, and its text."""


class RowMessage(Message):
    """Something happened at a row of a list."""

    def __init__(self, rows: RowList, place: int) -> None:
        super().__init__()
        self.rows = rows
        self.place = place

    @property
    def control(self) -> RowList:
        """The list, for ``@on`` with a selector."""
        return self.rows


class RowList(LineView, inherit_bindings=False):
    """Rows with one of them selected."""

    class Chosen(RowMessage):
        """The user selected a row."""

    class Opened(RowMessage):
        """The user opened a row."""

    class Scrolled(RowMessage):
        """Other rows are on the screen; ``place`` is the first of them."""

    def __init__(self, *, id: str, empty: str = "") -> None:  # noqa: A002 - Textual's name for it
        super().__init__(id=id)
        self.place: int | None = None
        """The selected row."""
        self._length = 0
        self._empty = empty
        self._drawn: dict[int, _Line] = {}
        """What was drawn on each line of the screen."""

    # --- what a subclass says -----------------------------------------------------------------------------------------

    def pieces(self, place: int, width: int) -> tuple[Piece, ...]:
        """The text of a row."""
        raise NotImplementedError

    def line_of(self, place: int) -> str:  # noqa: ARG002 - a subclass's business
        """The name of a row's style where it is not selected."""
        return ""

    # --- what is shown ------------------------------------------------------------------------------------------------

    @property
    def length(self) -> int:
        """How many rows there are."""
        return self._length

    @property
    def first(self) -> int:
        """The first row on the screen."""
        return round(self.scroll_y)

    def resize_to(self, length: int) -> None:
        """Have so many rows from now on."""
        self._length = length
        self.hold(length)

    def say_when_empty(self, text: str) -> None:
        """What to show where there are no rows."""
        if text != self._empty:
            self._empty = text
            self.refresh()

    def select(self, place: int | None, *, follow: bool = True) -> None:
        """Select a row, and with ``follow`` bring it onto the screen."""
        before, self.place = self.place, place
        for row in (before, place):
            if row is not None and before != place:
                self.refresh_line(row)
        if follow and place is not None:
            self.reveal(place)

    def reveal(self, place: int) -> None:
        """Scroll no more than needed to have a row on the screen."""
        if place < self.first:
            self.scroll_to(y=place, animate=False)
        elif place >= self.first + self.height:
            self.scroll_to(y=place - self.height + 1, animate=False)

    def redraw(self) -> None:
        """Draw again those lines of the screen that would differ: a whole list takes five times what most news need."""
        width = self.scrollable_content_region.width
        for y in range(self.height):
            if self._line(y, width) != self._drawn.get(y):
                self.refresh_line(self.first + y)

    # --- what the user does -------------------------------------------------------------------------------------------

    def move(self, distance: int) -> None:
        """Select a row so many rows on."""
        if self._length:
            at = -1 if self.place is None and distance > 0 else self.place or 0
            self.choose(max(0, min(at + distance, self._length - 1)))

    def go(self, *, end: bool) -> None:
        """Select the first or the last row."""
        if self._length:
            self.choose(self._length - 1 if end else 0)

    def choose(self, place: int) -> None:
        """Select a row as the user, and say so."""
        self.select(place)
        self.post_message(self.Chosen(self, place))

    def on_click(self, event: events.Click) -> None:
        """Select the row that was clicked; a second click opens it."""
        place = self.first + event.get_content_offset_capture(self).y
        if 0 <= place < self._length:
            event.stop()
            self.choose(place)
            if event.chain > 1:
                self.post_message(self.Opened(self, place))

    # --- Textual's side -----------------------------------------------------------------------------------------------

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Tell which rows are on the screen."""
        super().watch_scroll_y(old_value, new_value)
        if round(old_value) != round(new_value):
            self.post_message(self.Scrolled(self, round(new_value)))

    def on_resize(self) -> None:
        """Keep the selection on the screen."""
        self.resize_to(self._length)
        if self.place is not None:
            self.reveal(self.place)

    def on_focus(self) -> None:
        """Draw the selection as that of the pane with the focus."""
        self.refresh()

    def on_blur(self) -> None:
        """Draw the selection as that of another pane."""
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """A line of the screen."""
        width = self.scrollable_content_region.width
        self._drawn[y] = name, pieces = self._line(y, width)
        return draw(self, pieces, width, name)

    def _line(self, y: int, width: int) -> _Line:
        place = self.first + y
        if place >= self._length:
            return "", self._empty_line(y, width)
        selected = "selected" if self.has_focus else "held"
        return selected if place == self.place else self.line_of(place), self.pieces(place, width)

    def _empty_line(self, y: int, width: int) -> tuple[Piece, ...]:
        if self._length or not self._empty or not y:
            return ()
        lines = list(wrapped(self._empty, max(1, width - 4)))
        start, end = lines[y - 1] if y <= len(lines) else (0, 0)
        return (("  ", ""), (self._empty[start:end], "dim"))
