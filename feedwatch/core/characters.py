"""Characters that may reach a terminal, and those that may not.

A terminal obeys control characters wherever they come from, and bidirectional overrides make text lie about itself.
They are removed by code point, never by the shape of an escape sequence (C1 and unterminated sequences escape such
patterns), and always after the last unescaping, since ``&#27;`` is an ESC too.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator

HIGHEST_STACK = 30
"""Combining marks on one letter: no writing needs more (UAX #15, stream-safe text)."""
SHORT_TEXT = 1000
"""Characters; no run within can cost much."""

_UNSAFE = re.compile(
    "["
    "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f"  # C0, DEL and C1; what breaks or spaces lines is white space first
    "\u00ad"  # soft hyphen: invisible, and splits words for a search
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # bidirectional marks, embeddings, overrides, isolates
    "\u180e\u200b\u2060-\u2065\u206a-\u206f\ufeff"  # invisible; ZWNJ and ZWJ stay: Persian, Indic, emoji
    "\ufff9-\ufffb\ufdd0-\ufdef\ufffe\uffff"  # interlinear annotation, noncharacters
    "\ud800-\udfff"  # lone surrogates: no encoder takes them
    "\U000e0000-\U000e007f"  # tags: text that no eye sees
    "]"
)
_REFERENCE = re.compile(
    r"&(?:#[0-9]{1,7}(?![0-9]);?|#[xX][0-9a-fA-F]{1,6}(?![0-9a-fA-F]);?|[A-Za-z][A-Za-z0-9]{1,31};)"
)
_LINE_BREAK = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_OTHER_SPACE = re.compile(r"[^\S\n ]")
_EMPTY_LINES = re.compile(r"\n{3,}")


def plain(text: str) -> str:
    """One line that is safe on a terminal: unsafe characters removed, white space folded, NFC."""
    folded = " ".join(text.split())
    if not folded.isprintable():
        folded = " ".join(_UNSAFE.sub("", folded).split())
    return folded if folded.isascii() else _composed(folded)


def multiline(text: str) -> str:
    """Lines that are safe on a terminal: as ``plain``, but line breaks and indentation stay, at most one line empty."""
    text = _OTHER_SPACE.sub(" ", without_unsafe(text).expandtabs(4))
    lines = (line.rstrip(" ") for line in text.split("\n"))
    text = _EMPTY_LINES.sub("\n\n", "\n".join(lines)).strip("\n")
    return text if text.isascii() else _composed(text)


def without_unsafe(text: str) -> str:
    """The text less its unsafe characters, every line break a line feed, other white space as it was."""
    if text.isprintable() or text.replace("\n", "").isprintable():
        return text
    return _LINE_BREAK.sub("\n", _UNSAFE.sub("", text))


def unescaped(text: str) -> str:
    """Character references resolved, once. A named one needs its semicolon: "R&para" is a firm, not a pilcrow."""
    return _REFERENCE.sub(lambda found: html.unescape(found[0]), text) if "&" in text else text


def _composed(text: str) -> str:
    """NFC. Its cost is the square of a run of combining marks (200,000 took 35 s), so long runs are cut first."""
    if len(text) > SHORT_TEXT:
        text = "".join(_without_stacks(text))
    return unicodedata.normalize("NFC", text)


def _without_stacks(text: str) -> Iterator[str]:
    """The text with at most ``HIGHEST_STACK`` combining marks on a letter."""
    height = 0
    for character in text:
        height = height + 1 if unicodedata.combining(character) else 0
        if height <= HIGHEST_STACK:
            yield character
