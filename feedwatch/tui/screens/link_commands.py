"""The commands that open and copy links: the item's own, and those in its text by their numbers."""

from __future__ import annotations

from collections.abc import Callable

from feedwatch.model import Link, replace
from feedwatch.tui import state as states
from feedwatch.tui.backend import Backend
from feedwatch.tui.screens.mark_commands import MarkCommands
from feedwatch.tui.screens.numbered_links import NumberedLinks
from feedwatch.tui.sentences import is_web
from feedwatch.tui.state import ViewState

MOST_COPIED = 4096
"""Bytes: terminals drop a longer sequence, or end in the middle of it and show the rest as text."""


class LinkCommands(MarkCommands, NumberedLinks):
    """What a user does with addresses."""

    def __init__(self, backend: Backend, open_url: Callable[[str], None]) -> None:
        super().__init__(backend)
        self.open_url = open_url

    def become(self, state: ViewState) -> None:
        """Show another state; where that has other links, the number that was being typed means nothing."""
        if state.digits is not None and states.shown_links(state) != states.shown_links(self.state):
            state = replace(state, digits=None)
        super().become(state)

    @property
    def links(self) -> tuple[Link, ...]:
        """Those of the preview."""
        return states.shown_links(self.state)

    @property
    def digits(self) -> str | None:
        """They are part of the state."""
        return self.state.digits

    def type_number(self, digits: str | None) -> None:
        """Show them in place of the message."""
        self.become(replace(self.state, digits=digits, message="" if digits == "" else self.state.message))

    def action_open_browser(self) -> None:
        """The link, in the browser."""
        self.browse(states.shown_url(self.state))

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
