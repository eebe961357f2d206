"""A window of rows onto a list too long to hold: which rows are loaded, and where in the whole list they stand.

The store pages by key, so the place of a row is exact from either end of the list and an estimate between them; an
estimate is put right when a page touches an end. Pure: loading is ``steps.py``'s, scrolling the widget's.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum

from feedwatch.model import Anchor, ItemId, ItemRow, Page, replace

PAGE = 200
"""Rows asked for at once: some screens full, read in a few milliseconds."""
KEPT = 1_200
"""Rows held around what is shown; those farther away are dropped and read again when needed."""
AHEAD = 80
"""Rows between what is shown and the end of the loaded ones, below which the next page is asked for."""


class Load(StrEnum):
    """What a window lacks."""

    ABOVE = "above"
    BELOW = "below"
    THERE = "there"
    """The rows shown are far from the loaded ones."""


@dataclass(frozen=True, slots=True)
class Window:
    """``rows`` stand at ``start`` and after in a list of ``total``, newest first."""

    rows: tuple[ItemRow, ...] = ()
    start: int = 0
    total: int = 0
    above: bool = False
    """There are rows before the first loaded one."""
    below: bool = False
    """There are rows after the last loaded one."""
    turn: int = 0
    """Grows when the rows are exchanged altogether, so that a list knows that its old place means nothing."""
    guessed: bool = False
    """Nobody has counted the list: ``total`` is the least that it can be, and a page more."""
    focus: int = 0
    """The place to show first after a turn."""

    @property
    def end(self) -> int:
        """The place after the last loaded row."""
        return self.start + len(self.rows)

    @property
    def ids(self) -> frozenset[ItemId]:
        """The loaded items."""
        return frozenset(row.id for row in self.rows)


def first(page: Page, count: int | None, turn: int = 0) -> Window:
    """The top of a list."""
    total = _total(count, len(page.rows), more=page.more)
    return _settled(Window(page.rows, 0, total, below=page.more, turn=turn, guessed=count is None))


def last(page: Page, count: int | None, turn: int = 0) -> Window:
    """The end of a list."""
    total = _total(count, len(page.rows), more=page.more)
    start = max(0, total - len(page.rows))
    return _settled(Window(page.rows, start, total, above=page.more, turn=turn, guessed=count is None, focus=total))


def landed(window: Window, above: Page, below: Page, index: int) -> Window:
    """Two pages around a place far from the loaded rows; ``index`` is where the second is taken to begin."""
    rows = above.rows + below.rows
    start = max(0, index - len(above.rows))
    there = replace(window, rows=rows, start=start, above=above.more, below=below.more, turn=window.turn + 1)
    there = _settled(there)
    return replace(there, focus=there.start + len(above.rows))


def grown_below(window: Window, page: Page) -> Window:
    """The window with the page that follows it."""
    known = window.ids
    rows = tuple(row for row in page.rows if row.id not in known)
    return _settled(replace(window, rows=window.rows + rows, below=page.more))


def grown_above(window: Window, page: Page) -> Window:
    """The window with the page that precedes it."""
    known = window.ids
    rows = tuple(row for row in page.rows if row.id not in known)
    start = window.start - len(rows)
    return _settled(replace(window, rows=rows + window.rows, start=start, above=page.more))


def spliced(window: Window, rows: Iterable[ItemRow], arrived: AbstractSet[ItemId] = frozenset()) -> Window:
    """The window after rows arrived or changed: each where its time says, none twice; nothing else moves.

    Beyond the loaded rows only those that ``arrived`` are counted: a changed one stood in the list before.
    """
    new = {row.id: row for row in rows}
    kept = [new.pop(row.id, row) for row in window.rows]
    ahead = [row for row in new.values() if window.above and kept and row.anchor > kept[0].anchor]
    behind = [row for row in new.values() if window.below and kept and row.anchor < kept[-1].anchor]
    outside = {row.id for row in (*ahead, *behind)}
    inside = sorted((row for row in new.values() if row.id not in outside), key=lambda row: row.anchor, reverse=True)
    start = window.start + _count(ahead, arrived)
    total = window.total + len(inside) + _count((*ahead, *behind), arrived)
    return _settled(replace(window, rows=tuple(_merged(kept, inside)), start=start, total=total))


def near(window: Window, rows: Iterable[ItemRow]) -> tuple[ItemRow, ...]:
    """Those of the rows that belong among the loaded ones, or beyond an end where nothing follows."""
    if not window.rows:
        return tuple(rows)
    newest, oldest = window.rows[0].anchor, window.rows[-1].anchor
    return tuple(
        row for row in rows if not (window.above and row.anchor > newest) and not (window.below and row.anchor < oldest)
    )


def replaced(window: Window, rows: Iterable[ItemRow]) -> Window:
    """The window with new wordings of rows that it has, each in its old place."""
    by_id = {row.id: row for row in rows}
    if not by_id:
        return window
    return replace(window, rows=tuple(by_id.get(row.id, row) for row in window.rows))


def trimmed(window: Window, shown: int) -> Window:
    """The window without rows far from the place ``shown``, where it holds more than ``KEPT``."""
    excess = len(window.rows) - KEPT
    if excess <= 0:
        return window
    from_top = min(excess, max(0, shown - window.start - KEPT // 2))
    stop = len(window.rows) - (excess - from_top)
    below = window.below or stop < len(window.rows)
    above = window.above or from_top > 0
    return replace(window, rows=window.rows[from_top:stop], start=window.start + from_top, above=above, below=below)


def place_of(window: Window, item_id: ItemId | None) -> int | None:
    """Where an item stands in the whole list; None where it isn't loaded."""
    for place, row in enumerate(window.rows, window.start):
        if row.id == item_id:
            return place
    return None


