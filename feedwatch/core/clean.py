"""What strangers wrote, made safe: titles as plain text, HTML without anything that acts.

The way of one entry, its HTML parsed once::

    safe = safe_html(item.content, item.base)          # kept whole for the reader
    passages = read_passages(safe)                     # its paragraphs, headings, list items …
    hashes = passage_hashes(passages)                  # what ``learn`` counts
    document = lay_out(passages, boilerplate(counts))  # the text that rules match, boilerplate left out

``document(html, skip)`` is the same in one call. The names of ``characters``, ``document`` and ``boilerplate``
that other parts need are here too, so that one import serves them.
"""

from __future__ import annotations

import html as entities
from collections.abc import Set as AbstractSet

import nh3

from feedwatch.core.boilerplate import article, boilerplate, learn, passage_hashes
from feedwatch.core.characters import multiline, plain, without_unsafe
from feedwatch.core.document import Passage, joined, read_passages
from feedwatch.core.urls import safe_link
from feedwatch.model import Document

__all__ = [
    "Passage",
    "boilerplate",
    "document",
    "lay_out",
    "learn",
    "multiline",
    "passage_hashes",
    "plain",
    "read_passages",
    "safe_html",
    "title_text",
]

LONGEST_HTML = 256 * 1024
LONGEST_TITLE = 1000


def document(html: str, skip: AbstractSet[str] = frozenset(), base: str = "") -> Document:
    """Any HTML as text with its layout, boilerplate left out: known forms, and paragraphs whose hash is in ``skip``."""
    return lay_out(read_passages(safe_html(html, base)), skip)


def lay_out(passages: tuple[Passage, ...], skip: AbstractSet[str] = frozenset()) -> Document:
    """The passages as one text with blocks and links, boilerplate left out."""
    return joined(article(passages, skip))


def title_text(raw: str, is_html: bool) -> str:  # noqa: FBT001  (the feed's own two kinds of title)
    return plain(entities.unescape(raw))[:LONGEST_TITLE]


def safe_html(html: str, base: str) -> str:
    cleaner = nh3.Cleaner(url_relative=("rewrite_with_base", base) if safe_link(base) else "deny")
    return without_unsafe(cleaner.clean(without_unsafe(html[:LONGEST_HTML])))
