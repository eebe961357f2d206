"""The list of items: rows of a ``Window`` as lines, scrolled so that what is being read never moves by itself."""

from __future__ import annotations

from datetime import UTC, datetime

from textual.message import Message

from feedwatch.model import ItemId, ItemRow
from feedwatch.tui.cells import Piece, fit, highlighted, right
from feedwatch.tui.sentences import SEVERITY_MARKS, short_time, story_words
from feedwatch.tui.widgets.row_list import RowList
from feedwatch.tui.window import Window, place_of, row_at

_MARKS = 6
_TIME = 7


class ItemList(RowList):
    """Items, newest first."""

    class Picked(Message):
        """The user selected an item with the mouse."""

        def __init__(self, item_id: ItemId) -> None:
            super().__init__()
            self.item_id = item_id

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's name for it
        super().__init__(id=id)
        self._window = Window()
        self._now = datetime.now(UTC)
        self._picked: frozenset[ItemId] = frozenset()
        """The lines selected at once."""
        self._followed: ItemId | None = None
        """The selection that was last brought onto the screen: rows that come in must not bring it again."""

    @property
    def top(self) -> ItemId | None:
        """The first item on the screen."""
        row = row_at(self._window, self.first)
        return None if row is None else row.id

    def show(
        self, window: Window, selected: ItemId | None, now: datetime, picked: frozenset[ItemId] = frozenset()
    ) -> None:
        """Draw these rows from now on; the first one on the screen stays where it is, unless it is the newest."""
        self._now = now
        differs = picked != self._picked or window is not self._window
        self._picked = picked
        if window is not self._window:
            self._exchange(window, selected)
        self.select(place_of(window, selected), follow=selected != self._followed)
        self._followed = selected
        if differs:
            self.redraw()

    def _exchange(self, window: Window, selected: ItemId | None) -> None:
        turned = window.turn != self._window.turn
        top, at_top = self.top, self.first == 0
        self._window = window
        self.resize_to(window.total)
        if turned:
            self.scroll_to(y=window.focus, animate=False, force=True)
            return
        chosen = place_of(window, selected)
        if at_top and (chosen is None or chosen < self.height):
            return
        place = place_of(window, top)
        if place is not None and place != self.first:
            self.shift(place)

    def choose(self, place: int) -> None:
        """Say which item was clicked; the state selects it."""
        row = row_at(self._window, place)
        if row is not None:
            self.post_message(self.Picked(row.id))

    def line_of(self, place: int) -> str:
        """A line that is one of many selected at once is drawn as such."""
        row = row_at(self._window, place) if self._picked else None
        return "picked" if row is not None and row.id in self._picked else ""

    def pieces(self, place: int, width: int) -> tuple[Piece, ...]:
        """Marks, time, outlet, title, and how many outlets tell the story."""
        row = row_at(self._window, place)
        if row is None:
            return (("", ""), (" " * (_MARKS + 1) + "…", "dim"))
        outlet_width = 0 if width < 50 else 12 if width < 90 else 18
        style = "read" if row.read else ""
        when = right(short_time(row.published or row.seen, self._now), _TIME - 1)
        return (
            *_marks(row),
            (f"{when} ", "dim"),
            (f"{fit(row.outlet or row.feed, outlet_width)} " if outlet_width else "", "dim" if row.read else "source"),
            *_title(row, width - _MARKS - _TIME - (outlet_width + 1 if outlet_width else 0), style),
        )


def _marks(row: ItemRow) -> tuple[Piece, ...]:
    severity = "" if row.severity is None else SEVERITY_MARKS[row.severity]
    return (
        (f" {severity:<2}", "" if row.severity is None else row.severity.value),
        ("★" if row.starred else " ", "warning"),
        (" " if row.read else "●", "accent"),
        (" ", ""),
    )


def _title(row: ItemRow, width: int, style: str) -> tuple[Piece, ...]:
    """The title with its matches, cut so that the marks behind it stay on the line."""
    story = story_words(row, wide=width >= 70)
    edited = "" if not row.edited else " ✎ edited" if width >= 40 else " ✎"
    more = edited + (f" {story}" if story else "")
    title = row.title or "(no title)"
    room = max(0, width - len(more) - 1)
    text = fit(title, room)
    kept = len(text.rstrip("… ")) if text.rstrip().endswith("…") else len(title)
    spans = [(start, min(end, kept)) for start, end in row.title_matches if start < kept]
    return (*highlighted(text, spans, style, "match"), (more, "dim"))
