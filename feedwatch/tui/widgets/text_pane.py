"""Lines of text that scroll, drawn one by one as they come onto the screen."""

from __future__ import annotations

from textual.strip import Strip

from feedwatch.tui.cells import wrapped
from feedwatch.tui.guard import passage
from feedwatch.tui.typeset import Line
from feedwatch.tui.widgets.line_view import LineView
from feedwatch.tui.widgets.paint import draw

MARGIN = 2
"""Cells at the left and at the right."""


class TextPane(LineView, inherit_bindings=False):
    """Typeset lines."""

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's name for it
        super().__init__(id=id)
        self.lines: tuple[Line, ...] = ()

    @property
    def room(self) -> int:
        """The cells that a line may take."""
        return self.scrollable_content_region.width - 2 * MARGIN

    def show_lines(self, lines: tuple[Line, ...]) -> None:
        """Draw these from now on."""
        self.lines = lines
        self.hold(len(lines))
        self.refresh()

    def show_problem(self, sentence: str) -> None:
        """Draw a sentence that says what went wrong."""
        shown, width = passage(sentence), self.app.size.width - 2 * MARGIN - 1
        self.show_lines((Line(), *(Line(((shown[a:b], "bad"),)) for a, b in wrapped(shown, max(8, width)))))

    def move(self, distance: int) -> None:
        """Scroll so many lines on."""
        self.scroll_to(y=self.scroll_y + distance, animate=False)

    def go(self, *, end: bool) -> None:
        """Scroll to the first or the last line."""
        self.scroll_to(y=len(self.lines) if end else 0, animate=False)

    def render_line(self, y: int) -> Strip:
        """A line of the screen."""
        number = round(self.scroll_y) + y
        pieces = self.lines[number].pieces if number < len(self.lines) else ()
        return draw(self, ((" " * MARGIN, ""), *pieces), self.scrollable_content_region.width)
