"""A text cut into its words, those that ``words.tokens`` finds; a Western one for a small part of the price."""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import Final

from feedwatch.rules.letters import LONGEST_WORD
from feedwatch.rules.western import encoded, spaced
from feedwatch.rules.words import tokens

FEW: Final = 32
"""Words up to which it is quicker to look for each of them than to find out where all stand (measured)."""


class Cut:
    """The words of a text, and where each stands."""

    def __init__(self, text: str) -> None:
        written = encoded(text)
        self.is_western = written is not None
        self._text = text
        self._spaced = "" if written is None else spaced(written)
        self._chunks = self._spaced.split()
        """Each is a word, but for those with apostrophes, which may be any number of words."""
        self._is_one_each = self.is_western
        self._asked = 0
        self.words = self._parted() if self.is_western else [token.folded for token in tokens(text)]
        """``folded`` of each token, in order."""

    def _parted(self) -> list[str]:
        if "'" not in self._spaced:
            return self._chunks
        parts = {place: _words(chunk) for place, chunk in enumerate(self._chunks) if "'" in chunk}
        self._is_one_each = all(len(part) == 1 for part in parts.values())
        if not self._is_one_each:
            return [word for place, chunk in enumerate(self._chunks) for word in parts.get(place, (chunk,))]
        words = self._chunks.copy()
        for place, part in parts.items():
            words[place] = part[0]
        return words

    @cached_property
    def spans(self) -> list[tuple[int, int]]:
        """``start`` and ``end`` of each token, in order."""
        return [(token.start, token.end) for token in tokens(self._text)]

    def span(self, place: int) -> tuple[int, int]:
        """The same of one word."""
        self._asked += 1
        if self._asked > FEW or not self._is_one_each:
            return self.spans[place]
        chunk = self._chunks[place]
        start = self._start(chunk, self._chunks[:place].count(chunk))
        if "'" not in chunk:
            return start, start + len(chunk)
        token = next(tokens(chunk))
        return start + token.start, start + token.end

    def _start(self, chunk: str, before: int) -> int:
        """The offset of a chunk that stands in the text ``before`` times before."""
        start, padded, sought = -1, f" {self._spaced} ", f" {chunk} "
        for _ in range(before + 1):
            start = padded.find(sought, start + 1)
        return start


def _words(chunk: str) -> tuple[str, ...]:
    return _parted(chunk) if len(chunk) <= LONGEST_WORD else _parted.__wrapped__(chunk)


@lru_cache(maxsize=16_384)
def _parted(chunk: str) -> tuple[str, ...]:
    return tuple(token.folded for token in tokens(chunk))
