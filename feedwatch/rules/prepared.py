"""An item made ready for many rules: each of its fields cut into words once, when a rule first asks for it.

It knows where words stand and what language they are in; what rules mean is ``evaluate.py``.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from functools import cached_property

from feedwatch.model import Subject
from feedwatch.rules.letters import Script
from feedwatch.rules.stems import NONE, algorithm_for, keys, shared_letters
from feedwatch.rules.syntax import FieldName, Word
from feedwatch.rules.words import look_up, tokens

CATEGORY_JOINT = ", "
"""Spans in "category" are offsets into the categories joined by this."""


class PreparedText:
    """One field: its words, and where each stands."""

    def __init__(self, field: FieldName, text: str, language: str, offset: int = 0) -> None:
        self.field = field
        self.text = text
        self.offset = offset
        """Where ``text`` starts in the field as stored."""
        self._language = language
        self._tokens = list(tokens(text))
        self._folded: dict[str, list[int]] = {}
        self._stemmed: dict[str, dict[str, list[str]]] = {}
        self._algorithms: dict[Script, str] = {}
        for place, token in enumerate(self._tokens):
            self._folded.setdefault(token.folded, []).append(place)

    @cached_property
    def starts(self) -> list[int]:
        """The offset at which each word starts."""
        return [token.start for token in self._tokens]

    @cached_property
    def ends(self) -> list[int]:
        """The offset after each word."""
        return [token.end for token in self._tokens]

    def places(self, word: Word) -> list[int]:
        """Which words (counted from 0) ``word`` takes, in order."""
        if word.exact:
            return self._places_exact(word)
        lookup = look_up(word.text)
        if word.prefix or lookup.script is Script.HANGUL:
            return _merged(places for form, places in self._folded.items() if form.startswith(lookup.folded))
        found = [self._folded[form] for form in lookup.forms if form in self._folded]
        algorithm = self._algorithm(lookup.script)
        if algorithm != NONE:
            found.extend(self._places_by_stem(word.text, lookup.folded, algorithm))
        if not found:
            return []
        return found[0] if len(found) == 1 else _merged(found)

    def _algorithm(self, script: Script) -> str:
        """How words of this script inflect here, beside English."""
        if script not in self._algorithms:
            self._algorithms[script] = algorithm_for(script, self._language, self.text)
        return self._algorithms[script]

    def written_as(self, word: Word) -> tuple[str, ...]:
        """The folded words of this text that ``word`` takes."""
        wanted = set(self.places(word))
        return tuple(form for form, places in self._folded.items() if not wanted.isdisjoint(places))

    def places_between(self, start: int, end: int) -> tuple[int, int]:
        """The first and last word that ``text[start:end]`` touches; where it has none, those after and before it."""
        return bisect_right(self.ends, start), bisect_left(self.starts, end) - 1

    @cached_property
    def _exact(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for place, token in enumerate(self._tokens):
            found.setdefault(token.exact, []).append(place)
        return found

    def _places_exact(self, word: Word) -> list[int]:
        if not word.prefix:
            return self._exact.get(word.text, [])
        return _merged(places for form, places in self._exact.items() if form.startswith(word.text))

    def _places_by_stem(self, text: str, folded: str, algorithm: str) -> Iterable[list[int]]:
        shared = folded[: shared_letters(folded)]
        for key in keys(algorithm, text):
            for form in self._by_stem(algorithm).get(key, ()):
                if form.startswith(shared):
                    yield self._folded[form]

    def _by_stem(self, algorithm: str) -> dict[str, list[str]]:
        """Stem keys to the folded words that have them."""
        if algorithm not in self._stemmed:
            found: dict[str, list[str]] = {}
            for written, folded in {(token.base, token.folded) for token in self._tokens}:
                for key in keys(algorithm, written):
                    found.setdefault(key, []).append(folded)
            self._stemmed[algorithm] = found
        return self._stemmed[algorithm]


class Prepared:
    """An item whose words are known once asked for; made by ``prepare``."""

    def __init__(self, subject: Subject) -> None:
        self.subject = subject
        self._fields: dict[FieldName, tuple[PreparedText, ...]] = {}

    def texts(self, field: FieldName) -> tuple[PreparedText, ...]:
        """The texts of a field: one, or as many as the item has categories; none where it is empty."""
        if field not in self._fields:
            self._fields[field] = tuple(self._prepare(field))
        return self._fields[field]

    def _prepare(self, field: FieldName) -> Iterable[PreparedText]:
        subject = self.subject
        match field:
            case FieldName.TITLE:
                parts: tuple[str, ...] = (subject.title,)
            case FieldName.TEXT:
                parts = (subject.text,)
            case FieldName.AUTHOR:
                parts = (subject.author,)
            case FieldName.URL:
                parts = (subject.url,)
            case FieldName.CATEGORY:
                parts = subject.categories
        offset = 0
        for part in parts:
            if part:
                yield PreparedText(field, part, subject.language, offset)
            offset += len(part) + len(CATEGORY_JOINT)


def prepare(subject: Subject) -> Prepared:
    """The item, ready for any number of rules."""
    return Prepared(subject)


def _merged(lists: Iterable[list[int]]) -> list[int]:
    return sorted({place for places in lists for place in places})
