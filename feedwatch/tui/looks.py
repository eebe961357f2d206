"""How the screen looks beside its stylesheet: a theme of our own, and glyphs exchanged in whatever is drawn."""

from __future__ import annotations

from functools import lru_cache

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter
from textual.theme import Theme

from feedwatch.tui.glyphs import ASCII

CONTRAST = Theme(
    name="feedwatch-contrast",
    primary="#66ccff",
    secondary="#d0b0ff",
    accent="#ffd700",
    warning="#ffd700",
    error="#ff7070",
    success="#70ff70",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#000000",
    dark=True,
    text_alpha=1.0,
)
"""White on black; ``app.tcss`` has no fainter text and reversed selections for it."""

READABLE = 4.5
"""The least contrast of any text with what is behind it, as WCAG counts (AA)."""
_STEPS = 20


def readable(text: Color, background: Color) -> Color:
    """The colour, moved towards black or white as far as it takes to be read; the terminal's own colours stay."""
    if text.ansi is not None or background.ansi is not None:
        return text
    text = background + text
    target = max((Color(0, 0, 0), Color(255, 255, 255)), key=lambda end: contrast(end, background))
    nearer = (text.blend(target, step / _STEPS) for step in range(_STEPS + 1))
    return next((color for color in nearer if contrast(color, background) >= READABLE), target)


def contrast(one: Color, other: Color) -> float:
    """From 1 to 21, by WCAG 2."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(color: Color) -> float:
    red, green, blue = (
        (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4) for part in color.normalized
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


class AsciiGlyphs(LineFilter):
    """Writes ASCII in place of every glyph: of lists, borders, scrollbars and inputs alike."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002 - Textual's signature
        """The line in ASCII; letters of other scripts stay."""
        return [
            segment if segment.text.isascii() else Segment(_written(segment), segment.style, segment.control)
            for segment in segments
        ]


def _written(segment: Segment) -> str:
    """The text in ASCII; of a scrollbar, whose ends are parts of blocks, the colours alone."""
    is_scrollbar = segment.style is not None and "@mouse.down" in segment.style.meta
    return " " * segment.cell_length if is_scrollbar else _plain(segment.text)


@lru_cache(4096)
def _plain(text: str) -> str:
    return text.translate(ASCII)
