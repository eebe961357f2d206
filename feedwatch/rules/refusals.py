"""What the grammar allows and a rule may not say: what nearly every item matches, or none. Raises RuleError only."""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never

from feedwatch.rules.lexer import Lexer
from feedwatch.rules.syntax import (
    And,
    Attribute,
    Comparison,
    Except,
    Expression,
    Field,
    Is,
    Near,
    Not,
    Or,
    Outlets,
    Phrase,
    Regex,
    Time,
    Word,
    asks_for_all,
)

_PROBES = ("a", "Z", "и", "7", "の")
"""A pattern that finds something in each of these finds something in everything."""
_PROBE_SECONDS = 0.05


def is_countable(expression: Expression) -> bool:
    """Whether it occurs at places of a text, so that they can be near others or inside them."""
    match expression:
        case Word() | Phrase() | Regex() | Near() | Except():
            return True
        case And() | Or():
            return all(is_countable(part) for part in expression.parts)
        case Field():
            return is_countable(expression.part)
        case Not() | Attribute() | Outlets() | Is() | Time():
            return False
        case _:
            assert_never(expression)


def can_be_near(expression: Expression) -> bool:
    """Whether one can say how far it is from another: countable, and a group of AND only as one side itself."""
    match expression:
        case Field():
            return is_countable(expression.part) and not asks_for_all(expression.part)
        case Except():
            return not asks_for_all(expression.base)
        case And() | Or():
            return all(can_be_near(part) for part in expression.parts)
        case _:
            return is_countable(expression)


def check_rule(expression: Expression, lexer: Lexer) -> None:
    """Raises RuleError where ``expression`` can match everything or nothing, in the cases that are plain."""
    if not _demands(expression, negated=False):
        raise lexer.error(
            "nearly every item matches: the rule only says what is not there",
            0,
            "something to find as well, as in drone -toy",
        )
    _check_parts(expression, lexer)


def _demands(expression: Expression, *, negated: bool) -> bool:
    """Whether an item needs to have anything for the expression (or its negation) to be true."""
    match expression:
        case Not():
            return _demands(expression.part, negated=not negated)
        case And() | Or():
            demands = (_demands(part, negated=negated) for part in expression.parts)
            return any(demands) if isinstance(expression, And) is not negated else all(demands)
        case Field():
            return _demands(expression.part, negated=negated)
        case _:
            return not negated


def _check_parts(expression: Expression, lexer: Lexer) -> None:
    match expression:
        case Regex():
            _check_regex(expression, lexer)
        case Outlets():
            _check_outlets(expression, lexer)
        case Except():
            _check_exceptions(expression, lexer)
        case And():
            _check_each(_check_contradiction(expression, lexer), lexer)
        case Or():
            _check_each(expression.parts, lexer)
        case Near():
            _check_each((expression.left, expression.right), lexer)
        case Not() | Field():
            _check_parts(expression.part, lexer)
        case Word() | Phrase() | Attribute() | Is() | Time():
            pass
        case _:
            assert_never(expression)


def _check_each(parts: Iterable[Expression], lexer: Lexer) -> None:
    for part in parts:
        _check_parts(part, lexer)


def _check_exceptions(expression: Except, lexer: Lexer) -> None:
    if expression.base in expression.exceptions:
        at = expression.column - 1
        raise lexer.error("nothing can match: the exception is the word itself", at, "a longer phrase after EXCEPT")
    _check_each((expression.base, *expression.exceptions), lexer)


def _check_regex(expression: Regex, lexer: Lexer) -> None:
    try:
        everything = all(
            any(found.end() > found.start() for found in expression.compiled.finditer(probe, timeout=_PROBE_SECONDS))
            for probe in _PROBES
        )
    except TimeoutError:
        return
    if everything:
        at = expression.column - 1
        raise lexer.error("this regular expression finds something in every text", at, "a narrower one")


def _check_outlets(expression: Outlets, lexer: Lexer) -> None:
    number = expression.count
    match expression.comparison:
        case Comparison.AT_LEAST:
            always, never = number <= 1, False
        case Comparison.MORE:
            always, never = number == 0, False
        case Comparison.AT_MOST | Comparison.EXACTLY:
            always, never = False, number == 0
        case Comparison.FEWER:
            always, never = False, number <= 1
    if always or never:
        what = "every" if always else "no"
        raise lexer.error(
            f"{what} item matches: a story stands in one outlet at least", expression.column - 1, "outlets>=2 or more"
        )


def _check_contradiction(expression: And, lexer: Lexer) -> list[Expression]:
    """``a -a`` and ``a -(a OR b)``, through the brackets of nested ANDs; the parts that are none themselves."""
    wanted: set[Expression] = set()
    unwanted: dict[Expression, Not] = {}
    parts: list[Expression] = []
    rest = list(expression.parts)
    while rest:
        part = rest.pop()
        if isinstance(part, And):
            rest.extend(part.parts)
            continue
        parts.append(part)
        if isinstance(part, Not):
            denied = part.part.parts if isinstance(part.part, Or) else (part.part,)
            unwanted.update((each, part) for each in denied)
        else:
            wanted.add(part)
    for part, denial in unwanted.items():
        if part in wanted:
            raise lexer.error(
                f'nothing can match: "{part.source}" is both wanted and not', denial.column - 1, "only one of the two"
            )
    return parts
