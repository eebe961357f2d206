"""What stands between a stranger's bytes and the XML parser: one encoding, no prolog, no DTD, no impossible character.

``feedparser`` hangs on a few KB of newlines before the root or of ``encoding=`` in the declaration, turns a 100 KB
entity bomb into a gigabyte and raises on some character references (all measured). All of that lives before the first
start tag or in a reference, so the one is dropped and the other made harmless; every pass is linear in the body's size.
Nothing here reads XML: whether the rest is well-formed is the parser's word.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.entities import html5

from feedwatch.core.charset import Decoded, decode
from feedwatch.errors import NotAFeedError
from feedwatch.model import replace


@dataclass(frozen=True, slots=True)
class Prepared:
    """A body that a parser may be given."""

    body: bytes = field(repr=False)
    """UTF-8 without a byte order mark, from the root's start tag on."""
    charset: str
    """What it was written in."""
    complete: bool
    """The root's end tag is there; a body without it ends after its last whole entry."""
    warnings: tuple[str, ...] = ()


_FEED_ROOT = re.compile(r"<((?:[A-Za-z_][\w.-]{0,39}:)?(?:rss|rdf|feed|channel))(?=[\s/>])", re.IGNORECASE)
_PAGE_TAGS = frozenset({"html", "head", "body", "title", "meta", "div", "script"})
_TAG = re.compile(r"</?([A-Za-z_][\w.:-]{0,80})")
_SUBSET = re.compile(
    r"<!DOCTYPE\b[^<>\[\"']*(?:(?:\"[^\"<>]*\"|'[^'<>]*')[^<>\[\"']*)*\[.*?\]\s*(?=>)", re.DOTALL | re.IGNORECASE
)
"""A document type with declarations of its own. It is tried once: there is one at most (XML 1.0, 2.8)."""
_DOCTYPE_PAGE = re.compile(r"<!DOCTYPE\s{1,20}html\b", re.IGNORECASE)
_ENTRY_END = re.compile(r"</(?:[A-Za-z_][\w.-]{0,39}:)?(?:item|entry)\s*>", re.IGNORECASE)
_ENTRY_START = re.compile(r"<(?:[A-Za-z_][\w.-]{0,39}:)?(?:item|entry)(?=[\s/>])", re.IGNORECASE)
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # XML 1.0, 2.2
_CONTROLS = bytes({*range(0x20)} - {0x09, 0x0A, 0x0D})
_NONCHARACTERS = b"\xef\xbf"  # begins them in UTF-8, and few others
_REFERENCE = re.compile(
    r"&(?!(?:amp|lt|gt|quot|apos);)(?:#(?P<number>[xX][0-9a-fA-F]+|[0-9]+);?|(?P<name>[A-Za-z][A-Za-z0-9]{1,40});)?"
)
_SPECIAL = frozenset("<>&\"'")
_BINARY = ((b"%PDF", "a PDF file"), (b"\x89PNG", "a picture"), (b"\xff\xd8\xff", "a picture"), (b"GIF8", "a picture"),
           (b"PK\x03\x04", "a ZIP archive"), (b"\x1f\x8b", "compressed data"))  # fmt: skip


def read(body: bytes, content_type: str = "") -> Decoded:
    """The body as text, without characters that XML has no place for. Raises NotAFeedError where it is no text."""
    _refuse_binary(body)
    decoded = decode(body, content_type)
    text = _without_impossible(decoded.text)
    return decoded if text is decoded.text else replace(decoded, text=text)


def prepare(decoded: Decoded) -> Prepared:
    """A text made safe to parse. Raises NotAFeedError, which says what it is instead, where it has no feed's root."""
    text = decoded.text
    root = _find_root(text)
    text = text[root.start() :]
    complete = _is_complete(text, root[1])
    warnings = decoded.warnings
    if not complete:
        text = _whole_entries(text, root[1])
        warnings += (f"the document is cut off: its end, </{root[1]}>, is missing; only whole entries were read",)
    return Prepared(_tamed(text).encode("utf-8", "replace"), decoded.charset, complete, warnings)


def _without_impossible(text: str) -> str:
    """A look at the bytes is ten times as fast as one at the characters, and nearly always enough."""
    octets = text.encode("utf-8", "surrogatepass")
    possible = len(octets.translate(None, _CONTROLS)) == len(octets) and _NONCHARACTERS not in octets
    return text if possible else _NOT_XML.sub("", text)


