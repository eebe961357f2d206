"""How large a regular expression grows when it is compiled.

The regex package writes counted repeats out: ``(?:(?:a{100}){100}){100}`` took 280 MB and 0.4 s, one level more all
memory (measured). So a pattern is measured before it is compiled; nothing here compiles one.
"""

from __future__ import annotations

import re
from typing import Final

LARGEST: Final = 50_000
"""Characters of a pattern with its repeats written out: some 15 MB."""
_PIECE = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]?|[()]|\{(\d*)(?:,(\d*))?\}|.", re.DOTALL)
_LONGEST_COUNT = 9


def written_out(pattern: str) -> int:
    """How many characters ``pattern`` has with its counted repeats written out, roughly; linear in its length."""
    open_groups = [0]
    last = 0
    for found in _PIECE.finditer(pattern):
        piece = found.group()
        if piece == "(":
            open_groups.append(0)
            last = 0
            continue
        if piece == ")" and len(open_groups) > 1:
            last = open_groups.pop()
            open_groups[-1] += last
        elif piece.startswith("{") and len(piece) > 1:
            last *= _count(found)
            open_groups[-1] += last
        else:
            last = 1
            open_groups[-1] += last
        if open_groups[-1] > LARGEST:
            return open_groups[-1]
    return sum(open_groups)


def _count(repeat: re.Match[str]) -> int:
    """The larger number of ``{n,m}``."""
    numbers = [int(number[:_LONGEST_COUNT]) for number in repeat.groups() if number]
    return max(numbers, default=1)
