"""Inflection outside English: which algorithm a word of an item takes, and the keys under which two forms are equal.

Two forms of a word are equal where they share a key. A key is a Snowball stem, of the word with and without accents
(rules are often typed without), or the word without its case ending for Russian, Ukrainian and Arabic. Snowball alone
does not do for those: it has no Ukrainian, it takes the end of many Russian nouns for that of a verb (measured:
*генерал* and *генерала* give "генера", *генералов* gives "генерал"), and it keeps Arabic *طائرة* and *طائرات* apart.
Measured on 113 Ukrainian and 108 Russian paradigms checked against dictionaries, the dictionary form against its other
forms, and against words that begin alike: Ukrainian takes .83 and .01 (Snowball's Russian stemmer .56 and .03), Russian
.93 and .12 (.86 and .11). Lost are forms whose beginning changes (*Київ*, *Києва*; *день*, *дня*). Twenty common
paradigms of each are in ``python -m tests.bench.stems``.
Adverbs and abstract nouns that a Romance stemmer would equate with their adjective keep to themselves: inflection, not
derivation.
"""

from __future__ import annotations

import math
import re
from functools import lru_cache
from typing import Final

import Stemmer

from feedwatch.rules.letters import LONGEST_WORD, Script, fold, script_of

NONE: Final = ""
UKRAINIAN: Final = "ukrainian"
_LATIN = {
    "ca": "catalan",
    "cs": "czech",
    "da": "danish",
    "de": "german",
    "eo": "esperanto",
    "es": "spanish",
    "et": "estonian",
    "eu": "basque",
    "fi": "finnish",
    "fr": "french",
    "ga": "irish",
    "hu": "hungarian",
    "id": "indonesian",
    "it": "italian",
    "lt": "lithuanian",
    "nb": "norwegian",
    "nl": "dutch",
    "nn": "norwegian",
    "no": "norwegian",
    "pl": "polish",
    "pt": "portuguese",
    "ro": "romanian",
    "sv": "swedish",
    "tr": "turkish",
}
_ARABIC = {"ar": "arabic", "fa": "persian", "ur": NONE, "ps": NONE, "ckb": NONE}
_CYRILLIC = {"ru": "russian", "uk": UKRAINIAN}
_DEVANAGARI = {"hi": "hindi", "ne": "nepali"}
_BY_SCRIPT: Final = {Script.GREEK: "greek", Script.ARMENIAN: "armenian", Script.TAMIL: "tamil"}
_AVAILABLE: Final = frozenset(str(name) for name in Stemmer.algorithms())
"""Some came with later releases of Snowball (czech, persian, polish); without them a word has no inflections."""

_UKRAINIAN_LETTERS = re.compile("[іїєґІЇЄҐ]")
_RUSSIAN_LETTERS = re.compile("[ыэъёЫЭЪЁ]")
_RUSSIAN_CASE = re.compile(
    "(?:иями|ями|ами|иях|иям|ием|ией|ах|ях|ов|ев|ей|ам|ям|ом|ем|ою|ею|ий|ия|ию|ии|ие|[аяуюыиеойь])$"
)
_UKRAINIAN_CASE = re.compile(
    "(?:ові|еві|єві|ьому|ього|ого|ому|ими|іми|ами|ями|ьої|ьою|ів|їв|ій|ої|ою|ею|єю|их|іх|им|ім|ах|ях|ам|ям|ом|ем|єм|ий"
    "|(?<=[джлнтчшщ])ей|[аяуюіїеєоиьй])$"
)
_ARABIC_CASE = re.compile("^(?:[وف]?(?:ال|بال|كال|لل)|[وفبلك](?=.{4}))?(.{3,}?)(?:ات|ين|ون|ان|ها|هم|ة|ه|ي)?$")
"""Before a word conjunction, preposition, article; after it gender, number, possession (after Larkey, light10)."""
_DERIVED = {
    "french": re.compile("(?:ment|ite)s?$"),
    "italian": re.compile("(?:mente|ita)$"),
    "portuguese": re.compile("(?:mente|idades?)$"),
    "spanish": re.compile("(?:mente|idad|idades)$"),
}
_SHORTEST_STEM = 3
_SHORTEST_NOUN = 5
"""A shorter Russian word is as likely a verb: *стал* is no form of *сталь*; Snowball alone decides."""
_SHORTEST_SOFT_STEM = 5
"""A soft sign that ends a short word is more than an ending."""
_SHARED_PART = 0.6
"""Forms that share less of their beginning are no inflections of one word, whatever a stemmer says."""


