"""A feed's text cut into head, entries and tail, so that only entries not seen before are parsed.

Most polls of a living feed bring nothing new, or one entry among thirty that are byte for byte as they were; a parser's
work is all in the thirty. What is parsed of a skimmed body must be what a whole parse makes of the same entries.
That holds by construction:

1. A cut is made only where no reading of the text could differ from it. The feed's structure (``rss``, ``channel``,
   ``item``; or ``feed``, ``entry``) occurs in this order and nowhere else, not even in CDATA or a comment; nothing but
   white space stands between entries; no end of an entry lies in CDATA; no comment, processing instruction or document
   type stands in one. So in a well-formed document each piece is one element, and all are siblings.
2. Marks of entries are kept only where the whole document was well-formed, complete, and gave one entry for each
   piece. A skimmed document that is not is parsed whole. Pieces that were well-formed under a head stay so under a head
   that declares the same: ``frame`` holds all that entries inherit (namespaces, ``xml:lang``, ``xml:base``, and the
   address that their links are relative to), and is part of every mark.
3. What the parser lets one entry hand on to the next (a prefix declared within it, a base) is not cut at all. What the
   head hands on to the first entry alone (feedparser's ``hasContent``) still meets the first: it is always left in.
   Nothing but closing tags may follow the last one, so that no entry stands between two parts of the feed's own data.

All else is parsed whole: RDF, whose sequence stands outside of its entries, a DTD, capitals or prefixes in structure,
entries within entries. Which entries of a document contradict each other is ``core/normalize.py``'s question; the
``clues`` of the entries that are left out let it answer as if they stood there.
"""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b

import msgspec

CLUE = 4
"""Bytes; two that are equal by chance cost a whole parse, and nothing else."""
MOST_PIECES = 2000
"""Entries; a longer feed is cut to its newest by date, which only a whole parse knows."""
_VERSION = 1
"""Of the packed form and of what a mark means; marks of another version are forgotten."""

_ROOT = re.compile(r"\ufeff?(?:\s|<\?[^<>]{0,400}\?>|<!--(?:[^<>-]|-(?!-)){0,400}-->)*<(?:rss|feed)[\s>]")
"""A document that begins like any other; one with a DTD does not."""
_STRUCTURE = re.compile(r"<(?:[^\s<>/&;'\"=!?]{1,40}:)?(rss|rdf|feed|channel|item|entry)(?![^\s/>])", re.IGNORECASE)
_TAG = re.compile(r"<[A-Za-z_][^<>\"']*(?:\"[^\"]*\"[^<>\"']*|'[^']*'[^<>\"']*)*>")
_TAIL = re.compile(r"\s*(?:</channel\s*>\s*</rss\s*>|</feed\s*>)\s*")
_CDATA = re.compile(r"<!\[CDATA\[.*?\]\]>", re.DOTALL)
_BASE = re.compile(r"\bbase\s*=")
_ATOM = re.compile(r"\sxmlns\s*=\s*[\"']http://www\.w3\.org/2005/Atom[\"']")


@dataclass(frozen=True, slots=True)
class Cut:
    """A feed's text in pieces: ``head + entries + tail`` is the text, but for white space between entries."""

    head: str = field(repr=False)
    entries: tuple[str, ...] = field(repr=False)
    tail: str = field(repr=False)
    marks: tuple[bytes, ...]
    """8 bytes for each entry: of its text and of all that it inherits."""

    def without(self, seen: Container[bytes]) -> tuple[str, tuple[bytes, ...]]:
        """The document without the entries whose mark is among ``seen``, but for the first; and the marks left."""
        numbered = enumerate(zip(self.entries, self.marks, strict=True))
        kept = [one for place, one in numbered if place == 0 or one[1] not in seen]
        return "".join((self.head, *(entry for entry, _ in kept), self.tail)), tuple(mark for _, mark in kept)


@dataclass(frozen=True, slots=True)
class Trace:
    """What is kept of an entry that was parsed, to reckon with it while it is left out."""

    clues: bytes
    """What identifies it, CLUE bytes for each: entries that share a clue have to be parsed together."""
    passages: bytes | None
    """Hashes of its passages, 6 bytes each, which ``boilerplate`` counts; None: it is no entry of its own."""


