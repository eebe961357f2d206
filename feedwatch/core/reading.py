"""A Document as lines of plain text of a given width, for a terminal or a pipe. Colour and keys are the screen's."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from feedwatch.model import Block, BlockKind, Document, replace

NARROWEST = 20
"""Cells; a narrower width is taken for this one."""
Spans = tuple[tuple[int, int], ...]
_MARKS = "\u2062\u2061"
"""Where a span ends, where one starts."""
_MARK = re.compile(f"([{_MARKS}])")
_DEEPEST = 6
"""Levels of nesting that are still indented."""


def lines(document: Document, width: int) -> tuple[str, ...]:
    """The text wrapped to ``width`` cells, links numbered as ``[n]`` and listed at the end.

    Headings begin with "# ", list items with "• ", quotes with "> "; code is indented and not wrapped.
    """
    width = max(NARROWEST, width)
    found: list[str] = []
    previous: BlockKind | None = None
    ends = [link.end for link in document.links]
    whole = (Block(BlockKind.PARAGRAPH, 0, len(document.text)),) if document.text else ()
    for block in document.blocks or whole:
        if previous is not None and not (block.kind is previous is BlockKind.ITEM):
            found.append("")
        found.extend(_block(block, _numbered(document, block, ends), width))
        previous = block.kind
    if document.links:
        found.append("")
        found.extend(f"[{number}] {link.url}" for number, link in enumerate(document.links, 1))
    return tuple(found)


def marked_lines(document: Document, width: int, spans: Spans) -> tuple[tuple[str, Spans], ...]:
    """The same lines, each with where parts of ``spans`` (offsets into the text) stand in it."""
    found: list[tuple[str, Spans]] = []
    is_open = False
    for line in lines(_with_marks(document, sorted(spans)), width):
        text, within, is_open = _without_marks(line, is_open=is_open)
        found.append((text, within))
    return tuple(found)


def _with_marks(document: Document, spans: Sequence[tuple[int, int]]) -> Document:
    """The document with invisible marks around the spans, which take no cells and stand in no stored text."""
    starts, ends = [start for start, _ in spans], sorted(end for _, end in spans)

    def moved(offset: int) -> int:
        return offset + bisect_left(starts, offset) + bisect_right(ends, offset)

    pieces, at = [], 0
    for offset, mark in sorted([(end, 0) for end in ends] + [(start, 1) for start in starts]):
        pieces += [document.text[at:offset], _MARKS[mark]]
        at = offset
    return Document(
        "".join(pieces) + document.text[at:],
        tuple(replace(block, start=moved(block.start), end=moved(block.end)) for block in document.blocks),
        tuple(replace(link, start=moved(link.start), end=moved(link.end)) for link in document.links),
    )


def _without_marks(line: str, *, is_open: bool) -> tuple[str, Spans, bool]:
    """A line, where its marked parts are, and whether the last of them goes on in the next line."""
    text = ""
    found: list[tuple[int, int]] = []
    for piece in _MARK.split(line):
        if piece in _MARKS:
            is_open = piece == _MARKS[1]
            continue
        if is_open and piece:
            found.append((len(text), len(text) + len(piece)))
        text += piece
    return text, tuple(found), is_open


def cells(text: str) -> int:
    """How many cells of a terminal the text takes: two for wide characters, none for marks and joiners."""
    return len(text) if text.isascii() else sum(map(_cells, text))


def wrapped(text: str, width: int) -> Iterator[str]:
    """The text in lines of at most ``width`` cells, broken at spaces, and within a word where it has none."""
    line, used = "", 0
    for word in text.split(" "):
        needed = cells(word)
        if line and used + 1 + needed <= width:
            line, used = f"{line} {word}", used + 1 + needed
            continue
        if line:
            yield line
        *full, line = _cut(word, width) if needed > width else [word]
        yield from full
        used = cells(line)
    yield line


def _numbered(document: Document, block: Block, ends: Sequence[int]) -> str:
    """The block's text with the number of each link behind it; ``ends`` is where the links end, in order."""
    parts: list[str] = []
    position = block.start
    for index in range(bisect_right(ends, block.start), bisect_right(ends, block.end)):
        parts.append(f"{document.text[position : ends[index]]}[{index + 1}]")
        position = ends[index]
    return "".join(parts) + document.text[position : block.end]


def _block(block: Block, text: str, width: int) -> Iterator[str]:
    if block.kind is BlockKind.CODE:
        yield from (f"    {line}".rstrip() for line in text.split("\n"))
        return
    first, rest = _margins(block)
    for paragraph in text.split("\n"):
        for line in wrapped(paragraph, width - len(first)):
            yield f"{first}{line}".rstrip()
            first = rest


def _margins(block: Block) -> tuple[str, str]:
    """What stands before a block's first line, and before the others."""
    depth = max(1, min(block.depth, _DEEPEST))
    match block.kind:
        case BlockKind.HEADING:
            return "#" * depth + " ", " " * (depth + 1)
        case BlockKind.ITEM:
            return "  " * (depth - 1) + "• ", "  " * depth
        case BlockKind.QUOTE:
            return "> " * depth, "> " * depth
        case BlockKind.IMAGE:
            return "▣ ", "  "
        case _:
            return "", ""


def _cut(word: str, width: int) -> list[str]:
    """A word in pieces of at most ``width`` cells; a mark stays with its letter."""
    pieces = [""]
    used = 0
    for character in word:
        needed = _cells(character)
        if needed and used + needed > width:
            pieces.append("")
            used = 0
        pieces[-1] += character
        used += needed
    return pieces


def _cells(character: str) -> int:
    if character.isascii():
        return 1
    if unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1
