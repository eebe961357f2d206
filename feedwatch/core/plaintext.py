"""Plain text as HTML, for entries that are not HTML."""

from __future__ import annotations

import html
import re

_EMPTY_LINES = re.compile(r"\n[ \t\r]*\n\s*")


def to_html(text: str) -> str:
    """Text as HTML that reads the same: paragraphs and line breaks kept."""
    paragraphs = (part.strip().replace("\n", "<br>\n") for part in _EMPTY_LINES.split(html.escape(text, quote=False)))
    kept = [part for part in paragraphs if part]
    return kept[0] if len(kept) == 1 else "".join(f"<p>{part}</p>\n" for part in kept)
