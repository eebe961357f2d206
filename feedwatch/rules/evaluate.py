"""What is true of an item, and where: one expression against one prepared item.

A part that stands at places of a text is true where it has an occurrence; exceptions take occurrences away, never the
item. Every step is linear (or n log n) in the words of the item, which a stranger wrote; patterns have a time limit.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import accumulate
from typing import Final, NamedTuple, assert_never

import regex

from feedwatch.rules.attributes import is_true
from feedwatch.rules.prepared import Prepared, PreparedText
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
    asks_for_all,
)

REGEX_SECONDS: Final = 0.05
"""One search of one pattern in one field; what takes longer is no match."""
REGEX_CHARACTERS: Final = 65_536
"""How much of a field patterns see."""
DEFAULT_FIELDS: Final = (FieldName.TITLE, FieldName.TEXT)


class Occurrence(NamedTuple):
    """A place where something stands: offsets into ``text``, and the words from ``first`` to ``last``."""

    text: PreparedText
    start: int
    end: int
    first: int
    last: int
    spans: tuple[tuple[int, int], ...] = ()
    """What of it is to be shown, where that is not all."""


class Truth(NamedTuple):
    """Whether a part is true, and the occurrences that make it so."""

    true: bool
    occurrences: Sequence[Occurrence] = ()


class _Exclusions:
    """Occurrences inside which others don't count."""

    def __init__(self, occurrences: Iterable[Occurrence]) -> None:
        by_text: dict[PreparedText, list[tuple[int, int]]] = {}
        for occurrence in occurrences:
            by_text.setdefault(occurrence.text, []).append((occurrence.start, occurrence.end))
        self._starts = {text: sorted(start for start, _ in found) for text, found in by_text.items()}
        self._farthest = {
            text: list(accumulate((end for _, end in sorted(found)), max)) for text, found in by_text.items()
        }

    def hold(self, occurrence: Occurrence) -> bool:
        """Whether ``occurrence`` is inside one of them."""
        place = bisect_right(self._starts.get(occurrence.text, ()), occurrence.start)
        return place > 0 and self._farthest[occurrence.text][place - 1] >= occurrence.end


class Evaluation:
    """One item under one clock; counts the searches that ran out of time."""

    def __init__(self, item: Prepared, now: datetime) -> None:
        self.item = item
        self.late: set[regex.Pattern[str]] = set()
        """Patterns of which a search ran out of time."""
        self.timeouts = 0
        self._now = now
        self._fields: tuple[FieldName, ...] = DEFAULT_FIELDS
        self._texts = item.wording
        self._exclusions: tuple[_Exclusions, ...] = ()
        self._searched: dict[tuple[regex.Pattern[str], PreparedText], list[Occurrence]] = {}

    def truth(self, expression: Expression) -> Truth:
        """Whether ``expression`` is true of the item, and where."""
        match expression:
            case Word() | Phrase() | Regex():
                return _where(self._leaf(expression))
            case And():
                return _all(self.truth(part) for part in expression.parts)
            case Or():
                return _any(self.truth(part) for part in expression.parts)
            case Not():
                return Truth(not self.truth(expression.part).true)
            case Near():
                return self._near(expression, expression.left, expression.right)
            case Except():
                return self._except(expression)
            case Field():
                with self.scope(expression):
                    return self.truth(expression.part)
            case Attribute() | Outlets() | Is() | Time():
                return Truth(is_true(expression, self.item.subject, self._now))
            case _:
                assert_never(expression)

    def _except(self, expression: Except) -> Truth:
        plain = self.truth(expression.base)
        if not plain.true:
            return plain
        with self.scope(expression):
            return self.truth(expression.base)

    @contextmanager
    def scope(self, expression: Expression) -> Iterator[None]:
        """What a field or an exception means for the parts inside it; nothing for other parts."""
        before = self._fields, self._texts, self._exclusions
        if isinstance(expression, Field):
            self._fields = (expression.name,)
            self._texts = self.item.texts(expression.name)
        elif isinstance(expression, Except):
            found = _any(self.truth(part) for part in expression.exceptions)
            self._exclusions = (*self._exclusions, _Exclusions(found.occurrences))
        yield
        self._fields, self._texts, self._exclusions = before

    @property
    def fields(self) -> tuple[FieldName, ...]:
        """Where words are looked for just now."""
        return self._fields

    def _leaf(self, leaf: Word | Phrase | Regex) -> list[Occurrence]:
        found = [occurrence for text in self._texts for occurrence in self._find(leaf, text)]
        if not self._exclusions or not found:
            return found
        return [occurrence for occurrence in found if not any(held.hold(occurrence) for held in self._exclusions)]

    def _find(self, leaf: Word | Phrase | Regex, text: PreparedText) -> list[Occurrence]:
        match leaf:
            case Word():
                return [Occurrence(text, *text.bounds(place, place), place, place) for place in text.places(leaf)]
            case Phrase():
                return _find_phrase(leaf, text)
            case Regex():
                key = (leaf.compiled, text)
                if key not in self._searched:
                    self._searched[key] = self._search(leaf, text)
                return self._searched[key]

    def _search(self, leaf: Regex, text: PreparedText) -> list[Occurrence]:
        seen = text.text[:REGEX_CHARACTERS]
        try:
            if leaf.compiled.search(seen, timeout=REGEX_SECONDS) is None:  # nearly always, and quicker to learn so
                return []
            found = leaf.compiled.finditer(seen, timeout=REGEX_SECONDS)
            spans = [one.span() for one in found if one.end() > one.start()]
        except TimeoutError:
            self.timeouts += 1
            self.late.add(leaf.compiled)
            return []
        return [Occurrence(text, start, end, *text.places_between(start, end)) for start, end in spans]

    def _near(self, near: Near, left: Expression, right: Expression) -> Truth:
        """A group of words that are all wanted is near where each of them is; of alternatives, one is enough."""
        match left, right:
            case And(), _:
                return _all(self._near(near, part, right) for part in left.parts)
            case Or(), _ if asks_for_all(left):
                return _any(self._near(near, part, right) for part in left.parts)
            case _, And():
                return _all(self._near(near, left, part) for part in right.parts)
            case _, Or() if asks_for_all(right):
                return _any(self._near(near, left, part) for part in right.parts)
        before, after = self.truth(left).occurrences, self.truth(right).occurrences
        pairs = _follow(before, after, near.distance)
        if not near.ordered:
            pairs = [*pairs, *_follow(after, before, near.distance)]
        return _where(sorted(set(pairs), key=lambda pair: (pair.text.field, pair.text.offset, pair.start, pair.end)))


