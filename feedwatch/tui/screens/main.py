"""The main screen: what happens on it, and its commands of moving and looking.

What it shows is ``ViewState``. How that moves is ``state.py``'s business, what the backend is asked is ``steps.py``'s.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType

from feedwatch.model import AlertId, ItemId, View, replace
from feedwatch.tui import marks, steps
from feedwatch.tui import state as states
from feedwatch.tui.backend import Backend
from feedwatch.tui.bindings import bindings
from feedwatch.tui.commands import Place
from feedwatch.tui.kept import NOWHERE, ROOM_FOR_FEEDS, Kept, begun
from feedwatch.tui.live import Wanted
from feedwatch.tui.messages import Heard, Told
from feedwatch.tui.screens.pane_screen import MESSAGE_STAYS
from feedwatch.tui.screens.view_commands import ViewCommands
from feedwatch.tui.state import Mode, ViewState
from feedwatch.tui.steps import Change, unchanged
from feedwatch.tui.widgets.alert_list import AlertList
from feedwatch.tui.widgets.item_list import ItemList
from feedwatch.tui.widgets.preview import Preview
from feedwatch.tui.widgets.row_list import RowList
from feedwatch.tui.window import lacking

_FIRST = 0.3
"""Seconds that the first picture waits for what it is to show."""
_RETRY = 2.0
"""Seconds until a first reading that failed is tried again."""


class MainScreen(ViewCommands):
    """Feeds, items or alerts, preview."""

    PLACE = Place.MAIN
    AUTO_FOCUS = "#items"
    BINDINGS: ClassVar[list[BindingType]] = bindings(PLACE)

    def __init__(
        self,
        backend: Backend,
        now: Callable[[], datetime],
        open_url: Callable[[str], None],
        before: Kept = NOWHERE,
    ) -> None:
        """``before``: where the user was on an earlier screen."""
        super().__init__(backend, now, open_url)
        self.before, self.state = before, begun(self.state, before)
        self._beginning = self._filling = False
        self._read = asyncio.Event()

    def compose(self) -> ComposeResult:
        """The panes."""
        yield self.panes

    async def on_mount(self) -> None:
        """Draw what has been read by now; where that takes long, that it is being read."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._read.wait(), _FIRST)
        self.set_class(self.before.feeds_hidden and self.app.size.width >= ROOM_FOR_FEEDS, "-toggled")
        self.call_after_refresh(self._show_first)
        if self.state.listing is Mode.ALERTS:
            self.call_after_refresh(self.show_mode, Mode.ALERTS)

    def _show_first(self) -> None:
        self.show(None)
        self._follow(ViewState())

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """The preview follows the list that has the keys."""
        if isinstance(event.widget, ItemList | AlertList):
            mode = Mode.ITEMS if isinstance(event.widget, ItemList) else Mode.ALERTS
            self.become(replace(self.state, mode=mode))

    # --- state --------------------------------------------------------------------------------------------------------

    def show(self, before: ViewState | None) -> None:
        """Draw the state, and ask for what it lacks."""
        self.panes.show(self.state, before, self._now())
        if before is not None:
            self._follow(before)

    def wanted(self) -> Wanted:
        """What is worth reading again when the store changes."""
        alerted = frozenset(row.item_id for row in self.state.alerts)
        return Wanted(self.state.view, self.state.window.ids, states.shown_item(self.state), alerted)

    def begin(self) -> None:
        """Read for the first time, which may begin before the screen is shown; nothing once that has been done."""
        if self.state.loaded or self._beginning:
            return
        self._beginning = True
        self.work(self._begin, group="begin")

    async def _begin(self) -> None:
        await self.take(partial(steps.open_kept, self.backend, self.state.view, self.before.item))
        self._read.set()
        if not self.state.loaded:
            self.set_timer(_RETRY, self._begin_again)

    def _begin_again(self) -> None:
        self._beginning = False

    def added(self, sentence: str) -> None:
        """Say what came of adding feeds, and read them."""
        self.tell(sentence)
        self.ask(partial(steps.begin, self.backend), "begin")
        self.look_at(View())

    def show_mode(self, mode: Mode) -> None:
        """Show the items or the alerts in the middle."""
        self.remove_class("-open")
        state = states.arranged(self.state, by_rule=self.state.by_rule) if mode is Mode.ALERTS else self.state
        self.become(replace(state, listing=mode, mode=mode))
        self.call_after_refresh(self._middle.focus)

    def show_alert(self, alert_id: AlertId, item_id: ItemId) -> None:
        """Read the item of an alert: among the alerts, or where their list does not reach so far, among the items."""
        self.remove_class("-open")
        if any(row.id == alert_id for row in self.state.alerts):
            self.become(states.picked_alert(replace(self.state, listing=Mode.ALERTS), alert_id))
            self.call_after_refresh(self._read_selected)
        else:
            self.work(partial(self._show_item, item_id), group="view", exclusive=True)

    async def _show_item(self, item_id: ItemId) -> None:
        self.become(replace(self.state, listing=Mode.ITEMS, mode=Mode.ITEMS))
        await self.take(partial(steps.open_item, self.backend, self.state, item_id))
        if self.state.selected == item_id:
            self.call_after_refresh(self._read_selected)

    def _read_selected(self) -> None:
        self.set_focus(self._middle)
        if self._middle.place is not None:
            self._middle.reveal(self._middle.place)
        self.action_open()

    @property
    def _middle(self) -> RowList:
        return self.panes.alerts if self.state.listing is Mode.ALERTS else self.panes.items

    def _follow(self, before: ViewState) -> None:
        """Ask for what the state now lacks."""
        wanted = states.shown_item(self.state)
        shown = None if self.state.detail is None else self.state.detail.row.id
        if wanted is not None and wanted != shown and wanted != states.shown_item(before):
            self._load_detail(wanted)
        if self.state.heard and self.state.window.turn != before.window.turn:
            self.ask(partial(steps.read_missed, self.backend, self.state.view, self.state.heard), "missed")
        if self.state.message and self.state.message != before.message:
            self.set_timer(MESSAGE_STAYS, partial(self._forget, self.state.message))
        self._fill()

    def _load_detail(self, item_id: ItemId) -> None:
        failed = partial(states.undetailed, item_id=item_id)
        self.ask(partial(steps.load_detail, self.backend, item_id), "detail", failed)

    def _forget(self, message: str) -> None:
        if self.state.message == message:
            self.tell("")

    def _fill(self) -> None:
        """Load the rows around what is on the screen."""
        window, shown = self.state.window, self.panes.items.first
        load = lacking(window, shown, self.panes.items.height)
        if load is not None and window.rows and not self._filling:
            self._filling = True
            step = partial(steps.load_more, self.backend, self.state.view, window, load, shown)
            self.work(partial(self._take_rows, step), group="fill")

    async def _take_rows(self, step: Callable[[], Awaitable[Change]]) -> None:
        before = self.state.window
        try:
            change = await steps.attempt(step, unchanged)
        finally:
            self._filling = False
        state = change(self.state)
        dropped = state.window is self.state.window and state.window.turn != before.turn
        grew = (state.window.rows, state.window.total) != (before.rows, before.total)
        self._filling = not grew  # a page that brings nothing must not be asked for again at once
        self.become(state)
        self._filling = False
        if dropped:
            self._fill()  # it was read for rows that are exchanged by now

    # --- what happens -------------------------------------------------------------------------------------------------

    @on(Heard)
    def _heard(self, message: Heard) -> None:
        items = self.panes.items
        self.become(states.read_again(self.state, message.reading, items.top, items.first))
        self._scrolled()
        if self.state.missed is not None and self.state.missed == states.shown_item(self.state):
            self._load_detail(self.state.missed)

    @on(Told)
    def _told(self, message: Told) -> None:
        self.tell(message.text, problem=message.problem)

    @on(RowList.Scrolled, "#items")
    def _scrolled(self) -> None:
        if self.panes.items.first == 0:
            self.become(states.at_top(self.state))
        self._fill()

    @on(ItemList.Picked)
    def _item_picked(self, message: ItemList.Picked) -> None:
        self.become(states.picked_item(self.state, message.item_id))

    @on(AlertList.Picked)
    def _alert_picked(self, message: AlertList.Picked) -> None:
        self.become(states.picked_alert(self.state, message.alert_id))

    @on(RowList.Opened)
    def _opened(self) -> None:
        self.action_open()

    @on(Preview.LinkOpened)
    def _link_opened(self, message: Preview.LinkOpened) -> None:
        self.browse(message.url)

    # --- commands -----------------------------------------------------------------------------------------------------

    def move(self, distance: int) -> None:
        """Move in the pane that has the keys; the selection of the items is the state's."""
        if isinstance(self.focused, ItemList):
            self.become(states.moved(self.state, distance, self.focused.first))
        else:
            super().move(distance)

    def go(self, *, end: bool) -> None:
        """Move to an end; that of the items may have to be read first."""
        window, items = self.state.window, self.focused
        if isinstance(items, AlertList) and not end:
            self.become(states.arranged(self.state, by_rule=self.state.by_rule))
        if not isinstance(items, ItemList):
            super().go(end=end)
        elif window.below if end else window.above:
            self.look_at(self.state.view, end=end)
        else:
            self.become(states.moved(self.state, window.total if end else -window.total, items.first))
            items.reveal(window.total - 1 if end else 0)

    def action_open(self) -> None:
        """Read what is selected; from the feeds, go to their items."""
        if self.panes.feeds.rows.has_focus:
            self.remove_class("-toggled")
            self.set_focus(self._middle)
            return
        row, item_id = states.shown_row(self.state), states.shown_item(self.state)
        if item_id is None:
            return
        if self.has_class("-tiny") or self.has_class("-short"):
            self.add_class("-open")
        self.set_focus(self.panes.preview)
        if row is None or not row.read:
            self.mark(marks.opening(item_id, by_story=self.state.view.is_by_story))

    def action_back(self) -> None:
        """From the preview or the feeds to the list, from there out of the search, the alerts, the feed."""
        view = self.state.view
        if self.has_class("-open") or not self._middle.has_focus:
            self.remove_class("-open")
            self.set_focus(self._middle)
        elif self.state.listing is Mode.ALERTS:
            self.show_mode(Mode.ITEMS)
        elif self.state.visual is not None:
            self.action_visual()
        elif self.state.merging is not None:
            self.become(replace(self.state, merging=None))
            self.tell("Not merged.")
        elif replace(view, grouped=True) != states.STREAM:
            if view.query and self._origin.view == replace(view, query=""):
                self.leave_search()
            else:
                self.look_at(replace(view, query="") if view.query else View())
        else:
            self.tell("This is the stream of all items; Q quits.")

    def action_next_pane(self) -> None:
        """The pane after this one."""
        self.focus_next()

    def action_previous_pane(self) -> None:
        """The pane before this one."""
        self.focus_previous()

    def action_toggle_feeds(self) -> None:
        """Show or hide the feeds."""
        self.toggle_class("-toggled")
        self.call_after_refresh(self._focus_feeds)

    def _focus_feeds(self) -> None:
        self.set_focus(self.panes.feeds.rows if self.panes.feeds.display else self._middle)
