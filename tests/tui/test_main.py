from __future__ import annotations

import asyncio

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from feedwatch.errors import StoreBusyError
from feedwatch.model import ChannelState, DeliveryState, FeedHealth, FeedId, FeedRow, Severity, View, replace
from feedwatch.tui.app import FeedwatchApp
from feedwatch.tui.guard import line
from feedwatch.tui.screens.main import MainScreen
from feedwatch.tui.screens.why import WhyScreen
from feedwatch.tui.state import STREAM, Mode
from feedwatch.tui.widgets.preview import Preview
from tests.tui.conftest import TICK, Run, heard, press, said, settled, written
from tests.tui.fake_backend import NOW, FakeBackend, ManyRows, make_alert, make_delivery, make_feed, make_row


def rows(count: int) -> FakeBackend:
    return FakeBackend([make_row(number) for number in range(1, count + 1)])


def main(pilot: Pilot[str]) -> MainScreen:
    assert isinstance(pilot.app, FeedwatchApp)
    return pilot.app.main


def lines(pilot: Pilot[str]) -> list[str]:
    """The item list as it is on the screen."""
    items = main(pilot).panes.items
    return [items.render_line(y).text for y in range(items.height)]


async def test_the_newest_item_is_selected_and_previewed_but_not_marked_read(run: Run) -> None:
    backend = rows(30)
    async with run(backend) as pilot:
        assert "Title 30" in lines(pilot)[0]
        assert "The text of Title 30." in written(main(pilot).panes.preview)
        assert not backend.made("mark_read")


async def test_j_and_k_move_and_the_preview_follows(run: Run) -> None:
    async with run(rows(30)) as pilot:
        await press(pilot, "j", "down", "j", "k")
        assert main(pilot).state.selected == 28
        assert "The text of Title 28." in written(main(pilot).panes.preview)


async def test_enter_opens_and_marks_read_and_escape_returns(run: Run) -> None:
    backend = rows(30)
    async with run(backend) as pilot:
        await press(pilot, "j", "enter")
        assert isinstance(main(pilot).focused, Preview)
        assert backend.made("mark_read") == [((29,), True, True)]
        await press(pilot, "escape")
        assert main(pilot).focused is main(pilot).panes.items


async def test_u_takes_back_the_last_marks_one_by_one(run: Run) -> None:
    backend = rows(30)
    async with run(backend) as pilot:
        await press(pilot, "s", "m", "u", "u", "u")
        assert backend.made("mark_starred") == [((30,), True), ((30,), False)]
        assert backend.made("mark_read") == [((30,), True, True), ((30,), False, False)]
        assert "Nothing to take back." in said(main(pilot).panes.status)


async def test_a_mark_that_could_not_be_written_is_taken_back_and_told(run: Run) -> None:
    backend = rows(30)
    backend.failing["mark_starred"] = StoreBusyError("The database is held by another process; try again.")
    async with run(backend) as pilot:
        await press(pilot, "s")
        assert not main(pilot).state.window.rows[0].starred
        assert "held by another process" in said(main(pilot).panes.status)
        assert not main(pilot).state.undo, "there is nothing to take back"


async def test_arrivals_show_at_the_top_while_the_user_is_there(run: Run) -> None:
    backend = rows(30)
    async with run(backend) as pilot:
        backend.arrive([make_row(31), make_row(32)])
        await heard(pilot)
        assert "Title 32" in lines(pilot)[0]
        assert main(pilot).state.selected == 30
        assert main(pilot).state.fresh == 0


async def test_arrivals_never_move_what_is_being_read(run: Run) -> None:
    backend = rows(300)
    async with run(backend) as pilot:
        await press(pilot, *["ctrl+d"] * 5)
        before, chosen = lines(pilot), main(pilot).state.selected
        backend.arrive([make_row(number) for number in range(301, 313)])
        await heard(pilot)
        assert lines(pilot) == before
        assert main(pilot).state.selected == chosen
        assert "12 new" in said(main(pilot).panes.header)
        await press(pilot, "g")
        assert "Title 312" in lines(pilot)[0]
        assert "new" not in said(main(pilot).panes.header)