def row_at(window: Window, place: int) -> ItemRow | None:
    """The row at a place; None where it isn't loaded."""
    index = place - window.start
    return window.rows[index] if 0 <= index < len(window.rows) else None


def lacking(window: Window, shown: int, height: int) -> Load | None:
    """What to load while the places from ``shown`` on are on the screen."""
    bottom = shown + height
    if window.rows and (shown >= window.end + PAGE or bottom <= window.start - PAGE):
        return Load.THERE
    if window.below and bottom + AHEAD > window.end:
        return Load.BELOW
    if window.above and shown - AHEAD < window.start:
        return Load.ABOVE
    return None


def guess(window: Window, newest: Anchor, oldest: Anchor, place: int) -> Anchor:
    """A time at which the row of a place outside of the window might stand: on the line between what is known."""
    known = [(0, newest.at), (window.total, oldest.at)]
    if window.rows:
        known += [(window.start, window.rows[0].anchor.at), (window.end, window.rows[-1].anchor.at)]
    before = max(point for point in known if point[0] <= max(place, 0))
    after = min((point for point in known if point[0] > place), default=(window.total, oldest.at))
    share = (place - before[0]) / max(1, after[0] - before[0])
    return Anchor(round(before[1] + share * (after[1] - before[1])), 0)


def _count(rows: Iterable[ItemRow], ids: AbstractSet[ItemId]) -> int:
    return sum(row.id in ids for row in rows)


def _merged(kept: list[ItemRow], inside: list[ItemRow]) -> Iterator[ItemRow]:
    """Both, newest first; the kept ones stay in their order, whatever their times have become."""
    waiting = deque(inside)
    for row in kept:
        while waiting and waiting[0].anchor > row.anchor:
            yield waiting.popleft()
        yield row
    yield from waiting


def _settled(window: Window) -> Window:
    """Estimates put right where the loaded rows touch an end of the list."""
    start = window.start if window.above else 0
    start = max(start, 1) if window.above else start
    end = start + len(window.rows)
    total = max(window.total, end + 1) if window.below else end
    return replace(window, start=start, total=total, guessed=window.guessed and (window.above or window.below))


def _total(count: int | None, loaded: int, *, more: bool) -> int:
    if count is not None:
        return max(count, loaded)
    return loaded + PAGE if more else loaded
