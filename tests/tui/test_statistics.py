"""The screen of statistics, and the days in the table of feeds."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from textual.pilot import Pilot

from feedwatch.errors import StoreError
from feedwatch.model import (
    Activity,
    AlertStats,
    ChannelLine,
    FeedHealth,
    FeedId,
    Latency,
    OutletLine,
    StatsLine,
    replace,
)
from feedwatch.tui.cells import width_of
from feedwatch.tui.days import midnights
from feedwatch.tui.screens.feeds import FeedsScreen
from feedwatch.tui.screens.main import MainScreen
from feedwatch.tui.screens.rules import RulesScreen
from feedwatch.tui.screens.statistics import StatisticsScreen
from feedwatch.tui.statistics_lines import DAYS, lines, speed
from feedwatch.tui.widgets.row_list import RowList
from feedwatch.tui.widgets.text_pane import TextPane
from tests.tui.conftest import Run, comes, press, said, settled, written
from tests.tui.fake_backend import NOW, FakeBackend, make_feed, make_row

FAST = Latency(12, 0.4, 3.0)
SLOW = Latency(12, 65.0, 7_200.0)
NOTHING = Latency(0, None, None)
FOUND = Activity(
    items=(0,) * 27 + (1, 20, 80),
    alerts={"Drones": (0,) * 28 + (4, 8)},
    speeds=AlertStats(
        (StatsLine("Drones", 12, 12, SLOW, FAST, NOTHING),), (ChannelLine("desk", 1_234, 7, FAST, SLOW),)
    ),
    outlets=(OutletLine("The Halden Tribune", 60, 15), OutletLine("Lassen Courier", 6, 0)),
    stories=70,
    copies=31,
    spared=2,
    loop_lag=0.003,
    loop_lag_max=1.25,
)


def test_a_day_with_a_burst_is_marked_by_a_sign_and_told_what_it_is() -> None:
    days = midnights(NOW, DAYS)
    for width, marked in ((80, "▁" * 12 + "▄▲"), (120, "▁" * 28 + "▄▲")):
        text = ["".join(text for text, _ in line.pieces) for line in lines(FOUND, days, width)]
        assert not any("▲" in line for line in text)
        burst = lines(replace(FOUND, bursts={"Drones": frozenset({29})}), days, width)
        text = ["".join(text for text, _ in line.pieces) for line in burst]
        assert any(marked in line for line in text)
        assert any("a day with a burst" in line for line in text)


@pytest.fixture
def berlin() -> Iterator[None]:
    """A reader whose clocks are set back on 25 October 2026."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(os.environ, "TZ", "Europe/Berlin")
        time.tzset()
        yield
    time.tzset()


def backend(found: Activity = FOUND) -> FakeBackend:
    made = FakeBackend([make_row(1)])
    made.happened = found
    return made


async def called(pilot: Pilot[str], made: FakeBackend, name: str) -> None:
    """Wait until the backend was called so."""
    for _ in range(500):
        if made.made(name):
            return
        await pilot.pause(0.01)
    pytest.fail(f"{name} was not called")


def shown(pilot: Pilot[str]) -> str:
    assert isinstance(pilot.app.screen, StatisticsScreen)
    return written(pilot.app.screen.pane)


def texts(found: Activity, width: int) -> list[str]:
    return ["".join(text for text, _ in line.pieces) for line in lines(found, midnights(NOW, DAYS), width)]


# --- days -----------------------------------------------------------------------------------------------------------


def test_days_end_with_the_one_in_which_it_is_now() -> None:
    days = midnights(NOW, 3)
    assert len(days) == 4
    assert days[2] <= NOW < days[3]
    assert days == tuple(sorted(days))
    assert all(day.astimezone().hour == 0 for day in days)


@pytest.mark.usefixtures("berlin")
def test_a_day_that_is_longer_by_an_hour_begins_and_ends_at_midnight() -> None:
    first, second, third = midnights(datetime(2026, 10, 25, 12, tzinfo=UTC), 2)
    assert third - second == timedelta(hours=25)
    assert second - first == timedelta(hours=24)


# --- what is written --------------------------------------------------------------------------------------------------


def test_every_number_is_there() -> None:
    text = "\n".join(texts(FOUND, 115))
    for words in ("101 in 30 days", "80 today so far", "most 80, today", "1.1m / 2.0h", "0.4s / 3.0s", "–", "1,234"):
        assert words in text
    assert "The Halden Tribune" in text
    assert "25%" in text
    assert " 70 told" in text
    assert " 31 items were copies" in text
    assert " 2 matches raised no alert" in text
    assert " 1,250 ms at worst" in text


def test_times_are_half_of_them_and_95_of_100_or_a_dash() -> None:
    assert speed(SLOW) == "1.1m / 2.0h"
    assert speed(NOTHING) == "–"


@pytest.mark.parametrize("width", [75, 100, 115, 150, 195])
def test_no_line_is_wider_than_the_screen(width: int) -> None:
    long = replace(FOUND, outlets=(OutletLine("A" * 200, 1_000_000, 999_999),))
    assert max(width_of(line.pieces) for line in lines(long, midnights(NOW, DAYS), width)) <= width