async def test_a_flood_at_the_top_stops_before_the_selection_leaves_the_screen(run: Run) -> None:
    backend = rows(30)
    async with run(backend) as pilot:
        backend.arrive([make_row(number) for number in range(31, 231)])
        await heard(pilot)
        assert "Title 30" in "".join(lines(pilot))
        assert "200 new" in said(main(pilot).panes.header)


async def test_an_edited_item_changes_in_place_and_its_preview_keeps_its_place(run: Run) -> None:
    backend = rows(30)
    async with run(backend, size=(90, 20)) as pilot:
        await press(pilot, "enter", "j")
        at = main(pilot).panes.preview.scroll_y
        backend.change(replace(make_row(30), title="Corrected title", edited=True))
        await heard(pilot)
        assert "Corrected title" in lines(pilot)[0]
        assert "✎" in lines(pilot)[0]
        assert "Corrected title" in written(main(pilot).panes.preview)
        assert main(pilot).panes.preview.scroll_y == at


async def test_a_hundred_thousand_rows_have_working_ends(run: Run) -> None:
    backend = FakeBackend(ManyRows(100_000))
    async with run(backend) as pilot:
        assert "Title 100000" in lines(pilot)[0]
        assert "100 000 stories" in said(main(pilot).panes.header)
        await press(pilot, "G")
        assert main(pilot).state.selected == 1
        assert "Title 1 " in lines(pilot)[-1]
        await press(pilot, "k", "k")
        assert main(pilot).state.selected == 3
        await press(pilot, "g")
        assert main(pilot).state.selected == 100_000
        assert "Title 100000" in lines(pilot)[0]


async def test_dragging_into_the_middle_of_a_long_list_shows_rows_from_about_there(run: Run) -> None:
    async with run(FakeBackend(ManyRows(100_000))) as pilot:
        main(pilot).panes.items.scroll_to(y=50_000, animate=False)
        await settled(pilot)
        await settled(pilot)
        top = main(pilot).panes.items.top
        assert top is not None
        assert abs(top - 50_000) < 500


async def test_moving_on_reads_on(run: Run) -> None:
    async with run(FakeBackend(ManyRows(3_000))) as pilot:
        for _ in range(12):
            main(pilot).move(150)
            await settled(pilot)
        selected = main(pilot).state.selected
        assert selected is not None
        assert selected < 2_000
        assert len(main(pilot).state.window.rows) <= 1_200


async def test_a_query_that_is_half_typed_shows_its_error_and_keeps_the_rows(run: Run) -> None:
    async with run(rows(30)) as pilot:
        await pilot.press("/", *"title (x")
        await pilot.pause(0.3)
        await settled(pilot)
        assert "unclosed bracket at column 7" in str(main(pilot).panes.prompt.query_one(".prompt-note").render())
        assert "Title 30" in lines(pilot)[0]
        await press(pilot, "enter")
        assert main(pilot).panes.prompt.asking


async def test_a_search_filters_and_escape_brings_everything_back(run: Run) -> None:
    async with run(rows(30)) as pilot:
        await press(pilot, "j", "j")
        await press(pilot, "/", *"title 1", "enter")
        assert main(pilot).state.view == View(query="title 1", grouped=True)
        assert "Title 19" in lines(pilot)[0]
        await press(pilot, "n")
        assert main(pilot).state.selected == 18
        await press(pilot, "escape")
        assert main(pilot).state.view == STREAM


async def test_escape_in_the_search_box_restores_what_was_there(run: Run) -> None:
    async with run(rows(30)) as pilot:
        await press(pilot, "j", "j")
        await pilot.press("/", *"title 1")
        await pilot.pause(0.3)
        await press(pilot, "escape")
        assert (main(pilot).state.view, main(pilot).state.selected) == (STREAM, 28)
        assert not main(pilot).panes.prompt.asking


