"""The last look at text before it reaches the terminal: whatever a feed, a server or an error said.

Text is cleaned when it is stored; this holds should something have slipped through (old rows, error texts, file names).
Every replacement is one character for one, so that spans into the text stay right.
"""

from __future__ import annotations

import re

_CONTROLS = r"\x00-\x08\x0b-\x1f\x7f-\x9f"
_BIDI = r"\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_OTHERS = r"\u2028\u2029\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f"
"""Line separators, byte order mark, annotations, lone surrogates (the driver can't encode them), tags."""
_UNSAFE = re.compile(f"[{_CONTROLS}{_BIDI}{_OTHERS}]")
_LAYOUT = str.maketrans("\t\n", "  ")
_TABS = str.maketrans("\t", " ")


def line(text: str) -> str:
    """The text for one line: nothing in it moves the cursor, changes direction or starts an escape sequence."""
    return _UNSAFE.sub("\ufffd", text).translate(_LAYOUT)


def passage(text: str) -> str:
    """The same for text of several lines: line feeds stay."""
    return _UNSAFE.sub("\ufffd", text).translate(_TABS)
