"""The expression tree of the alert language: what a rule says, and nothing about how it is found.

Every part knows how it was written (``source``) and where (``column``), so that an explanation can show it; neither
counts when two parts are compared.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

import regex


class FieldName(StrEnum):
    """Where in an item words are looked for."""

    TITLE = "title"
    TEXT = "text"
    AUTHOR = "author"
    CATEGORY = "category"
    URL = "url"

    __hash__ = str.__hash__  # an enum's own is written in Python, and fields are looked up for every word


class AttributeName(StrEnum):
    """What an item belongs to."""

    FEED = "feed"
    OUTLET = "outlet"
    TAG = "tag"
    LANG = "lang"


class State(StrEnum):
    """What ``is:`` asks for."""

    READ = "read"
    UNREAD = "unread"
    STARRED = "starred"
    ALERT = "alert"
    EDITED = "edited"


class Comparison(StrEnum):
    """How ``outlets`` compares."""

    AT_LEAST = ">="
    AT_MOST = "<="
    MORE = ">"
    FEWER = "<"
    EXACTLY = "="


class TimeName(StrEnum):
    """Which side of a moment."""

    SINCE = "since"
    BEFORE = "before"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What every part of an expression has."""

    source: str = field(default="", compare=False)
    """As written."""
    column: int = field(default=1, compare=False)
    """Where it starts, in characters from 1."""


@dataclass(frozen=True, slots=True)
class Word(Part):
    """One word in any of its inflections."""

    text: str
    """A token's ``base``; its whole ``exact`` where ``exact`` is asked."""
    exact: bool = False
    """``=word``: this form and letter case only."""
    prefix: bool = False
    """``word*``: every word that begins so."""
    glued: bool = False
    """Part of a phrase that must follow the word before it without a gap: a substring in a script without spaces."""


@dataclass(frozen=True, slots=True)
class Phrase(Part):
    """Words next to each other, in this order."""

    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Regex(Part):
    """A regular expression."""

    pattern: str
    compiled: regex.Pattern[str] = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class And(Part):
    """All of the parts, anywhere in the item."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Or(Part):
    """At least one of the parts."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Not(Part):
    """The item has no such thing."""

    part: Expression


@dataclass(frozen=True, slots=True)
class Near(Part):
    """``left`` and ``right`` at most ``distance`` words apart in one field; ``ordered``: left first."""

    left: Expression
    right: Expression
    distance: int
    ordered: bool


@dataclass(frozen=True, slots=True)
class Except(Part):
    """Occurrences of ``base`` that are not inside an occurrence of an exception."""

    base: Expression
    exceptions: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Field(Part):
    """Only in this field."""

    name: FieldName
    part: Expression


@dataclass(frozen=True, slots=True)
class Attribute(Part):
    """Only items of this feed, outlet, tag or language."""

    name: AttributeName
    value: str


@dataclass(frozen=True, slots=True)
class Outlets(Part):
    """How many independent outlets tell the item's story."""

    comparison: Comparison
    count: int


@dataclass(frozen=True, slots=True)
class Is(Part):
    """What the reader, or a rule, did with the item; in searches only."""

    state: State


@dataclass(frozen=True, slots=True)
class Time(Part):
    """When the item was published (seen, where it does not say); in searches only."""

    name: TimeName
    age: timedelta | None = None
    """Before now; else ``moment``."""
    moment: datetime | None = None


Expression = Word | Phrase | Regex | And | Or | Not | Near | Except | Field | Attribute | Outlets | Is | Time


def parts_of(expression: Expression) -> Iterator[Expression]:
    """What must all be true of an item: the parts of an AND, however deep, or the expression itself."""
    if isinstance(expression, And):
        for part in expression.parts:
            yield from parts_of(part)
    else:
        yield expression


def counts_outlets(expression: Expression) -> bool:
    """Whether the number of outlets that tell the item's story has a say, so that its growth may make it true."""
    match expression:
        case Outlets():
            return True
        case And() | Or():
            return any(counts_outlets(part) for part in expression.parts)
        case Not() | Field():
            return counts_outlets(expression.part)
        case _:
            return False


def asks_for_all(expression: Expression) -> bool:
    """Whether an occurrence of ``expression`` takes more than one thing to be there: an AND, however deep."""
    match expression:
        case And():
            return True
        case Or():
            return any(asks_for_all(part) for part in expression.parts)
        case Field():
            return asks_for_all(expression.part)
        case Except():
            return asks_for_all(expression.base)
        case _:
            return False
