"""The list of feeds and other views at the left: what is selected there is what the item list shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from feedwatch.model import FeedRow, Status, View, replace
from feedwatch.tui.cells import Piece, fit
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


def entries(feeds: tuple[FeedRow, ...], status: Status | None) -> tuple[Entry, ...]:
    """All views that the list offers: the general ones, the tags, the feeds."""
    unread = status.unread if status else sum(row.unread for row in feeds)
    general = (
        Entry("All items", View(), unread),
        Entry("Unread", View(unread=True), unread),
        Entry("With alerts", View(alerted=True), status.alerts if status else 0),
        Entry("Starred", View(starred=True)),
    )
    tags: dict[str, int] = {}
    for row in feeds:
        for tag in row.feed.subscription.tags:
            tags[tag] = tags.get(tag, 0) + row.unread
    return (
        *general,
        *(Entry(f"#{tag}", View(tag=tag), count) for tag, count in sorted(tags.items())),
        *(Entry(_name(row), View(feed_id=row.feed.id), row.unread, row) for row in feeds),
    )


class FeedRows(RowList):
    """The lines of the list."""

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's name for it
        super().__init__(id=id)
        self.entries: tuple[Entry, ...] = ()

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

    def compose(self) -> ComposeResult:
        """The lines over the sentence."""
        yield FeedRows(id="feed-rows")
        yield Static(Content(""), id="feed-detail")

    @property
    def rows(self) -> FeedRows:
        """The lines."""
        return self.query_one(FeedRows)

    def show(self, feeds: tuple[FeedRow, ...], status: Status | None, view: View, now: datetime) -> None:
        """Draw these from now on; the line of the view in force is the selected one."""
        rows = self.rows
        fresh = entries(feeds, status)
        plain = replace(view, query="", grouped=False)
        place = next((place for place, entry in enumerate(fresh) if entry.view == plain), None)
        if fresh != rows.entries:
            rows.entries = fresh
            rows.resize_to(len(fresh))
            rows.redraw()
        if place != rows.place:
            rows.select(place)
        entry = fresh[place] if place is not None else None
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


def _name(row: FeedRow) -> str:
    return row.feed.subscription.name or row.feed.state.title or row.feed.subscription.url
