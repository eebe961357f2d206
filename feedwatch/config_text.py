"""Where things stand in the text of config.toml: for problems that have a line, and edits that keep comments.

It splits text that ``tomllib`` has accepted; it judges nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

_TOKEN = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}'  # strings first: a bracket, hash or line break inside one means nothing
    r"|'''.*?'{3,5}"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'"
    r"|#[^\n]*"
    r"|\n|[\[\]{}]|[^\"'#\n\[\]{}]+|.",
    re.DOTALL,
)
_HEADER = re.compile(r"(\[\[?)([^\[\]]+)\]")
_KEY_PART = re.compile(r"\s*(?:\"([^\"]*)\"|'([^']*)'|([A-Za-z0-9_-]+))\s*(\.|=|$)")


@dataclass(frozen=True, slots=True)
class Statement:
    """A header or a key with its value; lines count from 1, ``last`` is the line that it ends on."""

    first: int
    last: int
    text: str

    @property
    def table(self) -> str:
        """The name of the table that a header opens, ``[[name]]`` and ``[name]`` alike; '' for a key."""
        found = _HEADER.match(self.text)
        return ".".join(_key_parts(found[2])) if found else ""

    @property
    def opens_entry(self) -> bool:
        """``[[name]]``: one more entry of a list."""
        return self.text.startswith("[[")


def statements(text: str) -> Iterator[Statement]:
    """Every header and key of a valid TOML text, in order."""
    line = first = 1
    depth = 0
    parts: list[str] = []
    for piece in _TOKEN.findall(text):
        if piece == "\n" and depth == 0:
            if parts:
                yield Statement(first, line, "".join(parts).rstrip())
            parts = []
        elif not piece.startswith("#") and (parts or piece.strip()):
            first = first if parts else line
            parts.append(piece if parts else piece.lstrip())
            depth += (piece in "[{") - (piece in "]}") if len(piece) == 1 else 0
        line += piece.count("\n")
    if parts:
        yield Statement(first, line, "".join(parts).rstrip())


def place_lines(text: str) -> dict[str, int]:
    """The line of every place that a problem can name: ``poll``, ``poll.interval``, ``feeds[2]``, ``feeds[2].url``."""
    lines: dict[str, int] = {}
    entries: Counter[str] = Counter()
    prefix = ""
    for statement in statements(text):
        if table := statement.table:
            entries[table] += statement.opens_entry
            prefix = f"{table}[{entries[table]}]" if statement.opens_entry else table
            lines.setdefault(prefix, statement.first)
        else:
            path = [prefix] if prefix else []
            for part in _key_parts(statement.text):
                path.append(part)
                lines.setdefault(".".join(path), statement.first)
    return lines


def _key_parts(text: str) -> Iterator[str]:
    """The parts of a dotted key, up to its ``=`` or the end."""
    at = 0
    while found := _KEY_PART.match(text, at):
        yield found[1] or found[2] or found[3] or ""
        at = found.end()
        if found[4] != ".":
            return
