from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import timedelta

import pytest
from textual.pilot import Pilot

from feedwatch.errors import DeliveryError
from feedwatch.events import DeliveryChanged
from feedwatch.model import (
    Attempt,
    ChannelState,
    Delivery,
    DeliveryId,
    DeliveryState,
    FailureKind,
    ItemId,
    Selection,
    View,
    replace,
)
from feedwatch.tui.app import FeedwatchApp
from feedwatch.tui.screens.deliveries import DeliveriesScreen
from feedwatch.tui.state import Mode
from tests.tui.conftest import PAUSED, Run, heard, press, said, settled, written
from tests.tui.fake_backend import NOW, FakeBackend, make_alert, make_delivery, make_row
from tests.tui.test_main import HOSTILE, picture

WAITING, DELIVERED, DEAD = DeliveryState
SIZES = ((80, 24), (104, 30), (160, 50), (200, 60))


def outbox(deliveries: Iterable[Delivery]) -> FakeBackend:
    backend = FakeBackend([make_row(number) for number in range(4)])
    backend.delivery_rows = tuple(deliveries)
    return backend


def many(count: int, state: DeliveryState = DEAD) -> tuple[Delivery, ...]:
    return tuple(make_delivery(number, state) for number in range(count))


def failed(at: int, error: str = "the receiver answered with status 503", answer: str = "queue is full") -> Attempt:
    return Attempt(NOW - timedelta(seconds=at), 0.21, 503, FailureKind.STATUS, error, answer)


def shown(pilot: Pilot[str]) -> DeliveriesScreen:
    screen = pilot.app.screen
    assert isinstance(screen, DeliveriesScreen)
    return screen


def rows(pilot: Pilot[str]) -> list[str]:
    table = shown(pilot).table
    return [table.render_line(y).text for y in range(table.height)]


def chosen(pilot: Pilot[str]) -> str | None:
    return shown(pilot).state.selected


def note(pilot: Pilot[str]) -> str:
    return str(pilot.app.screen.query_one(".prompt-note").render())


def label(pilot: Pilot[str]) -> str:
    return str(pilot.app.screen.query_one(".prompt-label").render())


async def moved(pilot: Pilot[str], backend: FakeBackend, deliveries: Iterable[Delivery]) -> None:
    """The outbox is another one, and the screen has heard of it."""
    backend.delivery_rows = tuple(deliveries)
    backend.happen(DeliveryChanged(1))
    await heard(pilot)


# --- the list --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", SIZES)
async def test_a_line_says_state_channel_tries_next_title_and_answer(run: Run, size: tuple[int, int]) -> None:
    sending = replace(make_delivery(1, WAITING), leased_until=NOW + timedelta(seconds=30))
    dead = replace(make_delivery(3, DEAD), next_at=None)
    backend = outbox((sending, make_delivery(2, WAITING), dead, make_delivery(4, DELIVERED)))
    async with run(backend, size=size) as pilot:
        await press(pilot, "4")
        lines = rows(pilot)
        assert [line.split()[1] for line in lines[:4]] == ["sending", "waiting", "dead", "delivered"]
        for line, word in zip(lines, ("now", "in 5m", " 2 ", "0s ago"), strict=False):
            assert word in line
        assert all("desk" in line and f"Title {place + 1}" in line for place, line in enumerate(lines[:4]))
        assert "500" in lines[2]
        assert ("Drones" in lines[0]) == (size[0] >= 104)
        headings = shown(pilot).headings.render_line(0).text
        assert "…" not in headings
        assert headings.index("title") == lines[0].index("Title 1")
        assert headings.index("channel") == lines[0].index("desk")


async def test_a_tiny_terminal_shows_state_channel_next_and_title(run: Run) -> None:
    async with run(outbox([make_delivery(1, WAITING)]), size=(50, 12)) as pilot:
        await press(pilot, "4")
        assert rows(pilot)[0].split() == ["…", "waiting", "desk", "in", "5m", "Title", "1"]


async def test_the_same_delivery_stays_selected_and_on_its_line(run: Run) -> None:
    backend = outbox(many(100))
    async with run(backend, size=(80, 24)) as pilot:
        await press(pilot, "4", "G", "k", "k")
        table = shown(pilot).table
        line = (table.place or 0) - table.first
        await moved(pilot, backend, (*(make_delivery(number, WAITING) for number in range(200, 205)), *many(100)))
        assert chosen(pilot) == "d97"
        assert (table.place or 0) - table.first == line


