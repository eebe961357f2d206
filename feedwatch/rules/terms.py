"""What any item that an expression matches must contain: for narrowing a search by a word index. A superset, always.

Nothing is claimed of what an index of title and text can't see: patterns, other fields, and what is not there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import assert_never

from feedwatch.rules.letters import Script, fold, script_of
from feedwatch.rules.syntax import (
    And,
    Attribute,
    Except,
    Expression,
    Field,
    FieldName,
    Is,
    Near,
    Not,
    Or,
    Outlets,
    Phrase,
    Regex,
    Time,
    Word,
)
from feedwatch.rules.words import english_prefixes, is_spaceless, literal_prefixes, prefixes

Group = tuple[str, ...]
"""Beginnings of words, one of which at least must occur."""
OfWord = Callable[[str], tuple[str, ...] | None]
"""The beginnings of all that a word takes."""

SCRIPTS: Mapping[Script, str] = {
    script: f"\0{script.name}" for script in (Script.ARABIC, Script.DEVANAGARI, Script.TAMIL)
}
"""What stands for "some word of this script": their words begin in more ways than one, as with an article."""

_INDEXED = (FieldName.TITLE, FieldName.TEXT)
_MOST_IN_GROUP = 48
_MOST_GROUPS = 6
"""An index answers slowly for hundreds of beginnings (measured: 400 took 13.6 s); the most telling few are enough."""


def required_words(expression: Expression, *, english: bool = False) -> Group | None:
    """Beginnings (or ``SCRIPTS``) of which every item that matches has one among its folded words in title and text.

    As ``required_prefixes``, for words as ``words.tokens`` cuts them, of every script. None where nothing is required.
    """
    of_word = english_prefixes if english else prefixes
    return min(_groups(expression, lambda word: of_word(word) or _by_script(word)), key=_breadth, default=None)


def _by_script(word: str) -> Group | None:
    """What an index can't narrow by letters: a character of a script without spaces, else any word of the script."""
    if is_spaceless(word):
        return (fold(word),)
    script = script_of(fold(word))
    return (SCRIPTS[script],) if script in SCRIPTS else None


def required_prefixes(expression: Expression, *, english: bool = False) -> tuple[Group, ...] | None:
    """Of every group, one of its prefixes begins a word of the title or text of each item that matches.

    The words are those of ``unicode61 remove_diacritics 2`` over ``words.searchable``. None where nothing is required.
    With ``english``, it holds only for items in whose language Latin words inflect as in English; it lets less through.
    """
    of_word = english_prefixes if english else prefixes
    groups = sorted(set(_groups(expression, of_word)), key=_breadth)[:_MOST_GROUPS]
    return tuple(groups) or None


def _groups(expression: Expression, of_word: OfWord) -> tuple[Group, ...]:
    match expression:
        case Word():
            literally = expression.exact or expression.prefix
            found = literal_prefixes(expression.text) if literally else of_word(expression.text)
            return (found,) if found else ()
        case Phrase():
            return _every(expression.words, of_word)
        case And():
            return _every(expression.parts, of_word)
        case Near():
            return _every((expression.left, expression.right), of_word)
        case Or():
            return _either(expression.parts, of_word)
        case Except():
            return _groups(expression.base, of_word)
        case Field():
            return _groups(expression.part, of_word) if expression.name in _INDEXED else ()
        case Regex() | Not() | Attribute() | Outlets() | Is() | Time():
            return ()
        case _:
            assert_never(expression)


def _every(parts: Iterable[Expression], of_word: OfWord) -> tuple[Group, ...]:
    return tuple(group for part in parts for group in _groups(part, of_word))


def _either(parts: Sequence[Expression], of_word: OfWord) -> tuple[Group, ...]:
    """One group of all alternatives, of each its most telling; none where an alternative requires nothing."""
    each = (_groups(part, of_word) for part in parts)
    best = [min(groups, key=_breadth) for groups in each if groups]
    joined = tuple(sorted({prefix for group in best for prefix in group}))
    return (joined,) if len(best) == len(parts) and len(joined) <= _MOST_IN_GROUP else ()


def _breadth(group: Group) -> tuple[int, int, Group]:
    """Short beginnings let most through, then many of them."""
    return -min(map(len, group)), len(group), group
