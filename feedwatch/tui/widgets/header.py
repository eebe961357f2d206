"""The line at the top: where the user is, the other views to click on where there is room, and how much there is."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain

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
        for name, words in self._fitting():
            if 0 <= at < len(words):
                await self.app.run_action(f"app.{name}")
                return
            at -= len(words) + 2
        await self.app.run_action("app.palette")

    def _fitting(self) -> list[tuple[str, str]]:
        """The views by key and name; where there is no room for that, by key with the name of this one; or none."""
        left, right = self._said
        room = self.size.width - 2 - width_of(left) - _APART - GAP - width_of((*right, *self._hint()))
        whole = [(name, f"{self._key(name)} {word}".strip()) for name, word in VIEWS.items()]
        brief = [(name, words if name == self.view else self._key(name)) for name, words in whole]
        for views in (whole, brief):
            if sum(len(words) + 2 for _, words in views) - 2 <= room:
                return views
        return []

    def _key(self, name: str) -> str:
        keys: Mapping[str, str] = getattr(self.app, "keys", {})
        return spelled(keys_of(next(command for command in COMMANDS if command.name == name), keys)[:1])

    def _hint(self) -> tuple[Piece, ...]:
        """The key that shows all keys."""
        return (("  ", ""), (self._key("help"), "accent"), (" keys", "dim"))

    def _arrange(self) -> None:
        left, right = self._said
        if views := self._fitting():
            pieces = [(("  ", ""), (words, "here" if name == self.view else "dim")) for name, words in views]
            left = (*left, (" " * (_APART - 2), ""), *chain.from_iterable(pieces))
        super().show(left, (*right, *self._hint()))
