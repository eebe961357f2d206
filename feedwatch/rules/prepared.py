"""An item made ready for many rules: each of its fields cut into words once, when a rule first asks for them.

It knows where words stand and what language they are in; what rules mean is ``evaluate.py``.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from functools import cached_property
from itertools import chain

from feedwatch.model import Subject
from feedwatch.rules.cut import Cut
from feedwatch.rules.letters import Script, exact, fold
from feedwatch.rules.screen import haystack
from feedwatch.rules.stems import NONE, algorithm_for, keys, shared_letters
from feedwatch.rules.syntax import FieldName, Word
from feedwatch.rules.words import Token, look_up, tokens

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
        self._stemmed: dict[str, dict[str, list[str]]] = {}
        self._algorithms: dict[Script, str] = {}

    @cached_property
    def _cut(self) -> Cut:
        return Cut(self.text)

    @property
    def words(self) -> list[str]:
        """Folded, in order."""
        return self._cut.words

    @cached_property
    def present(self) -> frozenset[str]:
        """The words, each once."""
        return frozenset(self.words)

    def bounds(self, first: int, last: int) -> tuple[int, int]:
        """The offsets at which the word ``first`` starts, and after the word ``last``."""
        span = self._cut.span(first)
        return span if first == last else (span[0], self._cut.span(last)[1])

    @cached_property
    def _starts(self) -> list[int]:
        return [start for start, _ in self._cut.spans]

    @cached_property
    def _ends(self) -> list[int]:
        return [end for _, end in self._cut.spans]

    def places(self, word: Word) -> list[int]:
        """Which words (counted from 0) ``word`` takes, in order."""
        if word.exact:
            return self._places_exact(word)
        lookup = look_up(word.text)
        if self._cut.is_western and lookup.script is not Script.LATIN:
            return []
        taken: AbstractSet[str]
        if word.prefix or lookup.script is Script.HANGUL:
            taken = {form for form in self.present if form.startswith(lookup.folded)}
        elif (algorithm := self._algorithm(lookup.script)) != NONE:
            taken = {*(lookup.forms & self.present), *self._taken_by_stem(word.text, lookup.folded, algorithm)}
        else:
            taken = lookup.forms & self.present
        return self._places_of(taken) if taken else []

    def _places_of(self, forms: AbstractSet[str]) -> list[int]:
        """Where these words stand, in order; all of them are present."""
        words = self._cut.words
        if len(forms) > 1:
            return [place for place, form in enumerate(words) if form in forms]
        (form,) = forms
        found = [words.index(form)]
        for _ in range(words.count(form) - 1):
            found.append(words.index(form, found[-1] + 1))
        return found

    @cached_property
    def _latin(self) -> str:
        return algorithm_for(Script.LATIN, self._language, self.text)

    def _algorithm(self, script: Script) -> str:
        """How words of this script inflect here, beside English."""
        if script is Script.LATIN:
            return self._latin
        if script not in self._algorithms:
            self._algorithms[script] = algorithm_for(script, self._language, self.text)
        return self._algorithms[script]

    def written_as(self, word: Word) -> tuple[str, ...]:
        """The folded words of this text that ``word`` takes."""
        return tuple(dict.fromkeys(self.words[place] for place in self.places(word)))

    def is_glued(self, place: int) -> bool:
        """Whether no gap parts a word from the one before it."""
        return place > 0 and self._ends[place - 1] == self._starts[place]

    def places_between(self, start: int, end: int) -> tuple[int, int]:
        """The first and last word that ``text[start:end]`` touches; where it has none, those after and before it."""
        return bisect_right(self._ends, start), bisect_left(self._starts, end) - 1

    @cached_property
    def _tokens(self) -> list[Token]:
        return list(tokens(self.text))

    def _places_exact(self, word: Word) -> list[int]:
        folded = fold(word.text)
        if word.prefix:
            alike = [place for place, form in enumerate(self.words) if form.startswith(folded.removesuffix("'s"))]
            return [place for place in alike if self._exact(place).startswith(word.text)]
        either = (folded, folded.removesuffix("'s"))
        if self.present.isdisjoint(either):
            return []
        return [place for place, form in enumerate(self.words) if form in either and self._exact(place) == word.text]

    def _exact(self, place: int) -> str:
        return exact(self.text[slice(*self._cut.span(place))])

    def _taken_by_stem(self, text: str, folded: str, algorithm: str) -> Iterator[str]:
        shared = folded[: shared_letters(folded)]
        for key in keys(algorithm, text):
            for form in self._by_stem(algorithm).get(key, ()):
                if form.startswith(shared):
                    yield form

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

    @cached_property
    def wording(self) -> tuple[PreparedText, ...]:
        """Title and text: where words are looked for that name no field."""
        return (*self.texts(FieldName.TITLE), *self.texts(FieldName.TEXT))

    @cached_property
    def words(self) -> frozenset[str]:
        """The folded words of title and text, each once."""
        return frozenset(chain.from_iterable(text.words for text in self.wording))

    @cached_property
    def haystack(self) -> str:
        """Title and text, as a first look wants them."""
        return haystack(self.subject)

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
