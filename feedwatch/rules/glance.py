"""What of an item an expression looks at, and a first look at the item: can it match at all? A superset, always.

Reading, and cutting into words, is what costs when many items are looked through; most of them need neither. What is
let through is matched in full; what is kept out can't match (property test).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from typing import Final, assert_never

import regex

from feedwatch.model import Subject
from feedwatch.rules.evaluate import DEFAULT_FIELDS, REGEX_CHARACTERS, REGEX_SECONDS
from feedwatch.rules.screen import haystack, may_match
from feedwatch.rules.stems import inflects_as_english
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
from feedwatch.rules.terms import required_prefixes
from feedwatch.rules.words import is_spaceless

_INDEXED: Final = frozenset(DEFAULT_FIELDS)
_COMPATIBLE: Final = regex.compile(r"[\uf900-\ufaff\U0002f800-\U0002fa1f]")
"""Ideographs that are others in NFC."""
_INSIDE: Final = r"[\p{L}\p{N}\p{Co}\p{M}'`]*"
_BETWEEN: Final = r"[^\p{L}\p{N}\p{Co}]*"
"""What stands within a word and between two, as a haystack has it; the longest reading of either."""


def fields_of(expression: Expression) -> frozenset[FieldName]:
    """The fields that matching reads; of the others, nothing need be known."""
    match expression:
        case Word() | Phrase() | Regex():
            return _INDEXED
        case And() | Or():
            return _together(expression.parts)
        case Not():
            return fields_of(expression.part)
        case Near():
            return _together((expression.left, expression.right))
        case Except():
            return _together((expression.base, *expression.exceptions))
        case Field():
            return frozenset((expression.name,))
        case Attribute() | Outlets() | Is() | Time():
            return frozenset()
        case _:
            assert_never(expression)


def _together(parts: Iterable[Expression]) -> frozenset[FieldName]:
    return frozenset(name for part in parts for name in fields_of(part))


class _Item:
    """An item that is looked at."""

    def __init__(self, subject: Subject) -> None:
        self.title = subject.title
        self.text = subject.text
        self._subject = subject

    @cached_property
    def haystack(self) -> str:
        """Its title and text, folded once."""
        return haystack(self._subject)


Look = Callable[[_Item], bool]
"""Whether an item has what it must have."""


def glance(expression: Expression) -> Callable[[Subject], bool] | None:
    """Whether an item can match, by its title, text and language alone; None where that rules nothing out."""
    in_english = _Demands(english=True).of(expression, DEFAULT_FIELDS)
    in_any = _Demands(english=False).of(expression, DEFAULT_FIELDS)
    english, others = required_prefixes(expression, english=True), required_prefixes(expression)
    if english is None and others is None:
        return None if in_any is None else lambda subject: in_any(_Item(subject))

    def can_match(subject: Subject) -> bool:
        item = _Item(subject)
        required, demand = (english, in_english) if _is_plain(subject.language) else (others, in_any)
        return (demand is None or demand(item)) and may_match(required, item.haystack)

    return can_match


_is_plain = lru_cache(maxsize=1_024)(inflects_as_english)


class _Demands:
    """What an expression demands of an item beside beginnings of words, where Latin ones inflect one way or another."""

    def __init__(self, *, english: bool) -> None:
        self._english = english

    def of(self, expression: Expression, fields: tuple[FieldName, ...]) -> Look | None:
        """None where it demands nothing of title and text."""
        match expression:
            case Regex():
                return _pattern(expression.compiled, fields) if _INDEXED.issuperset(fields) else None
            case Word() | Phrase():
                return self._words(expression, fields) if _INDEXED.issuperset(fields) else None
            case And():
                return _all(self.of(part, fields) for part in expression.parts)
            case Near():
                return _all(self.of(part, fields) for part in (expression.left, expression.right))
            case Or():
                return _any([self.of(part, fields) for part in expression.parts])
            case Except():
                return self.of(expression.base, fields)
            case Field():
                return self.of(expression.part, (expression.name,))
            case Not() | Attribute() | Outlets() | Is() | Time():
                return None
            case _:
                assert_never(expression)

    def _words(self, leaf: Word | Phrase, fields: tuple[FieldName, ...]) -> Look | None:
        words = leaf.words if isinstance(leaf, Phrase) else (leaf,)
        characters = {word.text for word in words if is_spaceless(word.text)}
        return _all([*(_character(one, fields) for one in sorted(characters)), self._side_by_side(words)])

    def _side_by_side(self, words: Sequence[Word]) -> Look | None:
        """Words of a phrase follow each other; of one that begins anyhow, nothing is known."""
        groups = [required_prefixes(word, english=self._english) for word in words]
        if len(groups) < 2 or not all(groups):
            return None
        beginnings = ["|".join(map(regex.escape, group[0])) for group in groups if group]
        joint = _INSIDE + _BETWEEN
        chain = regex.compile("(?<![a-z0-9])" + joint.join(f"(?:{one})" for one in beginnings))
        return lambda item: _occurs(chain, item.haystack, otherwise=True)


def _all(looks: Iterable[Look | None]) -> Look | None:
    demanding = [look for look in looks if look is not None]
    if len(demanding) < 2:
        return demanding[0] if demanding else None
    return lambda item: all(look(item) for look in demanding)


def _any(looks: Sequence[Look | None]) -> Look | None:
    demanding = [look for look in looks if look is not None]
    if len(demanding) < len(looks):
        return None
    return lambda item: any(look(item) for look in demanding)


def _character(character: str, fields: tuple[FieldName, ...]) -> Look:
    """A character of a script without spaces is itself wherever it stands, but for ideographs that are equal to it."""
    return lambda item: any(character in text or _COMPATIBLE.search(text) is not None for text in _texts(item, fields))


def _pattern(pattern: regex.Pattern[str], fields: tuple[FieldName, ...]) -> Look:
    return lambda item: any(_occurs(pattern, text[:REGEX_CHARACTERS], otherwise=False) for text in _texts(item, fields))


def _texts(item: _Item, fields: tuple[FieldName, ...]) -> Iterator[str]:
    if FieldName.TITLE in fields:
        yield item.title
    if FieldName.TEXT in fields:
        yield item.text


def _occurs(pattern: regex.Pattern[str], text: str, *, otherwise: bool) -> bool:
    """Whether a pattern has a match that is not empty; ``otherwise``, where that takes too long to see."""
    try:
        found = pattern.search(text, timeout=REGEX_SECONDS)
        if found is None or found.end() > found.start():
            return found is not None
        return any(one.end() > one.start() for one in pattern.finditer(text, timeout=REGEX_SECONDS))
    except TimeoutError:
        return otherwise