def test_numbers_stand_under_their_headings() -> None:
    head, line = (one for one in texts(FOUND, 115) if one.lstrip().startswith(("rule", "Drones")))
    assert len(head) == len(line)
    assert head.index("alerts") + len("alerts") == line.index("12") + len("12")


def test_stories_stand_beside_the_rest_where_there_is_room() -> None:
    assert any("Items a day" in line and "Stories" in line for line in texts(FOUND, 195))
    assert not any("Items a day" in line and "Stories" in line for line in texts(FOUND, 115))


def test_where_nothing_happened_a_sentence_says_so() -> None:
    nothing = Activity((0,) * DAYS, {}, AlertStats((), ()), (), 0, 0, 0, 0.0, 0.0)
    text = "\n".join(texts(nothing, 75))
    for words in ("No item came in", "No rule raised an alert", "No alert was delivered", "No outlet published"):
        assert words in text


# --- the screen -------------------------------------------------------------------------------------------------------


async def test_5_shows_the_statistics_and_6_the_rules(run: Run) -> None:
    made = backend()
    async with run(made) as pilot:
        await press(pilot, "5")
        assert "101 in 30 days" in shown(pilot)
        assert isinstance(pilot.app.screen, StatisticsScreen)
        assert "counted at" in said(pilot.app.screen.header)
        assert made.made("activity") == [(midnights(NOW, DAYS),)]
        await press(pilot, "6")
        assert isinstance(pilot.app.screen, RulesScreen)
        await press(pilot, "5", "escape")
        assert isinstance(pilot.app.screen, MainScreen)


async def test_while_it_is_counted_the_screen_says_so_and_leaving_ends_it(run: Run) -> None:
    made = backend()
    made.counting = asyncio.Event()
    async with run(made) as pilot:
        await pilot.press("5")
        await called(pilot, made, "activity")
        assert "Counting …" in shown(pilot)
        await pilot.press("escape")
        await called(pilot, made, "activity given up")
        assert len(made.made("activity")) == len(made.made("activity given up")) == 1


async def test_what_cannot_be_counted_is_told(run: Run) -> None:
    made = backend()
    made.failing["activity"] = StoreError("feedwatch.db: the disk is full")
    async with run(made) as pilot:
        await press(pilot, "5")
        assert "It could not be counted: feedwatch.db: the disk is full" in shown(pilot)


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
async def test_the_statistics_scroll_and_fit_every_size(run: Run, size: tuple[int, int]) -> None:
    async with run(backend(), size) as pilot:
        await press(pilot, "5")
        pane = pilot.app.screen.query_one(TextPane)
        assert pilot.app.screen.focused is pane
        assert max(width_of(line.pieces) for line in pane.lines) <= pane.room
        assert "Items a day" in "".join(pane.render_line(y).text for y in range(pane.height))
        await press(pilot, "G")
        assert "another outlet had told before" in "".join(pane.render_line(y).text for y in range(pane.height))


async def test_another_width_sets_the_text_anew(run: Run) -> None:
    async with run(backend(), (200, 60)) as pilot:
        await press(pilot, "5")
        await pilot.resize_terminal(80, 24)
        await settled(pilot)
        pane = pilot.app.screen.query_one(TextPane)
        assert await comes(pilot, lambda: max(width_of(line.pieces) for line in pane.lines) <= pane.room <= 76)


# --- feeds ------------------------------------------------------------------------------------------------------------


async def test_the_feeds_show_days_and_cadence_where_there_is_room(run: Run) -> None:
    row = make_feed(1)
    paced = replace(row, feed=replace(row.feed, state=replace(row.feed.state, cadence=7200.0)))
    made = FakeBackend([make_row(1)], (paced, make_feed(2)))
    made.of_feeds = {FeedId(1): (0,) * 12 + (5, 10)}
    async with run(made) as pilot:
        await press(pilot, "3")
        table = pilot.app.screen.query_one("#table", RowList)
        assert "▁▁▁▁▁▁▁▁▁▁▁▁▄▇" in table.render_line(0).text
        assert "▁" * 14 in table.render_line(1).text
        assert "2h" in table.render_line(0).text
        assert made.made("feed_days") == [(midnights(NOW, 14),)]


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
async def test_headings_stand_over_their_columns(run: Run, size: tuple[int, int]) -> None:
    row = make_feed(1)
    paced = replace(row, feed=replace(row.feed, state=replace(row.feed.state, cadence=7200.0)))
    async with run(FakeBackend([make_row(1)], (paced,)), size) as pilot:
        await press(pilot, "3")
        assert isinstance(pilot.app.screen, FeedsScreen)
        heads = pilot.app.screen.headings.render_line(0).text
        line = pilot.app.screen.query_one("#table", RowList).render_line(0).text
        assert heads.index("success") == line.index("12m ago")
        assert heads.index("next") == line.index("in 3m")
        assert heads.index("every") + len("every") == line.index("2h") + len("2h")


async def test_what_is_wrong_stands_under_the_table_where_it_has_no_column(run: Run) -> None:
    async with run(FakeBackend([make_row(1)], (make_feed(1, FeedHealth.FAILING),)), (80, 24)) as pilot:
        await press(pilot, "3")
        assert isinstance(pilot.app.screen, FeedsScreen)
        assert "what is wrong" not in said(pilot.app.screen.headings)
        assert "status 500" in str(pilot.app.screen.detail.content)
