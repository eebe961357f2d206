"""Several lines of the item list selected at once, by what they are and not by where they stand. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from feedwatch.model import ItemId, ItemRow, replace
from feedwatch.tui.window import Window, place_of

MOST = 500
"""Lines selected at once; a window holds more around what is shown, so that none of them is dropped."""


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines selected, newest first."""

    anchor: ItemId
    """Where the selection began."""
    rows: tuple[ItemRow, ...]

    @property
    def ids(self) -> frozenset[ItemId]:
        """Which items they are."""
        return frozenset(row.id for row in self.rows)


def begun(row: ItemRow) -> Lines:
    """The selection of one line."""
    return Lines(row.id, (row,))


def extended(lines: Lines, window: Window, to: ItemId | None) -> Lines:
    """The selection from its first line to another, no more than ``MOST`` of them; as it was where one is gone."""
    anchor, place = place_of(window, lines.anchor), place_of(window, to)
    if anchor is None or place is None:
        return lines
    first, last = max(min(anchor, place), anchor - MOST + 1), min(max(anchor, place), anchor + MOST - 1)
    return replace(lines, rows=window.rows[first - window.start : last - window.start + 1])


def current(lines: Lines, window: Window) -> tuple[ItemRow, ...]:
    """The selected lines as they read now: another program may have marked some meanwhile."""
    now = {row.id: row for row in window.rows}
    return tuple(now.get(row.id, row) for row in lines.rows)


def words(lines: Lines) -> str:
    """The line at the bottom while lines are selected."""
    count = len(lines.rows)
    most = ", the most at once" if count == MOST else ""
    return f"{count} {'line' if count == 1 else 'lines'} selected{most}: m read, s star, a acknowledge; v leaves"
