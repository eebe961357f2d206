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
import re
from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import Literal

import nh3

from feedwatch.core.boilerplate import article, boilerplate, learn, passage_hashes
from feedwatch.core.characters import multiline, plain, unescaped, without_unsafe
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
"""Characters of an entry that are read."""
LONGEST_TITLE = 1000
HEAVIEST_NESTING = 150_000
"""Open elements added up over all tags. Measured: 21 KB of unclosed ``<b>`` before ``<p>`` make 21 MB of output and
740 MB of memory; 256 KB of ``<div>`` take 4.4 s. An ordinary page of 256 KB adds up to 50,000."""
MOST_REFERENCES = 10_000
"""Ampersands: 256 KB of them, bare, take the parser 0.5 s."""

_KEPT_TAGS = frozenset(nh3.ALLOWED_TAGS) - {"map", "area"}
_DROPPED_WHOLE = frozenset(
    {"script", "style", "template", "title", "iframe", "noembed", "noframes", "object", "svg", "math"}
    | {"button", "select", "textarea", "option", "datalist", "audio", "video", "canvas"}
)
_KEPT_ATTRIBUTES = {
    **{tag: set(names) for tag, names in nh3.ALLOWED_ATTRIBUTES.items()},
    "abbr": {"title"},
    "time": {"datetime"},
}

_TAG_NAME = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*)")
_FEW_TAGS = 300
_NEVER_OPEN = frozenset(
    {"area", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}  # void elements
    | {"p", "li", "dt", "dd", "td", "th", "tr", "option", "tbody", "thead", "tfoot"}  # closed by their next
)
_BARE_AMPERSAND = re.compile(r"&(?!#?\w{1,31};)")
_ANY_TAG = re.compile(r"<[^<>]{0,2000}>")
_ESCAPED_TAG = re.compile(
    r"&lt;(?:p|br|a|div|img|b|i|em|strong|ul|ol|span|h[1-6]|table|blockquote)\b(?:(?!&lt;)[^<>]){0,500}?&gt;",
    re.IGNORECASE,
)

_HIDDEN = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|$)", re.IGNORECASE | re.DOTALL)
_INLINE = (
    "a|abbr|acronym|b|bdi|bdo|big|cite|code|del|em|font|i|img|ins|kbd|mark|q|s|small|span|strike|strong|sub|sup|tt|u"
)
_BLOCK = "br|p|div|h[1-6]|li|ul|ol|hr|center|blockquote|section"
_INLINE_TAG = re.compile(rf"</?(?:{_INLINE})(?:\s[^<>]*)?/?>", re.IGNORECASE)
_BLOCK_TAG = re.compile(rf"</?(?:{_BLOCK})(?:\s[^<>]*)?/?>", re.IGNORECASE)
_PAIRED_TAG = re.compile(rf"<({_INLINE})(?:\s[^<>]*)?>([^<>]*)</\1\s*>", re.IGNORECASE)
_HALF_REFERENCE = re.compile(
    r"&(?:#[xX]?[0-9a-fA-F]{0,6}|am|amp|quo|quot|nb|nbs|nbsp|apo|apos|hel|hell|helli|hellip|[lr][sd]qu?o?|[mn]das?h?)"
    r"(?=\s*(?:…|\.{2,3}|\[…\]|\[\.\.\.\])?\s*$)"
)


def document(html: str, skip: AbstractSet[str] = frozenset(), base: str = "") -> Document:
    """Any HTML as text with its layout, boilerplate left out: known forms, and paragraphs whose hash is in ``skip``."""
    return lay_out(read_passages(safe_html(html, base)), skip)


def lay_out(passages: tuple[Passage, ...], skip: AbstractSet[str] = frozenset()) -> Document:
    """The passages as one text with blocks and links, boilerplate left out."""
    return joined(article(passages, skip))


def title_text(raw: str, is_html: bool) -> str:  # noqa: FBT001  (the feed's own two kinds of title)
    """A title as one line of plain text, of at most ``LONGEST_TITLE`` characters.

    Feeds escape titles once, twice or not at all, whatever kind they say it is: "AT&T", "a < b" and "[b]x[/i]" stay
    as they are, ``<b>x</b>`` and ``&amp;lt;`` don't. A tag of no known name, or alone in plain text, is text.
    """
    text = _HALF_REFERENCE.sub("", " ".join(raw[: 8 * LONGEST_TITLE].split()))
    if "<" in text and is_html:
        text = _INLINE_TAG.sub("", _BLOCK_TAG.sub(" ", _HIDDEN.sub(" ", text)))
    for _ in range(2):
        text = unescaped(text)
        if "<" in text:
            text = _BLOCK_TAG.sub(" ", _PAIRED_TAG.sub(r"\2", _HIDDEN.sub(" ", text)))
    line = _HALF_REFERENCE.sub("", plain(text)).rstrip()
    return line if len(line) <= LONGEST_TITLE else plain(line[: LONGEST_TITLE - 1].rsplit(" ", 1)[0]) + "…"


def safe_html(html: str, base: str) -> str:
    """HTML that can do no harm: no scripts, styles, forms or frames; links and pictures by http, https (and mailto).

    Relative addresses are resolved against ``base``, or dropped where it is no http or https URL. Input beyond
    ``LONGEST_HTML`` is cut; what is nested so that a parser would choke on it comes back as its bare text.
    """
    html = without_unsafe(html[:LONGEST_HTML])
    if "<" not in html and _ESCAPED_TAG.search(html):
        html = entities.unescape(html)[:LONGEST_HTML]
    if "<" not in html and "&" not in html and ">" not in html:
        return html
    if _nesting(html) > HEAVIEST_NESTING:
        html = _ANY_TAG.sub(" ", html)
    if html.count("&") > MOST_REFERENCES:
        html = _BARE_AMPERSAND.sub("&amp;", html)[:LONGEST_HTML]
    return without_unsafe(_cleaner(base).clean(html))


def _nesting(html: str) -> int:
    """How many elements are open, at most, added up over all tags: what a parser's work and output grow with."""
    if html.count("<") < _FEW_TAGS:
        return 0
    total = 0
    opened: list[str] = []
    for tag in _TAG_NAME.finditer(html):
        name = tag[2].lower()
        if not tag[1]:
            if name not in _NEVER_OPEN:
                opened.append(name)
        elif opened and opened[-1] == name:
            opened.pop()
        total += len(opened)
    return total


@lru_cache(maxsize=64)
def _cleaner(base: str) -> nh3.Cleaner:
    """Making one takes longer than cleaning an entry, and a feed's entries mostly have one base."""
    try:
        return _configured(("rewrite_with_base", safe_link(base)))
    except ValueError:  # no base, or one that only looks like a URL
        return _configured("deny")


def _configured(url_relative: Literal["deny"] | tuple[Literal["rewrite_with_base"], str]) -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=set(_KEPT_TAGS),
        clean_content_tags=set(_DROPPED_WHOLE),
        attributes=_KEPT_ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer",
        url_relative=url_relative,
    )
