"""The list of feeds and other views at the left: what is selected there is what the item list shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import overload

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from feedwatch.model import FeedRow, Status, View, replace
from feedwatch.tui.cells import Piece, fit
from feedwatch.tui.feed_columns import name_of
from feedwatch.tui.guard import passage
from feedwatch.tui.sentences import health, health_sentence
from feedwatch.tui.widgets.row_list import RowList


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: a view with its name and count."""

    label: str
    view: View
    count: int = 0
    feed: FeedRow | None = None


class Entries(Sequence[Entry]):
    """All views that the list offers: the general ones, the tags, the feeds.

    A feed's line is made when it is asked for: of a thousand that are read again every second, some thirty are seen.
    """

    def __init__(self, feeds: tuple[FeedRow, ...] = (), status: Status | None = None) -> None:
        self._feeds = feeds
        self._places = {row.feed.id: place for place, row in enumerate(feeds)}
        tags: dict[str, int] = {}
        for row in feeds:
            for tag in row.feed.subscription.tags:
                tags[tag] = tags.get(tag, 0) + row.unread
        self._tags = tuple(Entry(f"#{tag}", View(tag=tag), count) for tag, count in sorted(tags.items()))
        self._first: tuple[Entry, ...] = ()
        self.recount(status)

    def recount(self, status: Status | None) -> None:
        """Take in what a later status says of all items."""
        self._first = (*_general(self._feeds, status), *self._tags)

    def place_of(self, view: View) -> int | None:
        """Where a view stands; None where it is not offered."""
        if view.feed_id is not None and view == View(feed_id=view.feed_id):
            place = self._places.get(view.feed_id)
            return None if place is None else len(self._first) + place
        return next((place for place, entry in enumerate(self._first) if entry.view == view), None)

    def __len__(self) -> int:
        return len(self._first) + len(self._feeds)

    @overload
    def __getitem__(self, place: int) -> Entry: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[Entry]: ...

    def __getitem__(self, place: int | slice) -> Entry | Sequence[Entry]:
        if isinstance(place, slice):
            return [self[one] for one in range(*place.indices(len(self)))]
        if place < len(self._first):
            return self._first[place]
        row = self._feeds[place - len(self._first)]
        return Entry(name_of(row), View(feed_id=row.feed.id), row.unread, row)


def _general(feeds: tuple[FeedRow, ...], status: Status | None) -> tuple[Entry, ...]:
    unread = status.unread if status else sum(row.unread for row in feeds)
    return (
        Entry("All items", View(), unread),
        Entry("Unread", View(unread=True), unread),
        Entry("With alerts", View(alerted=True), status.alerts if status else 0),
        Entry("Starred", View(starred=True)),
    )


class FeedRows(RowList):
    """The lines of the list."""

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's name for it
        super().__init__(id=id)
        self.entries = Entries()

    def pieces(self, place: int, width: int) -> tuple[Piece, ...]:
        """Glyph, name, unread count."""
        entry = self.entries[place]
        count = str(entry.count) if entry.count else ""
        glyph, _, style = health(entry.feed) if entry.feed else (" ", "", "")
        room = max(0, width - 4 - len(count) - 1)
        name_style = "" if entry.count else "dim"
        return ((f" {glyph} ", style), (fit(entry.label, room), name_style), (f" {count}", "source"))


class FeedList(Vertical):
    """The lines, and beneath them a sentence about the selected feed."""

    class ViewChosen(Message):
        """The user selected a view."""

        def __init__(self, view: View) -> None:
            super().__init__()
            self.view = view

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's name for it
        super().__init__(id=id)
        self._said = ""
        self._view = View()
        """The one whose line is selected by the view in force."""
        self._feeds: tuple[FeedRow, ...] | None = None
        self._sums: tuple[int, int] | None = None

    def compose(self) -> ComposeResult:
        """The lines over the sentence."""
        yield FeedRows(id="feed-rows")
        yield Static(Content(""), id="feed-detail")

    @property
    def rows(self) -> FeedRows:
        """The lines."""
        return self.query_one(FeedRows)

    def show(self, feeds: tuple[FeedRow, ...], status: Status | None, view: View, now: datetime) -> None:
        """Draw these from now on; the line of a view that comes into force is selected, else the cursor stays."""
        rows, plain = self.rows, replace(view, query="", grouped=False)
        wanted = plain if plain != self._view or rows.place is None else rows.entries[rows.place].view
        self._view = plain
        sums = None if status is None else (status.unread, status.alerts)
        if feeds is not self._feeds or sums != self._sums:
            if feeds is self._feeds:
                rows.entries.recount(status)
            else:
                rows.entries = Entries(feeds, status)
            self._feeds, self._sums = feeds, sums
            rows.resize_to(len(rows.entries))
            rows.redraw()
        place = rows.entries.place_of(wanted)
        if place != rows.place:
            rows.select(place)
        entry = rows.entries[place] if place is not None else None
        self._say(health_sentence(entry.feed, now) if entry and entry.feed else "")

    def _say(self, text: str) -> None:
        if text != self._said:  # the screen is laid out anew where it changes
            self._said = text
            self.query_one("#feed-detail", Static).update(Content(passage(text)))

    @on(RowList.Chosen)
    def _chosen(self, message: RowList.Chosen) -> None:
        message.stop()
        if message.place < len(self.rows.entries):
            self.post_message(self.ViewChosen(self.rows.entries[message.place].view))
