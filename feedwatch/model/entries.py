"""Entries on their way in: as the feed said them, and as drafts ready to be stored."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from feedwatch.model.kinds import BlockKind


class Enclosure(Struct, frozen=True):
    """A file that an entry carries: podcast, picture, video."""

    url: str
    type: str = ""
    length: int | None = None
    title: str = ""


class Picture(Struct, frozen=True):
    """A picture of an item, which is fetched only where the user asks for it."""

    url: str
    description: str = ""


class Bitmap(Struct, frozen=True):
    """A picture as pixels, row by row from the top, three bytes each: red, green, blue."""

    width: int
    height: int
    rgb: bytes


class ParsedItem(Struct, frozen=True):
    """One entry as the feed said it: nothing cleaned, nothing judged, sizes capped."""

    guid: str = ""
    link: str = ""
    title: str = ""
    title_is_html: bool = True
    author: str = ""
    summary: str = ""
    content: str = ""
    base: str = ""
    """What relative addresses in summary and content are relative to."""
    published: datetime | None = None
    updated: datetime | None = None
    language: str = ""
    categories: tuple[str, ...] = ()
    source: str = ""
    """The outlet that ``<source>`` names, where the entry was taken over from another feed."""
    enclosures: tuple[Enclosure, ...] = ()
    source_url: str = ""
    """Where that outlet is; it may be no address at all."""


class ParsedFeed(Struct, frozen=True):
    """A whole document as the feed said it."""

    title: str = ""
    site: str = ""
    language: str = ""
    refresh: float | None = None
    """Seconds between polls that the document asks for (ttl, sy:updatePeriod)."""
    items: tuple[ParsedItem, ...] = ()
    complete: bool = True
    """The root's end tag was there; an incomplete body's validators are not kept."""
    warnings: tuple[str, ...] = ()
    skips: bytes = b""
    """The hours of the week in which it asks not to be asked, as ``core/elements.py`` packs them."""


class Block(Struct, frozen=True):
    """``text[start:end]`` of a Document; blocks are in order and don't overlap."""

    kind: BlockKind
    start: int
    end: int
    depth: int = 0
    """Heading level from 1, nesting of lists and quotes from 1."""


class Link(Struct, frozen=True):
    """``text[start:end]`` leads to ``url`` (http or https only); its number is its place in the tuple, from 1."""

    start: int
    end: int
    url: str


class Document(Struct, frozen=True):
    """HTML made readable: plain text that rules match and spans point into, and how it is laid out."""

    text: str = ""
    blocks: tuple[Block, ...] = ()
    links: tuple[Link, ...] = ()


class Draft(Struct, frozen=True):
    """One entry ready to be stored: cleaned, identified, not yet compared with what is known."""

    key: bytes
    """16 bytes: identity within its feed, by the ladder in ``core/normalize.py``."""
    strict_key: bytes
    """16 bytes: the identity should ``key`` turn out to be shared by different entries."""
    level: int
    """The rung of the ladder: 1 guid, 2 link, 3 title and date, 4 title and summary."""
    fingerprint: bytes
    """16 bytes over title, text and date as published: differs where the publisher edited it."""
    signature: bytes
    """16 bytes over title and link without its query: what survives when a feed changes every guid."""
    title: str
    url: str
    author: str
    document: Document
    html: str
    """Safe HTML, whole: boilerplate is left out of ``document`` only."""
    published: datetime | None
    language: str
    categories: tuple[str, ...]
    source: str
    enclosures: tuple[Enclosure, ...]
    guid_key: bytes = b""
    """The identity by guid alone, where this body shows that the guid is shared; an earlier one may not have."""
    url_key: int | None = None
    """A hash of the canonical address, as ``core/stories.py`` makes it; None where there is none."""
    title_key: int | None = None
    """A hash of the title's words; None where it has none."""
    text_key: int | None = None
    """A hash of the first words of the text; None where it has few."""
    gist: bytes = b""
    """What it says, as ``core/gist.py`` packs it: stories are known by it."""
    wording: bytes = b""
    """8 bytes over the words of title and text, boilerplate included: differs where the publisher changed a word."""
    publisher: str = ""
    """Who published it, where it was taken over from another feed: a domain or a name."""
    credit: str = ""
    """The news agency that it credits; '' for none."""


class DraftFeed(Struct, frozen=True):
    """What a worker process gives back for one body."""

    title: str
    site: str
    language: str
    refresh: float | None
    drafts: tuple[Draft, ...]
    complete: bool
    warnings: tuple[str, ...]
    paragraphs: Mapping[str, int]
    """Learned boilerplate: short hash of a paragraph -> in how many entries it was seen, old and new."""
    entries: int = 0
    """How many the body had: ``drafts``, and those that were known from the last one and left out."""
    skips: bytes = b""
    """The hours of the week in which it asks not to be asked, as ``core/elements.py`` packs them."""
    skim: bytes = b""
    """What ``core/skim.py`` knows the entries of this body by; b'' where the next one has to be read whole."""
