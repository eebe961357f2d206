"""The item being read: typeset once per item and width."""

from __future__ import annotations

from datetime import UTC, datetime

from textual import events
from textual.message import Message

from feedwatch.model import ItemDetail
from feedwatch.tui.sentences import NOTHING_SELECTED
from feedwatch.tui.typeset import Line, lines
from feedwatch.tui.widgets.text_pane import TextPane


class Preview(TextPane):
    """Title, byline, reasons, text, links."""

    class LinkOpened(Message):
        """The user clicked a line that leads somewhere."""

        def __init__(self, url: str) -> None:
            super().__init__()
            self.url = url

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's name for it
        super().__init__(id=id)
        self._detail: ItemDetail | None = None
        self._full = False
        self._now = datetime.now(UTC)
        self._set_for = 0

    def show(self, detail: ItemDetail | None, now: datetime, *, full: bool) -> None:
        """Draw this from now on; the same item, updated, stays where it was scrolled to."""
        if detail == self._detail and full == self._full and self.lines:
            return
        same = detail is not None and self._detail is not None and detail.row.id == self._detail.row.id
        turned = full != self._full
        self._detail, self._full, self._now = detail, full, now
        self._typeset()
        if not same or turned:
            self.scroll_to(y=0, animate=False, force=True)

    def seek(self, step: int) -> bool:
        """Scroll the next (1) or previous (-1) line with a match to the top; False where there is none."""
        at = round(self.scroll_y)
        ahead = range(at + 1, len(self.lines)) if step > 0 else range(at - 1, -1, -1)
        found = next((number for number in ahead if self.lines[number].hit), None)
        if found is None or (step > 0 and at >= self.max_scroll_y):
            return False
        self.scroll_to(y=found, animate=False)
        return True

    def on_resize(self) -> None:
        """Set the text anew where the width changed."""
        if self._set_for != self.room:
            self._typeset()

    def on_click(self, event: events.Click) -> None:
        """Open the link of the line that was clicked."""
        number = round(self.scroll_y) + event.get_content_offset_capture(self).y
        url = self.lines[number].url if 0 <= number < len(self.lines) else ""
        if url:
            event.stop()
            self.post_message(self.LinkOpened(url))

    def _typeset(self) -> None:
        self._set_for = self.room
        if self._detail is None:
            self.show_lines((Line(), Line(((NOTHING_SELECTED, "dim"),))))
        else:
            self.show_lines(lines(self._detail, self.room, self._now, full=self._full))
