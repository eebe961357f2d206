"""The words of headlines and names, as far as letter case goes: as a set, and how far two runs of them are the same."""

from __future__ import annotations

import re
from collections.abc import Sequence

_WORD = re.compile(r"\w+")


def words_of(title: str) -> list[str]:
    """The words in their order, without letter case."""
    return _WORD.findall(title.casefold())


def common_start(ours: Sequence[str], theirs: Sequence[str]) -> int:
    """How many words are the same from the beginning on."""
    pairs = enumerate(zip(ours, theirs, strict=False))
    return next((place for place, (one, other) in pairs if one != other), min(len(ours), len(theirs)))
