"""An item as lines of a given width: what the preview shows, without knowing what shows it.

Spans of matches point into the title and the feed's text as stored; every step here keeps them right.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from zlib import crc32

from feedwatch.model import Block, BlockKind, Document, Edit, Enclosure, ItemAlert, ItemDetail, Link, Run, RunKind
from feedwatch.tui import guard
from feedwatch.tui.cells import Piece, Span, cut, merged, wrapped
from feedwatch.tui.sentences import alert_words, local_time, size_words

MOST_OTHERS = 20
"""Other tellings that a preview names; the story's own screen has all."""
MEASURE = 100
"""Cells: longer lines tire the eye."""


RULE_STYLES = 5
"""Styles in which rules' matches are drawn: ``match1`` and so on."""

_Marks = tuple[tuple[int, int, str], ...]
"""Stretches of a text, each with the style in which it is drawn."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the preview."""

    pieces: tuple[Piece, ...] = ()
    hit: bool = False
    """It has a match in it."""
    url: str = ""
    """Where a click on it leads."""


@dataclass(frozen=True, slots=True)
class _Ink:
    """A text with its style, and the stretches that are drawn otherwise."""

    text: str
    style: str = ""
    marks: _Marks = ()


def lines(detail: ItemDetail, width: int, now: datetime, *, full: bool) -> tuple[Line, ...]:
    """The whole preview; ``full``: with the article from the page, where it was fetched."""
    width = max(8, min(width, MEASURE))
    document = shown_document(detail, full=full)
    from_page = document is not detail.document
    marks = _found(document.text, detail) if from_page else _marks(detail, "text")
    return (
        *_head(detail, width, now, from_page),
        Line(),
        *_body(document, marks, width),
        *_foot(detail, document, width, now),
    )


def shown_document(detail: ItemDetail, *, full: bool) -> Document:
    """The text that a preview shows: the feed's; with ``full`` the article's from its page, where it was fetched."""
    article = detail.article
    return article.document if full and article is not None and not article.error else detail.document


def _head(detail: ItemDetail, width: int, now: datetime, full: bool) -> Iterator[Line]:  # noqa: FBT001 - one caller
    row = detail.row
    yield from _set(_Ink(row.title or "(no title)", "title", _marks(detail, "title")), width)
    when = local_time(row.published or row.seen, now)
    pictures = _pictures(len(detail.pictures))
    byline = " · ".join(part for part in (row.outlet or row.feed, when, row.author, pictures) if part)
    yield from _set(_Ink(byline, "dim"), width)
    if detail.edits and detail.edits[0].title:
        yield from _edited(detail.edits[0], detail.edits[0].title, width, now)
    styles = rule_styles(alert.rule for alert in detail.alerts)
    for alert in detail.alerts:
        yield from _why(alert, styles[alert.rule], width)
    if full:
        yield from _set(_Ink("The article from its page", "dim"), width)
    elif detail.article is not None and detail.article.error:
        yield from _set(_Ink(f"No full text: {detail.article.error.rstrip('.')}. f tries again.", "warning"), width)


def _pictures(count: int) -> str:
    """How many there are, and the key that shows them; empty for none."""
    return f"{count} {'picture' if count == 1 else 'pictures'}: i" if count else ""


def _why(alert: ItemAlert, style: str, width: int) -> Iterator[Line]:
    """Which rule, with the style in which its matches are drawn, and which words."""
    severity, text = alert_words(alert)
    words = ", ".join(dict.fromkeys(f"“{match.text}”" for match in alert.matches))
    ink = f"{text}{f': {words}' if words else ''}"
    rule = len(severity) + 6
    marks = ((0, len(severity) + 3, alert.severity.value), (rule, rule + len(alert.rule), style))
    for line in _set(_Ink(ink, "", marks), width):
        yield Line(line.pieces)  # it names the rule, and is no hit


def rule_styles(rules: Iterable[str]) -> Mapping[str, str]:
    """A style for the matches of each rule: always the same one for a rule, unless another has it in this text."""
    styles: dict[str, str] = {}
    for rule in sorted(set(rules)):
        first = crc32(rule.encode("utf-8", "replace"))
        places = [f"match{(first + step) % RULE_STYLES + 1}" for step in range(RULE_STYLES)]
        styles[rule] = next((place for place in places if place not in styles.values()), places[0])
    return styles


