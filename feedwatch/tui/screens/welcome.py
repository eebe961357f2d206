"""The first run, without feeds: what can be done about it, each done in place."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from feedwatch.tui.backend import Backend
from feedwatch.tui.bindings import bindings
from feedwatch.tui.commands import Place
from feedwatch.tui.messages import Heard
from feedwatch.tui.screens.pane_screen import PaneScreen
from feedwatch.tui.widgets.add_prompt import AddPrompt
from feedwatch.tui.widgets.prompt import Prompt


class Choice(Static, can_focus=False):
    """Something to do, with its key; a click does it too."""

    def __init__(self, key: str, text: str, action: str) -> None:
        super().__init__(Content.assemble((f" {key} ", "bold reverse"), "  ", text), classes="choice")
        self._action = action

    async def on_click(self, event: events.Click) -> None:
        """Do it."""
        event.stop()
        await self.run_action(f"screen.{self._action}")


class WelcomeScreen(PaneScreen):
    """An invitation."""

    PLACE = Place.WELCOME
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = bindings(PLACE)

    def __init__(self, backend: Backend, keys_for: Callable[[str], str], done: Callable[[str], None]) -> None:
        super().__init__()
        self._done = done
        self._backend = backend
        self._keys_for = keys_for
        self.prompt = AddPrompt(backend, id="ask")

    def compose(self) -> ComposeResult:
        """Two sentences, three choices, a prompt."""
        with Vertical(id="welcome"):
            yield Static(Content("feedwatch"), id="welcome-name")
            yield Static(Content("It watches your feeds, and tells you once when something matches your rules."))
            yield Static(Content("There are no feeds yet."), id="welcome-state")
            yield Choice(self._keys_for("add_feed"), "add a feed or a site's address", "add_feed")
            yield Choice(self._keys_for("import_opml"), "import the feeds of another reader (OPML)", "import_opml")
            yield Choice(
                self._keys_for("start_demo"), "start the demo with sample feeds, no network needed", "start_demo"
            )
            yield self.prompt
            yield Static(Content("? shows all keys, Q quits."), id="welcome-foot")

    def action_add_feed(self) -> None:
        """Ask for an address."""
        self.prompt.ask_address()

    def action_import_opml(self) -> None:
        """Ask for a file."""
        self.prompt.ask_file()

    def action_start_demo(self) -> None:
        """Leave, and have the demo started."""
        self.app.exit("demo")

    @on(AddPrompt.Added)
    def _added(self, message: AddPrompt.Added) -> None:
        self.dismiss(None)
        self._done(message.sentence)

    @on(Prompt.Left)
    def _left(self) -> None:
        self.prompt.close()
        self.set_focus(None)

    @on(Heard)
    def _heard(self, message: Heard) -> None:
        if message.reading.feeds:
            self.dismiss(None)