def cut(text: str, url: str) -> Cut | None:
    """The pieces of a feed's text, or None where there is any doubt; ``url`` is what its links are relative to."""
    root = _ROOT.match(text)
    if root is None:
        return None
    structure = _STRUCTURE.findall(text)
    name = "item" if structure[:2] == ["rss", "channel"] else "entry"
    outer = ["rss", "channel"] if name == "item" else ["feed"]
    count = len(structure) - len(outer)
    if not 0 < count <= MOST_PIECES or structure != outer + [name] * count:
        return None
    spans = _spans(text, name)
    if len(spans) != count:
        return None
    head, tail = text[: spans[0][0]], text[spans[-1][1] :]
    root_tag = _TAG.match(text, root.end() - len(outer[0]) - 2)
    if (
        not _is_whole(head)
        or not _TAIL.fullmatch(tail)
        or root_tag is None
        or (name == "entry" and not _ATOM.search(root_tag[0]))
    ):
        return None
    entries = tuple(text[start:end] for start, end in spans)
    return Cut(head, entries, tail, _marks(entries, _frame(head, url)))


def _spans(text: str, name: str) -> tuple[tuple[int, int], ...]:
    """Where each entry begins and ends; as far as the text goes on in the one way that leaves no doubt."""
    opening, closing = f"<{name}", f"</{name}>"
    spans = []
    start = text.find(opening)
    while start >= 0:
        end = text.find(closing, start)
        if end < 0:
            break
        end += len(closing)
        if not _is_plain(text[start:end]):
            break
        spans.append((start, end))
        following = text.find(opening, end)
        if following >= 0 and text[end:following].strip():
            break
        start = following
    return tuple(spans)


def _is_plain(entry: str) -> bool:
    """Whether a piece holds nothing that could hide its end, or reach beyond it."""
    if "xmlns:" in entry or ("base" in entry and _BASE.search(entry)):
        return False
    sections = entry.count("<![CDATA[")
    if sections == entry.count("<!") and "<?" not in entry:
        return not sections or entry.rfind("]]>") > entry.rfind("<![CDATA[")
    bare = _CDATA.sub("", entry)
    return "<!" not in bare and "<?" not in bare


def _is_whole(head: str) -> bool:
    """Whether no comment, CDATA section or instruction is open at the end of the head."""
    opened = (("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>"))
    return all(head.rfind(end) >= head.rfind(start) + len(start) for start, end in opened if start in head)


def _frame(head: str, url: str) -> bytes:
    """What entries inherit, hashed: every tag of the head with an attribute of XML's own, and the address."""
    inherited = (tag for tag in _TAG.findall(head) if "xml" in tag)
    return blake2b("\0".join((url, *inherited)).encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _marks(entries: Sequence[str], frame: bytes) -> tuple[bytes, ...]:
    return tuple(
        blake2b(entry.encode("utf-8", "surrogatepass"), digest_size=8, key=frame).digest() for entry in entries
    )


# --- the form in which traces are kept -------------------------------------------------------------------------------

_Packed = tuple[int, tuple[tuple[bytes, bytes, bytes | None], ...]]
_unpacked = msgspec.msgpack.Decoder(_Packed)


def pack(marks: Sequence[bytes], traces: Sequence[Trace]) -> bytes:
    """The traces of a body's entries by their marks, as bytes: some 60 for each entry."""
    once = dict(reversed([*zip(marks, traces, strict=True)]))  # of two equal entries the first is the one that counts
    return msgspec.msgpack.encode((_VERSION, [(mark, one.clues, one.passages) for mark, one in once.items()]))


def unpack(packed: bytes) -> dict[bytes, Trace]:
    """What ``pack`` was given; nothing where another version packed it."""
    try:
        version, traces = _unpacked.decode(packed)
    except msgspec.DecodeError:
        return {}
    return {mark: Trace(clues, passages) for mark, clues, passages in traces} if version == _VERSION else {}