async def test_at_the_top_what_is_new_is_seen_and_the_selected_one_stays_on_the_screen(run: Run) -> None:
    backend = outbox(many(100))
    async with run(backend, size=(80, 24)) as pilot:
        await press(pilot, "4")
        await moved(pilot, backend, (*(make_delivery(number, WAITING) for number in range(200, 203)), *many(100)))
        assert "Title 200" in rows(pilot)[0]
        await moved(pilot, backend, (*(make_delivery(number, WAITING) for number in range(200, 240)), *many(100)))
        assert chosen(pilot) == "d0"
        assert any("Title 0" in line for line in rows(pilot))


async def test_one_that_leaves_the_list_hands_the_cursor_to_the_next(run: Run) -> None:
    backend = outbox(many(5))
    async with run(backend) as pilot:
        await press(pilot, "4", "j", "j", "/", *"dead", "enter")
        await moved(pilot, backend, (*many(2), make_delivery(2, WAITING), *many(5)[3:]))
        assert chosen(pilot) == "d3"


async def test_of_more_than_500_the_header_says_that_they_are_the_newest(run: Run) -> None:
    backend = outbox(many(501))
    async with run(backend) as pilot:
        await press(pilot, "4")
        assert "newest 500, 500 dead" in said(shown(pilot).header)
        assert shown(pilot).table.length == 500
        await moved(pilot, backend, many(500))
        assert "500 deliveries, 500 dead" in said(shown(pilot).header)


async def test_a_burst_of_changes_reads_the_list_one_at_a_time(run: Run) -> None:
    backend = outbox(many(3))
    async with run(backend) as pilot:
        await press(pilot, "4")
        before = len(backend.made("deliveries"))
        for _ in range(50):
            shown(pilot).read_again()
        await settled(pilot)
        assert 1 <= len(backend.made("deliveries")) - before <= 2


async def test_whoever_comes_back_finds_filter_and_cursor_as_they_were(run: Run) -> None:
    async with run(outbox(many(9))) as pilot:
        await press(pilot, "4", "/", *"dead", "enter", "j", "j", "1", "4")
        assert chosen(pilot) == "d2"
        assert "Deliveries / dead" in said(shown(pilot).header)


# --- the attempts ----------------------------------------------------------------------------------------------------


async def test_the_attempts_say_when_how_long_which_status_why_and_what_was_answered(run: Run) -> None:
    backend = outbox(many(1))
    taken = Attempt(NOW - timedelta(days=3), 1.5, 204, None, "", "")
    backend.attempt_rows = (failed(60), replace(failed(3600), status=None, kind=FailureKind.CONNECT), taken)
    async with run(backend) as pilot:
        await press(pilot, "4")
        told = written(shown(pilot).pane)
        when = (NOW - timedelta(seconds=60)).astimezone().strftime("%H:%M:%S")
        assert f"{when}          0.21 s  503 the receiver answered with status 503" in told
        assert "│ queue is full" in told
        assert "connect: the receiver" in told
        assert "1.50 s  204 delivered" in told


async def test_a_burst_of_cursor_moves_asks_for_attempts_once(run: Run) -> None:
    backend = outbox(many(50))
    async with run(backend) as pilot:
        await press(pilot, "4")
        assert backend.made("attempts") == [("d0",)]
        await press(pilot, *"jjjjjjjjjj")
        assert backend.made("attempts") == [("d0",), ("d10",)]


async def test_the_attempts_are_read_again_when_there_is_one_more(run: Run) -> None:
    backend = outbox(many(1, WAITING))
    async with run(backend) as pilot:
        await press(pilot, "4")
        backend.attempt_rows = (failed(1, error="it said no"),)
        await moved(pilot, backend, [replace(make_delivery(1, WAITING), id=DeliveryId("d0"), attempts=3)])
        assert "it said no" in written(shown(pilot).pane)


async def test_tab_leads_to_the_attempts_and_back(run: Run) -> None:
    backend = outbox(many(3))
    backend.attempt_rows = tuple(failed(60 * number) for number in range(20))
    async with run(backend, size=(80, 24)) as pilot:
        await press(pilot, "4")
        await press(pilot, "tab", "j", "j")
        assert shown(pilot).pane.scroll_y == 2
        assert chosen(pilot) == "d0"
        await press(pilot, "escape", "j")
        assert chosen(pilot) == "d1"
        assert shown(pilot).pane.scroll_y == 0


# --- the filter ------------------------------------------------------------------------------------------------------


