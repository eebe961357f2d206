from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from typing import NoReturn

import pytest
from textual.command import CommandPalette

from feedwatch.errors import StoreBusyError, UsageError
from feedwatch.events import ConfigReloaded, EngineChanged
from feedwatch.tui.app import FeedwatchApp
from feedwatch.tui.commands import COMMANDS, Place, at
from feedwatch.tui.palette import Commands
from feedwatch.tui.screens.backtest import BacktestScreen
from feedwatch.tui.screens.chart import ChartScreen
from feedwatch.tui.screens.deliveries import DeliveriesScreen
from feedwatch.tui.screens.feeds import FeedsScreen
from feedwatch.tui.screens.help import HelpScreen
from feedwatch.tui.screens.main import MainScreen
from feedwatch.tui.screens.pictures import PicturesScreen
from feedwatch.tui.screens.rule_editor import RuleEditor
from feedwatch.tui.screens.rules import RulesScreen
from feedwatch.tui.screens.statistics import StatisticsScreen
from feedwatch.tui.screens.story import StoryScreen
from feedwatch.tui.screens.welcome import WelcomeScreen
from feedwatch.tui.screens.why import WhyScreen
from tests.tui.conftest import Run, heard, hurry, press, said, settled, written
from tests.tui.fake_backend import NOW, FakeBackend, make_row


def application(
    backend: FakeBackend, after_paint: Callable[[], Awaitable[None]] | None = None, theme: str = "textual-dark"
) -> FeedwatchApp:
    return FeedwatchApp(
        backend, theme=theme, after_paint=after_paint, open_url=lambda _url: None, has_feeds=True, now=lambda: NOW
    )


async def test_what_begins_after_the_first_paint_runs_beside_the_screen() -> None:
    begun = asyncio.Event()

    async def begin() -> None:
        begun.set()
        await asyncio.sleep(60)

    app = application(FakeBackend([make_row(1)]), begin)
    async with app.run_test() as pilot:
        await settled(pilot)
        assert begun.is_set()
        assert app.main.state.loaded


async def test_an_engine_that_does_not_start_leaves_a_screen_to_read_on() -> None:
    async def fail() -> NoReturn:
        raise StoreBusyError("The database is too new.")

    app = application(FakeBackend([make_row(1)]), fail)
    async with app.run_test() as pilot:
        await heard(pilot)
        assert "The database is too new." in said(app.main.panes.status)
        assert app.main.state.loaded


async def test_a_busy_store_is_told_and_asked_again(run: Run) -> None:
    backend = FakeBackend([make_row(1)])
    async with run(backend) as pilot:
        app = pilot.app
        assert isinstance(app, FeedwatchApp)
        backend.failing["rows"] = StoreBusyError("The database is held by another process.")
        backend.arrive([make_row(2)])
        await heard(pilot)
        assert "held by another process" in said(app.main.panes.status)
        del backend.failing["rows"]
        await heard(pilot)
        assert app.main.state.window.ids == {1, 2}


async def test_a_surprise_in_the_live_loop_is_told_and_the_loop_goes_on(run: Run) -> None:
    backend = FakeBackend([make_row(1)])
    async with run(backend) as pilot:
        assert isinstance(pilot.app, FeedwatchApp)
        backend.failing["changes"] = ZeroDivisionError("surprise")
        await heard(pilot)
        assert "surprise" in said(pilot.app.main.panes.status)
        del backend.failing["changes"]
        backend.arrive([make_row(2)])
        await heard(pilot)
        assert pilot.app.main.state.window.ids == {1, 2}


async def test_a_first_reading_that_fails_is_made_again() -> None:
    backend = FakeBackend([make_row(1)])
    backend.failing["items"] = StoreBusyError("The database is held by another process.")
    app = application(backend)
    async with app.run_test() as pilot:
        await settled(pilot)
        assert not app.main.state.loaded
        backend.failing.clear()
        await heard(pilot)
        assert app.main.state.window.ids == {1}


async def test_many_events_are_one_reading(run: Run) -> None:
    backend = FakeBackend([make_row(1)])
    async with run(backend) as pilot:
        await heard(pilot)
        backend.calls.clear()
        for number in range(2, 52):
            backend.arrive([make_row(number)])
            backend.happen(EngineChanged())
        await heard(pilot)
        assert len(backend.made("rows")) == 1
        assert len(backend.made("feeds")) <= 1


async def test_a_refused_configuration_is_told(run: Run) -> None:
    backend = FakeBackend([make_row(1)])
    async with run(backend) as pilot:
        assert isinstance(pilot.app, FeedwatchApp)
        backend.happen(ConfigReloaded("[poll] intervall: no such key"))
        await heard(pilot)
        assert "intervall" in said(pilot.app.main.panes.status)


async def test_keys_can_be_rebound(run: Run) -> None:
    backend = FakeBackend([make_row(1), make_row(2), make_row(3)])
    keys = {"toggle_read": "x,ctrl+r", "down": "k", "up": "j", "toggle_star": "m", "quit": "ctrl+x"}
    async with run(backend, keys=keys) as pilot:
        assert isinstance(pilot.app, FeedwatchApp)
        await pilot.press("k", "k", "j")
        assert pilot.app.main.state.selected == 2
        await pilot.press("x")
        await settled(pilot)
        assert backend.made("mark_read") == [((2,), True, True)]
        await pilot.press("ctrl+r", "m", "s", "Q")
        await settled(pilot)
        assert backend.made("mark_read")[1:] == [((2,), False, True)]
        assert backend.made("mark_starred") == [((2,), True)]
        await pilot.press("ctrl+x")
        await pilot.pause()
        assert not pilot.app.is_running or pilot.app._exit


