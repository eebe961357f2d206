"""What an item says, as stories are known by: its words without inflection, hashed, with how much each weighs. Pure.

A *gist* is made once where an entry is parsed: the terms of headline and beginning of the text, with their counts. It
becomes a *vector* by what each term is worth just now: a rare one much, one that half the archive has next to nothing
(inverse document frequency, Sparck Jones 1972), at a length of one, so that the sum of products of two is their cosine.

English words lose their inflections by Snowball; those of other languages are cut at six letters, which groups their
forms about as well (McNamee and Mayfield 2004); scripts without spaces are cut into pairs of characters.
"""

from __future__ import annotations

import math
import re
import unicodedata
import zlib
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import islice
from typing import Final

import Stemmer

HEADLINE: Final = 4
"""How often a word of the headline counts: 3 to 5 measured best, on headlines alone it makes no difference."""
TEXT_WORDS: Final = 60
"""Words of the text that count: its beginning says what happened, the rest what happened before (60 measured best)."""
HEADLINE_WORDS: Final = 60
PAIRS: Final = 2
"""Pairs of characters that count as one word, where a script has no spaces."""
MOST_CHARACTERS: Final = 2_000
"""Of the text: 60 words of any language."""
TELLING: Final = 12
"""The heaviest terms of a vector: those that an index of stories files, and is asked for."""
UNKNOWN_ITEMS: Final = 2_000
"""As many items are imagined before the first: in a young archive words are not yet known to be common."""
LEAST: Final = 0.05
"""What a word is worth that every item has."""
_SCALE: Final = 0xFFFF
_CUT: Final = 6
_LONGEST: Final = 64
_WORD = re.compile(r"[^\W_]+")
_SUFFIX = re.compile(r"(?<=\S)\s+[-–—|]\s+[^-–—|]{2,40}$")
"""What publishers add to headlines: " - Reuters", " | BBC News"."""
SPACELESS: Final = "[\u3005-\u3007\u3040-\u30ff\u31f0-\u9fff\uf900-\ufaff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]"
"""A character of a script that has no spaces between words, as a pattern."""
_SPACELESS = re.compile(SPACELESS)
_STOP_WORDS = """
a about after ahead all also am amid an and are as at be been before but by can could did do does down for from had has
have he her here him his how i if in into is it its just may me might more most must my new no not now of off on or our
out over report reported reportedly reports said say says she should so source sources than that the their them then
there these they this those to up us was we were what when where which while who whom why will with would you your
don t s re ll ve d m
"""
_STOP: Final = frozenset(_STOP_WORDS.split())


def gist(title: str, text: str, language: str) -> bytes:
    """The terms of an item with their counts, packed; empty where it has no words."""
    english = language[:2] in ("", "en")
    counts = Counter[int]()
    for term in _terms(_SUFFIX.sub("", title), HEADLINE_WORDS, english=english):
        counts[term] += HEADLINE
    counts.update(_terms(text[:MOST_CHARACTERS], TEXT_WORDS, english=english))
    return array("I", counts).tobytes() + bytes(min(count, 255) for count in counts.values())


def _terms(text: str, most: int, *, english: bool) -> Iterator[int]:
    return islice(_every_term(_WORD.findall(_plain(text))[:most], english=english), PAIRS * most)


def _every_term(words: Iterable[str], *, english: bool) -> Iterator[int]:
    for word in words:
        if word.isascii():
            if (len(word) > 1 or word.isdigit()) and word not in _STOP:
                yield _term(word, english=english)
        elif _SPACELESS.search(word):
            yield from (_hash(word[at : at + 2]) for at in range(max(1, len(word) - 1)))
        elif len(word) > 1:
            yield _term(word, english=False)


def _plain(text: str) -> str:
    """Without letter case and accents."""
    lower = text.casefold()
    if lower.isascii():
        return lower
    return "".join(letter for letter in unicodedata.normalize("NFD", lower) if not unicodedata.combining(letter))


def _term(word: str, *, english: bool) -> int:
    return _kept_term(word[:_LONGEST], english)


@lru_cache(maxsize=65_536)
def _kept_term(word: str, english: bool) -> int:  # noqa: FBT001  # a key of the cache
    return _hash(str(Stemmer.Stemmer("english", 0).stemWord(word)) if english else word[:_CUT])


def _hash(term: str) -> int:
    return zlib.crc32(term.encode("utf-8", "surrogatepass"))


def unpacked(packed: bytes) -> dict[int, int]:
    """The terms of a gist with their counts."""
    terms = terms_of(packed, 5)
    return dict(zip(terms, packed[4 * len(terms) :], strict=True))


def terms_of(packed: bytes, each: int = 6) -> array[int]:
    """The terms of a vector (``each`` of six bytes), or of a gist (of five)."""
    terms = array("I")
    terms.frombytes(packed[: 4 * (len(packed) // each)])
    return terms


def weigh(counts: Mapping[int, int], known: Mapping[int, int], total: int) -> dict[int, float]:
    """The vector of a gist, heaviest terms first: ``known`` says how many of ``total`` items have a term."""
    items = max(total, UNKNOWN_ITEMS) + 1
    weights = {
        term: (1 + math.log(count)) * max(LEAST, math.log(items / (known.get(term, 0) + 2)))
        for term, count in counts.items()
    }
    length = math.hypot(*weights.values()) or 1.0
    heaviest = sorted(weights, key=weights.__getitem__, reverse=True)
    return {term: weights[term] / length for term in heaviest}


def telling(vector: Mapping[int, float]) -> list[int]:
    """The terms that tell most."""
    return list(islice(vector, TELLING))


def pack(vector: Mapping[int, float]) -> bytes:
    """A vector in six bytes a term, heaviest first: the terms, then their weights in 1/65,535."""
    weights = array("H", (min(_SCALE, round(weight * _SCALE)) for weight in vector.values()))
    return array("I", vector).tobytes() + weights.tobytes()


def unpack(packed: bytes) -> dict[int, float]:
    """A vector that was packed."""
    terms = terms_of(packed)
    weights = array("H")
    weights.frombytes(packed[4 * len(terms) :])
    return {term: weight / _SCALE for term, weight in zip(terms, weights, strict=True)}