async def test_the_filter_is_asked_of_the_store_and_told_in_the_header(run: Run) -> None:
    backend = outbox((*many(3), replace(make_delivery(7, DEAD), channel="ops"), make_delivery(8, DELIVERED)))
    async with run(backend) as pilot:
        await press(pilot, "4", "/", *"dead ops", "enter")
        assert Selection(state=DEAD, channel="ops") in [call[1] for call in backend.made("deliveries")]
        assert "Deliveries / dead ops" in said(shown(pilot).header)
        assert "1 delivery, 1 dead" in said(shown(pilot).header)
        assert "Title 7" in rows(pilot)[0]
        await press(pilot, "escape")
        assert "5 deliveries, 4 dead" in said(shown(pilot).header)
        await press(pilot, "escape")
        assert not isinstance(pilot.app.screen, DeliveriesScreen)


async def test_the_filter_is_tried_while_it_is_typed_and_esc_takes_it_back(run: Run) -> None:
    async with run(outbox((*many(3), make_delivery(8, DELIVERED)))) as pilot:
        await press(pilot, "4", "/", *"delivered")
        await pilot.pause(PAUSED)
        await settled(pilot)
        assert shown(pilot).table.length == 1
        await press(pilot, "escape")
        assert shown(pilot).table.length == 4
        assert shown(pilot).table.has_focus


async def test_a_filter_that_makes_no_sense_is_told_and_changes_nothing(run: Run) -> None:
    async with run(outbox(many(3))) as pilot:
        await press(pilot, "4", "/", *"since:soon", "enter")
        assert '"soon" is no duration' in note(pilot)
        assert shown(pilot).table.length == 3
        await press(pilot, *(["backspace"] * 4), *"2d", "enter")
        assert not shown(pilot).prompt.asking


async def test_an_empty_list_says_what_it_was_asked_for(run: Run) -> None:
    async with run(outbox(many(3))) as pilot:
        await press(pilot, "4", "/", *"channel:dsk", "enter")
        told = "\n".join(rows(pilot))
        assert "No delivery is channel:dsk" in told
        assert "channels listed: desk" in told


# --- sending again ---------------------------------------------------------------------------------------------------


async def test_what_was_delivered_is_sent_once_more_only_after_a_question(run: Run) -> None:
    backend = outbox([make_delivery(1, DELIVERED)])
    async with run(backend) as pilot:
        await press(pilot, "4", "r")
        assert "desk took it 0s ago. Send it once more? y/n" in label(pilot)
        await press(pilot, "n", "enter")
        assert backend.made("retry_deliveries") == []
        await press(pilot, "r", "y", "enter")
        assert backend.made("retry_deliveries") == [(Selection((DeliveryId("d1"),)),)]


async def test_all_dead_ones_are_sent_again_after_a_question_with_their_number(run: Run) -> None:
    backend = outbox((*many(37), make_delivery(99, DELIVERED)))
    async with run(backend) as pilot:
        await press(pilot, "4", "R")
        assert "Send 37 deliveries again? y/n" in label(pilot)
        await press(pilot, "y", "enter")
        assert backend.made("retry_deliveries") == [(Selection(state=DEAD),)]
        assert "37 deliveries are sent again now." in said(shown(pilot).status)


async def test_the_key_alone_answers_the_question(run: Run) -> None:
    backend = outbox(many(2))
    async with run(backend) as pilot:
        await press(pilot, "4", "R", "y")
        await pilot.pause(PAUSED)
        await settled(pilot)
        assert backend.made("retry_deliveries") == [(Selection(state=DEAD),)]
        assert not shown(pilot).prompt.asking


@pytest.mark.parametrize("keys", [("n", "enter"), ("escape",), ("x", "enter"), ("enter",)])
async def test_any_other_answer_sends_nothing(run: Run, keys: tuple[str, ...]) -> None:
    backend = outbox(many(2))
    async with run(backend) as pilot:
        await press(pilot, "4", "R", *keys)
        assert backend.made("retry_deliveries") == []
        assert not shown(pilot).prompt.asking
        assert shown(pilot).state.filter.words == ""


async def test_the_selection_of_the_filter_is_sent_again(run: Run) -> None:
    old = replace(make_delivery(7, DEAD), created_at=NOW - timedelta(hours=3))
    backend = outbox((make_delivery(1, DELIVERED), make_delivery(2, DEAD), old))
    async with run(backend) as pilot:
        await press(pilot, "4", "/", *"since:2h", "enter", "R")
        assert "Send 2 deliveries again, 1 of them delivered before? y/n" in label(pilot)
        assert "since:2h" in note(pilot)
        await press(pilot, "y", "enter")
        span = Selection(since=NOW - timedelta(hours=2))
        assert backend.made("retry_deliveries") == [(span,)]
        assert span in [call[1] for call in backend.made("deliveries")]


