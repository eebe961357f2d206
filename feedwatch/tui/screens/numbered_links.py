"""A screen with a text whose links are opened by their numbers: how one is typed, and what may be opened."""

from __future__ import annotations

from collections.abc import Callable

from textual import events

from feedwatch.errors import FeedwatchError
from feedwatch.model import Link
from feedwatch.tui import link_keys
from feedwatch.tui.screens.pane_screen import PaneScreen
from feedwatch.tui.sentences import is_web


class NumberedLinks(PaneScreen):
    """Takes the keys of a number; a screen says which links there are, and keeps the digits."""

    open_url: Callable[[str], None]
    """Opens an address in the browser; raises FeedwatchError or OSError where that fails."""

    @property
    def links(self) -> tuple[Link, ...]:
        """The links of the text that is shown, in the order of their numbers."""
        raise NotImplementedError

    @property
    def digits(self) -> str | None:
        """The number as far as it is typed; None: none is being typed."""
        raise NotImplementedError

    def type_number(self, digits: str | None) -> None:
        """Keep these digits, and show them."""
        raise NotImplementedError

    def tell(self, message: str, *, problem: bool = False) -> None:
        """Say a sentence in the status bar."""
        raise NotImplementedError

    def on_key(self, event: events.Key) -> None:
        """Take the keys of a number that is being typed, before a binding has them."""
        if self.digits is None:
            return
        links = self.links
        typed = link_keys.after(self.digits, event.key, len(links))
        self.type_number(typed.digits)
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
        if self.links:
            self.type_number("")
        else:
            self.tell("This text has no links.")

    def browse(self, url: str) -> None:
        """Open an address, if it is one that a browser may be given."""
        if not is_web(url):
            self.tell("This item has no link that a browser could open.")
            return
        try:
            self.open_url(url)
        except (FeedwatchError, OSError) as error:
            self.tell(f"The browser could not be started: {error}", problem=True)
