"""What a publisher changed: two wordings, word by word. Pure.

Words, since people read words; a long stretch that stayed is folded to the words around each change. The comparison is
difflib's (Ratcliff and Obershelp 1988), whose time grows with the square of what differs: what two texts have alike at
both ends is left aside first, and of what is in between only ``MOST_WORDS`` of each are compared, all others being
taken as changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Final

from feedwatch.core.gist import SPACELESS
from feedwatch.core.words import common_start
from feedwatch.model import Run, RunKind

MOST_WORDS: Final = 150
AROUND: Final = 6
"""Unchanged words that are kept on each side of a change."""
MOST_RUNS: Final = 60
"""Runs of one difference; what follows is cut off."""
_WORD = re.compile(f"(?:{SPACELESS}|(?:(?!{SPACELESS})\\S)+) ?")
_LEFT_OUT = Run(RunKind.SAME, "…")


def difference(before: str, after: str) -> tuple[Run, ...]:
    """The words of both wordings in runs: kept, removed, added; empty where no word differs."""
    ours, theirs = _words(before), _words(after)
    if ours == theirs:
        return ()
    start = common_start(ours, theirs)
    end = common_start(ours[start:][::-1], theirs[start:][::-1])
    middle = _compared(ours[start : len(ours) - end], theirs[start : len(theirs) - end])
    runs = [(RunKind.SAME, ours[:start]), *middle, (RunKind.SAME, ours[len(ours) - end :])]
    folded = tuple(_folded([run for run in runs if run[1]]))
    return (*folded[:MOST_RUNS], _LEFT_OUT) if len(folded) > MOST_RUNS else folded


def _words(text: str) -> list[str]:
    """The words, each with the space behind it; in scripts without spaces, its characters."""
    return _WORD.findall(" ".join(text.split()) + " ") if text.strip() else []


def _compared(ours: list[str], theirs: list[str]) -> Iterator[tuple[RunKind, list[str]]]:
    head, tail = ours[:MOST_WORDS], theirs[:MOST_WORDS]
    for kind, first, last, start, stop in SequenceMatcher(None, head, tail, autojunk=False).get_opcodes():
        if kind == "equal":
            yield RunKind.SAME, head[first:last]
        else:
            yield RunKind.REMOVED, head[first:last]
            yield RunKind.ADDED, tail[start:stop]
    yield RunKind.REMOVED, ours[MOST_WORDS:]
    yield RunKind.ADDED, theirs[MOST_WORDS:]


def _folded(runs: Sequence[tuple[RunKind, list[str]]]) -> Iterator[Run]:
    for place, (kind, words) in enumerate(runs):
        if kind is not RunKind.SAME:
            yield Run(kind, "".join(words).strip())
            continue
        before = words[:AROUND] if place else []
        after = words[-AROUND:] if place < len(runs) - 1 else []
        if len(before) + len(after) >= len(words):
            yield Run(kind, "".join(words).strip())
        else:
            yield Run(kind, f"{''.join(before)}… {''.join(after)}".strip())
