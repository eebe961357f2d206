"""What of an item an expression looks at, and a first look at the item: can it match at all? A superset, always.

Reading, and cutting into words, is what costs when many items are looked through; most of them need neither. What is
let through is matched in full; what is kept out can't match (property test).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
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

Look = Callable[[str, str], bool]
"""Whether an item of this title and text can match, by its patterns alone."""
_INDEXED: Final = frozenset(DEFAULT_FIELDS)


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


def glance(expression: Expression) -> Callable[[Subject], bool] | None:
    """Whether an item can match, by its title, text and language alone; None where that rules nothing out."""
    required = required_prefixes(expression)
    english = required_prefixes(expression, english=True)
    patterns = _patterns(expression, DEFAULT_FIELDS)
    if required is None and english is None and patterns is None:
        return None

    def can_match(subject: Subject) -> bool:
        words = english if inflects_as_english(subject.language) else required
        if words is not None and not may_match(words, haystack(subject)):
            return False
        return patterns is None or patterns(subject.title, subject.text)

    return can_match


def _patterns(expression: Expression, fields: tuple[FieldName, ...]) -> Look | None:
    """What the patterns of an expression demand of title and text; None: nothing."""
    match expression:
        case Regex():
            return _found(expression.compiled, fields) if _INDEXED.issuperset(fields) else None
        case And():
            return _all(_patterns(part, fields) for part in expression.parts)
        case Near():
            return _all(_patterns(part, fields) for part in (expression.left, expression.right))
        case Or():
            return _any([_patterns(part, fields) for part in expression.parts])
        case Except():
            return _patterns(expression.base, fields)
        case Field():
            return _patterns(expression.part, (expression.name,))
        case Word() | Phrase() | Not() | Attribute() | Outlets() | Is() | Time():
            return None
        case _:
            assert_never(expression)


def _all(looks: Iterable[Look | None]) -> Look | None:
    demanding = [look for look in looks if look is not None]
    if len(demanding) < 2:
        return demanding[0] if demanding else None
    return lambda title, text: all(look(title, text) for look in demanding)


def _any(looks: list[Look | None]) -> Look | None:
    demanding = [look for look in looks if look is not None]
    if len(demanding) < len(looks):
        return None
    return lambda title, text: any(look(title, text) for look in demanding)


def _found(pattern: regex.Pattern[str], fields: tuple[FieldName, ...]) -> Look:
    in_title, in_text = FieldName.TITLE in fields, FieldName.TEXT in fields
    return lambda title, text: (in_title and _occurs(pattern, title)) or (in_text and _occurs(pattern, text))


def _occurs(pattern: regex.Pattern[str], text: str) -> bool:
    """Whether a pattern has a match that is not empty. One that takes too long has none, as in matching."""
    try:
        found = pattern.search(text[:REGEX_CHARACTERS], timeout=REGEX_SECONDS)
        if found is None or found.end() > found.start():
            return found is not None
        return any(
            one.end() > one.start() for one in pattern.finditer(text[:REGEX_CHARACTERS], timeout=REGEX_SECONDS)
        )
    except TimeoutError:
        return False
