"""Occurrences as what a screen highlights: spans of the fields as stored, in order, without overlaps."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from feedwatch.model import Match
from feedwatch.rules.evaluate import Occurrence
from feedwatch.rules.prepared import PreparedText
from feedwatch.rules.syntax import FieldName

_ORDER = {name: place for place, name in enumerate(FieldName)}


def to_matches(occurrences: Sequence[Occurrence]) -> tuple[Match, ...]:
    """The spans of ``occurrences``, those that overlap made one."""
    if len(occurrences) == 1 and not occurrences[0].spans:  # most often, and quicker
        return (_match(occurrences[0].text, occurrences[0].start, occurrences[0].end),)
    by_text: dict[PreparedText, set[tuple[int, int]]] = {}
    for found in occurrences:
        by_text.setdefault(found.text, set()).update(found.spans or ((found.start, found.end),))
    texts = sorted(by_text, key=lambda text: (_ORDER[text.field], text.offset))
    return tuple(_match(text, start, end) for text in texts for start, end in _merged(by_text[text]))


def _match(text: PreparedText, start: int, end: int) -> Match:
    return Match(text.field.value, text.offset + start, text.offset + end, text.text[start:end])


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
