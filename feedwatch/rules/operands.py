"""The smallest parts of an expression: what one piece of its text looks for. Raises RuleError only."""

from __future__ import annotations

import re
import unicodedata
import warnings
from datetime import UTC, datetime, timedelta

import regex

from feedwatch.model import replace
from feedwatch.rules.lexer import ATTRIBUTE_NAMES, IS, STATE_NAMES, TIME_NAMES, Kind, Lexeme, Lexer
from feedwatch.rules.patterns import LARGEST, written_out
from feedwatch.rules.syntax import (
    Attribute,
    AttributeName,
    Comparison,
    Expression,
    Is,
    Outlets,
    Phrase,
    Regex,
    State,
    Time,
    TimeName,
    Word,
)
from feedwatch.rules.words import Token, is_spaceless, tokens

_AGE = re.compile(r"(\d{1,5})([smhdw])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_STATES = frozenset(State)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def read(lexer: Lexer, lexeme: Lexeme, scope: str, source: str) -> Expression:
    """What one piece looks for inside the field ``scope`` ('' for none)."""
    if lexeme.kind is Kind.OUTLETS:
        if scope:
            raise lexer.error("outlets is a question of its own", lexeme.start, f"a word, or outlets outside {scope}:")
        node: Expression = Outlets(Comparison(lexeme.value), lexeme.number)
    elif scope in ATTRIBUTE_NAMES or scope in STATE_NAMES:
        node = _value(lexer, lexeme, scope)
    elif lexeme.kind is Kind.REGEX:
        node = _regex(lexer, lexeme)
    else:
        node = _words(lexer, lexeme)
    return replace(node, source=source, column=lexeme.start + 1)


def _value(lexer: Lexer, lexeme: Lexeme, scope: str) -> Expression:
    value = lexeme.value.strip()
    if lexeme.kind is Kind.REGEX or lexeme.exact or not value:
        raise lexer.error(f"{scope}: takes a name", lexeme.start, f'a word or a quoted name, as in {scope}:"a name"')
    if scope == IS:
        if value.lower() not in _STATES:
            raise lexer.error(f'"is:{value}" is nothing that an item can be', lexeme.start, " or ".join(State))
        return Is(State(value.lower()))
    if scope in TIME_NAMES:
        return _time(lexer, lexeme, TimeName(scope), value)
    return Attribute(AttributeName(scope), value)


def _time(lexer: Lexer, lexeme: Lexeme, name: TimeName, value: str) -> Time:
    age = _AGE.fullmatch(value)
    if age is not None:
        return Time(name, age=timedelta(**{_UNITS[age.group(2)]: int(age.group(1))}))
    try:
        if _DATE.match(value):
            moment = datetime.fromisoformat(value)
            return Time(name, moment=(moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC))
    except (ValueError, OverflowError):
        pass
    raise lexer.error(f'"{value}" is neither an age nor a date', lexeme.start, f"{name}:2d or {name}:2026-11-01")


def _regex(lexer: Lexer, lexeme: Lexeme) -> Regex:
    pattern = lexeme.value
    if written_out(pattern) > LARGEST:
        raise lexer.error("the regular expression repeats too much", lexeme.start, "smaller counts in its { }")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what a later release may read otherwise is none of the user's business
            compiled = regex.compile(pattern)
    except regex.error as error:
        at = lexeme.start + 1 + min(error.pos or 0, len(pattern))
        raise lexer.error(
            f"the regular expression is wrong: {error.msg}", at, "a pattern of the regex package"
        ) from None
    except Exception as error:  # noqa: BLE001 - the compiler raises many kinds on odd patterns; all mean the same here
        reason = str(error) or type(error).__name__
        raise lexer.error(f"the regular expression can't be used: {reason}", lexeme.start, "a simpler one") from None
    return Regex(pattern, compiled)


def _words(lexer: Lexer, lexeme: Lexeme) -> Word | Phrase:
    """A word, or a phrase of as many as the text has; a quoted text and *anti-drone* alike."""
    text = lexeme.value
    found = tuple(tokens(text))
    offset = lexeme.end - len(text) - (lexeme.kind is Kind.PHRASE)
    stars = {place for place, character in enumerate(text) if character == "*"}
    misplaced = min(stars - {token.end for token in found}, default=None)
    if misplaced is not None:
        raise lexer.error(
            '"*" does not stand at the end of a word',
            offset + misplaced,
            "the beginning of a word before it, as in drone*",
        )
    if not found:
        subject = "between the quotes" if lexeme.kind is Kind.PHRASE else f'in "{text}"'
        raise lexer.error(
            f"there is no word {subject}", lexeme.start, "letters or digits, or a regular expression between slashes"
        )
    previous = (None, *found)
    words = tuple(
        _word(token, before, exact=lexeme.exact, prefix=token.end in stars)
        for token, before in zip(found, previous, strict=False)
    )
    located = tuple(
        replace(word, source=text[token.start : token.end], column=offset + token.start + 1)
        for word, token in zip(words, found, strict=True)
    )
    return located[0] if len(located) == 1 else Phrase(located)


def _word(token: Token, before: Token | None, *, exact: bool, prefix: bool) -> Word:
    glued = before is not None and before.end == token.start and (is_spaceless(token.base) or is_spaceless(before.base))
    return Word(unicodedata.normalize("NFC", token.exact if exact else token.base), exact, prefix, glued)