async def test_keys_of_commands_can_be_typed_into_the_search_box(run: Run) -> None:
    backend = rows(30)
    async with run(backend) as pilot:
        await press(pilot, "/", *"qQms")
        assert main(pilot).query_one("#search Input", Input).value == "qQms"
        assert not backend.made("mark_read")


async def test_a_search_without_result_says_so(run: Run) -> None:
    async with run(rows(30)) as pilot:
        await press(pilot, "/", *"zebra", "enter")
        assert "Nothing matches zebra" in "".join(lines(pilot))


async def test_a_feed_without_items_says_what_to_do(run: Run) -> None:
    backend = FakeBackend([make_row(3)], (make_feed(1), make_feed(2, FeedHealth.FAILING)))
    async with run(backend) as pilot:
        main(pilot).look_at(View(feed_id=FeedId(2)))
        await settled(pilot)
        assert "status 500 Internal Server Error" in "".join(lines(pilot))


async def test_no_alerts_has_a_sentence_of_its_own(run: Run) -> None:
    async with run(rows(3)) as pilot:
        await press(pilot, "2")
        assert "No alerts." in "".join(main(pilot).panes.alerts.render_line(y).text for y in range(4))


async def test_selecting_a_feed_filters_the_items(run: Run) -> None:
    async with run(rows(30)) as pilot:
        await press(pilot, "shift+tab", "G")
        assert main(pilot).state.view == View(feed_id=FeedId(3), grouped=True)
        assert {row.feed_id for row in main(pilot).state.window.rows} == {3}
        await press(pilot, "r")
        assert "polled now" in said(main(pilot).panes.status)


async def test_a_failing_feed_says_so_in_words(run: Run) -> None:
    backend = FakeBackend([make_row(1)], (make_feed(1, FeedHealth.FAILING),))
    async with run(backend) as pilot:
        await press(pilot, "shift+tab", "G")
        detail = main(pilot).query_one("#feed-detail")
        assert "failing 4 times in a row: status 500" in str(detail.render())


async def test_r_polls_the_feed_of_the_item_and_capital_r_all(run: Run) -> None:
    backend = rows(30)
    async with run(backend) as pilot:
        await press(pilot, "r", "R")
        assert backend.made("poll_now") == [(1,), (None,)]


async def test_alerts_are_triaged_with_one_key(run: Run) -> None:
    backend = rows(30)
    backend.alert_rows = tuple(make_alert(number, make_row(number)) for number in (30, 20, 10))
    async with run(backend) as pilot:
        await press(pilot, "2")
        assert "Title 30" in written(main(pilot).panes.preview)
        await press(pilot, "a")
        assert main(pilot).state.alert == "a20"
        assert "The text of Title 20." in written(main(pilot).panes.preview)
        await press(pilot, "!")
        assert backend.made("acknowledge") == [(("a30",), True)]
        assert backend.made("mark_noise") == [(("a20",), True)]
        await press(pilot, "u", "u")
        assert backend.made("acknowledge")[-1] == (("a30",), False)


async def test_an_alert_raised_while_looking_appears_with_its_severity_in_words(run: Run) -> None:
    backend = rows(30)
    async with run(backend) as pilot:
        backend.raise_alerts(make_alert(1, make_row(25), Severity.CRITICAL))
        await heard(pilot)
        line = main(pilot).panes.strip.render_line(0).text
        assert "!! critical" in line
        assert "Title 25" in line


async def test_w_explains_the_rules_of_the_item(run: Run) -> None:
    backend = FakeBackend([make_row(1, rules=("Drones",))])
    async with run(backend) as pilot:
        await press(pilot, "w")
        assert backend.made("explain") == [("Drones", 1)]
        assert isinstance(pilot.app.screen, WhyScreen)
        assert "✓ drone  1 occurrence in title" in written(pilot.app.screen.pane)
        await press(pilot, "escape")
        assert pilot.app.screen.id == main(pilot).id


