"""A message as people read it: what comes in which order, each part cut to a length that every target takes.

Still plain text: a target's module writes the spans in its own markup and measures them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from feedwatch.core.channels.message import Entry, Message
from feedwatch.core.channels.text import cut, utf16
from feedwatch.core.characters import plain
from feedwatch.core.urls import safe_link
from feedwatch.model import Severity

LONGEST_LABEL, LONGEST_TITLE, LONGEST_TEXT, LONGEST_FACT = 150, 300, 1000, 200
"""UTF-16 code units."""
LONGEST_LINK = 2000
"""Characters; a longer address is text without a link, since targets refuse it and a cut one leads elsewhere."""
MOST_ENTRIES = 40
"""No one reads more of them in a chat."""
MARKS: Final[Mapping[Severity, str]] = MappingProxyType(
    {Severity.LOW: "⚪", Severity.NORMAL: "🔵", Severity.HIGH: "🟠", Severity.CRITICAL: "🔴"}
)
"""What shows a severity where there is no colour."""


@dataclass(frozen=True, slots=True)
class Span:
    """Words in one line, never empty."""

    text: str
    url: str = ""
    """Where they lead, http or https; '' where they are no link."""


Line = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """The parts of a message in the order in which they are read; each is one line without invisible characters."""

    label: str
    title: Span
    text: str
    facts: tuple[tuple[str, str], ...]
    entries: tuple[Line, ...]
    left_out: int


def lay_out(message: Message) -> Layout:
    """The parts of a message."""
    facts = ((name, _short(value, LONGEST_FACT)) for name, value in message.facts)
    return Layout(
        label=_short(message.label, LONGEST_LABEL) or "feedwatch",
        title=Span(_short(message.title, LONGEST_TITLE) or "Untitled", link(message.url)),
        text=_short(message.text, LONGEST_TEXT),
        facts=tuple((name, value) for name, value in facts if value),
        entries=tuple(_entry(one) for one in message.entries[:MOST_ENTRIES]),
        left_out=message.left_out + max(0, len(message.entries) - MOST_ENTRIES),
    )


def listed(layout: Layout, room: int, size: Callable[[Line], int]) -> tuple[Line, ...]:
    """As many entries as there is room for, then how many more there are; ``size`` measures a line as it is written."""
    count = len(layout.entries) + layout.left_out
    left = room - size(_more(count))
    kept: list[Line] = []
    for line in layout.entries:
        left -= size(line)
        if left < 0:
            break
        kept.append(line)
    return (*kept, _more(count - len(kept))) if count > len(kept) else tuple(kept)


def link(url: str) -> str:
    """The address as a link that every target takes: http or https, in ASCII; '' where it can't be one."""
    found = safe_link(url, ascii_only=True)
    return found if found.isascii() and len(found) <= LONGEST_LINK else ""


def _entry(entry: Entry) -> Line:
    label, note = _short(entry.label, LONGEST_LABEL), _short(entry.note, LONGEST_FACT)
    title = Span(_short(entry.title, LONGEST_TITLE) or "Untitled", link(entry.url))
    before = (Span(f"{label}: "),) if label else ()
    after = (Span(f" — {note}"),) if note else ()
    return (*before, title, *after)


def _more(count: int) -> Line:
    return (Span(f"and {count:,} more"),)


def _short(text: str, limit: int) -> str:
    return cut(plain(text), limit, utf16)
