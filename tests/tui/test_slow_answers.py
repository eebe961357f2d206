"""Answers that come late, or not at all: they take nothing away from what the user did meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from textual.pilot import Pilot

from feedwatch.errors import StoreBusyError
from feedwatch.events import ConfigReloaded, FeedChecked
from feedwatch.model import DeliveryState, FeedId, ItemId, StoryId, StoryMember, View, replace
from feedwatch.tui import state as states
from feedwatch.tui.app import FeedwatchApp
from feedwatch.tui.delivery_state import COUNTED
from feedwatch.tui.screens.main import MainScreen
from feedwatch.tui.screens.story import StoryScreen
from feedwatch.tui.state import Mode
from tests.tui.conftest import Run, comes, heard, hurry, press, settled
from tests.tui.fake_backend import NOW, FakeBackend, ManyRows, make_alert, make_delivery, make_feed, make_row


def main(pilot: Pilot[str]) -> MainScreen:
    assert isinstance(pilot.app, FeedwatchApp)
    return pilot.app.main


def rows(count: int) -> FakeBackend:
    return FakeBackend([make_row(number) for number in range(1, count + 1)])


def slowed(
    backend: FakeBackend, name: str, seconds: float, when: Callable[..., bool] = lambda *_, **__: True
) -> list[Any]:
    """Have a call of the backend take so long; the calls that did."""
    quick, late = getattr(backend, name), []

    async def slow(*args: Any, **named: Any) -> Any:
        if when(*args, **named):
            late.append(args)
            await asyncio.sleep(seconds)
        return await quick(*args, **named)

    setattr(backend, name, slow)
    return late


async def test_a_page_read_for_rows_that_are_exchanged_leaves_no_gap(run: Run) -> None:
    backend = FakeBackend(ManyRows(6000))
    async with run(backend) as pilot:
        screen = main(pilot)
        while not (screen.state.window.above and screen.state.window.below):
            screen.become(states.moved(screen.state, 150, screen.panes.items.first))
            await settled(pilot)
        late = slowed(backend, "items", 0.3, lambda *_, after=None, **__: after is not None)
        while not late:
            screen.become(states.moved(screen.state, 30, screen.panes.items.first))
            await pilot.pause(0.01)
        hurry(pilot, "g")
        assert await comes(pilot, lambda: not screen.state.window.above)
        await pilot.pause(0.5)
        ids = [row.id for row in screen.state.window.rows]
        assert [a - b for a, b in pairwise(ids)] == [1] * (len(ids) - 1)


async def test_a_first_reading_that_takes_long_is_waited_for() -> None:
    backend = rows(30)
    late = slowed(backend, "items", 0.4)
    app = FeedwatchApp(backend, open_url=lambda _: None, now=lambda: NOW)
    async with app.run_test(size=(120, 40)) as pilot:
        assert await comes(pilot, lambda: app.main.state.loaded)
        assert len(late) == 1, "begun again, it would never end"


async def test_a_view_that_is_chosen_before_the_first_reading_ends_stays() -> None:
    backend = rows(30)
    app = FeedwatchApp(backend, open_url=lambda _: None, now=lambda: NOW)
    slowed(backend, "items", 0.3, lambda view, *_, **__: view.grouped)
    async with app.run_test(size=(120, 40)) as pilot:
        app.main._open(View(feed_id=FeedId(1)), end=False)
        assert await comes(pilot, lambda: app.main.state.loaded)
        await pilot.pause(0.5)
        assert app.main.state.view.feed_id == 1


async def test_a_preview_that_could_not_be_read_is_read_again(run: Run) -> None:
    backend = rows(30)
    async with run(backend) as pilot:
        backend.failing["item"] = StoreBusyError("the database is busy")
        await press(pilot, "j")
        assert main(pilot).state.detail is None, "no other item's text stands beside it"
        backend.failing.clear()
        await heard(pilot)
        detail = main(pilot).state.detail
        assert detail is not None
        assert detail.row.id == main(pilot).state.selected == 29


async def test_a_merge_brings_back_no_view_that_was_left(run: Run) -> None:
    backend = rows(30)
    late: list[ItemId] = []

    async def merge(item_id: ItemId, into: ItemId) -> dict[ItemId, StoryId]:
        late.append(into)
        await asyncio.sleep(0.3)
        return {item_id: StoryId(1)}

    backend.merge = merge  # type: ignore[method-assign]  # a slow one
    async with run(backend) as pilot:
        await press(pilot, "+", "j")
        main(pilot).action_merge()
        assert await comes(pilot, lambda: bool(late))
        main(pilot).look_at(View(feed_id=FeedId(1)))
        assert await comes(pilot, lambda: main(pilot).state.view.feed_id == 1)
        await pilot.pause(0.5)
        assert main(pilot).state.view.feed_id == 1
        assert "One story now" in main(pilot).state.message


async def test_the_cursor_among_the_feeds_stays_while_a_view_is_opened(run: Run) -> None:
    backend = FakeBackend([make_row(n) for n in range(1, 50)], feeds=tuple(make_feed(n) for n in range(1, 20)))
    async with run(backend) as pilot:
        slowed(backend, "items", 0.3)
        feeds = main(pilot).panes.feeds.rows
        feeds.focus()
        await pilot.pause()
        for _ in range(4):
            hurry(pilot, "j")
        await pilot.pause(0.05)
        backend.feed_rows = tuple(replace(row, unread=row.unread + 1) for row in backend.feed_rows)
        backend.happen(FeedChecked((FeedId(1),)))
        assert await comes(pilot, lambda: main(pilot).state.feeds == backend.feed_rows)
        assert feeds.place == 4


async def test_a_telling_is_never_shown_beside_the_text_of_another(run: Run) -> None:
    backend = with_members(10)
    async with run(backend, size=(100, 40)) as pilot:
        screen = await of_story(pilot)
        slowed(backend, "item", 0.3, lambda item_id: item_id == 1)
        backend.change(replace(make_row(1), tellings=11))
        await pilot.pause(0.1)
        await press(pilot, "j")
        await pilot.pause(0.4)
        assert screen.table.chosen is not None
        assert screen._detail is not None
        assert screen._detail.row.id == screen.table.chosen.item_id == 2


async def test_news_of_another_story_leave_the_tellings_where_they_are(run: Run) -> None:
    backend = with_members(40)
    async with run(backend, size=(100, 20)) as pilot:
        screen = await of_story(pilot)
        screen.table.scroll_to(y=20, animate=False)
        await pilot.pause()
        first = screen.table.first
        assert first > 10
        backend.arrive([make_row(500)])
        await heard(pilot)
        assert screen.table.first == first


def with_members(count: int) -> FakeBackend:
    backend = rows(60)
    told = [make_row(number) for number in range(1, count + 1)]
    backend.members = tuple(StoryMember(row.id, row.title, row.url, row.outlet, row.seen, "") for row in told)
    return backend


async def of_story(pilot: Pilot[str]) -> StoryScreen:
    screen = main(pilot)
    screen.become(replace(screen.state, selected=ItemId(1)))
    await settled(pilot)
    await press(pilot, "x")
    assert isinstance(pilot.app.screen, StoryScreen)
    return pilot.app.screen


@pytest.mark.parametrize(
    ("call", "keys"),
    [
        ("explain", ("w", *"drone", "enter")),
        ("backtest", ("b", *"drone", "enter")),
        ("backtest", ("6", "enter")),
        ("save_rule", ("6", "enter", "ctrl+s")),
        ("activity", ("5",)),
        ("trends", ("6", "c")),
        ("find_feeds", ("3", "a", *"a.example", "enter")),
    ],
)
async def test_a_surprise_is_told_and_ends_nothing(run: Run, call: str, keys: Sequence[str]) -> None:
    backend = rows(1)
    async with run(backend) as pilot:
        backend.failing[call] = ValueError("surprise")
        await press(pilot, *keys)
        text = shown(pilot)
        assert "Unexpected error: ValueError" in text
        await press(pilot, "escape", "escape", "escape", "escape")
        assert pilot.app.screen is main(pilot)


async def test_the_home_of_nobody_is_told(run: Run) -> None:
    async with run(rows(1)) as pilot:
        await press(pilot, "3", "i", *"~nobody_x/a.opml", "enter")
        text = shown(pilot)
        assert "no such user" in text


async def test_escape_ends_what_an_address_was_being_looked_for(run: Run) -> None:
    backend = rows(1)
    late = slowed(backend, "find_feeds", 0.3)
    async with run(backend) as pilot:
        await press(pilot, "3", "a", *"a.example")
        hurry(pilot, "enter", "enter")
        assert await comes(pilot, lambda: bool(late))
        await press(pilot, "escape", "i")
        await pilot.pause(0.5)
        text = shown(pilot)
        assert len(late) == 1, "a second enter begins nothing anew"
        assert "As exported by another reader" in text
        assert "First" not in text


async def test_what_was_found_is_about_the_address_that_it_was_found_at(run: Run) -> None:
    async with run(rows(1)) as pilot:
        await press(pilot, "3", "a", *"a.example", "enter")
        assert "Enter keeps it" in shown(pilot)
        await press(pilot, "x")
        await pilot.pause(0.3)
        assert "Enter keeps it" not in shown(pilot)


async def test_escape_after_a_search_goes_back_to_where_it_began(run: Run) -> None:
    async with run(rows(300)) as pilot:
        await press(pilot, *["j"] * 20, "/", *"title 5", "enter", "escape")
        assert main(pilot).state.selected == 280
        assert main(pilot).state.view.query == ""


async def test_escape_in_a_search_from_the_alerts_goes_back_to_them(run: Run) -> None:
    backend = rows(30)
    async with run(backend) as pilot:
        await press(pilot, "2", "/", "x", "escape")
        assert main(pilot).state.listing is Mode.ALERTS


def shown(pilot: Pilot[str]) -> str:
    return "\n".join(strip.text for strip in pilot.app.screen._compositor.render_strips())


async def test_no_question_comes_over_what_is_being_typed(run: Run) -> None:
    backend = rows(1)
    backend.delivery_rows = tuple(make_delivery(number, DeliveryState.DEAD) for number in range(3))
    async with run(backend) as pilot:
        await press(pilot, "4")
        late = slowed(backend, "deliveries", 0.3, lambda limit, _: limit > COUNTED)
        hurry(pilot, "R")
        assert await comes(pilot, lambda: bool(late))
        hurry(pilot, "slash", "d")
        await pilot.pause(0.5)
        hurry(pilot, "y")
        await settled(pilot)
        assert not backend.made("retry_deliveries")


async def test_yesterdays_alerts_are_told_with_their_day_once_it_is_yesterday(run: Run) -> None:
    backend, clock = rows(1), [NOW]
    backend.alert_rows = (make_alert(1, make_row(1), raised_at=NOW),)
    app = FeedwatchApp(backend, open_url=lambda _: None, now=lambda: clock[0])
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        await press(pilot, "2")
        assert "22 Nov" not in shown(pilot)
        clock[0] = NOW + timedelta(days=1)
        await heard(pilot)
        assert "22 Nov" in shown(pilot)


async def test_the_rules_are_read_again_when_the_configuration_changes(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("feedwatch.tui.screens.rules.AGAIN", 0.05)
    backend = rows(1)
    async with run(backend) as pilot:
        await press(pilot, "6")
        before = len(backend.made("rule_health"))
        backend.happen(ConfigReloaded())
        assert await comes(pilot, lambda: len(backend.made("rule_health")) > before)


async def test_a_poll_that_nobody_makes_is_told_so(run: Run) -> None:
    backend = rows(1)
    backend.engine = None
    async with run(backend) as pilot:
        for keys in (("R",), ("3", "R"), ("r",)):
            await press(pilot, *keys)
            assert "as soon as somebody polls this database" in shown(pilot)


async def test_what_a_rule_would_find_is_set_anew_for_another_width(run: Run) -> None:
    async with run(rows(1), size=(20, 20)) as pilot:
        await press(pilot, "6", "enter")
        await pilot.pause(0.4)
        await settled(pilot)
        assert "Feed 1" not in shown(pilot)
        await pilot.resize_terminal(100, 30)
        await settled(pilot)
        assert "Feed 1" in shown(pilot)
