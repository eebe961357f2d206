"""The commands that choose what is listed: a feed or tag, items or stories, a search."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from textual import on

from feedwatch.model import View, replace
from feedwatch.tui import state as states
from feedwatch.tui import steps
from feedwatch.tui.backend import Backend
from feedwatch.tui.screens.item_commands import ItemCommands
from feedwatch.tui.screens.panes import Panes
from feedwatch.tui.state import Mode
from feedwatch.tui.steps import unchanged
from feedwatch.tui.widgets.feed_list import FeedList
from feedwatch.tui.widgets.prompt import Prompt

_SEARCH_HINT = (
    'Words, "phrases", a OR b, -not, title:…, feed:…, is:unread, is:edited, since:2d; enter keeps it, esc leaves.'
)


class ViewCommands(ItemCommands):
    """What a user does to see other items."""

    def __init__(self, backend: Backend, now: Callable[[], datetime], open_url: Callable[[str], None]) -> None:
        super().__init__(backend, now, open_url)
        self.panes = Panes()
        self._origin = self.state
        """What was shown when the search began."""

    def look_at(self, view: View, *, end: bool = False) -> None:
        """Show a view from its top, or from its end; by story or by item as the one before it."""
        self._open(replace(view, grouped=self.state.view.grouped), end=end)

    def _open(self, view: View, *, end: bool = False) -> None:
        self.ask(partial(steps.open_view, self.backend, view, end=end), "view")

    def action_toggle_stories(self) -> None:
        """A line for each item, or for each story; the alerts by rule, or by time."""
        if self.state.listing is Mode.ALERTS:
            self.become(states.arranged(self.state, by_rule=not self.state.by_rule))
            return
        view = self.state.view
        self._open(replace(view, grouped=not view.grouped))

    def action_search(self) -> None:
        """Type a query."""
        self.remove_class("-open")
        if not self.panes.prompt.asking:
            self._origin = self.state
        self.become(replace(self.state, listing=Mode.ITEMS, mode=Mode.ITEMS))
        self.panes.prompt.ask("/", self.state.view.query, _SEARCH_HINT)

    def action_next_hit(self) -> None:
        """The next match."""
        self._seek(1)

    def action_previous_hit(self) -> None:
        """The match before."""
        self._seek(-1)

    def _seek(self, step: int) -> None:
        if not self.panes.preview.has_focus:
            self.become(states.sought(self.state, step))
        elif not self.panes.preview.seek(step):
            self.tell("No further match in this text.")

    @on(FeedList.ViewChosen)
    def _view_chosen(self, message: FeedList.ViewChosen) -> None:
        self.look_at(message.view)

    @on(Prompt.Typed)
    def _typed(self, message: Prompt.Typed) -> None:
        self.look_at(replace(self._origin.view, query=message.value.strip()))

    @on(Prompt.Given)
    def _given(self, message: Prompt.Given) -> None:
        view = replace(self._origin.view, query=message.value)
        self.work(partial(self._search, view), group="view", exclusive=True)

    async def _search(self, view: View) -> None:
        await self.take(partial(steps.open_view, self.backend, view), unchanged)
        if not self.state.query_error:
            self.panes.prompt.close()
            self.set_focus(self.panes.items)

    @on(Prompt.Left)
    def _left(self) -> None:
        self.panes.prompt.close()
        self.set_focus(self.panes.items)
        self.leave_search()

    def leave_search(self) -> None:
        """Go back to where the search began: its list, its view, its place."""
        self.ask(partial(steps.return_to, self.backend, self._origin), "view")
        if self._origin.listing is Mode.ALERTS:
            self.show_mode(Mode.ALERTS)

    def show_mode(self, mode: Mode) -> None:
        """Show the items or the alerts in the middle."""
        raise NotImplementedError
