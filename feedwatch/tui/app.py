"""The Textual application: theme, screens, keys, the live loop and an orderly end.

It is handed a ``Backend`` and knows nothing of what stands behind it. It never polls: what should begin once the screen
stands (the composition starts an engine there) arrives as ``after_paint``. Other screens are loaded when
they are asked for.
"""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from types import MappingProxyType
from typing import ClassVar

from textual import work
from textual.app import App
from textual.binding import Binding, BindingType
from textual.command import CommandPalette, Provider
from textual.events import Event, Key
from textual.filter import LineFilter
from textual.message import Message
from textual.widgets import Input

from feedwatch.errors import FeedwatchError
from feedwatch.tui.backend import Backend
from feedwatch.tui.commands import COMMANDS, Command, keys_of, spelled
from feedwatch.tui.delivery_state import DeliveriesShown
from feedwatch.tui.kept import ROOM_FOR_FEEDS, as_values, from_values, kept_of
from feedwatch.tui.live import TICK, Listener
from feedwatch.tui.looks import CONTRAST, AsciiGlyphs
from feedwatch.tui.messages import Heard, Told
from feedwatch.tui.palette import Commands
from feedwatch.tui.screens.main import MainScreen
from feedwatch.tui.screens.pane_screen import PaneScreen
from feedwatch.tui.state import Mode

QUIET = 0.2
"""Seconds after a key in which no news are read or drawn: the next key would have to wait for them."""
PATIENCE = 1.0
"""Seconds that news wait at most while keys come."""
KEEP = 60.0
"""Seconds after which it is kept where the user is; the end of the screen keeps it too."""
_NO_KEYS: Mapping[str, str] = MappingProxyType({})
_NOTHING: Mapping[str, object] = MappingProxyType({})


def utc_now() -> datetime:
    """The time by the computer's clock."""
    return datetime.now(UTC)


