"""The feeds and how they do: which fail, why, and when they are polled next."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType

from feedwatch.model import FeedDays, FeedRow, View
from feedwatch.tui.backend import Backend
from feedwatch.tui.bindings import bindings
from feedwatch.tui.cells import Piece
from feedwatch.tui.commands import Place
from feedwatch.tui.days import midnights
from feedwatch.tui.feed_columns import DAYS, headings, name_of, pieces
from feedwatch.tui.messages import Heard
from feedwatch.tui.screens.table_screen import TableScreen
from feedwatch.tui.sentences import NO_FEEDS, health, health_sentence, polled_words
from feedwatch.tui.widgets.add_prompt import AddPrompt
from feedwatch.tui.widgets.prompt import Prompt
from feedwatch.tui.widgets.row_list import RowList

AGAIN = 60.0
"""Seconds after which the days are counted again."""
AGES = 10.0
"""Seconds after which what is told of times is drawn again, where no feed changes."""


class FeedTable(RowList):
    """A feed per line."""

    def __init__(self) -> None:
        super().__init__(id="table", empty=NO_FEEDS)
        self.feeds: tuple[FeedRow, ...] = ()
        self._now: datetime | None = None
        self._days: FeedDays | None = None

    def show_days(self, days: FeedDays) -> None:
        """Draw these items of each day from now on."""
        self._days = days
        self.refresh()

    def show(self, feeds: tuple[FeedRow, ...], now: datetime) -> None:
        """Draw these from now on, the same feed selected."""
        chosen = None if self.chosen is None else self.chosen.feed.id
        self.feeds, self._now = feeds, now
        self.resize_to(len(feeds))
        place = next((place for place, row in enumerate(feeds) if row.feed.id == chosen), 0 if feeds else None)
        self.select(place, follow=False)
        self.refresh()

    @property
    def chosen(self) -> FeedRow | None:
        """The selected feed."""
        return self.feeds[self.place] if self.place is not None and self.place < len(self.feeds) else None

    def pieces(self, place: int, width: int) -> tuple[Piece, ...]:
        """A feed's line."""
        row = self.feeds[place]
        if self._now is None:
            return ()
        days = None if self._days is None else self._days.get(row.feed.id, (0,) * DAYS)
        return pieces(row, days, self._now, width)


class FeedsScreen(TableScreen):
    """The table, and what asks for an address."""

    PLACE = Place.FEEDS
    VIEW = "show_feeds"
    BINDINGS: ClassVar[list[BindingType]] = bindings(PLACE)

    def __init__(self, backend: Backend, now: Callable[[], datetime], look_at: Callable[[View], None]) -> None:
        super().__init__(backend, now)
        self._look_at = look_at
        self.table, self.prompt = FeedTable(), AddPrompt(backend, id="ask")

    def compose(self) -> ComposeResult:
        """Header, headings, table, prompt, status."""
        yield self.header
        yield self.headings
        yield self.table
        yield self.detail
        yield self.prompt
        yield self.status

    async def load(self) -> None:
        """Read the feeds."""
        feeds, status = await self.backend.feeds(), await self.backend.status()
        self._show(feeds)
        self.know(status)
        self.call_after_refresh(self._count)
        self.set_interval(AGAIN, self._count)
        self.set_interval(AGES, self._show_ages)

    def _count(self) -> None:
        self.work(self._read_days, group="count", exclusive=True)

    def _show_ages(self) -> None:
        self._show(self.table.feeds)

    async def _read_days(self) -> None:
        self.table.show_days(await self.backend.feed_days(midnights(self.now(), DAYS)))

    def on_resize(self) -> None:
        """Set the headings over their columns."""
        self.headings.show(headings(self.size.width - 1))

    def action_open(self) -> None:
        """The items of the selected feed."""
        if self.table.chosen is not None:
            view = View(feed_id=self.table.chosen.feed.id)
            self.dismiss(None)
            self._look_at(view)

    def action_poll_feed(self) -> None:
        """The selected feed, now."""
        self.work(self._poll_chosen)

    def action_poll_all(self) -> None:
        """Every feed, now."""
        self.work(self._poll_all)

    def action_add_feed(self) -> None:
        """Ask for an address."""
        self.prompt.ask_address()

    def action_import_opml(self) -> None:
        """Ask for a file."""
        self.prompt.ask_file()

    async def _poll_chosen(self) -> None:
        chosen = self.table.chosen
        if chosen is not None:
            self.tell(polled_words(await self.backend.poll_now(chosen.feed.id), self.known, name_of(chosen)))

    async def _poll_all(self) -> None:
        self.tell(polled_words(await self.backend.poll_now(None), self.known))

    def _show(self, feeds: tuple[FeedRow, ...]) -> None:
        self.table.show(feeds, self.now())
        self._describe()
        failing, late = sum(health(row)[2] == "bad" for row in feeds), sum(health(row)[1] == "late" for row in feeds)
        unwell = (f"{failing} not well" if failing else "", f"{late} late" if late else "")
        note = ", ".join(filter(None, unwell)) or "all well"
        self.header.show(
            (("feedwatch", "title"), ("  ", ""), ("Feeds", "heading")), ((f"{len(feeds)} feeds, {note}", "dim"),)
        )

    @on(Heard)
    def _heard(self, message: Heard) -> None:
        if message.reading.feeds is not None:
            self._show(message.reading.feeds)
        if message.reading.status is not None:
            self.know(message.reading.status)

    @on(RowList.Chosen)
    def _describe(self) -> None:
        chosen = self.table.chosen
        self.describe(
            "" if chosen is None else f"{chosen.feed.subscription.url}\n{health_sentence(chosen, self.now())}"
        )

    @on(RowList.Opened)
    def _opened(self) -> None:
        self.action_open()

    @on(Prompt.Left)
    def _left(self) -> None:
        self.prompt.close()
        self.table.focus()

    @on(AddPrompt.Added)
    def _added(self, message: AddPrompt.Added) -> None:
        self.table.focus()
        self.tell(message.sentence)
        self.work(self._reload)

    async def _reload(self) -> None:
        self._show(await self.backend.feeds())
