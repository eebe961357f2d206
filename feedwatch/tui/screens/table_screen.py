"""A screen that is one table: header, headings, rows, status. It has no state of its own to speak of."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from textual import on
from textual.content import Content
from textual.widgets import Static

from feedwatch.model import Status
from feedwatch.tui.backend import Backend
from feedwatch.tui.guard import passage
from feedwatch.tui.messages import Told
from feedwatch.tui.screens.pane_screen import MESSAGE_STAYS, PaneScreen
from feedwatch.tui.widgets.bar import Bar
from feedwatch.tui.widgets.header import Header
from feedwatch.tui.widgets.status_bar import StatusBar


class TableScreen(PaneScreen):
    """What screens with a table have in common."""

    VIEW = ""
    """The command that leads to it, where it is one of the views."""

    def __init__(self, backend: Backend, now: Callable[[], datetime]) -> None:
        super().__init__()
        self.backend = backend
        self.now = now
        self.header, self.headings = Header(self.VIEW), Bar(id="headings")
        self.status = StatusBar(id="status")
        self.detail = Static(Content(""), id="detail")
        """The selected line in full."""
        self.known: Status | None = None
        self._said: tuple[str, bool] = ("", False)

    async def load(self) -> None:
        """Read what the table shows, and show it."""
        raise NotImplementedError

    def on_mount(self) -> None:
        """Read for the first time."""
        self.work(self.load)

    def know(self, status: Status | None) -> None:
        """Show this in the status bar."""
        self.known = status or self.known
        self._tell_status()

    def tell(self, message: str, *, problem: bool = False) -> None:
        """Say a sentence in the status bar."""
        self._said = (message, problem)
        self.set_timer(MESSAGE_STAYS, partial(self._forget, message))
        self._tell_status()

    def describe(self, text: str) -> None:
        """Show this under the table."""
        self.detail.update(Content(passage(text)))

    def _forget(self, message: str) -> None:
        if self._said[0] == message:
            self._said = ("", False)
            self._tell_status()

    def _tell_status(self) -> None:
        message, problem = self._said
        self.status.tell(self.known, message, self.now(), problem=problem)

    def say_failed(self, sentence: str) -> None:
        """In the status bar."""
        self.tell(sentence, problem=True)

    @on(Told)
    def _told(self, message: Told) -> None:
        self.tell(message.text, problem=message.problem)
