"""The text of an expression, cut into the pieces that the grammar is about. Raises RuleError only.

It knows how pieces are written, not how they go together: that is ``parser.py``.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from feedwatch.errors import RuleError
from feedwatch.rules.syntax import AttributeName, Comparison, FieldName, TimeName

IS = "is"
FIELD_NAMES = frozenset(FieldName)
ATTRIBUTE_NAMES = frozenset(AttributeName)
TIME_NAMES = frozenset(TimeName)
STATE_NAMES = frozenset({IS, *TimeName})
FIELDS = (*FieldName, *AttributeName, IS, *TimeName)
"""Every name that may stand before a colon."""
FARTHEST = 999
"""Words that NEAR and BEFORE may look across."""

_SPACE = re.compile(r"\s+")
_RUN = re.compile(r"""[^\s()|,"“”„]+""")
_OUTLETS = re.compile(r"outlets\s*(>=|<=|>|<|=)\s*([^\s()|,]*)")
_FIELD = re.compile(r"([^\W\d_]+):")
_REGEX = re.compile(r"/((?:\\.|[^/\\])*)/", re.DOTALL)
_DISTANCE = re.compile(r"(NEAR|BEFORE)(?:/(.*))?", re.DOTALL)
_STRAIGHT = '"'
_CURLY_OPEN = "“„"
_QUOTES = _STRAIGHT + _CURLY_OPEN + "”"


class Kind(Enum):
    """What a piece is; the value is how it is named in an error."""

    WORD = "a word"
    PHRASE = "a phrase"
    REGEX = "a regular expression"
    OUTLETS = "outlets"
    FIELD = "a field"
    OPEN = '"("'
    CLOSE = '")"'
    COMMA = '","'
    NOT = "NOT"
    AND = "AND"
    OR = "OR"
    NEAR = "NEAR"
    EXCEPT = "EXCEPT"
    END = "the end"


@dataclass(frozen=True, slots=True)
class Lexeme:
    """One piece: where it stands (offsets from 0), and what it says."""

    kind: Kind
    start: int
    end: int
    value: str = ""
    """A word as written, the inside of a phrase or regular expression, a field's name, an operator as written."""
    exact: bool = False
    number: int = 0
    """Of NEAR, BEFORE and outlets."""


_OPERATORS = {"AND": Kind.AND, "OR": Kind.OR, "NOT": Kind.NOT, "EXCEPT": Kind.EXCEPT}
_SIGNS = {"(": Kind.OPEN, ")": Kind.CLOSE, ",": Kind.COMMA, "|": Kind.OR}


