"""The engine without a screen: signals, reload, health. A screen runs it as its child, and it ends with the screen."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import sys
from pathlib import Path

from feedwatch.config_file import ConfigFile
from feedwatch.engine.engine import Engine, Kind, open_engine
from feedwatch.engine.pauses import shorten
from feedwatch.errors import FeedwatchError

LOOK = 1.0
"""Seconds between looks at the configuration file."""

log = logging.getLogger(__name__)


async def run_daemon(configuration: ConfigFile, database: Path, *, kind: Kind, health: str = "") -> None:
    """Run until SIGTERM or SIGINT, then drain. SIGHUP reads the configuration again, SIGUSR1 polls every feed now.

    As a screen's engine it also ends when its standard input closes: then the screen is gone, however it went.
    """
    stop, reload, poll = asyncio.Event(), asyncio.Event(), asyncio.Event()
    _on_signals(stop, reload, poll)  # before anything else: an early SIGHUP would end us
    async with contextlib.AsyncExitStack() as stack:
        engine = await stack.enter_async_context(open_engine(configuration.current, database, kind))
        if health:
            from feedwatch.health import serve_health

            port = await stack.enter_async_context(serve_health(engine, health))
            log.info("health on port %d", port)
        if kind == "screen":
            _stop_at_end_of_input(stop)
        for watch in (_watch(configuration, engine, reload), _poll_when_asked(engine, poll)):
            stack.push_async_callback(_cancel, asyncio.create_task(watch))
        shorten()
        log.info("polling %d feeds into %s", len(configuration.current.feeds), database)
        await engine.run(stop)


def _on_signals(stop: asyncio.Event, reload: asyncio.Event, poll: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    loop.add_signal_handler(signal.SIGHUP, reload.set)
    loop.add_signal_handler(signal.SIGUSR1, poll.set)


async def _poll_when_asked(engine: Engine, poll: asyncio.Event) -> None:
    while True:
        await poll.wait()
        poll.clear()
        try:
            await engine.poll_now()
        except FeedwatchError:
            log.exception("the feeds could not be made due")


def _stop_at_end_of_input(stop: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()

    def read() -> None:
        if not os.read(sys.stdin.fileno(), 4096):
            loop.remove_reader(sys.stdin.fileno())
            stop.set()

    loop.add_reader(sys.stdin.fileno(), read)


async def _watch(configuration: ConfigFile, engine: Engine, reload: asyncio.Event) -> None:
    """Hand a changed configuration to the engine; one with problems is refused whole and the old one stays."""
    while True:
        asked = await _asked_within(reload, LOOK)
        result = await asyncio.to_thread(configuration.reload, asked=asked)
        if result is None:
            continue
        if result.problem:
            log.error("the configuration is not taken over, the old one stays in force:\n%s", result.problem)
            continue
        try:
            await engine.reload(configuration.current)
        except FeedwatchError:
            log.exception("the new configuration could not be taken over; trying again")
            await asyncio.sleep(LOOK)
            reload.set()
            continue
        log.info("configuration read again: %d feeds", len(configuration.current.feeds))


async def _asked_within(reload: asyncio.Event, seconds: float) -> bool:
    try:
        async with asyncio.timeout(seconds):
            await reload.wait()
    except TimeoutError:
        return False
    reload.clear()
    return True


async def _cancel(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
