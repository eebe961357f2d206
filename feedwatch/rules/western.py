"""Texts of Western letters, as most are: folded and cut by tables of bytes, several times as fast as by patterns.

A text is Western where windows-1252 has all of its characters but two (the soft hyphen is not there, the micro sign
folds to a Greek letter). Each is then one byte, and folds to one, so that offsets stay what they are.
"""

from __future__ import annotations

from typing import Final

from feedwatch.rules.letters import fold

_CHARSET: Final = "cp1252"
_OTHERS: Final = b"\xad", b"\xb5"


def _folded(byte: int) -> int:
    """The byte of the folded character; the byte itself where the charset has no such character."""
    written = fold(bytes([byte]).decode(_CHARSET, "ignore")).encode(_CHARSET, "ignore")
    return written[0] if written else byte


def _parting(byte: int) -> int:
    """The same, where a byte is part of a word or an apostrophe; else a space."""
    character = bytes([_folded(byte)]).decode(_CHARSET, "ignore")
    return _folded(byte) if character.isalnum() or character == "'" else ord(" ")


_FOLDING: Final = bytes(map(_folded, range(256)))
_CUTTING: Final = bytes(map(_parting, range(256)))


def encoded(text: str) -> bytes | None:
    """The text at a byte a character; None where it is not Western."""
    try:
        written = text.encode(_CHARSET)
    except UnicodeEncodeError:
        return None
    return None if any(other in written for other in _OTHERS) else written


def is_western(text: str) -> bool:
    """Whether the text is one of those that are cut by tables; no character of it is misleading."""
    return text.isascii() or encoded(text) is not None


def folded(written: bytes) -> str:
    """The text without case and accents, apostrophes straight."""
    return written.translate(_FOLDING).decode(_CHARSET)


def spaced(written: bytes) -> str:
    """The folded text, with a space in the place of each character that is neither letter, digit nor apostrophe."""
    return written.translate(_CUTTING).decode(_CHARSET)
