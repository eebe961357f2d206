"""A whole message as lines of plain text, for targets that take text of any length."""

from __future__ import annotations

from collections.abc import Iterator

from feedwatch.core.channels.message import Entry, Message
from feedwatch.core.characters import multiline, plain
from feedwatch.core.urls import safe_link


def heading(message: Message) -> str:
    """What it is about and the headline, on one line: "Drones · high: Port closed"."""
    return plain(f"{message.label}: {message.title}")


def paragraphs(message: Message) -> str:
    """All that comes after the heading, paragraphs parted by an empty line; '' where nothing does."""
    return "\n\n".join(part for part in _paragraphs(message) if part)


def left_out(message: Message) -> str:
    """How many entries found no room, in words; '' where all did."""
    return f"and {message.left_out:,} more" if message.left_out else ""


def _paragraphs(message: Message) -> Iterator[str]:
    yield safe_link(message.url)
    yield multiline(message.text)
    yield "\n".join(f"{plain(name)}: {plain(value)}" for name, value in message.facts)
    yield from (_entry(one) for one in message.entries)
    yield left_out(message)


def _entry(entry: Entry) -> str:
    about = " · ".join(plain(part) for part in (entry.label, entry.note) if part)
    return "\n".join(part for part in (plain(entry.title), about, safe_link(entry.url)) if part)
