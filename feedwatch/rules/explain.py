"""Why an item matches an expression, or why not: the tree with each part's truth, in words, for people."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import assert_never

from feedwatch.model import Explanation, ExplanationNode, Match, Subject
from feedwatch.rules.attributes import moment_of
from feedwatch.rules.evaluate import DEFAULT_FIELDS, REGEX_SECONDS, Evaluation
from feedwatch.rules.prepared import Prepared, prepare
from feedwatch.rules.spans import to_matches
from feedwatch.rules.syntax import (
    And,
    Attribute,
    AttributeName,
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
    State,
    Time,
    Word,
)
from feedwatch.rules.words import forms

_SHOWN_MATCHES = 3


def explain(expression: Expression, subject: Subject | Prepared, now: datetime) -> Explanation:
    """The verdict for ``subject``, and what it rests on."""
    item = subject if isinstance(subject, Prepared) else prepare(subject)
    evaluation = Evaluation(item, now)
    truth = evaluation.truth(expression)
    matches = to_matches(truth.occurrences) if truth.true else ()
    tree = _explain(expression, evaluation)
    summary = _matched(matches) if truth.true else f"Does not match: {_reason(expression, tree)}."
    return Explanation(truth.true, summary, matches, tree, _forms(expression, item))


def _explain(expression: Expression, evaluation: Evaluation) -> ExplanationNode:
    true = evaluation.truth(expression).true
    note = _note(expression, evaluation, true=true)
    if isinstance(expression, Field):
        with evaluation.scope(expression):
            children: tuple[ExplanationNode, ...] = (_explain(expression.part, evaluation),)
    else:
        children = tuple(_explain(part, evaluation) for part in _children(expression))
    return ExplanationNode(expression.source, true, note, children)


def _children(expression: Expression) -> tuple[Expression, ...]:
    match expression:
        case And() | Or():
            return expression.parts
        case Not() | Field():
            return (expression.part,)
        case Near():
            return (expression.left, expression.right)
        case Except():
            return (expression.base, *expression.exceptions)
        case Word() | Phrase() | Regex() | Attribute() | Outlets() | Is() | Time():
            return ()
        case _:
            assert_never(expression)


def _note(expression: Expression, evaluation: Evaluation, *, true: bool) -> str:
    match expression:
        case Word() | Phrase() | Regex():
            return _leaf_note(expression, evaluation)
        case Except():
            return _except_note(expression, evaluation)
        case Near():
            return _near_note(expression, evaluation, true=true)
        case Not():
            return f"{_quoted(expression.part.source)} {'is not' if true else 'is'} there"
        case And():
            missing = [_quoted(part.source) for part in expression.parts if not evaluation.truth(part).true]
            return f"not true: {', '.join(missing)}" if missing else ""
        case Or():
            return "" if true else "none of them is true"
        case Field():
            return ""
        case Attribute() | Outlets() | Is() | Time():
            return _item_note(expression, evaluation.item.subject)
        case _:
            assert_never(expression)


def _leaf_note(leaf: Word | Phrase | Regex, evaluation: Evaluation) -> str:
    found = evaluation.truth(leaf).occurrences
    if found:
        return _times(len(found))
    if isinstance(leaf, Regex) and leaf.compiled in evaluation.late:
        return f"took longer than {REGEX_SECONDS * 1000:.0f} ms, which counts as no match"
    return f"{_quoted(leaf.source)} does not occur{_where(evaluation)}"


def _except_note(expression: Except, evaluation: Evaluation) -> str:
    total = len(evaluation.truth(expression.base).occurrences)
    left = len(evaluation.truth(expression).occurrences)
    if not total:
        return f"{_quoted(expression.base.source)} does not occur{_where(evaluation)}"
    if left == total:
        return f"{_times(total)}, none inside an exception"
    inside = total - left
    holders = [part.source for part in expression.exceptions if evaluation.truth(part).true]
    how_many = {(1, 1): "", (2, 2): "both "}.get((inside, total), "all " if inside == total else f"{inside} ")
    return f"{_times(total)}, {how_many}inside {' or '.join(map(_quoted, holders))}"


def _near_note(near: Near, evaluation: Evaluation, *, true: bool) -> str:
    distance = f"{near.distance} word{'s' if near.distance > 1 else ''}"
    if true:
        return f"within {distance}"
    absent = [side.source for side in (near.left, near.right) if not evaluation.truth(side).true]
    if absent:
        return " and ".join(f"{_quoted(source)} does not occur" for source in absent)
    order = "the first before the second, " if near.ordered else ""
    return f"both occur, but never {order}within {distance}"


def _item_note(question: Attribute | Outlets | Is | Time, subject: Subject) -> str:
    match question:
        case Attribute():
            return f"{question.name} is {_attribute(question.name, subject)}"
        case Outlets():
            return f"the story stands in {subject.outlets} outlet{'s' if subject.outlets != 1 else ''}"
        case Is():
            return _state_note(question.state, subject)
        case Time():
            at = moment_of(subject)
            return f"published {at:%Y-%m-%d %H:%M} UTC" if at else "the item has no time"
        case _:
            assert_never(question)


def _attribute(name: AttributeName, subject: Subject) -> str:
    match name:
        case AttributeName.FEED:
            values: tuple[str, ...] = (subject.feed,)
        case AttributeName.OUTLET:
            values = (subject.outlet,)
        case AttributeName.TAG:
            values = subject.tags
        case AttributeName.LANG:
            values = (subject.language,)
        case _:
            assert_never(name)
    return ", ".join(_quoted(value) for value in values if value) or "unknown"


def _state_note(state: State, subject: Subject) -> str:
    match state:
        case State.READ | State.UNREAD:
            return "read" if subject.read else "unread"
        case State.STARRED:
            return "starred" if subject.starred else "not starred"
        case State.EDITED:
            return "its publisher changed it" if subject.edited else "its wording never changed"
        case State.ALERT:
            return "a rule alerted on it" if subject.alerted else "no rule alerted on it"
        case _:
            assert_never(state)


def _matched(matches: tuple[Match, ...]) -> str:
    if not matches:
        return "Matches."
    shown = "; ".join(f"{_quoted(match.text)} in the {match.field}" for match in matches[:_SHOWN_MATCHES])
    more = len(matches) - _SHOWN_MATCHES
    return f"Matches: {shown}{f' and {more} more' if more > 0 else ''}."


def _reason(expression: Expression, node: ExplanationNode) -> str:
    """Why a part is false: what was missing, or what excluded it."""
    match expression:
        case And():
            false = (pair for pair in zip(expression.parts, node.children, strict=True) if not pair[1].truth)
            return _reason(*next(false))
        case Or():
            alternatives = zip(expression.parts, node.children, strict=True)
            return "; ".join(_reason(*pair) for pair in islice(alternatives, _SHOWN_MATCHES))
        case Field():
            return _reason(expression.part, node.children[0])
        case Except():
            return f"{expression.base.source}: {node.note}" if node.children[0].truth else node.note
        case _:
            return node.note


def _times(count: int) -> str:
    return f"{count} occurrence{'s' if count != 1 else ''}"


def _quoted(text: str) -> str:
    return text if text[:1] in ('"', "“") else f'"{text}"'


def _where(evaluation: Evaluation) -> str:
    if evaluation.fields == DEFAULT_FIELDS:
        return ""
    return " in the " + " or ".join(evaluation.fields)


def _forms(expression: Expression, item: Prepared) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for word in _words(expression):
        found.setdefault(word.source, _forms_of(word, item))
    return found


def _words(expression: Expression) -> Iterator[Word]:
    if isinstance(expression, Word):
        yield expression
    elif isinstance(expression, Phrase):
        yield from expression.words
    else:
        for part in _children(expression):
            yield from _words(part)


def _forms_of(word: Word, item: Prepared) -> tuple[str, ...]:
    """All English forms; of another language those that the item has, for no table of them exists."""
    if word.exact or word.prefix:
        return (f"{word.text}…",) if word.prefix else (word.text,)
    here = [form for field in FieldName for text in item.texts(field) for form in text.written_as(word)]
    return tuple(dict.fromkeys((*sorted(forms(word.text)), *sorted(here))))
