"""A quick first look: can an item match at all? It costs a few substring searches, where matching cuts it into words.

Most items match no rule. What it lets through is matched in full; what it keeps out can't match (property test).
"""

from __future__ import annotations

from collections.abc import Sequence

from feedwatch.model import Subject
from feedwatch.rules.letters import fold
from feedwatch.rules.terms import Group
from feedwatch.rules.words import searchable


def haystack(subject: Subject) -> str:
    """The title and text of an item, folded as the beginnings of words in ``Group`` are."""
    text = f"{subject.title}\n{subject.text}"
    return text.lower() if text.isascii() else fold(searchable(text))


def may_match(required: Sequence[Group] | None, text: str) -> bool:
    """Whether ``text``, a haystack, holds one beginning of each group; True where nothing is required."""
    if required is None:
        return True
    holds = _holds_word if text.isascii() else str.__contains__
    return all(any(holds(text, beginning) for beginning in group) for group in required)


def _holds_word(text: str, beginning: str) -> bool:
    """Whether a word of ASCII text begins so; elsewhere folding may join what were two words, so it is not asked."""
    place = text.find(beginning)
    while place > 0 and text[place - 1].isalnum():
        place = text.find(beginning, place + 1)
    return place >= 0
