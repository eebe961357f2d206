"""How commands write: JSON lines, aligned tables, times. The one door through which text of a feed reaches a terminal.

Data goes to stdout, messages to stderr. Every text loses its control and bidirectional characters here, once more:
what is stored was cleaned when it came in, what is typed or read from a file was not.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self

import click

from feedwatch.core.characters import multiline, plain, without_unsafe

Spans = Iterable[tuple[int, int]]
_SPACES = str.maketrans("\t\n\r\v\f\x85\u2028\u2029", "        ")
_PROGRESS = 40
"""Columns of a progress bar."""
_WIDEST = 28
"""Columns of a table cell that is not the last."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table: its text, what is marked in it, its colour."""

    text: str
    spans: tuple[tuple[int, int], ...] = ()
    colour: str = ""


def write(text: str) -> None:
    """One line to stdout; the text has been made safe."""
    sys.stdout.write(text + "\n")


def say(sentence: str) -> None:
    """A message to stderr."""
    click.echo(multiline(sentence), err=True)


def write_text(text: str, spans: Spans = ()) -> None:
    """Lines of stored text to stdout, with what matched marked."""
    write("\n".join(marked(line, within) for line, within in _lines(text, spans)))


def write_json(value: Mapping[str, object]) -> None:
    """One JSON object on one line; what a terminal could obey is escaped, so nothing is lost."""
    line = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    write(line if line.isprintable() else "".join(map(_escaped, line)))


class Progress:
    """How far something is, on stderr where that is a terminal; nothing elsewhere."""

    def __init__(self) -> None:
        self._shown = ""

    def __enter__(self) -> Self:
        return self

    def __call__(self, done: int, total: int) -> None:
        """So many of so many."""
        if sys.stderr.isatty() and total:
            filled = done * _PROGRESS // total
            shown = f"[{'#' * filled}{'-' * (_PROGRESS - filled)}] {100 * done // total:3}%"
            if shown != self._shown:
                self._shown = shown
                sys.stderr.write(f"\r{shown}")
                sys.stderr.flush()

    def __exit__(self, *failure: object) -> None:
        """Leave the line empty."""
        if self._shown:
            sys.stderr.write(f"\r{' ' * len(self._shown)}\r")
            sys.stderr.flush()


def iso(time: datetime | None) -> str | None:
    """ISO 8601 with offset."""
    return time.isoformat() if time is not None else None


def local(time: datetime | None) -> str:
    """A time for people, where they are; '-' for none."""
    return time.astimezone().strftime("%Y-%m-%d %H:%M") if time is not None else "-"


def coloured() -> bool:
    """Colours are for terminals, and for people who did not say NO_COLOR (no-color.org)."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def heading(text: str) -> str:
    """A line above others."""
    return click.style(plain(text), bold=True) if coloured() else plain(text)


def marked(text: str, spans: Spans) -> str:
    """One line with spans of it highlighted where there are colours."""
    return "".join(_styled(piece, is_match=is_match) for piece, is_match in _pieces(text, spans))


def write_table(headings: Sequence[str], rows: Sequence[Sequence[Cell | str]]) -> None:
    """Aligned columns, the last cut at the edge of a terminal; headings on a terminal only."""
    cells = [[cell if isinstance(cell, Cell) else Cell(cell) for cell in row] for row in rows]
    terminal = sys.stdout.isatty()
    if terminal and cells:
        cells.insert(0, [Cell(text, colour="bright_black") for text in headings])
    widths = [
        min(_WIDEST, max((width(plain(row[at].text)) for row in cells), default=0)) for at in range(len(headings))
    ]
    last = None
    if terminal:
        last = max(10, shutil.get_terminal_size().columns - sum(widths[:-1]) - 2 * len(widths[:-1]))
    for row in cells:
        fixed = [_fitted(cell, columns, pad=True) for cell, columns in zip(row[:-1], widths[:-1], strict=True)]
        write("  ".join([*fixed, _fitted(row[-1], last, pad=False)]).rstrip())


def width(text: str) -> int:
    """Columns that a text takes on a terminal: 2 for wide characters, 0 for combining ones."""
    return len(text) if text.isascii() else sum(map(_columns, text))


def _columns(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _fitted(cell: Cell, columns: int | None, *, pad: bool) -> str:
    """A cell cut and, where another follows, padded to its width."""
    pieces = list(_cut(_pieces(cell.text, cell.spans), columns))
    used = sum(width(piece) for piece, _ in pieces)
    text = "".join(_styled(piece, is_match=is_match, colour=cell.colour) for piece, is_match in pieces)
    return text + " " * (columns - used) if pad and columns is not None else text


def _cut(pieces: Iterable[tuple[str, bool]], columns: int | None) -> Iterator[tuple[str, bool]]:
    """As much as fits, with an ellipsis where something is missing."""
    every = list(pieces)
    if columns is None or sum(width(piece) for piece, _ in every) <= columns:
        yield from every
        return
    left = columns - 1
    for piece, is_match in every:
        kept = _prefix(piece, left)
        left -= width(kept)
        yield (kept if kept == piece else f"{kept}…"), is_match
        if kept != piece:
            return


def _prefix(text: str, columns: int) -> str:
    used = 0
    for at, character in enumerate(text):
        used += _columns(character)
        if used > columns:
            return text[:at]
    return text


def _pieces(text: str, spans: Spans) -> Iterator[tuple[str, bool]]:
    """A line cut at its spans, each piece safe on a terminal; offsets hold, since cleaning comes after cutting."""
    at = 0
    for start, end in sorted(spans):
        if start < at or end <= start:
            continue
        yield _safe(text[at:start]), False
        yield _safe(text[start:end]), True
        at = end
    yield _safe(text[at:]), False


def _safe(piece: str) -> str:
    return without_unsafe(piece.translate(_SPACES))


def _styled(piece: str, *, is_match: bool, colour: str = "") -> str:
    if not piece or not coloured():
        return piece
    if is_match:
        return click.style(piece, fg="yellow", bold=True)
    return click.style(piece, fg=colour) if colour else piece


def _lines(text: str, spans: Spans) -> Iterator[tuple[str, list[tuple[int, int]]]]:
    """Lines of a text, each with the parts of the spans that lie in it."""
    every = sorted(spans)
    start = 0
    for line in text.split("\n"):
        end = start + len(line)
        yield line, [(max(a, start) - start, min(b, end) - start) for a, b in every if a < end and b > start]
        start = end + 1


def _escaped(character: str) -> str:
    if character.isprintable():
        return character
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))
