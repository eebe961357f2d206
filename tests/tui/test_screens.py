from __future__ import annotations

from pathlib import Path

from textual.pilot import Pilot

from feedwatch.errors import SubscriptionError
from feedwatch.events import DeliveryChanged
from feedwatch.model import DeliveryId, DeliveryState, FeedHealth, FeedId, Selection, View, replace
from feedwatch.tui.app import FeedwatchApp
from feedwatch.tui.screens.deliveries import DeliveriesScreen
from feedwatch.tui.screens.feeds import FeedsScreen
from feedwatch.tui.screens.welcome import WelcomeScreen
from feedwatch.tui.widgets.row_list import RowList
from feedwatch.tui.widgets.text_pane import TextPane
from tests.tui.conftest import Run, heard, press, said, settled, written
from tests.tui.fake_backend import FakeBackend, make_delivery, make_feed, make_row


def table(pilot: Pilot[str]) -> str:
    rows = pilot.app.screen.query_one("#table", RowList)
    return "\n".join(rows.render_line(y).text for y in range(rows.height))


# --- feeds -----------------------------------------------------------------------------------------------------------


async def test_the_feeds_show_how_they_do_in_words(run: Run) -> None:
    backend = FakeBackend([make_row(1)], (make_feed(1), make_feed(2, FeedHealth.FAILING), make_feed(3, FeedHealth.NEW)))
    async with run(backend) as pilot:
        await press(pilot, "3")
        shown = table(pilot).splitlines()
        assert "ok" in shown[0]
        assert "12m ago" in shown[0]
        assert "failing" in shown[1]
        assert "status 500" in shown[1]
        assert "never polled" in shown[2]


async def test_a_late_feed_says_so_in_the_table(run: Run) -> None:
    row = make_feed(1)
    state = replace(row.feed.state, cadence=7200.0, last_news=row.feed.state.last_success)
    late = replace(row, late=True, feed=replace(row.feed, state=state))
    async with run(FakeBackend([make_row(1)], (late, make_feed(2)))) as pilot:
        await press(pilot, "3")
        shown = table(pilot).splitlines()
        assert " ◔ late " in shown[0]
        assert "late" not in shown[1]
        assert isinstance(pilot.app.screen, FeedsScreen)
        assert "late: usually every 2h, last 12m ago" in str(pilot.app.screen.detail.content)


async def test_r_polls_the_selected_feed(run: Run) -> None:
    backend = FakeBackend([make_row(1)])
    async with run(backend) as pilot:
        await press(pilot, "3", "j", "r", "R")
        assert backend.made("poll_now") == [(2,), (None,)]


async def test_enter_on_a_feed_shows_its_items(run: Run) -> None:
    async with run(FakeBackend([make_row(number) for number in range(9)])) as pilot:
        await press(pilot, "3", "j", "enter")
        assert isinstance(pilot.app, FeedwatchApp)
        assert pilot.app.screen is pilot.app.main
        assert pilot.app.main.state.view == View(feed_id=FeedId(2), grouped=True)


async def test_a_feed_is_added_from_the_table(run: Run) -> None:
    backend = FakeBackend([make_row(1)])
    async with run(backend) as pilot:
        await press(pilot, "3", "a", *"example.org", "enter")
        assert backend.made("find_feeds") == [("example.org",)]
        note = str(pilot.app.screen.query_one(".prompt-note").render())
        assert "Enter keeps it, esc leaves:\nFound: First" in note
        assert "\x1b" not in note
        assert backend.made("keep_feeds") == []
        await press(pilot, "enter")
        assert backend.made("keep_feeds") == [(await backend.find_feeds("example.org"),)]
        assert isinstance(pilot.app.screen, FeedsScreen)
        assert "Added 1 feed of example.org." in said(pilot.app.screen.status)
        assert "Feed 2" not in table(pilot)


async def test_feeds_that_recover_are_seen_live_with_the_selection_kept(run: Run) -> None:
    backend = FakeBackend([make_row(1)], (make_feed(1), make_feed(2, FeedHealth.FAILING)))
    async with run(backend) as pilot:
        await press(pilot, "3", "j")
        backend.feed_rows = (make_feed(9), make_feed(1), make_feed(2))
        await backend.poll_now(None)
        await heard(pilot)
        assert "failing" not in table(pilot)
        screen = pilot.app.screen
        assert isinstance(screen, FeedsScreen)
        assert screen.table.chosen is not None
        assert screen.table.chosen.feed.id == 2