async def test_what_came_of_it_is_said_whole_in_a_narrow_terminal(run: Run) -> None:
    backend = outbox(many(2))
    backend.channels = tuple(ChannelState(name, NOW, "no connection") for name in ("desk", "ops"))
    async with run(backend, size=(80, 24)) as pilot:
        await press(pilot, "4", "r")
        assert "The delivery to desk is sent again now." in shown(pilot).status.render_line(0).text


async def test_one_that_can_not_be_sent_now_is_told(run: Run) -> None:
    backend = outbox(many(1))
    async with run(backend) as pilot:
        await press(pilot, "4")
        backend.delivery_rows = ()
        await press(pilot, "r")
        assert "Left alone: it is being sent at this moment" in said(shown(pilot).status)


async def test_what_is_under_way_or_goes_with_a_digest_is_not_counted(run: Run) -> None:
    sending = replace(make_delivery(1, WAITING), leased_until=NOW + timedelta(seconds=30))
    bundled = replace(make_delivery(2, WAITING), next_at=None, in_digest=True)
    async with run(outbox((sending, bundled, make_delivery(3, WAITING)))) as pilot:
        await press(pilot, "4", "/", *"waiting", "enter", "R")
        assert "Send 1 delivery again? y/n" in label(pilot)


async def test_without_anything_dead_nothing_is_asked(run: Run) -> None:
    async with run(outbox([make_delivery(1, DELIVERED)])) as pilot:
        await press(pilot, "4", "R")
        assert not shown(pilot).prompt.asking
        assert "nothing to send again: no delivery is dead" in said(shown(pilot).status)


# --- channels --------------------------------------------------------------------------------------------------------


async def test_t_tests_the_channel_of_the_selected_delivery_and_says_what_came_back(run: Run) -> None:
    backend = outbox(many(2))
    async with run(backend) as pilot:
        await press(pilot, "4", "t")
        assert backend.made("test_channel") == [("desk",)]
        assert "channel desk: delivered (status 204)" in written(shown(pilot).pane)
        await press(pilot, "j")
        assert "status 204" not in written(shown(pilot).pane)
        backend.failing["test_channel"] = DeliveryError("channel desk: no connection")
        await press(pilot, "t")
        assert "Test: channel desk: no connection" in written(shown(pilot).pane)
        assert "channel desk: no connection" in said(shown(pilot).status)


async def test_where_nothing_is_listed_the_channel_is_asked_for(run: Run) -> None:
    backend = outbox(())
    async with run(backend) as pilot:
        await press(pilot, "4", "t", *"ops", "enter")
        assert backend.made("test_channel") == [("ops",)]
        assert "channel ops: delivered" in written(shown(pilot).pane)


async def test_channels_out_of_service_are_told_above_the_list_until_they_are_back(run: Run) -> None:
    backend = outbox([make_delivery(1, WAITING), replace(make_delivery(2, WAITING), channel="ops")])
    backend.channels = (
        ChannelState("desk", NOW, "no connection to desk.example", NOW + timedelta(minutes=7)),
        ChannelState("ops", NOW, "the receiver says that this address is gone for good (410)"),
    )
    async with run(backend, size=(80, 24)) as pilot:
        await press(pilot, "4")
        notices = shown(pilot).notices
        first, second = (notices.render_line(y).text for y in range(2))
        assert "desk is paused: no connection to desk.example; next try in 7m" in first
        assert "ops is gone: the receiver says" in second
        assert second.rstrip().endswith("; r tries it again")
        assert "in 7m" in rows(pilot)[0]
        assert "on hold" in rows(pilot)[1]
        backend.channels = ()
        await heard(pilot)
        assert not notices.display
        assert "in 5m" in rows(pilot)[0]


async def test_of_many_channels_out_of_service_the_first_are_told(run: Run) -> None:
    backend = outbox(many(1))
    backend.channels = tuple(ChannelState(f"c{number}", NOW, "no connection") for number in range(9))
    async with run(backend) as pilot:
        await press(pilot, "4")
        notices = shown(pilot).notices
        assert notices.size.height == 4
        assert "and 6 more" in notices.render_line(3).text


# --- opening ---------------------------------------------------------------------------------------------------------


