"""Lines above a list that say what is wrong; where nothing is, there are none."""

from __future__ import annotations

from textual.strip import Strip
from textual.widget import Widget

from feedwatch.tui.cells import width_of
from feedwatch.tui.widgets.paint import draw

MOST = 4
"""Lines shown."""
Notice = tuple[str, str]
"""What is wrong, which is cut where there is no room, and what follows from it, which is not."""


class Notices(Widget, can_focus=False):
    """A line for each."""

    ALLOW_SELECT = False

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's name for it
        super().__init__(id=id)
        self.notices: tuple[Notice, ...] = ()
        self.display = False

    def show(self, notices: tuple[Notice, ...]) -> None:
        """Draw these from now on."""
        if len(notices) > MOST:
            notices = (*notices[: MOST - 1], (f"and {len(notices) - MOST + 1} more", ""))
        if notices != self.notices:
            self.notices, self.display = notices, bool(notices)
            self.styles.height = len(notices)
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """A line, with a cell of margin on both sides."""
        width = self.size.width
        if y >= len(self.notices):
            return Strip.blank(width, self.rich_style)
        text, tail = self.notices[y]
        end = ((f"; {tail} " if tail else "", "dim"),)
        room = min(max(0, width - width_of(end)), 3 + width_of(((text, ""),)))
        left = draw(self, ((" ! ", "bad"), (text, "bad")), room)
        return Strip.join([left, draw(self, end, max(0, width - room))])