def _body(document: Document, found: _Marks, width: int) -> Iterator[Line]:
    blocks = document.blocks or ((Block(BlockKind.PARAGRAPH, 0, len(document.text)),) if document.text else ())
    if not blocks:
        text = "The feed carries no text for this item: o opens its page, f fetches the article."
        yield from _set(_Ink(text, "dim"), width)
    previous: Block | None = None
    links = _Links.of(document)
    for block in blocks:
        together = previous is not None and block.kind is BlockKind.ITEM and previous.kind is BlockKind.ITEM
        if previous is not None and not together:
            yield Line()
        yield from _block(document, block, links.within(block), found, width)
        previous = block


_FIRST = {BlockKind.ITEM: "• ", BlockKind.QUOTE: "▎ ", BlockKind.IMAGE: "▣ ", BlockKind.CODE: "  "}
_NEXT = {BlockKind.ITEM: "  ", BlockKind.QUOTE: "▎ ", BlockKind.IMAGE: "  ", BlockKind.CODE: "  "}
_STYLE = {BlockKind.HEADING: "heading", BlockKind.QUOTE: "quote", BlockKind.CODE: "code", BlockKind.IMAGE: "dim"}


@dataclass(frozen=True, slots=True)
class _Links:
    """The links of a document with their numbers, by where they start: a long list has a thousand blocks and links."""

    numbered: tuple[tuple[int, Link], ...]
    starts: tuple[int, ...]

    @classmethod
    def of(cls, document: Document) -> _Links:
        numbered = tuple(sorted(enumerate(document.links, 1), key=lambda one: one[1].start))
        return cls(numbered, tuple(link.start for _, link in numbered))

    def within(self, block: Block) -> tuple[tuple[int, Link], ...]:
        """Those of a block."""
        some = self.numbered[bisect_left(self.starts, block.start) : bisect_left(self.starts, block.end)]
        return tuple((number, link) for number, link in some if link.start < link.end <= block.end)


def _block(
    document: Document, block: Block, links: Sequence[tuple[int, Link]], found: _Marks, width: int
) -> Iterator[Line]:
    indent = "  " * min(max(0, block.depth - 1), 4) if block.kind in (BlockKind.ITEM, BlockKind.QUOTE) else ""
    first, following = indent + _FIRST.get(block.kind, ""), indent + _NEXT.get(block.kind, "")
    ink = _numbered(document, block, links, found)
    for number, line in enumerate(_set(ink, width - len(first))):
        yield Line(((first if number == 0 else following, "dim"), *line.pieces), line.hit)


def _numbered(document: Document, block: Block, links: Sequence[tuple[int, Link]], found: _Marks) -> _Ink:
    """A block's text with [n] after each link, and its marks moved accordingly."""
    text, inserted = "", []
    at = block.start
    for number, link in links:
        if link.end >= at:
            label = f"[{number}]"
            text += document.text[at : link.end] + label
            inserted.append((link.end, len(label)))
            at = link.end
    text += document.text[at : block.end]
    shift = _Shift(block.start, tuple(inserted))
    drawn = [(shift(link.start), shift(link.end), "link") for _, link in links]
    drawn += [(shift(at), shift(at) + length, "accent") for at, length in inserted]
    hits = [(shift(start), shift(end), name) for start, end, name in found if start < block.end and end > block.start]
    return _Ink(text, _STYLE.get(block.kind, ""), tuple(drawn + hits))


@dataclass(frozen=True, slots=True)
class _Shift:
    """Where a character of the document stands in a block's text."""

    start: int
    inserted: tuple[tuple[int, int], ...]

    def __call__(self, offset: int) -> int:
        return max(0, offset - self.start) + sum(length for at, length in self.inserted if at < offset)


