"""Which items to look at for a page of a search: all that can match, in the list's order, batch by batch.

Few items that the word index names are put in order at once. Where it names many, the list is walked by date, and of
what is walked only that is looked at which the index names too. Either way the order is the list's own: that of the
index (by id, so by when an item was seen) is never trusted for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from feedwatch.model import Anchor, replace
from feedwatch.store import search
from feedwatch.store.connection import Connection, Row
from feedwatch.store.items import Condition, Place, at_place, walk
from feedwatch.store.rows import id_list

NAMED = 8_000
"""Ids that are asked of the word index at once. Of words that it names more often, a walk of some thousand items finds
a page; other searches may need all of them."""
BATCH = 100
LARGEST_BATCH = 1_600
NARROWED_BATCH = 500
LARGEST_NARROWED = 8_000
GATHERED = 500
"""Items of a short list that are wanted first; then the rest at once."""
_FAR = 4
"""Times the distance from the middle id of a batch to its quarter: what is farther does not belong to the others."""
_ENDLESS = 2**62


@dataclass(frozen=True, slots=True)
class Batch:
    """Items of a list from a place on: those to look at, and where the last of all stands."""

    places: Sequence[Row]
    """Sort time and id of each."""
    end: Anchor


def candidates(connection: Connection, within: Condition, question: str, place: Place, most: int) -> Iterator[Batch]:
    """The items of a list that the word index can't rule out, from a place on; all where ``question`` is empty.

    Where it names no more than ``most``, these are put in order.
    """
    if not question:
        return _walked(connection, within, place, None)
    named = search.newest(connection, question, most + 1)
    if len(named) > most:
        known = _Known(connection, question, named, upwards=place.upwards)
        return _walked(connection, within, place, known)
    among = within.joined("m.item_id IN (SELECT value FROM json_each(?))", id_list(named))
    return _walked(connection, replace(among, few=True), place, None)


def _walked(connection: Connection, within: Condition, place: Place, known: _Known | None) -> Iterator[Batch]:
    """A list from a place on, in batches that each see the newest state."""
    size, largest = _sizes(within, narrowed=known is not None)
    while batch := _walk(connection, at_place(within, place), size, upwards=place.upwards):
        end = Anchor(*batch[-1])
        yield Batch(batch if known is None else known.among(batch), end)
        if len(batch) < size:
            return
        place = Place(before=end) if place.upwards else Place(after=end)
        size = largest if within.few else min(2 * size, largest)


def _sizes(within: Condition, *, narrowed: bool) -> tuple[int, int]:
    if within.few:
        return GATHERED, _ENDLESS
    return (NARROWED_BATCH, LARGEST_NARROWED) if narrowed else (BATCH, LARGEST_BATCH)


def _walk(connection: Connection, found: Condition, limit: int, *, upwards: bool) -> list[Row]:
    statement = f"SELECT m.sort_at, m.item_id FROM marks m{walk(found, upwards=upwards)}"  # noqa: S608  # constants; what was asked is bound
    return connection.execute(statement, (*found.parameters, limit)).fetchall()


class _Known:
    """What the word index names between two ids; it follows a walk, since ids mostly go with the order of a list."""

    def __init__(self, connection: Connection, question: str, newest: Sequence[int], *, upwards: bool) -> None:
        self._connection = connection
        self._question = question
        self._upwards = upwards
        self._ids = frozenset(newest)
        self._lowest, self._highest = newest[-1], _ENDLESS
        self._useless = False

    def among(self, places: Sequence[Row]) -> Sequence[Row]:
        """Those that the index names, and those of which that is not known."""
        if not self._useless and self._unknown(places) > len(places) // 4:
            self._ask(sorted(item_id for _, item_id in places))
            self._useless = self._unknown(places) > len(places) // 2
        if self._useless:
            return places
        lowest, highest, ids = self._lowest, self._highest, self._ids
        return [place for place in places if place[1] in ids or not lowest <= place[1] <= highest]

    def _unknown(self, places: Sequence[Row]) -> int:
        lowest, highest = self._lowest, self._highest
        return sum(not lowest <= item_id <= highest for _, item_id in places)

    def _ask(self, ordered: Sequence[int]) -> None:
        """Know what lies ahead of the walk; ids that are far from the others are left aside."""
        quarter, middle, last = (ordered[len(ordered) * part // 4] for part in (1, 2, 3))
        if self._upwards:
            self._lowest = next(each for each in ordered if each >= middle - _FAR * (last - middle))
            found = search.oldest(self._connection, self._question, NAMED, self._lowest)
            self._highest = found[-1] if len(found) == NAMED else _ENDLESS
        else:
            self._highest = next(each for each in reversed(ordered) if each <= middle + _FAR * (middle - quarter))
            found = search.newest(self._connection, self._question, NAMED, self._highest)
            self._lowest = found[-1] if len(found) == NAMED else 0
        self._ids = frozenset(found)
