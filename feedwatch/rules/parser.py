"""Text to expression tree, or an error that points at the column and says what was expected.

An operator-precedence parser with stacks of its own: linear time, and no recursion that a text could exhaust. From
tight to loose: field, EXCEPT, NEAR and BEFORE, NOT, AND (also unwritten), OR. Nothing but RuleError is ever raised.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from feedwatch.errors import RuleError
from feedwatch.model import replace
from feedwatch.rules import operands
from feedwatch.rules.lexer import FIELD_NAMES, TIME_NAMES, Kind, Lexeme, Lexer
from feedwatch.rules.refusals import can_be_near, check_rule, is_countable
from feedwatch.rules.syntax import (
    And,
    Except,
    Expression,
    Field,
    FieldName,
    Is,
    Near,
    Not,
    Or,
    State,
)

LONGEST: Final = 10_000
"""Characters of an expression."""
DEEPEST: Final = 200
"""Levels of brackets, or of parts within parts."""


class _Power(IntEnum):
    """How tightly an operator binds."""

    OPEN = 0
    OR = 1
    AND = 2
    NOT = 3
    NEAR = 4
    EXCEPT = 5
    FIELD = 6


_POWERS = {
    Kind.OR: _Power.OR,
    Kind.AND: _Power.AND,
    Kind.NOT: _Power.NOT,
    Kind.NEAR: _Power.NEAR,
    Kind.EXCEPT: _Power.EXCEPT,
    Kind.FIELD: _Power.FIELD,
    Kind.OPEN: _Power.OPEN,
}
_STARTS = frozenset({Kind.WORD, Kind.PHRASE, Kind.REGEX, Kind.OUTLETS, Kind.FIELD, Kind.OPEN, Kind.NOT})
"""What may follow a complete part, AND being understood."""
_SOMETHING = "a word, a phrase or a group"


@dataclass(frozen=True, slots=True)
class _Operand:
    """A part that is read: with its place (brackets included) and the height of its tree."""

    node: Expression
    start: int
    end: int
    height: int = 1


@dataclass(slots=True)
class _Operator:
    """An operator that waits for what is on its right."""

    lexeme: Lexeme
    power: _Power
    scope: str = ""
    """Of a bracket: the field that it belongs to."""
    listing: bool = False
    """Of a bracket: the list of an EXCEPT, where commas separate."""
    base: int = 0
    """Of a bracket: how many operands stand before it."""


def parse(text: str, *, rule: str = "", search: bool = False) -> Expression:
    """The expression that ``text`` says; ``search`` allows what a rule may not say. Raises RuleError."""
    if len(text) > LONGEST:
        raise RuleError(
            f"the expression has more than {LONGEST:,} characters", text, LONGEST, "a shorter one, or two rules", rule
        )
    lexer = Lexer(text, rule)
    expression = _Parser(text, lexer, search=search).parse()
    if not search:
        check_rule(expression, lexer)
    return expression


class _Parser:
    """One run over one expression."""

    def __init__(self, text: str, lexer: Lexer, *, search: bool) -> None:
        self._text = text
        self._lexer = lexer
        self._search = search
        self._operands: list[_Operand] = []
        self._operators: list[_Operator] = []
        self._brackets: list[_Operator] = []
        self._complete = False
        """A part stands on the left of what comes next."""

    def parse(self) -> Expression:
        """The whole tree."""
        for lexeme in self._lexer.lexemes():
            if not self._complete:
                self._take_operand(lexeme)
            elif lexeme.kind in _STARTS:
                self._take_operator(replace(lexeme, kind=Kind.AND, value=""))
                self._take_operand(lexeme)
            elif lexeme.kind in (Kind.CLOSE, Kind.COMMA):
                self._take_bracket(lexeme)
            elif lexeme.kind is not Kind.END:
                self._take_operator(lexeme)
        self._reduce(_Power.OR)
        if self._brackets:
            raise self._lexer.error("a bracket is opened here and never closed", self._brackets[-1].lexeme.start, '")"')
        return self._operands[0].node

    def _take_operand(self, lexeme: Lexeme) -> None:
        last = self._operators[-1] if self._operators else None
        match lexeme.kind:
            case Kind.NOT if last is None or last.power <= _Power.NOT:
                self._push(_Operator(lexeme, _Power.NOT))
            case Kind.FIELD:
                self._push(self._field(lexeme))
            case Kind.OPEN:
                self._open(lexeme, last)
            case Kind.WORD | Kind.PHRASE | Kind.REGEX | Kind.OUTLETS:
                scope = last.lexeme.value if last and last.power is _Power.FIELD else self._scope()
                node = operands.read(self._lexer, lexeme, scope, self._text[lexeme.start : lexeme.end])
                if isinstance(node, Is) and node.state is not State.EDITED:
                    self._check_search(f"is:{node.state}", last.lexeme.start if last else lexeme.start)
                self._operands.append(_Operand(node, lexeme.start, lexeme.end))
                self._complete = True
            case _:
                raise self._misplaced(lexeme, last)

    def _check_search(self, asked: str, at: int) -> None:
        if not self._search:
            what = f'"{asked}" is for searches: a rule is tried when an item arrives or is edited'
            raise self._lexer.error(what, at, "a rule without it")

    def _scope(self) -> str:
        return self._brackets[-1].scope if self._brackets else ""

    def _push(self, operator: _Operator) -> None:
        self._operators.append(operator)
        self._complete = False

    def _check_depth(self, depth: int, at: int) -> None:
        if depth > DEEPEST:
            raise self._lexer.error(f"the expression is nested more than {DEEPEST} levels deep", at, "a simpler one")

    def _field(self, lexeme: Lexeme) -> _Operator:
        if self._scope() or (self._operators and self._operators[-1].power is _Power.FIELD):
            raise self._lexer.error("a field stands inside a field", lexeme.start, _SOMETHING)
        if lexeme.value in TIME_NAMES:
            self._check_search(f"{lexeme.value}:", lexeme.start)
        return _Operator(lexeme, _Power.FIELD)

    def _open(self, lexeme: Lexeme, last: _Operator | None) -> None:
        scope = last.lexeme.value if last and last.power is _Power.FIELD else self._scope()
        listing = last is not None and last.power is _Power.EXCEPT
        self._check_depth(len(self._brackets) + 1, lexeme.start)
        bracket = _Operator(lexeme, _Power.OPEN, scope, listing, len(self._operands))
        self._push(bracket)
        self._brackets.append(bracket)

    def _misplaced(self, lexeme: Lexeme, last: _Operator | None) -> RuleError:
        if lexeme.kind is Kind.END and last is None:
            return self._lexer.error("there is nothing to look for", 0, _SOMETHING)
        if last is not None and last.power is _Power.EXCEPT:
            return self._lexer.error(
                "EXCEPT has no phrase after it", lexeme.start, 'a phrase, or a list as in ("a b", "c d")'
            )
        if lexeme.kind is Kind.CLOSE and last is None:
            return self._lexer.error("a bracket is closed that was never opened", lexeme.start, _SOMETHING)
        if lexeme.kind is Kind.CLOSE and last is not None and len(self._operands) > last.base and last.listing:
            return self._lexer.error("nothing stands after the comma", lexeme.start, "a phrase")
        if lexeme.kind is Kind.CLOSE and last is not None and last.power is _Power.OPEN:
            return self._lexer.error("the group is empty", last.lexeme.start, _SOMETHING)
        if lexeme.kind is Kind.END and last is not None and last.power is _Power.OPEN:
            return self._lexer.error(
                "a bracket is opened here and never closed", last.lexeme.start, f'{_SOMETHING}, then ")"'
            )
        if lexeme.kind in (Kind.END, Kind.CLOSE) and last is not None:
            return self._lexer.error(f"nothing stands after {last.lexeme.value or 'AND'}", lexeme.start, _SOMETHING)
        if lexeme.kind is Kind.NOT and last is not None and last.power is _Power.NEAR:
            return self._lexer.error(
                f"{last.lexeme.value} can't look for what is not there", lexeme.start, "words or phrases"
            )
        return self._lexer.error(f'nothing stands before "{lexeme.value}"', lexeme.start, _SOMETHING)

    def _take_operator(self, lexeme: Lexeme) -> None:
        power = _POWERS[lexeme.kind]
        self._reduce(power if power in (_Power.NEAR, _Power.EXCEPT) else _Power(power + 1))
        self._push(_Operator(lexeme, power))

    def _take_bracket(self, lexeme: Lexeme) -> None:
        """A closing bracket, or a comma in the list of an EXCEPT."""
        self._reduce(_Power.OR)
        if not self._brackets or (lexeme.kind is Kind.COMMA and not self._brackets[-1].listing):
            if lexeme.kind is Kind.COMMA:
                raise self._lexer.error(
                    "a comma stands outside an EXCEPT list", lexeme.start, "AND, OR, or quotes around the text"
                )
            raise self._lexer.error("a bracket is closed that was never opened", lexeme.start, "AND, OR or the end")
        bracket = self._brackets[-1]
        if lexeme.kind is Kind.COMMA:
            self._complete = False
            return
        self._brackets.pop()
        self._operators.pop()
        items = self._operands[bracket.base :]
        del self._operands[bracket.base :]
        node = items[0].node if len(items) == 1 else Or(tuple(item.node for item in items))
        height = max(item.height for item in items) + (len(items) > 1)
        source = self._text[bracket.lexeme.start : lexeme.end]
        if len(items) > 1:
            node = replace(node, source=source, column=bracket.lexeme.start + 1)
        self._operands.append(_Operand(node, bracket.lexeme.start, lexeme.end, height))

    def _reduce(self, power: _Power) -> None:
        """Apply the waiting operators that bind at least so tightly."""
        while self._operators and self._operators[-1].power >= max(power, _Power.OR):
            self._apply(self._operators.pop())

    def _apply(self, operator: _Operator) -> None:
        right = self._operands.pop()
        match operator.power:
            case _Power.NOT | _Power.FIELD:
                found = self._prefixed(operator, right)
            case _Power.OR | _Power.AND:
                found = self._joined(operator, right)
            case _Power.NEAR:
                found = self._near(operator, self._operands.pop(), right)
            case _:
                found = self._except(self._operands.pop(), right)
        self._check_depth(found.height, found.start)
        self._operands.append(found)

    def _prefixed(self, operator: _Operator, right: _Operand) -> _Operand:
        start, name = operator.lexeme.start, operator.lexeme.value
        source, column = self._text[start : right.end], start + 1
        if operator.power is _Power.NOT:
            return _Operand(Not(right.node, source=source, column=column), start, right.end, right.height + 1)
        if name in FIELD_NAMES:
            node = Field(FieldName(name), right.node, source=source, column=column)
            return _Operand(node, start, right.end, right.height + 1)
        return replace(right, node=replace(right.node, source=source, column=column), start=start)

    def _joined(self, operator: _Operator, right: _Operand) -> _Operand:
        """A run of the same operator is one part: ``a b c`` is not ``(a b) c``."""
        parts = [right, self._operands.pop()]
        while self._operators and self._operators[-1].power is operator.power:
            self._operators.pop()
            parts.append(self._operands.pop())
        parts.reverse()
        start, end = parts[0].start, right.end
        nodes = tuple(part.node for part in parts)
        kind = And if operator.power is _Power.AND else Or
        height = max(part.height for part in parts) + 1
        return _Operand(kind(nodes, source=self._text[start:end], column=start + 1), start, end, height)

    def _near(self, operator: _Operator, left: _Operand, right: _Operand) -> _Operand:
        name = operator.lexeme.value
        for side in (left, right):
            if not can_be_near(side.node):
                raise self._lexer.error(
                    f"{name} can't tell where this stands", side.start, "words, phrases or groups of them"
                )
        node = Near(
            left.node,
            right.node,
            operator.lexeme.number,
            name == "BEFORE",
            source=self._text[left.start : right.end],
            column=left.start + 1,
        )
        return _Operand(node, left.start, right.end, max(left.height, right.height) + 1)

    def _except(self, base: _Operand, right: _Operand) -> _Operand:
        if not is_countable(base.node):
            raise self._lexer.error(
                "EXCEPT can't tell where this stands", base.start, "a word, a phrase or a group of them"
            )
        exceptions = right.node.parts if isinstance(right.node, Or) else (right.node,)
        for exception in exceptions:
            if isinstance(exception, And) or not is_countable(exception):
                raise self._lexer.error(
                    "this is no exception", exception.column - 1, 'phrases with commas between, as in ("a b", "c d")'
                )
        node = Except(base.node, exceptions, source=self._text[base.start : right.end], column=base.start + 1)
        return _Operand(node, base.start, right.end, max(base.height, right.height) + 1)