def _foot(detail: ItemDetail, document: Document, width: int, now: datetime) -> Iterator[Line]:
    if detail.row.url:
        yield Line()
        yield Line(((cut(detail.row.url, width), "source"),), url=detail.row.url)
    if document.links:
        yield Line()
        for number, link in enumerate(document.links, 1):
            yield Line(((cut(f"[{number}] {link.url}", width), "dim"),), url=link.url)
    if detail.enclosures:
        yield Line()
        for enclosure in detail.enclosures:
            yield Line(((cut(_enclosed(enclosure), width), "dim"),))
    others = [member for member in detail.members if member.item_id != detail.row.id]
    if others:
        yield Line()
        yield Line((("Also told by", "heading"),))
        for member in others[:MOST_OTHERS]:
            text = f"{local_time(member.seen, now)}  {member.outlet}: {member.title}"
            yield Line(((cut(text, width), ""),))
        if len(others) > MOST_OTHERS:
            yield Line(((f"… and {len(others) - MOST_OTHERS} more", "dim"),))
    if detail.edits:
        yield Line()
        yield Line((("How it was changed", "heading"),))
        yield from _edits(detail, width, now)


def _edits(detail: ItemDetail, width: int, now: datetime) -> Iterator[Line]:
    for edit in detail.edits:
        for runs in filter(None, (edit.title, edit.text)):
            yield from _edited(edit, runs, width, now)
    if detail.older_edits:
        yield Line(((f"… and before these: {detail.older_edits}", "dim"),))


def _edited(edit: Edit, runs: Sequence[Run], width: int, now: datetime) -> Iterator[Line]:
    """When something was changed, and which words."""
    text = f"✎ edited {local_time(edit.at, now)}"
    marks = [(0, len(text), "warning")]
    for run in runs:
        text += " "
        marks.append((len(text), len(text) + len(run.text), _CHANGED[run.kind]))
        text += run.text
    yield from _set(_Ink(text, "", tuple(marks)), width)


_CHANGED = {RunKind.SAME: "", RunKind.REMOVED: "removed", RunKind.ADDED: "added"}


def _enclosed(enclosure: Enclosure) -> str:
    parts = (enclosure.title, enclosure.type or "file", size_words(enclosure.length), enclosure.url)
    return "Attached: " + " · ".join(part for part in parts if part)


def _set(ink: _Ink, width: int) -> Iterator[Line]:
    """A text wrapped, its marks cut at the line ends."""
    text = guard.passage(ink.text)
    for start, end in wrapped(text, width):
        inside = [(max(a, start), min(b, end), name) for a, b, name in ink.marks if a < end and b > start]
        hit = any(name.startswith("match") for _, _, name in inside)
        yield Line(tuple(_pieces(text, start, end, ink.style, inside)), hit)


def _pieces(text: str, start: int, end: int, style: str, marks: list[tuple[int, int, str]]) -> Iterator[Piece]:
    """The line cut at every edge of a mark; where marks overlap, a match is drawn over a link."""
    edges = sorted({start, end, *(edge for a, b, _ in marks for edge in (a, b))})
    for a, b in pairwise(edges):
        names = [name for first, last, name in marks if first <= a and b <= last]
        yield text[a:b], next((name for name in names if name.startswith("match")), names[0] if names else style)


def _marks(detail: ItemDetail, field: str) -> _Marks:
    """What each rule found, in its style, and what a search did."""
    text = detail.row.title if field == "title" else detail.document.text
    styles = rule_styles(alert.rule for alert in detail.alerts)
    found = [
        (start, end, styles[alert.rule])
        for alert in detail.alerts
        for start, end in merged(_spans(alert, field), len(text))
    ]
    searched = detail.row.title_matches if field == "title" else ()
    return (*found, *((start, end, "match") for start, end in merged(searched, len(text))))


def _spans(alert: ItemAlert, field: str) -> list[Span]:
    return [(match.start, match.end) for match in alert.matches if match.field == field]


def _found(text: str, detail: ItemDetail) -> _Marks:
    """The matched words wherever they stand in another text: alerts' spans belong to the feed's."""
    styles = rule_styles(alert.rule for alert in detail.alerts)
    words = {
        match.text.casefold(): styles[alert.rule]
        for alert in detail.alerts
        for match in alert.matches
        if match.text.strip()
    }
    if not words:
        return ()
    pattern = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    found = re.finditer(rf"\b(?:{pattern})\b", text, re.IGNORECASE)
    return tuple((one.start(), one.end(), words.get(one[0].casefold(), "match")) for one in found)
