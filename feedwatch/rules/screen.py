"""A quick first look: can an item match at all? It costs a few substring searches, where matching cuts it into words.

Most items match no rule. What it lets through is matched in full; what it keeps out can't match (property test).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from string import ascii_letters, digits

from feedwatch.model import Subject
from feedwatch.rules.letters import fold
from feedwatch.rules.terms import Group
from feedwatch.rules.western import encoded, folded
from feedwatch.rules.words import searchable

_STRETCH = re.compile(r"[^\x00-\x7f]+")
_INSIDE = frozenset(ascii_letters + digits)


def haystack(subject: Subject) -> str:
    """The title and text of an item, folded as the beginnings of words in ``Group`` are."""
    text = f"{subject.title}\n{subject.text}"
    written = encoded(text)
    return _folded(searchable(text)) if written is None else folded(written)


def _folded(text: str) -> str:
    """As ``fold``, for long texts of few letters beyond ASCII: each stretch of them is looked up."""
    composed = unicodedata.normalize("NFC", text).replace("`", "'")
    return _STRETCH.sub(lambda found: fold(found[0]), composed).lower()


def may_match(required: Sequence[Group] | None, text: str) -> bool:
    """Whether ``text``, a haystack, holds one beginning of each group; True where nothing is required."""
    return required is None or all(any(_holds(text, beginning) for beginning in group) for group in required)


def _holds(text: str, beginning: str) -> bool:
    """Whether a word may begin so: nowhere does one begin after an ASCII letter or digit."""
    place = text.find(beginning)
    while place > 0 and text[place - 1] in _INSIDE:
        place = text.find(beginning, place + 1)
    return place >= 0
