"""Pieces of text drawn as a line of the screen: the one place where style names become styles.

The names are component classes of the screen, so that ``app.tcss`` and with it every theme decides how they look. They
belong to the screen and not to each pane because Textual matches every component class anew whenever a class or the
focus changes: at each pane that doubled what a change of focus costs (measured: 56 ms of CPU, here 33).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from feedwatch.tui.cells import Piece, bounded
from feedwatch.tui.looks import readable

_NAMES = (
    "accent added bad code critical dim good goodline heading held here high link low match match1 match2 match3"
    " match4 match5 normal picked quote read removed selected"
    " source title warning warningline"
)


class InkedScreen(Screen[None], inherit_bindings=False):
    """A screen that knows how pieces look on the backgrounds of its panes."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {*Screen.COMPONENT_CLASSES, *(f"piece--{name}" for name in _NAMES.split())}

    def __init__(self) -> None:
        super().__init__()
        self._inks: dict[tuple[Color, Color, str, str], Style] = {}

    def notify_style_update(self) -> None:
        """Forget what another theme looked like."""
        self._inks.clear()
        super().notify_style_update()

    def ink(self, background: Color, foreground: Color, line: str, name: str) -> Style:
        """A style by name, on a line with a style by name, on a pane of these colours."""
        key = (background, foreground, line, name)
        if key not in self._inks:
            self._inks[key] = self._mixed(*key)
        return self._inks[key]

    def _mixed(self, background: Color, foreground: Color, line: str, name: str) -> Style:
        text_style = Style()
        for part in (line, name):
            if text_style.reverse:  # a reversed line is one bar: no colour of a piece breaks it
                break
            if part:
                styles = self.get_component_styles(f"piece--{part}")
                if styles.has_rule("background"):
                    background += styles.background
                if styles.has_rule("color"):
                    foreground = background.get_contrast_text(styles.color.a) if styles.auto_color else styles.color
                text_style += styles.text_style
        foreground = readable(foreground, background)
        return Style(color=foreground.rich_color, bgcolor=background.rich_color) + text_style


def draw(widget: Widget, pieces: Sequence[Piece], width: int, line: str = "") -> Strip:
    """The pieces in exactly ``width`` cells; ``line`` names the style of the whole line (of a selection)."""
    screen, base = widget.screen, widget.visual_style
    background, foreground = base.background or Color(0, 0, 0), base.foreground or Color(255, 255, 255)
    if not isinstance(screen, InkedScreen):
        return Strip.blank(width)
    return Strip(
        [
            Segment(text, screen.ink(background, foreground, line, name))
            for text, name in bounded(pieces, width)
            if text
        ],
        width,
    )