def algorithm_for(script: Script, language: str, text: str) -> str:
    """The algorithm for words of ``script``: by the item's language, else by the letters of ``text``; '' for none."""
    code = language.replace("_", "-").partition("-")[0].lower()
    match script:
        case Script.LATIN:
            name = _LATIN.get(code, NONE)
        case Script.CYRILLIC:
            name = _CYRILLIC.get(code) or _by_letters(text)
        case Script.ARABIC:
            name = _ARABIC.get(code, "arabic")
        case Script.DEVANAGARI:
            name = _DEVANAGARI.get(code, "hindi")
        case _:
            name = _BY_SCRIPT.get(script, NONE)
    return name if name in _AVAILABLE or name == UKRAINIAN else NONE


def inflects_as_english(language: str) -> bool:
    """Whether Latin words of an item in this language inflect by English alone."""
    return algorithm_for(Script.LATIN, language, "") == NONE


def _by_letters(text: str) -> str:
    return UKRAINIAN if _UKRAINIAN_LETTERS.search(text) and not _RUSSIAN_LETTERS.search(text) else "russian"


def keys(algorithm: str, word: str) -> frozenset[str]:
    """What equates the forms of ``word`` (as written) in one algorithm; never empty."""
    return frozenset((fold(word),)) if algorithm == NONE or len(word) > LONGEST_WORD else _keys(algorithm, word)


@lru_cache(maxsize=65_536)
def _keys(algorithm: str, word: str) -> frozenset[str]:
    lower = word.lower()
    folded = fold(word)
    if algorithm == UKRAINIAN:
        return frozenset((folded, fold(_without_case(lower, _UKRAINIAN_CASE))))
    derived = _DERIVED.get(algorithm)
    if derived is not None and derived.search(folded):
        return frozenset((folded, folded.removesuffix("s")))
    found = {fold(_stem(algorithm, lower)), fold(_stem(algorithm, folded))}
    if algorithm == "russian":
        found.update(key for key in (folded, fold(_without_case(lower, _RUSSIAN_CASE))) if len(key) >= _SHORTEST_NOUN)
    if algorithm == "arabic" and (bare := _ARABIC_CASE.match(folded)):
        found.add(bare.group(1))
    return frozenset(found)


def _stem(algorithm: str, word: str) -> str:
    # A Stemmer keeps a buffer of its own and may not be shared by threads; making one costs less than locking it.
    return str(Stemmer.Stemmer(algorithm, 0).stemWord(word))


def _without_case(word: str, endings: re.Pattern[str]) -> str:
    found = endings.search(word)
    if found is None:
        return word
    stem = word[: found.start()]
    shortest = _SHORTEST_SOFT_STEM if found.group() == "ь" else _SHORTEST_STEM
    return stem if len(stem) >= shortest else word


@lru_cache(maxsize=8_192)
def shared_letters(word: str) -> int:
    """How many first letters of a folded word every form of it shares, whatever the language; matching demands them."""
    names: tuple[str, ...]
    match script_of(word):
        case Script.LATIN:
            names = tuple(name for name in sorted(set(_LATIN.values())) if name in _AVAILABLE)
        case Script.CYRILLIC:
            names = ("russian", UKRAINIAN)
        case Script.GREEK:
            names = ("greek",)
        case Script.HANGUL:
            return len(word)
        case _:
            return 0
    floor = math.ceil(len(word) * _SHARED_PART)
    stems = (key for name in names for key in keys(name, word))
    return max(floor, min(_in_common(word, stem) for stem in stems))


def _in_common(left: str, right: str) -> int:
    pairs = enumerate(zip(left, right, strict=False))
    return next((place for place, (a, b) in pairs if a != b), min(len(left), len(right)))
