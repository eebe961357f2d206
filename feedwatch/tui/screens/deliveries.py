"""The outbox: what was sent, what waits for another try, what was given up, and which channels are out of service.

What it shows is ``DeliveriesShown``; how that moves is ``delivery_state.py``'s business.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType

from feedwatch.errors import FeedwatchError
from feedwatch.model import AlertId, Delivery, DeliveryState, ItemId, Selection
from feedwatch.tui import delivery_state
from feedwatch.tui.backend import Backend
from feedwatch.tui.bindings import bindings
from feedwatch.tui.commands import Place
from feedwatch.tui.delivery_filter import ALL, DEAD, HINT, DeliveryFilter, parse
from feedwatch.tui.delivery_lines import lines
from feedwatch.tui.delivery_state import COUNTED, SHOWN, DeliveriesShown
from feedwatch.tui.messages import Heard
from feedwatch.tui.screens.table_screen import TableScreen
from feedwatch.tui.sentences import ago, channel_words
from feedwatch.tui.widgets.delivery_list import DeliveryList
from feedwatch.tui.widgets.notices import Notices
from feedwatch.tui.widgets.prompt import Prompt
from feedwatch.tui.widgets.row_list import RowList
from feedwatch.tui.widgets.text_pane import TextPane

PAUSE = 0.08
"""Seconds without a move of the cursor after which the attempts are read."""
_YES_NO = "y sends, n or esc does not."
Taken = Callable[[str, bool], None]
"""Takes what was typed into the prompt; True: with enter."""


class DeliveriesScreen(TableScreen):
    """Channels out of service, the list, and the attempts at the selected delivery."""

    PLACE = Place.DELIVERIES
    VIEW = "show_deliveries"
    AUTO_FOCUS = "#table"
    BINDINGS: ClassVar[list[BindingType]] = bindings(PLACE)

    def __init__(
        self,
        backend: Backend,
        now: Callable[[], datetime],
        open_alert: Callable[[AlertId, ItemId], None],
        state: DeliveriesShown,
        keep: Callable[[DeliveriesShown], None],
    ) -> None:
        """Begins with a ``state``, and gives each that follows to ``keep``."""
        super().__init__(backend, now)
        self.state = state
        self._open_alert, self._keep = open_alert, keep
        self.notices, self.table = Notices(id="notices"), DeliveryList()
        self.pane, self.prompt = TextPane(id="attempts"), Prompt(id="ask")
        self._take: Taken = self._take_filter
        self._origin = ALL
        """The filter before another one was typed."""
        self._reading = self._stale = False

    def compose(self) -> ComposeResult:
        """Header, channels out of service, headings, list, attempts, prompt, status."""
        yield self.header
        yield self.notices
        yield self.headings
        yield self.table
        yield self.pane
        yield self.prompt
        yield self.status

    # --- what is shown ------------------------------------------------------------------------------------------------

    async def load(self) -> None:
        """Read the list and the status."""
        self.read_again()
        self.know(await self.backend.status())
        self.show()

    def become(self, state: DeliveriesShown) -> None:
        """Show another state, and read the attempts where another delivery is selected or the same one moved on."""
        before, self.state = self.state, state
        self._keep(state)
        self.show()
        if (state.selected, state.body) != (before.selected, before.body):
            self.pane.scroll_to(y=0, animate=False, force=True)
        one = delivery_state.chosen(state)
        if one is not None and one != delivery_state.chosen(before):
            self.work(self._look, group="attempts", exclusive=True)

    def show(self) -> None:
        """Draw the state as of now."""
        now, state = self.now(), self.state
        self.header.show(delivery_state.heading(state), delivery_state.counted(state, self.size.width))
        self.notices.show(tuple(channel_words(channel, now) for channel in state.out))
        self.table.show(state, now)
        self.headings.show(self.table.headings(self.table.scrollable_content_region.width))
        told = lines(state, self.pane.room, now)
        if told != self.pane.lines:
            self.pane.show_lines(told)

    def on_resize(self) -> None:
        """Set everything anew."""
        self.call_after_refresh(self.show)

    def read_again(self) -> None:
        """Read the list; where that is under way, once more after it."""
        self._stale = True
        if not self._reading:
            self._reading = True
            self.work(self._read, group="list")

    async def _read(self) -> None:
        try:
            while self._stale:
                self._stale = False
                wanted = self.state.filter
                found = await self.backend.deliveries(SHOWN + 1, wanted.selection(self.now()))
                out = await self.backend.channels_out()
                self.become(delivery_state.out_of_service(delivery_state.read(self.state, wanted, found), out))
        finally:
            self._reading = False

    async def _look(self) -> None:
        await asyncio.sleep(PAUSE)
        one = delivery_state.chosen(self.state)
        if one is not None:
            self.become(delivery_state.tried(self.state, one.id, await self.backend.attempts(one.id)))

    @on(Heard)
    def _heard(self, message: Heard) -> None:
        if message.reading.status is not None:
            self.know(message.reading.status)
            self.become(delivery_state.out_of_service(self.state, message.reading.status.out_of_service))
        if message.reading.deliveries:
            self.read_again()

    @on(RowList.Chosen)
    def _choose(self, message: RowList.Chosen) -> None:
        self.become(delivery_state.chosen_at(self.state, message.place))

    # --- moving about -------------------------------------------------------------------------------------------------

    @on(RowList.Opened)
    def _opened(self) -> None:
        self.action_open()

    def action_open(self) -> None:
        """The item that the alert is about; of a delivery without one, its message."""
        one = delivery_state.chosen(self.state)
        if one is None:
            return
        if one.item_id is None:
            self.become(delivery_state.opened(self.state))
            self.set_focus(self.pane)
        else:
            self.dismiss(None)
            self._open_alert(one.alert_id, one.item_id)

    def action_back(self) -> None:
        """From the lower pane to the list, from there out of the filter, then out."""
        if self.pane.has_focus or self.state.body:
            self.become(delivery_state.closed(self.state))
            self.set_focus(self.table)
        elif self.state.filter != ALL:
            self._filter(ALL)
        else:
            self.dismiss(None)

    def action_next_pane(self) -> None:
        """The other pane."""
        self.set_focus(self.table if self.pane.has_focus else self.pane)

    def action_previous_pane(self) -> None:
        """The other pane."""
        self.action_next_pane()

    # --- the filter ---------------------------------------------------------------------------------------------------

    def action_filter(self) -> None:
        """Type which deliveries to show."""
        self._origin = self.state.filter
        self._ask(self._take_filter, "/", self.state.filter.words, HINT)

    def _take_filter(self, words: str, done: bool) -> None:  # noqa: FBT001 - one of the functions that take what is typed
        try:
            wanted = parse(words, self.state.channels, self.now())
        except ValueError as error:
            self.prompt.note(f"{str(error)[0].upper()}{str(error)[1:]}.", problem=True)
            return
        self.prompt.note("")
        self._filter(wanted)
        if done:
            self._close()

    def _filter(self, wanted: DeliveryFilter) -> None:
        self.become(delivery_state.filtered(self.state, wanted))
        self.read_again()

    # --- sending again ------------------------------------------------------------------------------------------------

    def action_retry(self) -> None:
        """The selected one; after a question where it was delivered."""
        one = delivery_state.chosen(self.state)
        if one is not None and one.state is DeliveryState.DELIVERED:
            question = f"{one.channel} took it {ago(one.delivered_at, self.now())}. Send it once more? y/n"
            self._ask(partial(self._take_answer, Selection((one.id,))), question, "", _YES_NO)
        elif one is not None:
            self.work(partial(self._retry_one, one))

    async def _retry_one(self, one: Delivery) -> None:
        if await self.backend.retry_deliveries(Selection((one.id,))):
            self.tell(f"The delivery to {one.channel} is sent again now.")
        else:
            self.tell("Left alone: it is being sent at this moment.")
        self.read_again()

    def action_retry_all(self) -> None:
        """All that the filter shows, or without one every dead one; after a question."""
        self.work(self._ask_how_many)

    async def _ask_how_many(self) -> None:
        wanted = DEAD if self.state.filter == ALL else self.state.filter
        selection, now = wanted.selection(self.now()), self.now()
        found = delivery_state.retried(await self.backend.deliveries(COUNTED + 1, selection), now)
        if self.prompt.asking:
            return  # something else is being typed by now, which must not become the answer
        if found:
            hint = f"{_YES_NO} These are: {wanted.words}"
            self._ask(partial(self._take_answer, selection), delivery_state.question(found), "", hint)
        else:
            self.tell(f"There is nothing to send again: no delivery is {wanted.words}.")

    def _take_answer(self, selection: Selection, answer: str, done: bool) -> None:  # noqa: FBT001 - as above
        if answer.strip().lower() in ("y", "yes"):
            self._close()
            self.work(partial(self._retry_all, selection))
        elif answer.strip().lower() in ("n", "no") or done:
            self._close()
            self.tell("Nothing was sent again.")

    async def _retry_all(self, selection: Selection) -> None:
        self.tell(delivery_state.sent_words(await self.backend.retry_deliveries(selection)))
        self.read_again()

    # --- testing ------------------------------------------------------------------------------------------------------

    def action_test_channel(self) -> None:
        """The channel of the selected delivery; where there is none, the one that is named."""
        one = delivery_state.chosen(self.state)
        if one is None:
            hint = "The name of a channel of config.toml: enter sends it a test message."
            self._ask(self._take_channel, "Test channel", self.state.filter.channel, hint)
        else:
            self._test(one.channel)

    def _take_channel(self, name: str, done: bool) -> None:  # noqa: FBT001 - as above
        if done and name:
            self._close()
            self._test(name)

    def _test(self, name: str) -> None:
        self.become(delivery_state.answered(self.state, f"Testing {name} …"))
        self.work(partial(self._say_what_came, name), group="test", exclusive=True)

    async def _say_what_came(self, name: str) -> None:
        try:
            said, problem = await self.backend.test_channel(name), False
        except FeedwatchError as error:
            said, problem = str(error), True
        self.become(delivery_state.answered(self.state, f"Test: {said}", problem=problem))
        self.tell(said, problem=problem)

    # --- the prompt ---------------------------------------------------------------------------------------------------

    def _ask(self, take: Taken, label: str, value: str, hint: str) -> None:
        self._take = take
        self.prompt.ask(label, value, hint)

    def _close(self) -> None:
        self.prompt.close()
        self.set_focus(self.table)

    @on(Prompt.Typed)
    def _typed(self, message: Prompt.Typed) -> None:
        self._take(message.value, False)  # noqa: FBT003 - as above

    @on(Prompt.Given)
    def _given(self, message: Prompt.Given) -> None:
        self._take(message.value, True)  # noqa: FBT003 - as above

    @on(Prompt.Left)
    def _left(self) -> None:
        filtering = self._take == self._take_filter
        self._close()
        if filtering:
            self._filter(self._origin)
