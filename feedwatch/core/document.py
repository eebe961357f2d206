"""Safe HTML read as passages, and passages joined into a Document.

A passage is one paragraph, heading, list item, quote, stretch of code or picture's description, with its links. What
is left out of them is ``core/boilerplate.py``'s to say. The reader wants what ``clean.safe_html`` makes: an HTML5
parser has then closed every element and quoted every attribute, and one pattern finds the tags. On anything else it
gives clumsy text, never an error and never an unsafe character.
"""

from __future__ import annotations

import html as entities
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import dropwhile

from feedwatch.core.characters import HIGHEST_STACK, multiline, plain, unescaped
from feedwatch.core.urls import safe_link
from feedwatch.model import Block, BlockKind, Document, Link

_TAG = re.compile(r'<(/?)([a-z][a-z0-9]*)((?:\s[^<>"]*(?:"[^"]*"[^<>"]*)*)?)>')
_ATTRIBUTE = re.compile(r'\s([a-z]+)="([^"]*)"')
_LINE_BREAK = re.compile(r"[\t\r\n]")
_EMPTY_LINE = re.compile(r"\n[^\S\n]*\n")
_NO_DESCRIPTION = re.compile(
    r"\S+\.(?:jpe?g|png|gif|webp|svg|avif|bmp)|(?:img|dsc|image|photo)?[\s_\-\d]*", re.IGNORECASE
)

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_IN_ITEM = frozenset({"p", "div"})
"""Within a list item these are lines of it."""
_BREAKS = frozenset(
    {"address", "article", "aside", "blockquote", "caption", "center", "dd", "details", "dl", "dt", "figcaption"}
    | {"figure", "footer", "header", "hgroup", "hr", "li", "nav", "ol", "pre", "section", "summary", "table", "ul"}
    | _IN_ITEM
    | _HEADINGS.keys()
)
_LAST_LATIN = "\u024f"
"""No character up to here is a combining mark."""
_WRAPPED_FROM, _WRAPPED_TO = 50, 80
"""Characters of a line that a mail program or an editor broke."""
_SHORTEST_DESCRIPTION = 3
"""Characters; a shorter one (an emoji drawn as a picture) belongs into the line."""


@dataclass(frozen=True, slots=True)
class Passage:
    """One block of an entry before anything is left out; links count characters from the start of its text."""

    kind: BlockKind
    text: str
    depth: int = 0
    links: tuple[Link, ...] = ()


def read_passages(html: str) -> tuple[Passage, ...]:
    """The passages of safe HTML, in order; of text without any tag, its paragraphs."""
    parts = _TAG.split(html)
    if len(parts) == 1:
        paragraphs = (_read_plainly(part) for part in _EMPTY_LINE.split(html))
        return tuple(Passage(BlockKind.PARAGRAPH, text) for text in paragraphs if text)
    reader = _Reader()
    reader.read_text(parts[0])
    for slash, name, attributes, text in zip(*(iter(parts[1:]),) * 4, strict=True):
        if slash:
            reader.close(name)
        else:
            reader.open(name, attributes)
        if text:
            reader.read_text(text)
    reader.finish()
    return tuple(reader.passages)


def joined(passages: Iterable[Passage]) -> Document:
    """The passages as one text with blocks and links: an empty line between blocks, none between list items."""
    texts: list[str] = []
    blocks: list[Block] = []
    links: list[Link] = []
    position = 0
    for passage in passages:
        if blocks:
            both_items = passage.kind is BlockKind.ITEM and blocks[-1].kind is BlockKind.ITEM
            texts.append("\n" if both_items else "\n\n")
            position += len(texts[-1])
        end = position + len(passage.text)
        blocks.append(Block(passage.kind, position, end, passage.depth))
        links.extend(Link(link.start + position, link.end + position, link.url) for link in passage.links)
        texts.append(passage.text)
        position = end
    return Document("".join(texts), tuple(blocks), tuple(links))


