"""Text measured in terminal cells: cut, pad, highlight and wrap, so that no script and no emoji spills over its column.

Everything shown in a list, a line or the preview passes through here, and with it through ``guard``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from rich.cells import cell_len, split_graphemes

from feedwatch.tui import guard

Piece = tuple[str, str]
"""Text, and the name of its style ("" for the line's own)."""
Span = tuple[int, int]
"""Character offsets, the second exclusive."""
_JOINER = "\u200d"
"""Zero-width joiner: at an end of a text it would join what is put beside it."""


def cut(text: str, width: int) -> str:
    """The text in at most ``width`` cells, with an ellipsis where it was longer."""
    text = guard.line(text).strip(_JOINER)
    if cell_len(text) <= width:
        return text
    if width <= 0:
        return ""
    return text[: _fitting(text, width - 1)].rstrip(_JOINER) + "…"


def fit(text: str, width: int) -> str:
    """The text in exactly ``width`` cells."""
    shown = cut(text, width)
    return shown + " " * (width - cell_len(shown))


def right(text: str, width: int) -> str:
    """The text in exactly ``width`` cells, at their right end."""
    shown = cut(text, width)
    return " " * (width - cell_len(shown)) + shown


def highlighted(text: str, spans: Iterable[Span], style: str, mark: str) -> tuple[Piece, ...]:
    """The text as pieces: ``mark`` inside the spans, ``style`` outside; spans may overlap or lie outside of it."""
    pieces: list[Piece] = []
    at = 0
    for start, end in merged(spans, len(text)):
        pieces += [(text[at:start], style), (text[start:end], mark)]
        at = end
    return tuple(piece for piece in (*pieces, (text[at:], style)) if piece[0])


def width_of(pieces: Sequence[Piece]) -> int:
    """The cells that pieces take."""
    return sum(cell_len(guard.line(text)) for text, _ in pieces)


def bounded(pieces: Sequence[Piece], width: int) -> tuple[Piece, ...]:
    """The pieces in exactly ``width`` cells, the last one cut where they don't fit."""
    out: list[Piece] = []
    left = width
    for index, (text, style) in enumerate(pieces):
        rest = pieces[index + 1 :]
        shown = guard.line(text)
        cells = cell_len(shown)
        if cells >= left and (cells > left or any(piece[0] for piece in rest)):
            shown = cut(shown + ("…" if cells == left else ""), left)
            cells = cell_len(shown)
            out.append((shown, style))
            left -= cells
            break
        out.append((shown, style))
        left -= cells
    return (*out, (" " * left, "")) if left > 0 else tuple(out)


def merged(spans: Iterable[Span], length: int) -> Iterator[Span]:
    """The spans inside of a text of this length, in order, none overlapping another."""
    at = 0
    for first, last in sorted(spans):
        start, end = max(first, at, 0), min(last, length)
        if start < end:
            yield start, end
            at = end


_NARROW = re.compile("(?! )[ -~\u00a1-\u00ac\u00ae-\u02ff\u0370-\u0377\u037b-\u0482\u048a-\u0556\u2010-\u2026\u20ac]+")
"""Characters of one cell each in which a line breaks at blanks only, none of them at the start: most news."""


def wrapped(text: str, width: int) -> Iterator[Span]:
    """The lines of a text as offsets into it: broken at spaces, at wide characters, and inside of overlong words."""
    start = 0
    for part in text.split("\n"):
        wrap = _wrapped_narrow if _NARROW.fullmatch(part) else _wrapped_part
        yield from wrap(text, start, start + len(part), max(1, width))
        start += len(part) + 1


def _wrapped_narrow(text: str, start: int, stop: int, width: int) -> Iterator[Span]:
    """As ``_wrapped_part``, a line and not a word at a time (200,000 characters in 2 ms instead of 50)."""
    stop = start + len(text[start:stop].rstrip(" "))
    while stop - start > width:
        blank = text.rfind(" ", start, start + width + 1)
        end = start + len(text[start:blank].rstrip(" ")) if blank > start else start + width
        yield start, end
        start = end
        while text[start] == " ":  # it ends in ink
            start += 1
    yield start, stop


_WIDE = "\u1100-\u115f\u2e80-\u303e\u3041-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\uff01-\uff60"
_TOKEN = re.compile(rf"\s+|[{_WIDE}][\u3001\u3002\uff0c\uff0e\uff01\uff1f\u300d]*|[^\s{_WIDE}]+")
"""A break is allowed after each token; closing punctuation stays with the wide character before it."""


def _wrapped_part(text: str, start: int, stop: int, width: int) -> Iterator[Span]:
    line_start, used, last_ink = start, 0, start
    for token in _TOKEN.finditer(text, start, stop):
        cells = cell_len(token.group())
        blank = token.group().isspace()
        if used + cells > width and not blank:
            if used:
                yield line_start, last_ink
            line_start, used = token.start(), 0
            while cells > width:
                piece = max(1, _fitting(text[line_start : token.end()], width))
                yield line_start, line_start + piece
                line_start += piece
                cells = cell_len(text[line_start : token.end()])
        used += cells
        if not blank:
            last_ink = token.end()
    yield line_start, max(last_ink, line_start)


def _fitting(text: str, width: int) -> int:
    """How many characters from the start fit into so many cells, whole graphemes only."""
    if text.isascii():
        return min(len(text), width)
    used = 0
    for start, _end, cells in split_graphemes(text[: 4 * width + 8])[0]:
        if used + cells > width:
            return start
        used += cells
    return min(len(text), 4 * width + 8)
