from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from feedwatch.model import AlertId, DeliveryState, FeedId, ItemId, View
from feedwatch.tui.app import FeedwatchApp
from feedwatch.tui.delivery_filter import ALL, parse
from feedwatch.tui.kept import Kept, as_values, from_values
from feedwatch.tui.state import STREAM, Mode
from tests.tui.conftest import heard, press
from tests.tui.fake_backend import NOW, FakeBackend, make_alert, make_delivery, make_feed, make_row

WIDE = (200, 60)
Values = Mapping[str, object]


def backend(count: int = 40) -> FakeBackend:
    rows = [make_row(number) for number in range(1, count + 1)]
    fake = FakeBackend(rows, (make_feed(1, tags=("world",)), make_feed(2), make_feed(3)))
    fake.alert_rows = tuple(make_alert(number, rows[-number]) for number in range(1, 5))
    fake.delivery_rows = tuple(make_delivery(number, list(DeliveryState)[number % 3]) for number in range(1, 7))
    return fake


async def left(
    fake: FakeBackend, kept: Values, *keys: str, size: tuple[int, int] = WIDE
) -> tuple[Values, FeedwatchApp]:
    """What a screen leaves that begins with these values and is given these keys; and the screen as it was."""
    given: list[Values] = []
    app = FeedwatchApp(fake, open_url=lambda _url: None, now=lambda: NOW, kept=kept, keep=given.append)
    async with app.run_test(size=size) as pilot:
        await heard(pilot)
        for key in keys:
            await press(pilot, key)
    assert len(given) <= 1, "what has not changed is not written"
    return (json.loads(json.dumps(dict(given[0]))) if given else kept), app


@pytest.mark.parametrize(
    "one",
    [
        Kept(),
        Kept(View(feed_id=FeedId(3), grouped=True), item=ItemId(7), feeds_hidden=True),
        Kept(View(tag="world"), Mode.ALERTS, alert=AlertId("a3")),
        Kept(View(unread=True, grouped=True), deliveries=parse("dead desk since:2d drone", ["desk"], NOW)),
        Kept(View(starred=True), deliveries=parse('"sending" until:08:30', [], NOW)),
    ],
)
def test_what_is_kept_comes_back_from_a_file(one: Kept) -> None:
    assert from_values(json.loads(json.dumps(dict(as_values(one)))), NOW) == one


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"version": 0, "tag": "world"},
        {"version": "1", "tag": "world"},
        {"version": 1, "feed": "x", "item": -1, "alert": [1], "tag": {}, "listing": 3, "unread": "yes"},
        {"version": 1, "feed": True, "item": 2**70, "tag": "x" * 501, "every_telling": 1, "feeds_hidden": None},
        {"version": 1, "deliveries": "dead waiting", "channel": 5},
    ],
)
def test_what_cannot_be_meant_is_left_out(values: Values) -> None:
    assert from_values(values, NOW) == Kept()


async def test_a_screen_begins_where_the_user_was() -> None:
    fake = backend()
    values, _ = await left(fake, {}, "X", "j", "j", "j", "t")
    assert values == {"version": 1, "every_telling": True, "item": 37, "feeds_hidden": True}
    again, app = await left(fake, values)
    assert again == values
    assert (app.main.state.view, app.main.state.selected) == (View(), 37)
    assert app.main.state.detail is not None
    assert app.main.state.detail.row.id == 37
    assert app.main.has_class("-toggled")


async def test_a_feed_is_kept_and_one_that_is_gone_is_not_missed() -> None:
    values: Values = {"version": 1, "feed": 2}
    _, app = await left(backend(), values)
    assert app.main.state.view == View(feed_id=FeedId(2), grouped=True)
    fake = backend()
    fake.feed_rows = fake.feed_rows[:1]
    again, app = await left(fake, values)
    assert app.main.state.view == STREAM
    assert app.main.state.window.total == 40
    assert again == {"version": 1}


async def test_the_newest_stays_the_selected_one_when_others_have_come() -> None:
    values, _ = await left(backend(), {})
    assert values == {"version": 1}
    _, app = await left(backend(50), values)
    assert app.main.state.selected == 50


async def test_a_selection_stands_on_the_screen_though_others_have_come_or_it_is_gone() -> None:
    _, app = await left(backend(150), {"version": 1, "item": 30})
    assert app.main.state.selected == 30
    _, app = await left(backend(20), {"version": 1, "item": 30})
    assert app.main.state.selected == 20


async def test_the_alerts_are_kept_with_the_selected_one_and_have_the_keys() -> None:
    fake = backend()
    values, _ = await left(fake, {}, "2", "j")
    assert values == {"version": 1, "listing": "alerts", "alert": "a2"}
    _, app = await left(fake, values, "j")
    state = app.main.state
    assert (state.listing, state.mode, state.alert) == (Mode.ALERTS, Mode.ALERTS, "a3")
    assert state.detail is not None
    assert state.detail.row.id == 38


async def test_the_filter_of_the_deliveries_is_kept() -> None:
    fake = backend()
    words = [*"dead", "space", *"desk", "enter"]
    values, _ = await left(fake, {}, "4", "slash", *words)
    assert values == {"version": 1, "deliveries": "dead desk", "channel": "desk"}
    _, app = await left(fake, values, "4")
    assert app._outbox.filter == parse("dead desk", ["desk"], NOW)
    assert {one.state for one in app._outbox.deliveries} == {DeliveryState.DEAD}
    _, app = await left(fake, {}, "4")
    assert app._outbox.filter == ALL


async def test_on_a_narrow_screen_what_a_wide_one_hid_is_remembered_but_not_turned_round() -> None:
    values: Values = {"version": 1, "feeds_hidden": True}
    again, app = await left(backend(), values, size=(80, 24))
    assert again == values
    assert not app.main.has_class("-toggled")


async def test_it_is_kept_while_the_screen_is_open_where_it_has_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("feedwatch.tui.app.KEEP", 0.05)
    given: list[Values] = []
    app = FeedwatchApp(backend(), open_url=lambda _url: None, now=lambda: NOW, keep=given.append)
    async with app.run_test(size=WIDE) as pilot:
        await heard(pilot)
        await press(pilot, "j")
        await pilot.pause(0.2)
        assert given[-1] == {"version": 1, "item": 39}
        count = len(given)
        await pilot.pause(0.2)
        assert len(given) == count


async def test_a_screen_that_keeps_nothing_ends_as_well() -> None:
    app = FeedwatchApp(backend(), open_url=lambda _url: None, now=lambda: NOW)
    async with app.run_test() as pilot:
        await heard(pilot)
        await press(pilot, "j")
    assert app.main.state.selected == 39
    assert app._kept == {}