def _refuse_binary(body: bytes) -> None:
    if not body.strip():
        raise NotAFeedError("The server sent an empty body where a feed was expected.")
    for magic, what in _BINARY:
        if body.startswith(magic):
            raise NotAFeedError(f"This is {what}, not a feed.")


def _find_root(text: str) -> re.Match[str]:
    """The start tag of the feed's root; junk before it (a PHP notice, blank lines) is forgiven, a web page is not."""
    start = _first_tag(text)
    at_start = _FEED_ROOT.match(text, start) if start >= 0 else None
    if at_start:
        return at_start
    if start >= 0 and not _is_page(text, start):
        later = _FEED_ROOT.search(text, start)
        if later:
            return later
    raise NotAFeedError(_what_it_is(text, start))


def _first_tag(text: str) -> int:
    """Where the first start tag stands, or -1. Comments, processing instructions and the DTD are skipped over."""
    had_doctype = False
    at = text.find("<")
    while at >= 0:
        if text.startswith("<!--", at):
            end = text.find("-->", at + 4)
        elif text.startswith("<?", at):
            end = text.find("?>", at + 2)
        elif text.startswith("<!", at):
            subset = None if had_doctype else _SUBSET.match(text, at)
            end = subset.end() if subset else text.find(">", at)
            had_doctype = True
        elif _TAG.match(text, at):
            return at
        else:
            end = at
        at = text.find("<", end + 1) if end >= 0 else -1
    return -1


def _is_page(text: str, start: int) -> bool:
    tag = _TAG.match(text, start)
    name = tag[1].lower() if tag else ""
    return name in _PAGE_TAGS or _DOCTYPE_PAGE.search(text, 0, start) is not None


def _what_it_is(text: str, start: int) -> str:
    """A sentence about a body that is no feed."""
    if start < 0:
        return "This is plain text, not a feed."
    tag = _TAG.match(text, start)
    name = tag[1] if tag else ""
    if _is_page(text, start):
        return "This is a web page, not a feed; add the address of the feed that it announces."
    if name.lower() == "opml":
        return "This is an OPML list of feeds, not a feed; `feedwatch feeds import` reads it."
    if name.lower() in {"urlset", "sitemapindex"}:
        return "This is a sitemap, not a feed."
    return f"This is XML with the root <{name}>, not a feed."


def _is_complete(text: str, root: str) -> bool:
    if re.compile(rf"</{re.escape(root)}\s*>", re.IGNORECASE).search(text):
        return True
    return text[: text.find(">") + 1].endswith("/>")


def _whole_entries(text: str, root: str) -> str:
    """The text up to its last whole entry, closed properly: a half entry would be stored under a false identity."""
    end = -1
    for entry in _ENTRY_END.finditer(text):
        end = entry.end()
    if end < 0:
        first = _ENTRY_START.search(text)
        end = first.start() if first else text.rfind(">") + 1
    whole = text[:end]
    in_channel = root.lower() == "rss" and whole.rfind("<channel") > whole.rfind("</channel")
    return f"{whole}{'</channel>' if in_channel else ''}</{root}>"


def _tamed(text: str) -> str:
    """The text with its references tamed, but for those in CDATA, which are none."""
    before, *sections = text.split("<![CDATA[")
    parts = [_REFERENCE.sub(_tame, before)]
    for section in sections:
        inside, end, after = section.partition("]]>")
        parts += "<![CDATA[", inside, end, _REFERENCE.sub(_tame, after)
    return "".join(parts)


def _tame(match: re.Match[str]) -> str:
    """A reference as XML without a DTD knows it: HTML's names as characters, bare & escaped, bad numbers gone."""
    number, name = match["number"], match["name"]
    if number:
        return f"&#{number.lower()};" if _is_character(number.lower()) else ""
    if not name:
        return "&amp;"
    characters = html5.get(name + ";")
    if characters is None:
        return f"&amp;{name};"
    return "".join(f"&#{ord(c)};" if c in _SPECIAL else c for c in characters)


def _is_character(number: str) -> bool:
    """Whether XML 1.0, 2.2 allows the character of a numeric reference."""
    digits = number.removeprefix("x").lstrip("0")
    if not digits or len(digits) > 8:
        return False
    code = int(digits, 16 if number[0] == "x" else 10)
    return code in (9, 10, 13) or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or 0x10000 <= code <= 0x10FFFF