class FeedwatchApp(App[str]):
    """The screen of feedwatch. ``run()`` gives "demo" where the user asked for the demo, else None."""

    TITLE = "feedwatch"
    CSS_PATH = "app.tcss"
    ENABLE_COMMAND_PALETTE = False  # ours is opened by a command of the registry, so that its key can be changed
    COMMANDS: ClassVar[set[type[Provider] | Callable[[], type[Provider]]]] = {Commands}
    # Whatever the keys have been changed to and whatever has the focus, ctrl+c is a way out.
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+c", "quit", "Quit", priority=True, show=False)]
    # Textual declares these two in a way that a ClassVar would contradict.
    HORIZONTAL_BREAKPOINTS = [(0, "-tiny"), (80, "-narrow"), (104, "-medium"), (160, "-wide")]  # noqa: RUF012 - see above
    VERTICAL_BREAKPOINTS = [(0, "-short"), (34, "-tall")]  # noqa: RUF012 - see above

    def __init__(
        self,
        backend: Backend,
        *,
        theme: str = "textual-dark",
        ascii_glyphs: bool = False,
        keys: Mapping[str, str] = _NO_KEYS,
        after_paint: Callable[[], Awaitable[None]] | None = None,
        open_url: Callable[[str], None],
        has_feeds: bool = True,
        kept: Mapping[str, object] = _NOTHING,
        keep: Callable[[Mapping[str, object]], None] | None = None,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        """``keys`` is ``[keys]`` of the configuration; ``open_url`` is only ever given an http or https address.

        ``kept`` is what an earlier screen gave to ``keep``: where the user was.
        """
        # Textual would only turn colours grey; with its native colours it writes none.
        super().__init__(ansi_color=True if "NO_COLOR" in os.environ else None)
        self.register_theme(CONTRAST)
        self._glyphs = (AsciiGlyphs(),) if ascii_glyphs else ()
        self.backend = backend
        self.keys = keys
        self.now = now
        self._has_feeds = has_feeds
        self._after_paint = after_paint
        self._kept, self._keep = kept, keep
        before = from_values(kept, now())
        self._main = MainScreen(backend, now, open_url, before)
        self._outbox = DeliveriesShown(before.deliveries)
        """What the deliveries showed last: whoever comes back finds filter and cursor as they were."""
        self._listener = Listener(backend)
        self._pressed = float("-inf")
        """When the last key came, in monotonic seconds."""
        self.animation_level = "none"
        self.set_keymap({command.name: ",".join(keys_of(command, keys)) for command in _changed(keys)})
        self._no_theme = "" if theme in self.available_themes else theme
        self.theme = self.theme if self._no_theme else theme

    @property
    def main(self) -> MainScreen:
        """The screen at the bottom of the stack."""
        return self._main

    def get_line_filters(self) -> Sequence[LineFilter]:
        """What every line passes before it is written: colours and glyphs."""
        return (*super().get_line_filters(), *self._glyphs)

    async def on_event(self, event: Event) -> None:
        """Take note of keys, wherever they go."""
        if isinstance(event, Key):
            self._pressed = time.monotonic()
        await super().on_event(event)

    def on_key(self, event: Key) -> None:
        """Give an input what was typed before it had the keys; by itself it lets no printable key pass."""
        if isinstance(self.focused, Input) and event.is_printable and event.character:
            event.prevent_default()
            self.focused.insert_text_at_cursor(event.character)

    async def on_mount(self) -> None:
        """Show the main screen, which is read while it is made; go on to what is slower once it has been painted."""
        self._catch_signals()
        if self._no_theme:
            known = ", ".join(sorted(self.available_themes))
            self._main.tell(f'[tui] theme = "{self._no_theme}" is none of {known}.', problem=True)
        await self._hear()
        self._main.begin()
        await self.push_screen(self._main)
        if not self._has_feeds:
            from feedwatch.tui.screens.welcome import WelcomeScreen

            await self.push_screen(WelcomeScreen(self.backend, self._spelled, self._main.added))
        self.call_after_refresh(self._begin)
        self.set_interval(KEEP, self._remember)

    def on_unmount(self) -> None:
        """Say where the user was; give back what the process was lent."""
        self._remember()
        gc.enable()
        gc.unfreeze()
        for number in _SIGNALS:
            with suppress(NotImplementedError, RuntimeError, ValueError):  # where it could not be added
                asyncio.get_running_loop().remove_signal_handler(number)

    def _remember(self) -> None:
        main, roomy = self._main, self.size.width >= ROOM_FOR_FEEDS
        hidden = main.has_class("-toggled") if roomy else main.before.feeds_hidden
        now = kept_of(main.state, main.before, feeds_hidden=hidden, deliveries=self._outbox.filter)
        values = as_values(now)
        if self._keep is not None and values != self._kept:
            self._kept = values
            self._keep(values)

    def action_show_items(self) -> None:
        """Show the stream."""
        self._to_main()
        self._main.show_mode(Mode.ITEMS)

    def action_show_alerts(self) -> None:
        """Show the alerts."""
        self._to_main()
        self._main.show_mode(Mode.ALERTS)

    def action_show_feeds(self) -> None:
        """Show the feeds' health."""
        from feedwatch.tui.screens.feeds import FeedsScreen

        self._to_main()
        self.push_screen(FeedsScreen(self.backend, self.now, self._main.look_at))

    def action_show_deliveries(self) -> None:
        """Show the outbox."""
        from feedwatch.tui.screens.deliveries import DeliveriesScreen

        self._to_main()
        screen = DeliveriesScreen(self.backend, self.now, self._main.show_alert, self._outbox, self._keep_outbox)
        self.push_screen(screen)

    def _keep_outbox(self, state: DeliveriesShown) -> None:
        self._outbox = state

    def action_show_statistics(self) -> None:
        """Show what came in, and how fast it went out."""
        from feedwatch.tui.screens.statistics import StatisticsScreen

        self._to_main()
        self.push_screen(StatisticsScreen(self.backend, self.now))

    def action_show_rules(self) -> None:
        """Show the rules."""
        from feedwatch.tui.screens.rules import RulesScreen

        self._to_main()
        self.push_screen(RulesScreen(self.backend, self.now))

    def action_help(self) -> None:
        """Show every key."""
        from feedwatch.tui.screens.help import HelpScreen

        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen(self.keys))

    def action_palette(self) -> None:
        """Find a command by its words."""
        if not isinstance(self.screen, CommandPalette):
            self.push_screen(CommandPalette(id="--command-palette"))

    def _spelled(self, name: str) -> str:
        """The first key of a command, as a person writes it."""
        return next(spelled(keys_of(command, self.keys)[:1]) for command in COMMANDS if command.name == name)

    def _to_main(self) -> None:
        while self.screen is not self._main and len(self.screen_stack) > 1:
            self.pop_screen()

    def _begin(self) -> None:
        self._listen()
        self._start_engine()

    @work(group="start")
    async def _start_engine(self) -> None:
        if self._after_paint is None:
            return
        try:
            await self._after_paint()
        except FeedwatchError as error:
            self._tell(str(error))
        except Exception as error:  # noqa: BLE001 - the screen is of use without an engine; the user is told
            self._tell(f"The poller could not be started ({error}); stored items can be read.")

    @work(group="live")
    async def _listen(self) -> None:
        """The live loop: one question at a time, and one message per tick, whatever happens."""
        await self._hear()
        gc.enable()
        gc.freeze()  # what start-up made stays: not looking through it again keeps key presses even
        while True:
            await asyncio.sleep(TICK)
            await self._until_quiet()
            self._main.begin()
            await self._hear()

    async def _until_quiet(self) -> None:
        """Let keys pass."""
        late = time.monotonic() + PATIENCE
        while (wait := min(self._pressed + QUIET, late) - time.monotonic()) > 0:  # noqa: ASYNC110 - waits for no event
            await asyncio.sleep(wait)

    async def _hear(self) -> None:
        try:
            reading = await self._listener.tick(self._main.wanted(), time.monotonic())
        except FeedwatchError as error:
            self._tell(str(error))
        except Exception as error:  # noqa: BLE001 - a surprise must not end the screen; it is shown, and asked again
            self._tell(f"Unexpected error while reading the database: {error!r}")
        else:
            if reading is not None:
                self._post(partial(Heard, reading))

    def _tell(self, problem: str) -> None:
        self._post(partial(Told, problem, problem=True))

    def _post(self, message: Callable[[], Message]) -> None:
        """A message to each screen; not to Textual's own beneath them, which would have all drawn again at each."""
        for screen in self.screen_stack:
            if isinstance(screen, PaneScreen):
                screen.post_message(message())

    def _catch_signals(self) -> None:
        """Textual leaves the terminal broken on SIGTERM and SIGHUP; end in order instead."""
        for number in _SIGNALS:
            with suppress(NotImplementedError, RuntimeError, ValueError):  # not on Windows, not outside the main thread
                end = partial(self.exit, return_code=128 + number)
                asyncio.get_running_loop().add_signal_handler(number, end)


_SIGNALS = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))


def _changed(keys: Mapping[str, str]) -> tuple[Command, ...]:
    """The commands whose keys differ from their defaults, and still have some."""
    return tuple(c for c in COMMANDS if keys_of(c, keys) and keys_of(c, keys) != c.keys)
