"""Lines of a file against an expression: ``rules match`` without its output."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from feedwatch.model import Match, Subject
from feedwatch.rules.match import find
from feedwatch.rules.parser import parse


@dataclass(frozen=True, slots=True)
class Line:
    """One line and what the expression says of it."""

    number: int
    """From 1."""
    text: str
    """As it stood in the file."""
    is_record: bool
    """It was a JSON object; the matches then point into its fields, not into the line."""
    matched: bool
    matches: tuple[Match, ...]

    def spans(self) -> list[tuple[int, int]]:
        """What to highlight in ``text``."""
        return [] if self.is_record else [(match.start, match.end) for match in self.matches if match.field == "text"]


def matched_lines(expression: str, lines: Iterable[bytes], now: datetime) -> Iterator[Line]:
    """Every line with its verdict. Raises RuleError before the first."""
    tree = parse(expression)
    for number, raw in enumerate(lines, 1):
        text = raw.decode("utf-8", "replace").rstrip("\r\n").removeprefix("\ufeff" if number == 1 else "")
        record = _record(text)
        found = find(tree, _subject(record) if record is not None else Subject(title="", text=text), now)
        yield Line(number, text, record is not None, found.matched, found.matches)


def _record(text: str) -> dict[str, object] | None:
    """The JSON object that a line is, or None: any other line is plain text."""
    if not text.lstrip().startswith("{"):
        return None
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _subject(record: dict[str, object]) -> Subject:
    """What a rule can ask of a record; what is not text counts as missing."""
    title, text, language = (record.get(key) for key in ("title", "text", "language"))
    return Subject(
        title=title if isinstance(title, str) else "",
        text=text if isinstance(text, str) else "",
        language=language if isinstance(language, str) else "",
    )