# --- deliveries ------------------------------------------------------------------------------------------------------


async def test_a_dead_delivery_says_why_and_is_sent_again(run: Run) -> None:
    backend = FakeBackend([make_row(1)])
    backend.delivery_rows = tuple(make_delivery(number, state) for number, state in enumerate(DeliveryState))
    async with run(backend) as pilot:
        await press(pilot, "4", "G")
        assert "after 2 tries: status 500 server error" in written(pilot.app.screen.query_one(TextPane))
        await press(pilot, "r")
        assert backend.made("retry_deliveries") == [(Selection((DeliveryId("d2"),)),)]


async def test_deliveries_move_live(run: Run) -> None:
    backend = FakeBackend([make_row(1)])
    backend.delivery_rows = (make_delivery(1, DeliveryState.WAITING),)
    async with run(backend) as pilot:
        await press(pilot, "4")
        backend.delivery_rows = (replace(backend.delivery_rows[0], state=DeliveryState.DELIVERED),)
        backend.happen(DeliveryChanged(1))
        await heard(pilot)
        assert "delivered" in table(pilot)


async def test_no_deliveries_has_a_sentence_of_its_own(run: Run) -> None:
    async with run(FakeBackend([make_row(1)])) as pilot:
        await press(pilot, "4")
        assert isinstance(pilot.app.screen, DeliveriesScreen)
        assert "No deliveries." in table(pilot)


# --- the first run ---------------------------------------------------------------------------------------------------


async def test_the_first_run_offers_three_ways_to_begin(run: Run) -> None:
    async with run(FakeBackend((), ()), has_feeds=False) as pilot:
        screen = pilot.app.screen
        assert isinstance(screen, WelcomeScreen)
        shown = "\n".join(str(widget.render()) for widget in screen.query(".choice"))
        assert "add a feed" in shown
        assert "OPML" in shown
        assert "demo" in shown


async def test_a_feed_added_at_the_first_run_leads_to_its_items_with_a_sentence(run: Run) -> None:
    backend = FakeBackend((), ())
    async with run(backend, has_feeds=False) as pilot:
        backend.all = [make_row(1)]
        await press(pilot, "a", *"example.org", "enter", "enter")
        assert isinstance(pilot.app, FeedwatchApp)
        for _ in range(40):  # what was added is looked at by another task
            if pilot.app.screen is not pilot.app.main:
                await pilot.pause(0.05)
        assert pilot.app.screen is pilot.app.main
        assert "Added 1 feed of example.org." in said(pilot.app.main.panes.status)
        assert pilot.app.main.state.selected == 1


async def test_an_address_without_feeds_is_told_under_the_prompt(run: Run) -> None:
    backend = FakeBackend((), ())
    backend.failing["find_feeds"] = SubscriptionError("https://example.org announces no feed; give its address.")
    async with run(backend, has_feeds=False) as pilot:
        await press(pilot, "a", *"example.org", "enter")
        assert isinstance(pilot.app.screen, WelcomeScreen)
        assert "announces no feed" in str(pilot.app.screen.query_one(".prompt-note").render())


async def test_a_file_is_imported_at_the_first_run(run: Run) -> None:
    backend = FakeBackend((), ())
    async with run(backend, has_feeds=False) as pilot:
        await press(pilot, "i", *"/tmp/x.opml", "enter")
        assert backend.made("import_opml") == [(Path("/tmp/x.opml"),)]
        assert isinstance(pilot.app, FeedwatchApp)
        assert pilot.app.screen is pilot.app.main


async def test_the_demo_is_asked_for_by_the_result(run: Run) -> None:
    async with run(FakeBackend((), ()), has_feeds=False) as pilot:
        await pilot.press("d")
        await pilot.pause()
        assert pilot.app.return_value == "demo"


async def test_a_choice_can_be_clicked(run: Run) -> None:
    async with run(FakeBackend((), ()), has_feeds=False) as pilot:
        await pilot.click(".choice")
        await settled(pilot)
        screen = pilot.app.screen
        assert isinstance(screen, WelcomeScreen)
        assert screen.prompt.asking


async def test_feeds_added_elsewhere_end_the_welcome(run: Run) -> None:
    backend = FakeBackend((), ())
    async with run(backend, has_feeds=False) as pilot:
        await backend.keep_feeds(await backend.find_feeds("example.org"))
        await heard(pilot)
        assert not isinstance(pilot.app.screen, WelcomeScreen)
