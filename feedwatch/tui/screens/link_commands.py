"""The commands that open and copy links: the item's own, and those in its text by their numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from textual import events

from feedwatch.errors import FeedwatchError
from feedwatch.tui import link_keys
from feedwatch.tui import state as states
from feedwatch.tui.backend import Backend
from feedwatch.tui.screens.mark_commands import MarkCommands
from feedwatch.tui.sentences import is_web
from feedwatch.tui.state import ViewState

MOST_COPIED = 4096
"""Bytes: terminals drop a longer sequence, or end in the middle of it and show the rest as text."""


class LinkCommands(MarkCommands):
    """What a user does with addresses."""

    def __init__(self, backend: Backend, open_url: Callable[[str], None]) -> None:
        super().__init__(backend)
        self._open_url = open_url

    def become(self, state: ViewState) -> None:
        """Show another state; where that has other links, the number that was being typed means nothing."""
        if state.digits is not None and states.shown_links(state) != states.shown_links(self.state):
            state = replace(state, digits=None)
        super().become(state)

    def on_key(self, event: events.Key) -> None:
        """Take the keys of a number that is being typed, before a binding has them."""
        if self.state.digits is None:
            return
        links = states.shown_links(self.state)
        typed = link_keys.after(self.state.digits, event.key, len(links))
        self.become(replace(self.state, digits=typed.digits))
        if typed.passed:
            return
        event.stop()
        event.prevent_default()
        if typed.number:
            self.browse(links[typed.number - 1].url)
        elif typed.problem:
            self.tell(typed.problem)

    def action_open_link(self) -> None:
        """The link of the number that follows."""
        if states.shown_links(self.state):
            self.become(replace(self.state, digits="", message=""))
        else:
            self.tell("This text has no links.")

    def action_open_browser(self) -> None:
        """The link, in the browser."""
        self.browse(states.shown_url(self.state))

    def browse(self, url: str) -> None:
        """Open an address, if it is one that a browser may be given."""
        if not is_web(url):
            self.tell("This item has no link that a browser could open.")
            return
        try:
            self._open_url(url)
        except (FeedwatchError, OSError) as error:
            self.tell(f"The browser could not be started: {error}", problem=True)

    def action_copy_link(self) -> None:
        """The link, to the terminal's clipboard, through ssh too (OSC 52)."""
        url = states.shown_url(self.state)
        if not is_web(url):
            self.tell("This item has no link.")
        elif len(url.encode()) > MOST_COPIED:
            self.tell("This link is too long to be copied; o opens it.", problem=True)
        else:
            self.app.copy_to_clipboard(url)
            self.tell(f"Copied {url}")
