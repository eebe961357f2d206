"""Letters: the scripts that matter to matching, and folding of case and accents.

Latin folds as FTS5's ``unicode61 remove_diacritics 2`` does (compared letter by letter), so that such an index can
narrow a search; Greek accents, ё and Arabic vowel marks fold here only. Letters that are no accented ones (й, ї, ø, ß)
stay what they are.
"""

from __future__ import annotations

import unicodedata
from enum import Enum, auto
from functools import lru_cache
from typing import Final


class Script(Enum):
    """How the words of a script are told apart and inflect."""

    LATIN = auto()
    CYRILLIC = auto()
    GREEK = auto()
    ARABIC = auto()
    ARMENIAN = auto()
    DEVANAGARI = auto()
    HANGUL = auto()
    """Particles stand at a word's end without a space: a term is the beginning of a word."""
    TAMIL = auto()
    SPACELESS = auto()
    """Chinese, Japanese, Thai and their like: a term is a substring."""
    OTHER = auto()

    __hash__ = object.__hash__  # an enum's own is written in Python, and scripts are looked up for every word


SPACELESS: Final = (
    r"\p{Han}\p{Hiragana}\p{Katakana}\u3005\u3007\u3099\u309a\u30fc\uff66-\uff9f"
    r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
)
"""A set for the regex package: Han, kana; Thai, Lao, Myanmar and Khmer."""
INVISIBLE: Final = "\u00ad\u2060\u200d\ufe00-\ufe0f"
"""Soft hyphen, word joiner, zero-width joiner, variation selectors: inside a word they are not there."""
APOSTROPHES: Final = "'\u2019\u2018\u02bc\uff07\u2032\u0060\u00b4"

LONGEST_WORD: Final = 64
"""Characters; what is longer is no word of a language: it has no inflections and is not kept in a cache."""

_RANGES: Final = (
    (0x0000, 0x024F, Script.LATIN),
    (0x0370, 0x03FF, Script.GREEK),
    (0x0400, 0x052F, Script.CYRILLIC),
    (0x0531, 0x058F, Script.ARMENIAN),
    (0x0600, 0x06FF, Script.ARABIC),
    (0x0750, 0x077F, Script.ARABIC),
    (0x0900, 0x097F, Script.DEVANAGARI),
    (0x0B80, 0x0BFF, Script.TAMIL),
    (0x0E00, 0x0EFF, Script.SPACELESS),
    (0x1000, 0x109F, Script.SPACELESS),
    (0x1780, 0x17FF, Script.SPACELESS),
    (0x1E00, 0x1EFF, Script.LATIN),
    (0x1F00, 0x1FFF, Script.GREEK),
    (0x3005, 0x3007, Script.SPACELESS),
    (0x3040, 0x30FF, Script.SPACELESS),
    (0x31F0, 0x31FF, Script.SPACELESS),
    (0x3400, 0x9FFF, Script.SPACELESS),
    (0xAC00, 0xD7A3, Script.HANGUL),
    (0xF900, 0xFAFF, Script.SPACELESS),
    (0xFB50, 0xFDFF, Script.ARABIC),
    (0xFE70, 0xFEFC, Script.ARABIC),
    (0xFF66, 0xFF9F, Script.SPACELESS),
    (0x20000, 0x3FFFF, Script.SPACELESS),
)
_ACCENTS: Final = (
    *range(0x300, 0x305),
    *range(0x306, 0x30D),
    0x30F,
    0x311,
    0x31B,
    *range(0x323, 0x329),
    0x32D,
    0x32E,
    0x330,
    0x331,
)
"""Combining marks that unicode61 drops within a word (measured); it ends the word at any other, and so they stay."""
_VOWEL_MARKS: Final = (*range(0x591, 0x5C8), 0x640, *range(0x64B, 0x660), 0x670)
"""Hebrew and Arabic vowel marks, and the Arabic tatweel that only stretches a word."""
_UNSEEN: Final = (0x00AD, 0x200D, 0x2060, *range(0xFE00, 0xFE10))
"""``INVISIBLE`` as code points."""


@lru_cache(maxsize=4_096)
def script_of(word: str) -> Script:
    """The script of a word's first character."""
    code = ord(word[0])
    return next((script for first, last, script in _RANGES if first <= code <= last), Script.OTHER)


class _Folding(dict[int, str]):
    """Lower-case characters to their folded ones, filled as they are met."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = _fold_character(code)
        return folded


_FOLDED: Final = {
    **dict.fromkeys((*_ACCENTS, *_VOWEL_MARKS, *_UNSEEN), ""),
    **dict.fromkeys(map(ord, APOSTROPHES), "'"),
    ord("ё"): "е",
    ord("ς"): "σ",
    ord("ſ"): "s",
    ord("ẛ"): "s",
    ord("µ"): "μ",
}


def _fold_character(code: int) -> str:
    character = chr(code)
    base = unicodedata.normalize("NFD", character)[0]
    match script_of(character):
        case Script.LATIN:
            return base if base.isascii() else character
        case Script.GREEK | Script.ARABIC:
            return base
        case _:
            return character


_FOLDING = _Folding(_FOLDED)
_PLAIN = {**dict.fromkeys(_UNSEEN, ""), **dict.fromkeys(map(ord, APOSTROPHES), "'")}


def fold(word: str) -> str:
    """A word without case and accents."""
    if word.isascii():
        return word.lower().replace("`", "'")
    return _fold(word) if len(word) <= LONGEST_WORD else _fold.__wrapped__(word)


@lru_cache(maxsize=65_536)
def _fold(word: str) -> str:
    return unicodedata.normalize("NFC", word).lower().translate(_FOLDING)


def exact(word: str) -> str:
    """A word as written, in the one spelling that equal words have: NFC, straight apostrophes, nothing invisible."""
    return word.replace("`", "'") if word.isascii() else unicodedata.normalize("NFC", word).translate(_PLAIN)
