"""Lines that scroll, each drawn as it comes onto the screen: what lists and texts are made of."""

from __future__ import annotations

from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.widget import Widget


class LineView(ScrollView, can_focus=True, inherit_bindings=False):
    """So many lines of which some are on the screen; what a line says is its subclass's business."""

    ALLOW_SELECT = False

    @property
    def height(self) -> int:
        """How many lines the screen has room for."""
        return max(1, self.scrollable_content_region.height)

    def hold(self, lines: int) -> None:
        """Have so many lines from now on.

        Textual lays the whole screen out again where this changes (measured: 12 ms of CPU). That is needed only where
        it changes the room: when a scrollbar comes or goes.
        """
        size = Size(self.scrollable_content_region.width, lines)
        overflowed = self.virtual_size.height > self.container_size.height
        if size.width != self.virtual_size.width or overflowed != (lines > self.container_size.height):
            self.virtual_size = size
        elif size != self.virtual_size:
            self.set_reactive(Widget.virtual_size, size)
            if self.show_vertical_scrollbar:
                self.vertical_scrollbar.window_virtual_size = lines
            self.scroll_y = min(self.scroll_y, self.max_scroll_y)

    def shift(self, first: int) -> None:
        """Have another line as the first on the screen, because lines came or went above it: what it shows stays."""
        y = max(0, min(first, self.max_scroll_y))
        self.set_reactive(Widget.scroll_y, float(y))
        self.set_reactive(Widget.scroll_target_y, float(y))
        if self.show_vertical_scrollbar:
            self.vertical_scrollbar.position = y
