"""What screens with lists have in common: the keys that move go to the pane that has the focus."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

from textual.await_complete import AwaitComplete
from textual.widget import Widget
from textual.worker import WorkType

from feedwatch.errors import FeedwatchError
from feedwatch.tui.commands import Place
from feedwatch.tui.widgets.paint import InkedScreen
from feedwatch.tui.widgets.row_list import RowList
from feedwatch.tui.widgets.text_pane import TextPane

MESSAGE_STAYS = 8.0
"""Seconds that a sentence stays in the status bar."""


class PaneScreen(InkedScreen, inherit_bindings=False):
    """A screen of the program."""

    PLACE = Place.HELP
    """Which commands of the registry work here."""

    def work(self, call: Callable[[], Awaitable[None]], group: str = "", *, exclusive: bool = False) -> None:
        """Do something that waits beside the screen; ``exclusive`` ends what its group was doing."""
        attempt: WorkType[None] = partial(self._attempt, call)
        self.run_worker(attempt, group=group or "default", exclusive=exclusive)

    async def _attempt(self, call: Callable[[], Awaitable[None]]) -> None:
        try:
            await call()
        except FeedwatchError as error:
            self._fail(str(error))
        except Exception as error:  # noqa: BLE001 - a surprise must not end the screen; it is shown with its type
            self._fail(f"Unexpected error: {error!r}")

    def _fail(self, sentence: str) -> None:
        if self in self.app.screen_stack:  # what was asked for on a screen that is gone matters to nobody
            self.say_failed(sentence)

    def say_failed(self, sentence: str) -> None:
        """Show why what was asked could not be done: where, is for each screen to say that has something done."""
        raise NotImplementedError

    def dismiss(self, result: None = None) -> AwaitComplete:
        """Leave the screen where it is the one on top; Textual would leave whichever is.

        A held key reaches a screen again after it was left, and what a screen waited for may come when it is covered.
        """
        return super().dismiss(result) if self.is_active else AwaitComplete()

    def move(self, distance: int) -> None:
        """Move so many lines in the pane that has the focus."""
        if isinstance(self.focused, RowList | TextPane):
            self.focused.move(distance)

    def go(self, *, end: bool) -> None:
        """Move to the first or the last line of the pane that has the focus."""
        if isinstance(self.focused, RowList | TextPane):
            self.focused.go(end=end)

    def half(self, pane: Widget | None) -> int:
        """Half a page of a pane, in lines."""
        return max(1, pane.height // 2) if isinstance(pane, RowList | TextPane) else 0

    def action_down(self) -> None:
        """A line down."""
        self.move(1)

    def action_up(self) -> None:
        """A line up."""
        self.move(-1)

    def action_top(self) -> None:
        """The first line."""
        self.go(end=False)

    def action_bottom(self) -> None:
        """The last line."""
        self.go(end=True)

    def action_half_down(self) -> None:
        """Half a page down."""
        self.move(self.half(self.focused))

    def action_half_up(self) -> None:
        """Half a page up."""
        self.move(-self.half(self.focused))

    def action_back(self) -> None:
        """Leave the screen."""
        self.dismiss(None)