@pytest.mark.parametrize("key", ["Q", "ctrl+c"])
async def test_quitting_keys_quit_with_no_result(run: Run, key: str) -> None:
    async with run(FakeBackend([make_row(1)])) as pilot:
        await pilot.press(key)
        await pilot.pause()
        assert pilot.app._exit
        assert pilot.app.return_value is None


async def test_ctrl_c_quits_also_from_the_search_box(run: Run) -> None:
    async with run(FakeBackend([make_row(1)])) as pilot:
        await pilot.press("/", "a", "ctrl+c")
        await pilot.pause()
        assert pilot.app._exit


async def test_the_number_keys_change_views_from_everywhere(run: Run) -> None:
    async with run(FakeBackend([make_row(1)])) as pilot:
        app = pilot.app
        assert isinstance(app, FeedwatchApp)
        await pilot.press("3")
        assert isinstance(app.screen, FeedsScreen)
        await pilot.press("4")
        assert isinstance(app.screen, DeliveriesScreen)
        await pilot.press("?")
        assert isinstance(app.screen, HelpScreen)
        await pilot.press("escape", "2")
        await settled(pilot)
        assert app.screen is app.main
        assert app.main.focused is app.main.panes.alerts
        await pilot.press("1")
        await settled(pilot)
        assert app.main.focused is app.main.panes.items


async def test_the_palette_has_every_command_of_the_screen(run: Run) -> None:
    async with run(FakeBackend([make_row(1)])) as pilot:
        found = [hit.text or "" async for hit in Commands(pilot.app.screen).discover()]
        for command in at(Place.MAIN):
            assert command.name == "palette" or any(text.startswith(command.help) for text in found)


async def test_a_command_can_be_done_from_the_palette(run: Run) -> None:
    backend = FakeBackend([make_row(1)])
    async with run(backend) as pilot:
        await pilot.press(":")
        assert isinstance(pilot.app.screen, CommandPalette)
        await pilot.press(*"toggle_star")
        await pilot.pause(0.1)
        await settled(pilot)
        await pilot.press("enter")
        await settled(pilot)
        assert backend.made("mark_starred") == [((1,), True)]


async def test_the_help_lists_every_command_with_its_keys_and_scrolls(run: Run) -> None:
    async with run(FakeBackend([make_row(1)]), size=(80, 24), keys={"toggle_star": "x"}) as pilot:
        await pilot.press("?")
        await settled(pilot)
        screen = pilot.app.screen
        assert isinstance(screen, HelpScreen)
        assert all(
            command.help in written(screen.pane) and command.name in written(screen.pane) for command in COMMANDS
        )
        assert any(
            line.split() and line.split()[0] == "x" and "Star" in line for line in written(screen.pane).splitlines()
        )
        await pilot.press("end")
        await settled(pilot)
        assert screen.pane.scroll_y > 0


async def test_an_unknown_theme_does_not_keep_the_screen_from_opening() -> None:
    app = application(FakeBackend([make_row(1)]), theme="no-such-theme")
    async with app.run_test() as pilot:
        await settled(pilot)
        assert app.theme == "textual-dark"
        assert "no-such-theme" in said(app.main.panes.status)


@pytest.mark.skipif(sys.platform == "win32", reason="no such signals there")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
async def test_a_signal_ends_the_screen_in_order(run: Run, number: signal.Signals) -> None:
    async with run(FakeBackend([make_row(1)])) as pilot:
        os.kill(os.getpid(), number)
        await asyncio.sleep(0.05)
        assert pilot.app._exit
        assert pilot.app.return_code == 128 + number


async def test_a_refusal_of_a_poll_is_told(run: Run) -> None:
    backend = FakeBackend([make_row(1)])
    backend.failing["poll_now"] = UsageError("Nobody polls this database: start feedwatch daemon.")
    async with run(backend) as pilot:
        assert isinstance(pilot.app, FeedwatchApp)
        await pilot.press("R")
        await settled(pilot)
        assert "Nobody polls this database" in said(pilot.app.main.panes.status)


@pytest.mark.parametrize("place", list(Place))
def test_every_command_is_an_action_where_it_applies(place: Place) -> None:
    screens = {
        Place.MAIN: MainScreen,
        Place.FEEDS: FeedsScreen,
        Place.DELIVERIES: DeliveriesScreen,
        Place.WHY: WhyScreen,
        Place.STORY: StoryScreen,
        Place.BACKTEST: BacktestScreen,
        Place.CHART: ChartScreen,
        Place.STATISTICS: StatisticsScreen,
        Place.RULES: RulesScreen,
        Place.EDITOR: RuleEditor,
        Place.HELP: HelpScreen,
        Place.WELCOME: WelcomeScreen,
        Place.PICTURES: PicturesScreen,
    }
    for command in at(place):
        assert callable(getattr(FeedwatchApp if command.by_app else screens[place], f"action_{command.name}", None))


@pytest.mark.parametrize("key", ["question_mark", "3", "4", "5", "6", "x", "w", "b"])
async def test_leaving_keys_that_were_typed_fast_leave_one_screen_only(run: Run, key: str) -> None:
    async with run(FakeBackend([make_row(1, rules=("Drones",))])) as pilot:
        await press(pilot, key)
        assert isinstance(pilot.app, FeedwatchApp)
        assert pilot.app.screen is not pilot.app.main
        hurry(pilot, "escape", "escape", "escape", "escape")
        await settled(pilot)
        assert pilot.app.screen is pilot.app.main