async def test_enter_reads_the_alert_in_the_main_screen(run: Run) -> None:
    items = [make_row(number) for number in range(40)]
    backend = FakeBackend(items)
    backend.alert_rows = tuple(make_alert(row.id, row) for row in reversed(items))
    backend.delivery_rows = (replace(make_delivery(3, DEAD), item_id=ItemId(3)),)
    async with run(backend, size=(80, 24)) as pilot:
        await press(pilot, "4", "enter")
        assert isinstance(pilot.app, FeedwatchApp)
        main = pilot.app.main
        assert pilot.app.screen is main
        assert main.state.mode is Mode.ALERTS
        assert main.panes.preview.has_focus
        assert "The text of Title 3." in written(main.panes.preview)
        alerts = main.panes.alerts
        assert alerts.first <= (alerts.place or 0) < alerts.first + alerts.height


@pytest.mark.parametrize("number", [0, 250])
async def test_an_alert_too_old_for_the_list_of_alerts_is_read_among_the_items(run: Run, number: int) -> None:
    backend = FakeBackend([make_row(number) for number in range(500)])
    backend.delivery_rows = (replace(make_delivery(3, DEAD), item_id=ItemId(number)),)
    async with run(backend) as pilot:
        await press(pilot, "4", "l")
        assert isinstance(pilot.app, FeedwatchApp)
        main = pilot.app.main
        assert main.state.view == View()
        assert main.state.selected == number
        assert f"The text of Title {number}." in written(main.panes.preview)
        assert any(f"Title {number} " in main.panes.items.render_line(y).text for y in range(main.panes.items.height))


async def test_an_item_that_is_gone_is_told(run: Run) -> None:
    backend = FakeBackend([make_row(1)])
    backend.delivery_rows = (replace(make_delivery(3, DEAD), item_id=ItemId(77)),)
    async with run(backend) as pilot:
        await press(pilot, "4", "enter")
        assert isinstance(pilot.app, FeedwatchApp)
        assert "This item is gone" in said(pilot.app.main.panes.status)


async def test_a_delivery_without_an_item_shows_its_message(run: Run) -> None:
    digest = {"type": "alert.digest", "data": {"count": 2, "left_out": 0, "alerts": [{"item": {"title": "A drone"}}]}}
    body = json.dumps(digest).encode()
    backend = outbox((replace(make_delivery(1, DEAD), title="2 alerts", rule="digest", body=body), *many(2)))
    async with run(backend) as pilot:
        await press(pilot, "4", "enter")
        told = written(shown(pilot).pane)
        assert "type: alert.digest" in told
        assert "title: A drone" in told
        assert shown(pilot).pane.has_focus
        await press(pilot, "escape")
        assert "alert.digest" not in written(shown(pilot).pane)
        assert shown(pilot).table.has_focus


@pytest.mark.parametrize(
    ("body", "told"), [(b"", "its message is empty"), (b"{", "{"), (b"[" * 5_000, "[[[["), (b"\xff\x00", "\ufffd")]
)
async def test_whatever_the_message_is_it_is_shown(run: Run, body: bytes, told: str) -> None:
    async with run(outbox([replace(make_delivery(1, DEAD), body=body)])) as pilot:
        await press(pilot, "4", "enter")
        assert told in written(shown(pilot).pane)


# --- strangers' text, and much of it ---------------------------------------------------------------------------------


async def test_what_feeds_and_receivers_say_is_text_and_nothing_else(run: Run) -> None:
    body = json.dumps(HOSTILE).encode()
    backend = outbox(
        replace(make_delivery(number, DEAD), title=text, rule=text, channel=text, last_error=text, body=body)
        for number, text in enumerate(HOSTILE)
    )
    backend.channels = tuple(ChannelState(text, NOW, text) for text in HOSTILE[-7:-3])
    async with run(backend, size=(200, 60)) as pilot:
        await press(pilot, "4")
        pictures = [picture(pilot)]
        for text in HOSTILE:
            backend.attempt_rows = (failed(1, error=text, answer=text),)
            backend.failing["test_channel"] = DeliveryError(text)
            await press(pilot, "j", "t")
            pictures.append(picture(pilot))
        await press(pilot, "enter")
        pictures.append(picture(pilot))
        assert pilot.app.is_running
        assert not any(character in "".join(pictures) for character in "\x1b\x07\x9b\u202e\u2066\U000e0041")


async def test_ten_thousand_rows_are_asked_for_only_to_be_counted(run: Run) -> None:
    backend = outbox(many(10_002))
    async with run(backend) as pilot:
        await press(pilot, "4")
        assert {limit for limit, _ in backend.made("deliveries")} == {501}
        await press(pilot, "R")
        assert "Send more than 10,000 deliveries again? y/n" in label(pilot)
