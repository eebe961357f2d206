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
    return fold(searchable(f"{subject.title}\n{subject.text}"))


def may_match(required: Sequence[Group] | None, text: str) -> bool:
    """Whether ``text``, a haystack, holds one beginning of each group; True where nothing is required."""
    return required is None or all(any(beginning in text for beginning in group) for group in required)
