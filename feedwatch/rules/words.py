"""Words: where they stand in a text, which forms a word of a rule takes, and what narrows a search for it.

Segmentation follows Unicode (letters, digits and the marks on them), with four decisions of its own:

- A hyphen of any kind separates words; invisible characters (soft hyphen, joiners) inside a word are not there.
- Apostrophes are all equal. A possessive *'s* belongs to the word before it (*drone's* is the word *drone*), an elided
  article is a word of its own (*l'armée* is *l* and *armée*), any other apostrophe is part of its word (*O'Brien*,
  *п'ять*).
- In scripts without spaces every character is a word. A term of several is a phrase of them that stand side by side:
  a substring.
- A Hangul term is the beginning of a word, since particles follow without a space.

A Latin word takes its English inflections in every item, because feeds often lie about their language and English
words stand in every language's news; beside them, those of the item's own language (``stems.py``). Another language
adds to what a word takes and never loses the word itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import product
from math import prod
from typing import NamedTuple

import regex

from feedwatch.rules.english import inflections
from feedwatch.rules.letters import APOSTROPHES, INVISIBLE, SPACELESS, Script, exact, fold, script_of
from feedwatch.rules.stems import shared_letters
from feedwatch.rules.western import is_western

_LETTER = rf"[[\p{{L}}\p{{N}}\p{{Co}}]--[{SPACELESS}\u02bc]]"
_INSIDE = rf"[[\p{{L}}\p{{N}}\p{{Co}}\p{{M}}{INVISIBLE}]--[{SPACELESS}\u02bc]]"
_TOKEN = regex.compile(
    rf"(?V1){_LETTER}{_INSIDE}*+(?:[{APOSTROPHES}]{_LETTER}{_INSIDE}*+)*+|[[{SPACELESS}]--[\p{{P}}\p{{Sc}}]]"
)
_WESTERN_TOKEN = re.compile(rf"[^\W_]+(?:[{APOSTROPHES}][^\W_]+)*")
"""The same for a text that ``is_western``, four times as fast."""
_APOSTROPHE = regex.compile(f"[{APOSTROPHES}]")
_ELIDED_WORDS = """
all c coll d dall degl dell gl j jusqu l lorsqu m n nell presqu puisqu qu quell quelqu quoiqu s sant sull t un
"""
"""What stands before an apostrophe in French, Italian, Catalan and Portuguese, where it is a word of its own."""
_ELIDED = frozenset(_ELIDED_WORDS.split())
_MISLEADING = regex.compile(rf"(?V1)[{INVISIBLE}\u02bc]|[{SPACELESS}](?=\w)|(?<=\w)[{SPACELESS}]")
_MOST_PREFIXES = 6
_INDEX_VARIANTS: dict[str, tuple[str, ...]] = {"е": ("е", "ё")}
"""Folded letters that an index keeps apart."""
_SAFE = regex.compile(
    r"(?V1)[[a-z0-9\u00df-\u024f\u1e00-\u1eff\u0430-\u045f\u0491\uac00-\ud7a3βγδζθκλμνξπρστφχψ]--[µſẛ]]*+"
)
"""Folded letters that ``unicode61`` folds alike; Greek vowels, whose accents it keeps, are not among them."""


class Token(NamedTuple):
    """A word of a text: ``text[start:end]`` as it stands, with its possessive ending."""

    start: int
    end: int
    exact: str
    """NFC, apostrophes straight, invisible characters left out, the possessive ending kept."""
    base: str
    """The same without the possessive ending."""
    folded: str
    """``base`` without case and accents."""


def tokens(text: str) -> Iterator[Token]:
    """The words of ``text`` in order; a stroke that only stretches words is none itself."""
    return (token for token in _cut(text) if token.folded)


def _cut(text: str) -> Iterator[Token]:
    for found in _found(text):
        written, start = found.group(), found.start()
        if _is_one(written):
            word = exact(written)
            yield Token(start, found.end(), word, word, fold(word))
        else:
            yield from _with_apostrophe(written, start)


def _is_one(written: str) -> bool:
    return written.isalnum() or not _APOSTROPHE.search(written)


def _found(text: str) -> Iterator[re.Match[str]] | Iterator[regex.Match[str]]:
    return _WESTERN_TOKEN.finditer(text) if is_western(text) else _TOKEN.finditer(text)


def _with_apostrophe(written: str, start: int) -> Iterator[Token]:
    place = 0
    mark = _APOSTROPHE.search(written)
    while mark is not None and mark.group() != "\u02bc" and fold(written[place : mark.start()]) in _ELIDED:
        word = exact(written[place : mark.start()])
        yield Token(start + place, start + mark.start(), word, word, fold(word))
        place = mark.end()
        mark = _APOSTROPHE.search(written, place)
    whole = exact(written[place:])
    base = whole[:-2] if whole.endswith(("'s", "'S")) else whole
    yield Token(start + place, start + len(written), whole, base, fold(base))


def is_spaceless(word: str) -> bool:
    """Whether ``word`` is of a script that writes words without spaces."""
    return bool(word) and script_of(word[0]) is Script.SPACELESS


@lru_cache(maxsize=16_384)
def forms(word: str) -> frozenset[str]:
    """The folded forms that ``word`` (a token's ``base``) takes in every item, whatever its language."""
    folded = fold(word)
    if script_of(folded[0]) is not Script.LATIN or "'" in folded:
        return frozenset((folded,))
    return inflections(folded, name=word[0].isupper())


class Lookup(NamedTuple):
    """What a word of a rule is looked up by."""

    folded: str
    forms: frozenset[str]
    script: Script


@lru_cache(maxsize=16_384)
def look_up(word: str) -> Lookup:
    """What ``word`` is looked up by; the same for every item."""
    folded = fold(word)
    return Lookup(folded, forms(word), script_of(folded))


@lru_cache(maxsize=16_384)
def prefixes(word: str) -> tuple[str, ...] | None:
    """Folded beginnings, one of which every form of ``word`` in any language has; None where none can be given.

    They hold for an FTS5 index with ``unicode61 remove_diacritics 2`` over ``searchable(text)``.
    """
    shared = fold(word)[: shared_letters(fold(word))]
    starts = {shared} if shared else set()
    starts.update(form for form in forms(word) if not form.startswith(shared))
    return _indexed(starts)


@lru_cache(maxsize=16_384)
def english_prefixes(word: str) -> tuple[str, ...] | None:
    """As ``prefixes``, for items in whose language only English inflects Latin words: these are all its forms."""
    return _indexed(set(forms(word))) if script_of(fold(word)) is Script.LATIN else prefixes(word)


@lru_cache(maxsize=16_384)
def literal_prefixes(word: str) -> tuple[str, ...] | None:
    """As ``prefixes``, for a word that is itself the beginning, or the only form."""
    return _indexed({fold(word)}) if shared_letters(fold(word)) else None


def _indexed(starts: set[str]) -> tuple[str, ...] | None:
    """The beginnings as an index holds them, cut before what it may hold otherwise; None where one comes out empty."""
    found: set[str] = set()
    for start in starts:
        safe = _SAFE.match(start)
        letters: list[tuple[str, ...]] = [
            _INDEX_VARIANTS.get(letter, (letter,)) for letter in (safe.group() if safe else "")
        ]
        while prod(map(len, letters)) > _MOST_PREFIXES:
            letters.pop()
        if not letters:
            return None
        found.update("".join(choice) for choice in product(*letters))
    shortest = sorted(found, key=lambda start: (len(start), start))
    kept = [start for place, start in enumerate(shortest) if not start.startswith(tuple(shortest[:place]))]
    return tuple(kept) or None


def searchable(text: str) -> str:
    """``text`` as a word index must be given it for ``prefixes`` to hold; the text itself nearly always.

    ``unicode61`` takes a Latin word that stands against Chinese as one with it (measured: *中国AI* is one token), and
    U+02BC, the apostrophe of many Ukrainian texts, for a letter.
    """
    if is_western(text):
        return text
    unmasked: str = _MISLEADING.sub(_unmasked, text)
    return unmasked


def _unmasked(found: regex.Match[str]) -> str:
    character = found.group()
    if character == "\u02bc":
        return "'"
    return f" {character} " if is_spaceless(character) else ""
