"""What each glyph of the screen becomes where only ASCII is to be written: one cell for one cell, so that columns stay.

Pure: a table, and when it is meant. Glyphs that can stand in the same place become different characters.
"""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from types import MappingProxyType

_SIGNS = {
    "●": "o",  # unread; a feed that is well
    "○": "?",  # never polled
    "◔": "z",  # late
    "✗": "x",
    "⊘": "#",
    "†": "t",
    "↻": "@",
    "✓": "v",
    "★": "*",
    "✎": "/",
    "↗": "^",
    "·": "-",
    "•": "+",
    "…": "~",
    "→": ">",
    "↑": "^",
    "▲": "^",  # a burst
}
_SHAPES = {
    **dict.fromkeys("─━═▔", "-"),
    **dict.fromkeys("│┃║▎▏▕▊▌▐┆┊", "|"),
    **dict.fromkeys("┌┐└┘├┤┬┴┼╭╮╰╯", "+"),
    **dict(zip("▁▂▃▄▅▆▇█", ".:-=+*%#", strict=True)),  # bars of eight heights
    **dict.fromkeys("▣", "="),
    "▀": " ",  # of a picture: the colour behind it is its lower half
    **dict(zip("░▒▓", ".+%", strict=True)),  # a picture without colours
}
_TEXT = {
    **dict.fromkeys("‘’‚‛", "'"),
    **dict.fromkeys("“”„«»", '"'),
    **dict.fromkeys("–—‐‑−", "-"),
    "\u00a0": " ",
}
"""What most texts have beside letters."""

ASCII: Mapping[int, str] = MappingProxyType(str.maketrans(_SIGNS | _SHAPES | _TEXT))
"""For ``str.translate``."""


def is_ascii(setting: str, encoding: str) -> bool:
    """Whether ASCII is meant: ``[tui] glyphs``, and with "auto" an encoding of the locale that is not UTF-8."""
    if setting != "auto":
        return setting == "ascii"
    try:
        return codecs.lookup(encoding).name != "utf-8"
    except LookupError:
        return True
