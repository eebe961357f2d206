"""Every key, from the registry."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from feedwatch.tui.bindings import bindings
from feedwatch.tui.cells import fit
from feedwatch.tui.commands import COMMANDS, Place, keys_of, spelled
from feedwatch.tui.screens.pane_screen import PaneScreen
from feedwatch.tui.typeset import Line
from feedwatch.tui.widgets.bar import Bar
from feedwatch.tui.widgets.text_pane import TextPane

_KEYS = 22
"""Cells for a command's keys."""


class HelpScreen(PaneScreen):
    """The help."""

    PLACE = Place.HELP
    BINDINGS: ClassVar[list[BindingType]] = bindings(PLACE)

    def __init__(self, keys: Mapping[str, str]) -> None:
        super().__init__()
        self._keys = keys
        self.pane = TextPane(id="help")

    def compose(self) -> ComposeResult:
        """A header and the keys."""
        yield Bar(id="header")
        yield self.pane

    def on_mount(self) -> None:
        """Fill in the keys."""
        self.query_one(Bar).show((("feedwatch", "title"), ("  ", ""), ("Keys", "heading")), (("esc goes back", "dim"),))
        self.pane.show_lines(lines(self._keys))


def lines(keys: Mapping[str, str]) -> tuple[Line, ...]:
    """The help's text: commands by group, each with its keys, its line, and its name for ``[keys]``."""
    out: list[Line] = []
    for group, commands in groupby(COMMANDS, key=lambda command: command.group):
        out += [Line(), Line(((group, "heading"),))]
        for command in commands:
            shown = fit(spelled(keys_of(command, keys)), _KEYS)
            out.append(Line((("  ", ""), (shown, "accent"), (command.help, ""), (f"  {command.name}", "dim"))))
    out += [Line(), Line((("Keys are changed under [keys] in config.toml: the name at the right = the key.", "dim"),))]
    return tuple(out)
