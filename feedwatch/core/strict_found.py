"""What was found of a feed or an entry so far, and texts of elements as feedparser keeps them.

Raises DoubtError for what only feedparser may judge.
The docstrings name the methods of feedparser's mixin that are followed.
"""

from __future__ import annotations

import re
from html.entities import entitydefs
from xml.etree import ElementTree as ET

from feedwatch.core.strict_names import HTML

_CLOSING_OR_REFERENCE = re.compile(r"</\w+>|&#?\w+;")
_TAG_NAME = re.compile(r"</?(\w+)")
_ENTITY_NAME = re.compile(r"&(\w+);")
_C1 = re.compile(b"\xc2[\x80-\x9f]")
_WINDOWS_1252 = {code: bytes([code]).decode("cp1252", "ignore") or chr(code) for code in range(0x80, 0xA0)}


class DoubtError(Exception):
    """Something that only feedparser may judge."""


class Found:
    """What was found of a feed or of an entry so far; the names are those of feedparser's dictionaries."""

    __slots__ = (
        "author", "author_detail", "authors", "contents", "depths", "forgets_titles", "has_content", "is_atom",
        "is_feed", "language", "languages", "link", "links", "media", "second_titles", "source", "source_url",
        "summary", "summary_type", "tags", "texts", "thumbnails", "title", "title_type",
    )  # fmt: skip

    def __init__(self, language: str, *, is_atom: bool, is_feed: bool = False) -> None:
        self.is_atom = is_atom
        self.is_feed = is_feed
        self.language = language
        self.languages: dict[str, str] = {}
        """Of those text constructs that are in another."""
        self.title: str | None = None
        self.title_type = ""
        self.second_titles = False
        """A ``media:title`` was there, which counts only where there is no other."""
        self.forgets_titles = False
        """Something was there after which it counts all the same (``title_depth``)."""
        self.link: str | None = None
        self.links: list[dict[str, str]] = []
        self.author = ""
        self.author_detail: dict[str, str] | None = None
        self.authors: list[dict[str, str]] = []
        self.summary: str | None = None
        self.summary_type = ""
        self.contents: list[tuple[str, str]] = []
        self.has_content = False
        self.tags: list[list[str | None]] = []
        self.source = ""
        self.source_url = ""
        self.media: list[dict[str, str]] = []
        self.thumbnails: list[dict[str, str]] = []
        self.texts: dict[str, str] = {}
        self.depths: dict[str, int] = {}

    def keep(self, name: str, value: str, depth: int) -> bool:
        """Keep the value of an element unless a higher one gave it (``pop``); whether it was kept."""
        if depth > self.depths.get(name, depth):
            return False
        self.depths[name] = depth
        self.texts[name] = value
        return True


def refuse_text(text: str | None) -> None:
    """Raise where text stands between elements: which of them it belongs to is feedparser's to know."""
    if text and not text.isspace():
        raise DoubtError


def text_of(element: ET.Element) -> str:
    """The text of an element without children, stripped, as ``pop`` does."""
    if len(element):
        raise DoubtError
    return (element.text or "").strip()


def value_of(element: ET.Element) -> str:
    """The text of an element as ``pop`` keeps it."""
    if len(element):
        raise DoubtError
    text = (element.text or "").strip()
    return text if text.isascii() else mended(text)


def mended(text: str) -> str:
    """What ``pop`` makes of text: UTF-8 that was taken for latin-1 is read again, and C1 controls as windows-1252."""
    try:
        text = text.encode("iso-8859-1").decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        pass
    octets = text.encode()
    return text.translate(_WINDOWS_1252) if b"\xc2" in octets and _C1.search(octets) else text


def looks_like_html(text: str) -> bool:
    """Whether text that is plain by its kind has HTML's tags or references, and no others."""
    if "&" not in text and "</" not in text:
        return False
    if not _CLOSING_OR_REFERENCE.search(text):
        return False
    if any(name.lower() not in HTML for name in _TAG_NAME.findall(text)):
        return False
    return all(name in entitydefs for name in _ENTITY_NAME.findall(text))
