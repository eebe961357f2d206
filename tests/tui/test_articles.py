"""The article from an item's page: fetched beside the screen, its progress told, its outcome kept."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from textual.pilot import Pilot

from feedwatch.errors import StoreError
from feedwatch.model import ItemId
from feedwatch.tui import articles
from feedwatch.tui.app import FeedwatchApp
from feedwatch.tui.articles import Articles
from feedwatch.tui.screens.main import MainScreen
from tests.tui.conftest import Run, comes, press, said, settled, written
from tests.tui.fake_backend import FakeBackend, make_row

ONE, TWO = ItemId(1), ItemId(2)


class Page:
    """A page that comes when the test says so."""

    def __init__(self) -> None:
        self.more, self.end = asyncio.Event(), asyncio.Event()

    async def __call__(self, progress: Callable[[int], None]) -> None:
        await self.more.wait()
        progress(64_000)
        await self.end.wait()


def main(pilot: Pilot[str]) -> MainScreen:
    assert isinstance(pilot.app, FeedwatchApp)
    return pilot.app.main


def status(pilot: Pilot[str]) -> str:
    return said(main(pilot).panes.status)


def preview(pilot: Pilot[str]) -> str:
    return written(main(pilot).panes.preview)


def two() -> tuple[FakeBackend, Page]:
    backend, page = FakeBackend([make_row(1), make_row(2)]), Page()
    backend.page = page
    return backend, page


def test_what_has_come_of_a_page_is_told_of_its_item_alone() -> None:
    going = articles.heard(articles.begun(Articles(), ONE), ONE, 64_000)
    assert articles.words(going, ONE) == "Fetching the article … 64 kB"
    assert articles.words(going, TWO) == articles.words(going, None) == ""
    assert articles.words(articles.begun(Articles(), ONE), ONE) == "Fetching the article …"


def test_a_page_that_has_ended_is_heard_of_no_more() -> None:
    ended = articles.ended(articles.begun(Articles(), ONE), ONE, found=True)
    assert ended == Articles(frozenset({ONE}))
    assert articles.heard(ended, ONE, 5) == ended
    assert articles.ended(articles.begun(Articles(), ONE), ONE, found=False) == Articles()
    assert articles.turned(articles.turned(ended, ONE), ONE) == ended


async def test_progress_is_shown_and_the_screen_goes_on_meanwhile(run: Run) -> None:
    backend, page = two()
    async with run(backend) as pilot:
        await pilot.press("f")
        assert await comes(pilot, lambda: "Fetching the article …" in status(pilot))
        page.more.set()
        assert await comes(pilot, lambda: "Fetching the article … 64 kB" in status(pilot))
        await pilot.press("j")
        assert await comes(pilot, lambda: "The text of Title 1." in preview(pilot))
        assert "Fetching" not in status(pilot)
        await pilot.press("k", "f")
        assert await comes(pilot, lambda: "Fetching the article … 64 kB" in status(pilot))
        page.end.set()
        assert await comes(pilot, lambda: "The whole article." in preview(pilot))
        assert "Fetching" not in status(pilot)
    assert backend.made("full_text") == [(2,)]


async def test_an_article_that_comes_while_another_item_is_read_is_there_on_the_way_back(run: Run) -> None:
    backend, page = two()
    async with run(backend) as pilot:
        await pilot.press("f", "j")
        assert await comes(pilot, lambda: "The text of Title 1." in preview(pilot))
        page.more.set()
        page.end.set()
        assert await comes(pilot, lambda: "The article has come: Title 2" in status(pilot))
        assert "The text of Title 1." in preview(pilot)
        await press(pilot, "k")
        assert "The whole article." in preview(pilot)
        await press(pilot, "f")
        assert "The text of Title 2." in preview(pilot)


async def test_a_page_without_an_article_says_why_and_is_tried_again(run: Run) -> None:
    backend = FakeBackend([make_row(1), make_row(2)])
    backend.no_page = "the server answered 404 Not Found"
    async with run(backend) as pilot:
        await press(pilot, "f")
        assert "No full text: the server answered 404 Not Found" in status(pilot)
        await press(pilot, "j", "k")
        assert "No full text: the server answered 404 Not Found. f tries again." in preview(pilot)
        assert "The text of Title 2." in preview(pilot)
        backend.no_page = ""
        await press(pilot, "f")
        assert "The whole article." in preview(pilot)
        assert "No full text" not in preview(pilot)


async def test_a_fetch_that_fails_otherwise_ends_its_progress(run: Run) -> None:
    backend = FakeBackend([make_row(1)])
    backend.failing["full_text"] = StoreError("the database is busy")
    async with run(backend) as pilot:
        await press(pilot, "f")
        await settled(pilot)
        assert "the database is busy" in status(pilot)
        assert main(pilot).state.articles == Articles()
