from __future__ import annotations

import pytest

from feedwatch.errors import StoreBusyError
from feedwatch.events import (
    AlertRaised,
    ConfigReloaded,
    DeliveryChanged,
    EngineChanged,
    Event,
    FeedChecked,
    ItemsChanged,
)
from feedwatch.model import AlertId, FeedId, ItemId, View
from feedwatch.tui.app import FeedwatchApp
from feedwatch.tui.live import CHUNK, Listener, Wanted
from tests.tui.conftest import Run, hurry
from tests.tui.fake_backend import FakeBackend, make_row


@pytest.fixture(autouse=True)
def real_pace(monkeypatch: pytest.MonkeyPatch, quick: None) -> None:
    """These tests bring their own clock."""
    monkeypatch.setattr("feedwatch.tui.live.SLOW", 1.0)


WANTED = Wanted(View(), frozenset({ItemId(1)}), ItemId(1))


async def begun(backend: FakeBackend) -> Listener:
    """A listener that has read everything once, at second 0."""
    listener = Listener(backend)
    assert await listener.tick(WANTED, 0) is None
    assert await listener.tick(WANTED, 0) is not None
    backend.calls.clear()
    return listener


async def test_the_first_reading_has_feeds_alerts_and_status() -> None:
    listener = Listener(FakeBackend([make_row(1)]))
    await listener.tick(WANTED, 0)
    reading = await listener.tick(WANTED, 0)
    assert reading is not None
    assert reading.feeds is not None
    assert reading.alerts is not None
    assert reading.status is not None


async def test_nothing_is_read_where_nothing_happened() -> None:
    backend = FakeBackend([make_row(1)])
    listener = await begun(backend)
    assert await listener.tick(WANTED, 0.2) is None
    assert [call[0] for call in backend.calls] == ["changes"]


async def test_the_status_is_read_now_and_then_all_the_same() -> None:
    listener = await begun(FakeBackend([make_row(1)]))
    reading = await listener.tick(WANTED, 60)
    assert reading is not None
    assert reading.status is not None
    assert reading.feeds is None


@pytest.mark.parametrize(
    ("event", "call"),
    [
        (AlertRaised((AlertId("a"),)), "alerts"),
        (ItemsChanged((ItemId(1),)), "rows"),
        (ItemsChanged((ItemId(1),)), "item"),
        (FeedChecked((FeedId(1),)), "feeds"),
        (EngineChanged(), "status"),
    ],
)
async def test_an_event_has_read_what_it_is_about(event: Event, call: str) -> None:
    backend = FakeBackend([make_row(1)])
    listener = await begun(backend)
    backend.happen(event)
    await listener.tick(WANTED, 60)
    assert backend.made(call)


async def test_feeds_are_read_once_a_second_however_fast_they_are_polled() -> None:
    backend = FakeBackend([make_row(1)])
    listener = await begun(backend)
    for tick in range(1, 11):
        backend.happen(FeedChecked((FeedId(1),)))
        await listener.tick(WANTED, tick * 0.01)
    assert not backend.made("feeds")
    await listener.tick(WANTED, 1.5)
    assert len(backend.made("feeds")) == 1


async def test_a_new_configuration_and_the_outbox_are_handed_on() -> None:
    backend = FakeBackend([make_row(1)])
    listener = await begun(backend)
    backend.happen(ConfigReloaded("bad"))
    backend.happen(DeliveryChanged(3))
    reading = await listener.tick(WANTED, 0.2)
    assert reading is not None
    assert reading.config == ConfigReloaded("bad")
    assert reading.deliveries


async def test_what_was_heard_before_a_failed_reading_is_read_after_it() -> None:
    backend = FakeBackend([make_row(1)])
    listener = await begun(backend)
    backend.arrive([make_row(2)])
    backend.failing["rows"] = StoreBusyError("busy")
    with pytest.raises(StoreBusyError):
        await listener.tick(WANTED, 0.2)
    del backend.failing["rows"]
    reading = await listener.tick(WANTED, 0.4)
    assert reading is not None
    assert [row.id for row in reading.rows] == [2]


async def test_an_item_that_left_the_view_is_read_for_the_list_that_still_shows_it() -> None:
    backend = FakeBackend([make_row(1), make_row(2)])
    listener = await begun(backend)
    backend.change(make_row(1, read=True))
    wanted = Wanted(View(unread=True), frozenset({ItemId(1), ItemId(2)}), ItemId(2))
    reading = await listener.tick(wanted, 0.2)
    assert reading is not None
    assert not reading.rows
    assert [row.id for row in reading.left] == [1]


async def test_a_flood_is_read_in_chunks() -> None:
    backend = FakeBackend()
    listener = await begun(backend)
    backend.arrive([make_row(number) for number in range(2 * CHUNK + 1)])
    reading = await listener.tick(WANTED, 0.2)
    assert reading is not None
    assert len(reading.rows) == 2 * CHUNK + 1
    assert all(len(call[1]) <= CHUNK for call in backend.made("rows") if isinstance(call[1], tuple))


async def test_news_wait_while_keys_come_and_not_for_ever(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("feedwatch.tui.app.QUIET", 0.3)
    monkeypatch.setattr("feedwatch.tui.app.PATIENCE", 0.6)
    backend = FakeBackend([make_row(number) for number in range(1, 31)])
    async with run(backend) as pilot:
        assert isinstance(pilot.app, FeedwatchApp)
        hurry(pilot, "j")
        await pilot.pause(0.1)
        asked = len(backend.made("changes"))
        for _ in range(5):
            hurry(pilot, "j")
            await pilot.pause(0.05)
        assert len(backend.made("changes")) <= asked + 1, "one question may have been under way"
        for _ in range(20):
            hurry(pilot, "k")
            await pilot.pause(0.05)
        assert len(backend.made("changes")) > asked + 1
