"""The pictures of an item on the screen."""

from __future__ import annotations

import sys

import pytest
from textual.pilot import Pilot

from feedwatch.errors import SubscriptionError
from feedwatch.model import Picture
from feedwatch.tui.app import FeedwatchApp
from feedwatch.tui.screens.pictures import PicturesScreen
from tests.tui.conftest import Run, press, said, settled, written
from tests.tui.fake_backend import FakeBackend, make_row

ONE, TWO = Picture("https://paper.example/1.jpg", "The harbour"), Picture("https://paper.example/2.jpg")


def with_pictures(*pictures: Picture) -> FakeBackend:
    backend = FakeBackend([make_row(1)])
    backend.pictures = pictures
    return backend


def shown(pilot: Pilot[str]) -> PicturesScreen:
    screen = pilot.app.screen
    assert isinstance(screen, PicturesScreen)
    return screen


def blocks(pilot: Pilot[str]) -> int:
    """Cells that a picture fills."""
    lines = pilot.app.screen._compositor.render_strips()
    return sum(line.text.count("▀") for line in lines)


async def test_i_fetches_a_picture_and_shows_it(run: Run) -> None:
    backend = with_pictures(ONE)
    async with run(backend) as pilot:
        assert not backend.made("picture"), "no picture is fetched unasked"
        await press(pilot, "i")
        assert "The harbour" in said(shown(pilot).header)
        assert blocks(pilot) > 100
        await press(pilot, "escape")
        assert isinstance(pilot.app, FeedwatchApp)
        assert pilot.app.screen is pilot.app.main


async def test_tab_goes_round_and_each_is_fetched_once(run: Run) -> None:
    backend = with_pictures(ONE, TWO)
    async with run(backend) as pilot:
        await press(pilot, "i", "tab", "tab", "shift+tab")
        assert "2 of 2" in said(shown(pilot).header)
        assert [url for (url,) in backend.made("picture")] == [ONE.url, TWO.url]


async def test_what_can_not_be_shown_is_told_and_the_next_one_is_shown(run: Run) -> None:
    backend = with_pictures(ONE, TWO)
    backend.broken_pictures = {ONE.url}
    async with run(backend) as pilot:
        await press(pilot, "i")
        assert "no picture that can be shown" in written(shown(pilot).words)
        assert not blocks(pilot)
        await press(pilot, "tab")
        assert blocks(pilot)


async def test_leaving_while_it_is_fetched_ends_in_peace(run: Run) -> None:
    backend = with_pictures(ONE)
    backend.slow = 0.3
    async with run(backend) as pilot:
        await pilot.press("i")
        await pilot.pause(0.05)
        assert "12 kB" in written(shown(pilot).words)
        await press(pilot, "escape")
        await pilot.pause(0.4)
        assert not isinstance(pilot.app.screen, PicturesScreen)


async def test_what_fails_after_the_screen_was_left_matters_to_nobody(run: Run) -> None:
    async def fail() -> None:
        raise SubscriptionError("the server answered 404 Not Found")

    async with run(with_pictures(ONE)) as pilot:
        await press(pilot, "i")
        left = shown(pilot)
        await press(pilot, "escape")
        await left._attempt(fail)
        assert pilot.app._exception is None


async def test_o_opens_the_picture_in_the_browser(run: Run, opened: list[str]) -> None:
    async with run(with_pictures(ONE)) as pilot:
        await press(pilot, "i", "o")
    assert opened == [ONE.url]


async def test_an_item_without_pictures_says_so(run: Run) -> None:
    async with run(with_pictures()) as pilot:
        await press(pilot, "i")
        assert isinstance(pilot.app, FeedwatchApp)
        assert "no pictures" in said(pilot.app.main.panes.status)


async def test_without_the_extra_one_sentence_says_how_to_get_it(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("feedwatch.tui.drawing.find_spec", lambda _: None)
    async with run(with_pictures(ONE)) as pilot:
        await press(pilot, "i")
        assert isinstance(pilot.app, FeedwatchApp)
        assert "pip install 'feedwatch[images]'" in said(pilot.app.main.panes.status)


async def test_the_terminal_is_as_it_was(run: Run) -> None:
    before = sys.__stdout__
    async with run(with_pictures(ONE)) as pilot:
        await press(pilot, "i")
        await settled(pilot)
    assert sys.__stdout__ is before
