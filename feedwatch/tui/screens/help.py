"""Every key, from the registry; what is typed leaves only the commands that have it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType

from feedwatch.tui.bindings import bindings
from feedwatch.tui.cells import Piece
from feedwatch.tui.commands import Place
from feedwatch.tui.help_lines import lines, shortened
from feedwatch.tui.screens.pane_screen import PaneScreen
from feedwatch.tui.widgets.bar import Bar
from feedwatch.tui.widgets.text_pane import TextPane


class HelpScreen(PaneScreen):
    """The help. Printable keys are typed, whatever they do elsewhere; all others move in it or leave it."""

    PLACE = Place.HELP
    BINDINGS: ClassVar[list[BindingType]] = bindings(PLACE)

    def __init__(self, keys: Mapping[str, str]) -> None:
        super().__init__()
        self._keys = keys
        self._words = ""
        self.header, self.pane = Bar(id="header"), TextPane(id="help")

    def compose(self) -> ComposeResult:
        """A header and the keys."""
        yield self.header
        yield self.pane

    def on_mount(self) -> None:
        """Fill in the keys."""
        self._seek("")

    def on_key(self, event: events.Key) -> None:
        """Type, before a binding has the key."""
        if event.key == "backspace":
            self._seek(self._words[:-1])
        elif event.key in ("ctrl+w", "ctrl+backspace"):
            self._seek(shortened(self._words))
        elif event.key == "escape":
            self.action_back()
        elif event.is_printable and event.character:
            self._seek(self._words + event.character)
        else:
            return
        event.stop()
        event.prevent_default()

    def on_paste(self, event: events.Paste) -> None:
        """Seek what was pasted."""
        event.stop()
        self._seek(self._words + "".join(c for c in event.text.partition("\n")[0] if c.isprintable()))

    def action_back(self) -> None:
        """All commands again, then out."""
        if self._words:
            self._seek("")
        else:
            self.dismiss(None)

    def _seek(self, words: str) -> None:
        self._words = words
        typed: Piece = (f"{words}▏", "accent") if words else ("type to find a command", "dim")
        leave = "esc shows all" if words else "esc goes back"
        self.header.show(
            (("feedwatch", "title"), ("  ", ""), ("Keys", "heading"), ("  ", ""), typed), ((leave, "dim"),)
        )
        self.pane.show_lines(lines(self._keys, words))
        self.pane.scroll_to(y=0, animate=False, force=True)