def part(passage: Passage, start: int, end: int) -> Passage:
    """The passage's text from ``start`` to ``end``, white space at its ends left out, with the links inside it."""
    inside = passage.text[start:end]
    start += len(inside) - len(inside.lstrip())
    end = max(start, end - (len(inside) - len(inside.rstrip())))
    cut = (Link(max(link.start, start) - start, min(link.end, end) - start, link.url) for link in passage.links)
    text = passage.text[start:end]
    return Passage(
        passage.kind, text, passage.depth, tuple(_trimmed(text, (link for link in cut if link.start < link.end)))
    )


class _Reader:
    """Where reading stands: the passage in hand, and what it is nested in."""

    def __init__(self) -> None:
        self.passages: list[Passage] = []
        self._line: list[str] = []
        self._length = 0
        self._links: list[Link] = []
        self._link_start = 0
        self._link_url = ""
        self._pictures: list[Passage] = []
        self._lists = 0
        self._in_item = False
        self._quotes = 0
        self._code = 0
        self._heading = 0

    def read_text(self, raw: str) -> None:
        """Append text as HTML means it: white space folded, outside of code."""
        if self._code:
            self._append(multiline(f"|{entities.unescape(raw)}|")[1:-1])
            return
        if "&" in raw:
            text = entities.unescape(raw)
            folded = plain(unescaped(text))  # what is still escaped was escaped twice
        else:
            text, folded = raw, plain(raw)
        if folded:
            if text[0].isspace() and not self._at_space():
                self._append(" ")
            elif folded[0] > _LAST_LATIN:
                folded = self._compose(folded)
            self._append(f"{folded} " if text[-1].isspace() else folded)
        elif text and not self._at_space():
            self._append(" ")

    def open(self, name: str, attributes: str) -> None:
        """Start an element."""
        if name in _BREAKS:
            self._break(name)
            self._nest(name, 1)
        elif name == "br":
            self._end_line()
        elif name == "a":
            self._end_link()
            self._link_start = self._length
            self._link_url = _link(_attribute(attributes, "href"))
        elif name == "img":
            self._see_picture(plain(unescaped(_attribute(attributes, "alt"))))
        elif name in {"td", "th"}:
            self._start_cell()
        elif name == "q":
            self._append("“")

    def close(self, name: str) -> None:
        """End an element."""
        if name in _BREAKS:
            self._break(name)
            self._nest(name, -1)
        elif name == "a":
            self._end_link()
        elif name == "tr":
            self._end_line()
        elif name == "q":
            self._append("”")

    def finish(self) -> None:
        """End the last passage."""
        self._end_link()
        self._flush()

    def _nest(self, name: str, step: int) -> None:
        match name:
            case "ul" | "ol":
                self._lists = max(0, self._lists + step)
                self._in_item = False
            case "li":
                self._in_item = step > 0
            case "blockquote":
                self._quotes = max(0, self._quotes + step)
            case "pre":
                self._code = max(0, self._code + step)
            case _ if name in _HEADINGS:
                self._heading = _HEADINGS[name] if step > 0 else 0

    def _append(self, text: str) -> None:
        if text:
            self._line.append(text)
            self._length += len(text)

    def _compose(self, text: str) -> str:
        """The text, composed with the end of the line where its first marks belong to a letter there."""
        if self._at_space():
            return text
        reach = self._line[-1][-HIGHEST_STACK:]
        if len(reach) == HIGHEST_STACK and all(map(unicodedata.combining, reach)):
            return "".join(dropwhile(unicodedata.combining, text))
        composed = unicodedata.normalize("NFC", reach + text)
        if composed == reach + text:
            return text
        self._line[-1] = self._line[-1][: -len(reach)]
        if not self._line[-1]:
            self._line.pop()
        self._length -= len(reach)
        return composed

    def _at_space(self) -> bool:
        """Another space would be one too many."""
        return not self._line or self._line[-1][-1] in " \n"

    def _ends_line(self) -> bool:
        return not self._line or self._line[-1][-1] == "\n"

    def _drop_space(self) -> None:
        if self._line and self._line[-1][-1] == " ":
            self._length -= 1
            self._line[-1] = self._line[-1][:-1]
            if not self._line[-1]:
                self._line.pop()
            self._link_start = min(self._link_start, self._length)

    def _end_line(self) -> None:
        if self._code:
            self._append("\n")
            return
        self._drop_space()
        if not self._ends_line():
            self._append("\n")
        elif self._line:
            self._flush()  # two line breaks are how many a page ends a paragraph

    def _start_cell(self) -> None:
        self._drop_space()
        if not self._ends_line():
            self._append(" | ")

    def _break(self, name: str) -> None:
        """A block begins or ends."""
        if self._in_item and name in _IN_ITEM and not self._code:
            self._drop_space()
            self._append("" if self._ends_line() else "\n")
        else:
            self._flush()

    def _end_link(self) -> None:
        if self._link_url and self._link_start < self._length:
            self._links.append(Link(self._link_start, self._length, self._link_url))
        self._link_url = ""

    def _see_picture(self, description: str) -> None:
        if len(description) < _SHORTEST_DESCRIPTION and not description.isalnum():
            self._append(description)
        elif not _NO_DESCRIPTION.fullmatch(description):
            links = (Link(0, len(description), self._link_url),) if self._link_url else ()
            self._pictures.append(Passage(BlockKind.IMAGE, description, 0, links))

    def _flush(self) -> None:
        """End the passage in hand; a link that is open goes on in the next one."""
        if not self._line and not self._pictures:
            return
        url = self._link_url
        self._end_link()
        if self._line:
            passage = _finished(*self._kind(), "".join(self._line), self._links)
            if passage.text:
                self.passages.append(passage)
            self._line, self._links = [], []
        if self._pictures:
            self.passages.extend(self._pictures)
            self._pictures = []
        self._length = self._link_start = 0
        self._link_url = url

    def _kind(self) -> tuple[BlockKind, int]:
        if self._code:
            return BlockKind.CODE, 0
        if self._heading:
            return BlockKind.HEADING, self._heading
        if self._lists or self._in_item:
            return BlockKind.ITEM, max(1, self._lists)
        if self._quotes:
            return BlockKind.QUOTE, self._quotes
        return BlockKind.PARAGRAPH, 0