def _where(occurrences: Sequence[Occurrence]) -> Truth:
    return Truth(bool(occurrences), occurrences)


def _all(truths: Iterable[Truth]) -> Truth:
    found: list[Occurrence] = []
    for truth in truths:
        if not truth.true:
            return Truth(true=False)
        found.extend(truth.occurrences)
    return Truth(true=True, occurrences=found)


def _any(truths: Iterable[Truth]) -> Truth:
    true = [truth for truth in truths if truth.true]
    return Truth(bool(true), [occurrence for truth in true for occurrence in truth.occurrences])


def _find_phrase(phrase: Phrase, text: PreparedText) -> list[Occurrence]:
    found: set[int] | None = None
    for offset, word in enumerate(phrase.words):
        places = {place - offset for place in text.places(word) if not word.glued or text.is_glued(place)}
        found = places if found is None else found & places
        if not found:
            return []
    length = len(phrase.words) - 1
    return [
        Occurrence(text, *text.bounds(place, place + length), place, place + length) for place in sorted(found or ())
    ]


def _follow(before: Sequence[Occurrence], after: Sequence[Occurrence], distance: int) -> list[Occurrence]:
    """Pairs of which the second comes at most ``distance`` words after the first: each with its nearest."""
    pairs: list[tuple[Occurrence, int]] = []
    later = _by_text(after, by=lambda occurrence: occurrence.first)
    for text, left in _by_text(before, by=lambda occurrence: occurrence.last).items():
        right = later.get(text, [])
        firsts = [occurrence.first for occurrence in right]
        lasts = [occurrence.last for occurrence in left]
        nearest = [(each, bisect_right(firsts, each.last)) for each in left]
        pairs.extend(_pair(each, right[place]) for each, place in nearest if place < len(right))
        previous = [(bisect_left(lasts, each.first), each) for each in right]
        pairs.extend(_pair(left[place - 1], each) for place, each in previous if place > 0)
    return [pair for pair, gap in pairs if gap <= distance]


def _by_text(
    occurrences: Iterable[Occurrence], by: Callable[[Occurrence], int]
) -> dict[PreparedText, list[Occurrence]]:
    found: dict[PreparedText, list[Occurrence]] = {}
    for occurrence in sorted(occurrences, key=by):
        found.setdefault(occurrence.text, []).append(occurrence)
    return found


def _pair(left: Occurrence, right: Occurrence) -> tuple[Occurrence, int]:
    """Both as one occurrence, and how many words the second is after the first."""
    spans = (*(left.spans or ((left.start, left.end),)), *(right.spans or ((right.start, right.end),)))
    return Occurrence(left.text, left.start, right.end, left.first, right.last, spans), right.first - left.last