async def test_w_on_an_item_without_alerts_asks_for_a_rule(run: Run) -> None:
    backend = rows(1)
    async with run(backend) as pilot:
        await press(pilot, "w", *"drone", "enter")
        assert backend.made("explain") == [("drone", 1)]


async def test_o_gives_only_web_addresses_to_the_browser(run: Run, opened: list[str]) -> None:
    hostile = ("javascript:alert(1)", "file:///etc/passwd", "--remote-debugging-port=9222", "http://", "https://a b")
    backend = FakeBackend([make_row(number, url=url) for number, url in enumerate((*hostile, "https://example.org/x"))])
    async with run(backend) as pilot:
        for _ in range(6):
            await press(pilot, "o", "j")
        assert opened == ["https://example.org/x"]


async def test_y_copies_the_link(run: Run) -> None:
    async with run(rows(2)) as pilot:
        await press(pilot, "y")
        assert pilot.app.clipboard == "https://example.org/2"


async def test_f_fetches_the_article_once_and_then_turns_between_both(run: Run) -> None:
    backend = rows(2)
    async with run(backend) as pilot:
        await press(pilot, "f")
        assert "The whole article." in written(main(pilot).panes.preview)
        await press(pilot, "f")
        assert "The text of Title 2." in written(main(pilot).panes.preview)
        await press(pilot, "f")
        assert len(backend.made("full_text")) == 1


async def test_a_click_selects_a_row_and_a_second_one_opens_it(run: Run) -> None:
    backend = rows(30)
    async with run(backend) as pilot:
        await pilot.click("#items", offset=(20, 4))
        await settled(pilot)
        assert main(pilot).state.selected == 26
        await pilot.click("#items", offset=(20, 4), times=2)
        await settled(pilot)
        assert isinstance(main(pilot).focused, Preview)


@pytest.mark.parametrize("size", [(200, 60), (120, 40), (100, 30), (80, 24), (60, 20), (20, 6), (3, 2)])
async def test_every_size_shows_the_list_and_survives_a_resize(run: Run, size: tuple[int, int]) -> None:
    backend = rows(100)
    backend.alert_rows = (make_alert(1, make_row(90)),)
    async with run(backend, size=size) as pilot:
        await press(pilot, "j", "j", "enter")
        assert main(pilot).panes.preview.display
        await pilot.resize_terminal(120, 40)
        await press(pilot, "escape", "j")
        assert main(pilot).state.selected == 97
        assert any("Title 97" in line for line in lines(pilot))


async def test_a_small_screen_shows_the_feeds_when_asked(run: Run) -> None:
    async with run(rows(10), size=(80, 24)) as pilot:
        assert not main(pilot).panes.feeds.display
        await press(pilot, "t")
        assert main(pilot).panes.feeds.display
        assert main(pilot).focused is main(pilot).panes.feeds.rows
        await press(pilot, "t")
        assert not main(pilot).panes.feeds.display
        assert main(pilot).focused is main(pilot).panes.items


async def test_the_status_bar_says_who_polls_and_what_waits(run: Run) -> None:
    backend = rows(1)
    async with run(backend) as pilot:
        await heard(pilot)
        text = said(main(pilot).panes.status)
        assert "this screen polls · next poll in 3m" in text
        assert "7 unread" in text
        backend.engine = None
        await heard(pilot)
        assert "nobody polls" in said(main(pilot).panes.status)
        backend.trouble = "alerts have stopped, the database can't be written: the disk is full"
        await heard(pilot)
        assert backend.trouble in said(main(pilot).panes.status)
        assert "nobody polls" not in said(main(pilot).panes.status)


