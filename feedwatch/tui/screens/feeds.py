"""The feeds and how they do: which fail, why, and when they are polled next."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType

from feedwatch.model import FeedRow, View
from feedwatch.tui.backend import Backend
from feedwatch.tui.bindings import bindings
from feedwatch.tui.cells import Piece, fit, right
from feedwatch.tui.commands import Place
from feedwatch.tui.messages import Heard
from feedwatch.tui.screens.table_screen import TableScreen
from feedwatch.tui.sentences import NO_FEEDS, ago, health, health_sentence, late_words, until
from feedwatch.tui.widgets.add_prompt import AddPrompt
from feedwatch.tui.widgets.prompt import Prompt
from feedwatch.tui.widgets.row_list import RowList

_TIME = 9
_COUNT = 7


class FeedTable(RowList):
    """A feed per line."""

    def __init__(self) -> None:
        super().__init__(id="table", empty=NO_FEEDS)
        self.feeds: tuple[FeedRow, ...] = ()
        self._now: datetime | None = None

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
        """State, name, counts, times, what is wrong."""
        row, now = self.feeds[place], self._now
        if now is None:
            return ()
        state = row.feed.state
        glyph, word, style = health(row)
        note = state.last_error if style == "bad" else late_words(row, now) if row.late else state.warning
        return (
            (f" {glyph} {fit(word, 12)} ", style),
            (fit(_name(row), _name_width(width)) + " ", ""),
            (right(str(row.unread or ""), _COUNT) + right(str(row.items), _COUNT) + "  ", "dim"),
            (fit(ago(state.last_success, now), _TIME) + " ", "dim"),
            (fit(until(state.due_at, now), _TIME) + " ", "dim"),
            (note, "bad" if style == "bad" else "warning"),
        )


class FeedsScreen(TableScreen):
    """The table, and what asks for an address."""

    PLACE = Place.FEEDS
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

    def on_resize(self) -> None:
        """Set the headings over their columns."""
        self.headings.show(_headings(self.size.width - 2))

    def action_open(self) -> None:
        """The items of the selected feed."""
        if self.table.chosen is not None:
            view = View(feed_id=self.table.chosen.feed.id)
            self.dismiss(None)
            self._look_at(view)

    def action_poll_feed(self) -> None:
        """The selected feed, now."""
        self.ask(self._poll_chosen)

    def action_poll_all(self) -> None:
        """Every feed, now."""
        self.ask(self._poll_all)

    def action_add_feed(self) -> None:
        """Ask for an address."""
        self.prompt.ask_address()

    def action_import_opml(self) -> None:
        """Ask for a file."""
        self.prompt.ask_file()

    async def _poll_chosen(self) -> None:
        chosen = self.table.chosen
        if chosen is not None and await self.backend.poll_now(chosen.feed.id):
            self.tell(f"{_name(chosen)} is polled now.")

    async def _poll_all(self) -> None:
        count = await self.backend.poll_now(None)
        self.tell(f"{count} {'feed is' if count == 1 else 'feeds are'} polled now.")

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
        self.ask(self._reload)

    async def _reload(self) -> None:
        self._show(await self.backend.feeds())


def _headings(width: int) -> tuple[Piece, ...]:
    columns = (
        fit("  state", 15),
        fit("name", _name_width(width) + 1),
        right("unread", _COUNT),
        right("items", _COUNT),
        "  ",
        fit("success", _TIME + 1),
        fit("next", _TIME + 1),
        "what is wrong",
    )
    return (("".join(columns), "dim"),)


def _name_width(width: int) -> int:
    return max(12, min(40, width // 3))


def _name(row: FeedRow) -> str:
    return row.feed.subscription.name or row.feed.state.title or row.feed.subscription.url