class Lexer:
    """Reads one expression from left to right."""

    def __init__(self, text: str, rule: str = "") -> None:
        self._text = text
        self._rule = rule

    def error(self, problem: str, at: int, expected: str = "") -> RuleError:
        """The error to raise for what stands at offset ``at``."""
        return RuleError(problem, self._text, at + 1, expected, self._rule)

    def lexemes(self) -> Iterator[Lexeme]:
        """Every piece, the last one END."""
        place = 0
        after_field = False
        while True:
            space = _SPACE.match(self._text, place)
            if space is not None:
                place = space.end()
            if place >= len(self._text):
                yield Lexeme(Kind.END, place, place)
                return
            lexeme = self._next(place, after_field=after_field)
            after_field = lexeme.kind is Kind.FIELD
            place = lexeme.end
            yield lexeme

    def _next(self, place: int, *, after_field: bool) -> Lexeme:
        character = self._text[place]
        if character in _SIGNS:
            return Lexeme(_SIGNS[character], place, place + 1, character)
        if character in _QUOTES:
            return self._phrase(place, place)
        if character == "/":
            return self._regex(place)
        if character == "=":
            return self._exact(place)
        if after_field:
            return self._word(place, place)
        if character == "-":
            return self._minus(place)
        outlets = _OUTLETS.match(self._text, place)
        if outlets is not None:
            return self._outlets(outlets)
        field = _FIELD.match(self._text, place)
        if field is not None:
            return self._field(field)
        return self._operator_or_word(place)

    def _phrase(self, start: int, quote: int) -> Lexeme:
        closing = _STRAIGHT if self._text[quote] == _STRAIGHT else _QUOTES
        ends = (self._text.find(mark, quote + 1) for mark in closing)
        end = min((place for place in ends if place >= 0), default=-1)
        if end < 0:
            raise self.error("a quote is opened here and never closed", quote, 'a closing "')
        return Lexeme(Kind.PHRASE, start, end + 1, self._text[quote + 1 : end], exact=start != quote)

    def _regex(self, place: int) -> Lexeme:
        found = _REGEX.match(self._text, place)
        if found is None:
            raise self.error(
                "a regular expression is opened here and never closed",
                place,
                'a closing "/", or quotes around the text',
            )
        if not found.group(1):
            raise self.error("the regular expression is empty", place, "a pattern between the slashes")
        after = self._text[found.end() : found.end() + 1]
        if after.isalnum():
            raise self.error(
                "a letter stands right after a regular expression",
                found.end(),
                'a space; write "(?i)" in it to ignore case',
            )
        return Lexeme(Kind.REGEX, place, found.end(), found.group(1))

    def _exact(self, place: int) -> Lexeme:
        following = self._text[place + 1 : place + 2]
        if following and following in _QUOTES:
            return self._phrase(place, place + 1)
        if following in ("=", "/", "-") or _RUN.match(self._text, place + 1) is None:
            raise self.error(
                'nothing to find stands after "="', place, 'a word or a phrase, as in =General or ="air defence"'
            )
        return self._word(place, place + 1)

    def _word(self, start: int, place: int) -> Lexeme:
        found = _RUN.match(self._text, place)
        end = found.end() if found else place + 1
        return Lexeme(Kind.WORD, start, end, self._text[place:end], exact=start != place)

    def _minus(self, place: int) -> Lexeme:
        following = self._text[place + 1 : place + 2]
        if not following.strip() or following in "),|":
            raise self.error(
                'nothing stands right after "-"', place, "a word to leave out, as in -toy, or the dash in quotes"
            )
        return Lexeme(Kind.NOT, place, place + 1, "-")

    def _outlets(self, found: re.Match[str]) -> Lexeme:
        number = found.group(2)
        if not (number.isascii() and number.isdigit() and len(number) <= len(str(FARTHEST))):
            raise self.error(
                "outlets is compared with no number", found.start(2), f"a number up to {FARTHEST}, as in outlets>=3"
            )
        return Lexeme(Kind.OUTLETS, found.start(), found.end(), Comparison(found.group(1)), number=int(number))

    def _field(self, found: re.Match[str]) -> Lexeme:
        written = found.group(1)
        name = written.lower()
        if name == "outlets":
            raise self.error('"outlets" is compared, not looked for', found.start(), "outlets>=3, or outlet:NAME")
        if name not in FIELDS:
            raise self.error(f'there is no field "{written}"', found.start(), _nearest(name))
        following = self._text[found.end() : found.end() + 1]
        if not following.strip() or following in "),|-":
            raise self.error(f'nothing to find stands right after "{written}:"', found.end(), _wanted(name))
        return Lexeme(Kind.FIELD, found.start(), found.end(), name)

    def _operator_or_word(self, place: int) -> Lexeme:
        lexeme = self._word(place, place)
        if lexeme.value in _OPERATORS:
            return Lexeme(_OPERATORS[lexeme.value], place, lexeme.end, lexeme.value)
        near = _DISTANCE.fullmatch(lexeme.value)
        if near is None:
            return lexeme
        name, number = near.groups()
        digits = number or ""
        right = digits.isascii() and digits.isdigit() and len(digits) <= len(str(FARTHEST)) and int(digits) > 0
        if not right:
            raise self.error(
                f"{name} without a number of words", place, f"a number from 1 to {FARTHEST}, as in {name}/5"
            )
        return Lexeme(Kind.NEAR, place, lexeme.end, name, number=int(digits))


def _nearest(name: str) -> str:
    near = difflib.get_close_matches(name, FIELDS, n=1)
    if near:
        return f'"{near[0]}:"'
    return f"one of {', '.join(FIELDS)}, or quotes around the text"


def _wanted(name: str) -> str:
    if name in TIME_NAMES:
        return f"an age or a date, as in {name}:2d or {name}:2026-11-01"
    if name == IS:
        return "read, unread, starred or alert"
    return f'a word, a phrase or a group, as in {name}:drone or {name}:"air defence"'