async def test_what_is_wrong_and_who_polls_have_room_beside_all_that_waits(run: Run) -> None:
    backend = FakeBackend([make_row(1)])
    backend.alert_rows = tuple(make_alert(number, make_row(1)) for number in range(40))
    backend.channels = (ChannelState("desk", NOW, "410 Gone"),)
    backend.feed_rows = tuple(make_feed(number, FeedHealth.FAILING) for number in range(1, 31))
    async with run(backend) as pilot:
        await heard(pilot)
        for trouble in ("", "The disk is full: nothing can be stored now."):
            backend.trouble = trouble
            await heard(pilot)
            for width in (50, *range(60, 101), 160):
                await pilot.resize_terminal(width, 24)
                await settled(pilot)
                assert (trouble or "this screen polls") in picture(pilot).splitlines()[-1], width
            assert "40 alerts" in picture(pilot).splitlines()[-1]


HOSTILE = (
    "[/foo]",
    "[b]x[/i]",
    "[@click=app.quit]x[/]",
    "[link=https://evil.example]x[/link]",
    "$text [$primary]x",
    "[on red]x",
    "[",
    "]]][[[",
    "\\[b]",
    "{x!r} %s",
    "\x1b]52;c;Zm9v\x07x\x1b[2J\x9b31m",
    "\u202egnp.exe\u2066\ud800\U000e0041",
    "漢字" * 300,
    "👩\u200d🚀 الأمم المتحدة \u0300\u0301",
)


async def test_hostile_titles_are_text_and_nothing_else(run: Run) -> None:
    hostile = [make_row(n, title, outlet=title, feed=title, author=title) for n, title in enumerate(HOSTILE)]
    feeds = tuple(make_feed(number) for number in range(len(HOSTILE)))
    feeds = tuple(named(row, title) for row, title in zip(feeds, HOSTILE, strict=True))
    backend = FakeBackend(hostile, feeds)
    backend.alert_rows = tuple(make_alert(row.id, row, rule=row.title) for row in hostile)
    backend.delivery_rows = tuple(
        replace(make_delivery(row.id, DeliveryState.DEAD), title=row.title, last_error=row.title) for row in hostile
    )
    async with run(backend, size=(200, 60)) as pilot:
        shown = [picture(pilot)]
        for place in range(len(HOSTILE)):
            await pilot.click("#items", offset=(45, place))
            await settled(pilot)
            shown.append(picture(pilot))
        await pilot.click("#preview", offset=(4, 1))
        await press(pilot, "w")
        shown.append(picture(pilot))
        await press(pilot, "escape", "escape")
        for key in ("2", "3", "4"):
            await press(pilot, key)
            shown.append(picture(pilot))
        assert pilot.app.is_running
        for title in HOSTILE:
            assert line(title)[:12] in shown[0]
        assert not any(character in "".join(shown) for character in "\x1b\x07\x9b\u202e\u2066\U000e0041")


def named(row: FeedRow, name: str) -> FeedRow:
    subscription = replace(row.feed.subscription, name=name, tags=(name,))
    state = replace(row.feed.state, last_error=name, health=FeedHealth.FAILING)
    return replace(row, feed=replace(row.feed, subscription=subscription, state=state))


def picture(pilot: Pilot[str]) -> str:
    """All that the terminal would be given, without its styles."""
    return "\n".join(strip.text for strip in pilot.app.screen._compositor.render_strips())


async def test_the_main_screen_begins_with_the_items(run: Run) -> None:
    async with run(rows(3)) as pilot:
        assert main(pilot).focused is main(pilot).panes.items
        assert main(pilot).state.mode is Mode.ITEMS


async def test_an_item_that_came_in_while_its_view_was_being_read_is_not_missed(run: Run) -> None:
    backend = rows(30)
    async with run(backend) as pilot:
        counting, go_on = asyncio.Event(), asyncio.Event()
        count = backend.count

        async def slow_count(view: View) -> int | None:
            counting.set()
            await go_on.wait()
            return await count(view)

        backend.count = slow_count  # type: ignore[method-assign]  # the one call that is to be slow
        main(pilot).look_at(View(feed_id=FeedId(1)))
        await counting.wait()
        backend.arrive([make_row(300, feed_id=FeedId(1))])
        await pilot.pause(5 * TICK)
        go_on.set()
        await settled(pilot)
        await settled(pilot)
        assert "Title 300" in lines(pilot)[0]
