"""The interactive screen: a desk for it, and an engine in a process of its own where nobody else polls."""

from __future__ import annotations

import asyncio
import contextlib
import locale
import logging
import os
import socket
import sys
from datetime import UTC, datetime
from functools import partial

from feedwatch.cli import screen_file
from feedwatch.cli.context import Context
from feedwatch.config import find_state
from feedwatch.core.urls import safe_link
from feedwatch.desk import Desk
from feedwatch.engine.processes import is_alive
from feedwatch.errors import StoreError

LOOK = 0.5
"""Seconds between looks at who polls."""
GRACE = 12.0
"""Seconds that the engine has to drain before it is ended."""
SILENT = 2.5
"""Seconds in which an engine that lives and can write has written: the clock may have been set forward, the disk was
perhaps full until now."""
RESTART = 2.0
"""Seconds before an engine that ended by itself is started again."""

FRAMES = "120"
"""Frames a second at most: with Textual's own 60 a key press waits 17 ms where something has just been drawn."""


def run(context: Context) -> None:
    """Open the screen until the user quits it; the demo afterwards, where that was asked for."""
    logging.basicConfig(handlers=[logging.NullHandler()], force=True)  # the terminal belongs to the screen
    if asyncio.run(show(context)) == "demo":
        from feedwatch.cli.demo import run as run_demo

        run_demo()


async def show(context: Context, *, keeps: bool = True) -> str | None:
    """The screen on this database; what it was left with. ``keeps``: the next one begins where the user was."""
    os.environ.setdefault("TEXTUAL_FPS", FRAMES)  # read when Textual is loaded
    from feedwatch.tui.app import FeedwatchApp
    from feedwatch.tui.glyphs import is_ascii

    async with context.desk() as desk:
        await desk.sync_feeds()
        state = find_state(context.database) if keeps else None
        keeper = EngineKeeper(desk, engine_command(context))
        app = FeedwatchApp(
            desk,
            theme=desk.config.tui.theme,
            ascii_glyphs=is_ascii(desk.config.tui.glyphs, locale.getencoding()),
            keys=desk.config.keys,
            after_paint=keeper.begin,
            open_url=open_in_browser,
            has_feeds=bool(desk.config.feeds),
            kept=screen_file.read(state) if state else {},
            keep=partial(screen_file.write, state) if state else None,
        )
        try:
            return await app.run_async()
        finally:
            await keeper.end()


def engine_command(context: Context) -> tuple[str, ...]:
    """The command line of an engine on the same configuration and database."""
    config = ("--config", str(context.config_path)) if context.config_path else ()
    program = (sys.executable, "-P", "-m", "feedwatch")
    return (*program, *config, "--db", str(context.database.absolute()), "daemon", "--for-screen")


def open_in_browser(url: str) -> None:
    """Hand an http or https address to the browser, as one argument and never through a shell; refuse all else."""
    import webbrowser

    if link := safe_link(url):
        webbrowser.open(link)


class EngineKeeper:
    """Starts an engine as a child process where nobody polls this database, and ends it with the screen."""

    def __init__(self, desk: Desk, command: tuple[str, ...]) -> None:
        self._desk = desk
        self._store = desk.store
        self._command = command
        self._child: asyncio.subprocess.Process | None = None
        self._loop: asyncio.Task[None] | None = None

    async def begin(self) -> None:
        """Keep an engine running from now on; returns at once."""
        self._loop = asyncio.create_task(self._keep(), name="engine keeper")

    async def end(self) -> None:
        """Stop keeping, and end our engine: it drains, then it goes."""
        if self._loop is not None:
            self._loop.cancel()
            await asyncio.gather(self._loop, return_exceptions=True)
        if self._child is not None and self._child.returncode is None:
            await _end(self._child)

    async def _keep(self) -> None:
        while True:
            try:
                await self._look()
            except StoreError as error:
                self._desk.trouble = f"alerts have stopped, the database can't be written: {error.reason}"
            except OSError as error:
                self._desk.trouble = f"alerts have stopped, no engine could be started: {error}"
            else:
                self._desk.trouble = ""
            await asyncio.sleep(LOOK)

    async def _look(self) -> None:
        """Start an engine where none works and one could."""
        if not await self._nobody_polls():
            return
        await self._store.try_writing()  # where that is not possible, ours or another may run and can do nothing
        if not await self._is_running() and await self._stays_silent():
            self._child = await _start(self._command)
            self._desk.engine_pid = self._child.pid

    async def _nobody_polls(self) -> bool:
        """No engine has the place, or the one that has it died just now: its lease need not run out first."""
        engine = await self._store.engine(datetime.now(UTC))
        return engine is None or (engine.host == socket.gethostname() and not is_alive(engine.pid))

    async def _stays_silent(self) -> bool:
        """Nobody polls, nor does one that runs on this machine and has only been silent for long."""
        last = await self._store.last_engine()
        if last is not None and last.host == socket.gethostname() and is_alive(last.pid):
            await asyncio.sleep(SILENT)
        return await self._nobody_polls()

    async def _is_running(self) -> bool:
        """Ours is up or starting; one that ended by itself is given a moment, so that a fault does not spin."""
        if self._child is None:
            return False
        if self._child.returncode is None:
            return True
        await asyncio.sleep(RESTART)
        return not await self._nobody_polls()


async def _start(command: tuple[str, ...]) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        env={**os.environ, **_terminal()},
        start_new_session=True,
    )


def _terminal() -> dict[str, str]:
    """Our terminal for an engine that has none itself: it writes notifications there where there is no desktop."""
    from feedwatch.net.desktop import TERMINAL  # loads every type of channel, which no screen waits for

    with contextlib.suppress(OSError):
        return {TERMINAL: os.ttyname(sys.__stderr__.fileno() if sys.__stderr__ else 2)}  # Textual draws there
    return {}


async def _end(child: asyncio.subprocess.Process) -> None:
    if child.stdin is not None:
        child.stdin.close()
    with contextlib.suppress(ProcessLookupError):
        child.terminate()
    try:
        await asyncio.wait_for(child.wait(), GRACE)
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            child.kill()
        await child.wait()