def _read_plainly(raw: str) -> str:
    """A paragraph of plain text: lines that were wrapped at a width are joined, others stay lines."""
    lines = [line for line in map(plain, unescaped(entities.unescape(raw)).splitlines()) if line]
    wrapped = len(lines) > 1 and all(_WRAPPED_FROM <= len(line) <= _WRAPPED_TO for line in lines[:-1])
    return (" " if wrapped else "\n").join(lines)


def _finished(kind: BlockKind, depth: int, text: str, links: list[Link]) -> Passage:
    """The passage trimmed and composed, its links with it."""
    if kind is BlockKind.CODE:
        return Passage(kind, multiline(text), depth)  # links in code are code
    text = text.rstrip(" \n|")
    return Passage(kind, text, depth, tuple(_trimmed(text, links)) if links else ())


def _trimmed(text: str, links: Iterable[Link]) -> Iterator[Link]:
    """The links without white space at their ends; those around nothing are gone."""
    for link in links:
        inside = text[link.start : link.end]
        start = link.start + len(inside) - len(inside.lstrip())
        end = link.start + len(inside.rstrip())
        if start < end:
            yield Link(start, end, link.url)


def _link(written: str) -> str:
    """An address as a browser reads it from HTML: spaces stand for %20, line breaks for nothing (WHATWG URL, 4.4)."""
    if not written.isprintable():
        written = _LINE_BREAK.sub("", written)
    return safe_link(written.strip().replace(" ", "%20"))


def _attribute(attributes: str, name: str) -> str:
    for found in _ATTRIBUTE.finditer(attributes):
        if found[1] == name:
            return entities.unescape(found[2]) if "&" in found[2] else found[2]
    return ""
