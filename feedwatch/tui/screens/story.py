"""A story: who told it, when, and what differs between the wordings; each telling can be read, and split off."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import ClassVar, Protocol

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType

from feedwatch.model import ItemDetail, ItemId, Link, StoryMember
from feedwatch.tui import link_keys
from feedwatch.tui.backend import Backend
from feedwatch.tui.bindings import bindings
from feedwatch.tui.cells import Piece, Span, fit, highlighted, right
from feedwatch.tui.commands import Place
from feedwatch.tui.messages import Heard
from feedwatch.tui.screens.numbered_links import NumberedLinks
from feedwatch.tui.screens.table_screen import TableScreen
from feedwatch.tui.sentences import duration, short_time, told_by
from feedwatch.tui.state import ViewState
from feedwatch.tui.typeset import shown_document
from feedwatch.tui.widgets.preview import Preview
from feedwatch.tui.widgets.row_list import RowList

_WORD = re.compile(r"\w+")
_GONE = "This item is gone: it was pruned meanwhile."
_ALONE = "Nobody else has told this yet."


class StoryActions(Protocol):
    """What the main screen does with an item."""

    state: ViewState

    async def split(self, item_id: ItemId) -> ViewState:
        """Give it a story of its own; the message says what came of it."""
        ...

    async def undo(self) -> None:
        """Take back what was done last; the message says what came of it."""
        ...

    def open_url(self, url: str, /) -> None:
        """Open an address in the browser."""
        ...


class StoryTable(RowList):
    """A telling per line, the earliest first; words that the first one does not have stand out."""

    def __init__(self) -> None:
        super().__init__(id="tellings")
        self.members: tuple[StoryMember, ...] = ()
        self._now: datetime | None = None

    def show(self, members: tuple[StoryMember, ...], selected: ItemId, now: datetime) -> None:
        """Draw these from now on."""
        self.members, self._now = members, now
        self.styles.max_height = min(len(members), 12) + 1
        self.resize_to(len(members))
        chosen = next((place for place, one in enumerate(members) if one.item_id == selected), 0)
        self.select(chosen, follow=self.place is None)
        self.refresh()

    @property
    def chosen(self) -> StoryMember | None:
        """The selected telling."""
        place = self.place
        return None if place is None or place >= len(self.members) else self.members[place]

    def pieces(self, place: int, width: int) -> tuple[Piece, ...]:
        """Time, how much later than the first, outlet and agency, title."""
        if self._now is None:
            return ()
        first, member = self.members[0], self.members[place]
        after = (member.seen - first.seen).total_seconds()
        outlet = member.outlet + (f" ({member.credit})" if member.credit else "")
        outlet_width = min(28, width // 4)
        when = f"+{duration(after)}" if place and after >= 1 else "" if place else "first"
        head = (
            (f" {right(short_time(member.seen, self._now), 6)} ", "dim"),
            (f"{fit(when, 6)} ", "dim"),
            (f"{fit(outlet, outlet_width)} ", "source"),
        )
        title = fit(member.title or "(no title)", max(0, width - outlet_width - 16))
        return (*head, *highlighted(title, differing(member.title, first.title), "", "match"))


class StoryScreen(TableScreen, NumberedLinks):
    """The tellings of an item's story, and the text of the selected one."""

    PLACE = Place.STORY
    BINDINGS: ClassVar[list[BindingType]] = bindings(PLACE)

    def __init__(self, backend: Backend, now: Callable[[], datetime], item_id: ItemId, main: StoryActions) -> None:
        super().__init__(backend, now)
        self._item_id = item_id
        self._main, self.open_url = main, main.open_url
        self._detail: ItemDetail | None = None
        self._digits: str | None = None
        self.table, self.preview = StoryTable(), Preview(id="telling")

    def compose(self) -> ComposeResult:
        """Header, tellings, text, status."""
        yield self.header
        yield self.table
        yield self.preview
        yield self.status

    async def load(self) -> None:
        """Read the story of the selected item, and show it."""
        self.know(await self.backend.status())
        self._show(await self.backend.item(self._item_id))

    def _show(self, detail: ItemDetail | None) -> None:
        before, self._detail = self.links, detail
        if self._digits is not None and self.links != before:
            self.type_number(None)
        said = _GONE if detail is None else _ALONE
        if detail is not None and detail.row.tellings > 1:
            said = f"{detail.row.tellings} tellings · {told_by(detail.row.outlets, detail.row.sources)}"
        self.header.show((("Story", "title"), ("  ", ""), (said, "heading")), (("esc goes back", "dim"),))
        self.table.show(() if detail is None else detail.members, self._item_id, self.now())
        self.preview.show(detail, self.now(), full=False)

    @property
    def links(self) -> tuple[Link, ...]:
        """Those of the selected telling."""
        return () if self._detail is None else shown_document(self._detail, full=False).links

    @property
    def digits(self) -> str | None:
        """They mean links of the selected telling."""
        return self._digits

    def type_number(self, digits: str | None) -> None:
        """Show them in place of the message."""
        self._digits = digits
        self._tell_status()

    def _tell_status(self) -> None:
        if self._digits is None:
            super()._tell_status()
        else:
            self.status.tell(self.known, link_keys.words(self._digits, len(self.links)), self.now())

    @on(RowList.Chosen)
    def _choose(self) -> None:
        if self.table.chosen is not None:
            self._item_id = self.table.chosen.item_id
            self._read_again()

    def _read_again(self) -> None:
        self.work(self.load, group="telling", exclusive=True)

    @on(Heard)
    def _heard(self, message: Heard) -> None:
        if message.reading.status is not None:
            self.know(message.reading.status)
        told = frozenset(one.item_id for one in self.table.members)
        if not told.isdisjoint(message.reading.heard) or (message.reading.heard and not told):
            self._read_again()

    @on(RowList.Opened)
    def _opened(self) -> None:
        self.action_open()

    @on(Preview.LinkOpened)
    def _link_opened(self, message: Preview.LinkOpened) -> None:
        self.browse(message.url)

    def action_open(self) -> None:
        """Read the text."""
        self.set_focus(self.preview)

    def action_back(self) -> None:
        """From the text to the tellings, from there out."""
        if self.preview.has_focus:
            self.set_focus(self.table)
        else:
            self.dismiss(None)

    def action_next_pane(self) -> None:
        """The other pane."""
        self.focus_next()

    def action_previous_pane(self) -> None:
        """The other pane."""
        self.focus_previous()

    def action_split(self) -> None:
        """The selected telling in a story of its own."""
        self.work(self._split)

    async def _split(self) -> None:
        others = [one.item_id for one in self.table.members if one.item_id != self._item_id]
        state = await self._main.split(self._item_id)
        if others and not state.problem:
            self._item_id = others[0]
        await self.load()
        self.tell(state.message, problem=state.problem)

    def action_undo(self) -> None:
        """Take back what was done last."""
        self.work(self._undo)

    async def _undo(self) -> None:
        await self._main.undo()
        await self.load()
        self.tell(self._main.state.message, problem=self._main.state.problem)

    def action_open_browser(self) -> None:
        """The page of the selected telling."""
        if self.table.chosen is not None:
            self.browse(self.table.chosen.url)


def differing(title: str, first: str) -> tuple[Span, ...]:
    """Where words stand that the first telling's title does not have."""
    known = frozenset(_WORD.findall(first.casefold()))
    return tuple(found.span() for found in _WORD.finditer(title) if found.group().casefold() not in known)
