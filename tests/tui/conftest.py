"""An application on a fake backend, with a clock that stands still."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest
from textual.events import Key
from textual.pilot import Pilot

from feedwatch.tui.app import FeedwatchApp
from feedwatch.tui.widgets.bar import Bar
from feedwatch.tui.widgets.text_pane import TextPane
from tests.tui.fake_backend import NOW, FakeBackend

TICK = 0.02
SLOW = 0.1
PAUSED = 0.2
"""More than a prompt waits for another key."""
Run = Callable[..., AbstractAsyncContextManager[Pilot[str]]]


async def settled(pilot: Pilot[str]) -> None:
    """Wait until what was asked for has been answered and drawn."""
    for _ in range(100):
        await pilot.pause(0.01)
        asked = [worker for worker in pilot.app.workers if worker.group not in ("live", "start") and worker.is_running]
        if pilot.app._exit or not asked:
            break
    await pilot.pause()


async def heard(pilot: Pilot[str]) -> None:
    """Wait for some turns of the live loop, and for one of its slow readings."""
    await pilot.pause(5 * TICK + SLOW)
    await settled(pilot)


async def comes(pilot: Pilot[str], true: Callable[[], bool]) -> bool:
    """Whether something is so before long."""
    for _ in range(300):
        if true():
            return True
        await pilot.pause(0.01)
    return true()


async def press(pilot: Pilot[str], *keys: str) -> None:
    """Press keys, and wait for what they asked for."""
    await pilot.press(*keys)
    await settled(pilot)


def hurry(pilot: Pilot[str], *keys: str) -> None:
    """Press keys without waiting for what they do, as a held key is."""
    assert pilot.app._driver is not None
    for key in keys:
        event = Key(key, key if len(key) == 1 else None)
        event.set_sender(pilot.app)
        pilot.app._driver.send_message(event)


def said(bar: Bar) -> str:
    """What a line says, whether there is room for it or not."""
    return "".join(text for text, _ in (*bar._left, ("  ", ""), *bar._right))


def written(pane: TextPane) -> str:
    """All lines of a pane."""
    return "\n".join("".join(text for text, _ in line.pieces) for line in pane.lines)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Turns of the live loop, and Textual's own waiting for idleness, in hundredths of a second."""
    monkeypatch.setattr("feedwatch.tui.app.TICK", TICK)
    monkeypatch.setattr("feedwatch.tui.live.SLOW", SLOW)
    monkeypatch.setattr("feedwatch.tui.app.QUIET", TICK / 2)
    monkeypatch.setattr("feedwatch.tui.screens.main._RETRY", 5 * TICK)
    monkeypatch.setattr("textual._wait.SLEEP_GRANULARITY", 0.004)
    monkeypatch.setattr("textual._wait.SLEEP_IDLE", 0.002)


@pytest.fixture
def opened() -> list[str]:
    """The addresses given to the browser."""
    return []


@pytest.fixture
def run(opened: list[str]) -> Run:
    """Runs the application on a backend until the block ends."""

    @asynccontextmanager
    async def running(
        backend: FakeBackend,
        size: tuple[int, int] = (120, 40),
        keys: Mapping[str, str] | None = None,
        *,
        has_feeds: bool = True,
    ) -> AsyncIterator[Pilot[str]]:
        app = FeedwatchApp(backend, keys=keys or {}, open_url=opened.append, has_feeds=has_feeds, now=lambda: NOW)
        async with app.run_test(size=size) as pilot:
            await settled(pilot)
            yield pilot

    return running
