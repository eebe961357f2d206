"""The line at the top: where the user is, the other views to click on where there is room, and how much there is."""

from __future__ import annotations

from collections.abc import Mapping

from textual import events

from feedwatch.tui.cells import Piece, width_of
from feedwatch.tui.commands import COMMANDS, keys_of, spelled
from feedwatch.tui.widgets.bar import GAP, Bar

VIEWS = {
    "show_items": "stream",
    "show_alerts": "alerts",
    "show_feeds": "feeds",
    "show_deliveries": "deliveries",
    "show_statistics": "statistics",
    "show_rules": "rules",
}
"""The commands that lead to each view, and what it is called here."""
_APART = 3
"""Cells between where the user is and the other views."""


class Header(Bar):
    """A click on a view goes there; anywhere else it opens the palette, which has them all."""

    def __init__(self, view: str) -> None:
        super().__init__(id="header")
        self.view = view
        """The command that leads to where the user is."""
        self._said: tuple[tuple[Piece, ...], tuple[Piece, ...]] = ((), ())

    def show(self, left: tuple[Piece, ...], right: tuple[Piece, ...] = ()) -> None:
        """Draw these from now on, and the views between them."""
        self._said = (left, right)
        self._arrange()

    def on_resize(self) -> None:
        """There may be room for the views now, or none any more."""
        self._arrange()

    async def on_click(self, event: events.Click) -> None:
        """Go to the view that was clicked."""
        event.stop()
        at = event.x - 1 - width_of(self._said[0]) - _APART
        for name, words in self._views() if self._roomy else ():
            if 0 <= at < len(words):
                await self.app.run_action(f"app.{name}")
                return
            at -= len(words) + 2
        await self.app.run_action("app.palette")

    @property
    def _roomy(self) -> bool:
        views = sum(len(words) + 2 for _, words in self._views())
        left, right = self._said
        return width_of(left) + _APART + views + GAP + width_of(right) + 2 <= self.size.width

    def _views(self) -> list[tuple[str, str]]:
        keys: Mapping[str, str] = getattr(self.app, "keys", {})
        commands = {command.name: command for command in COMMANDS}
        return [(name, f"{spelled(keys_of(commands[name], keys)[:1])} {word}".strip()) for name, word in VIEWS.items()]

    def _arrange(self) -> None:
        left, right = self._said
        if self._roomy:
            pieces = [(f"{words}  ", "accent" if name == self.view else "dim") for name, words in self._views()]
            left = (*left, (" " * _APART, ""), *pieces)
        super().show(left, right)
