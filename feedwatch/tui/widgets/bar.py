"""One line of text across the screen: the header and the status bar are such lines."""

from __future__ import annotations

from textual.strip import Strip
from textual.widget import Widget

from feedwatch.tui.cells import Piece, width_of
from feedwatch.tui.widgets.paint import draw

GAP = 2
"""Cells between the two sides."""


class Bar(Widget, can_focus=False):
    """Pieces at the left, pieces at the right; where both don't fit, the left ones give way."""

    ALLOW_SELECT = False

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's name for it
        super().__init__(id=id)
        self._left: tuple[Piece, ...] = ()
        self._right: tuple[Piece, ...] = ()

    def show(self, left: tuple[Piece, ...], right: tuple[Piece, ...] = ()) -> None:
        """Draw these from now on."""
        if (left, right) != (self._left, self._right):
            self._left, self._right = left, right
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """The line, with a cell of margin on both sides."""
        width = self.size.width
        if y:
            return Strip.blank(width, self.rich_style)
        right = self._right
        room = max(0, width - 2 - width_of(right) - (GAP if right else 0))
        left = draw(self, ((" ", ""), *self._left), 1 + room)
        gap = (" " * GAP if right else "", "")
        return Strip.join([left, draw(self, (gap, *right, (" ", "")), width - 1 - room)])
