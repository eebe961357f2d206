"""An engine at work where its clock jumps and where its database can't be written, on real servers."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from feedwatch.config import Config, DeliverySettings, PollSettings
from feedwatch.engine import poller
from feedwatch.engine.engine import Engine, open_engine, utc_now
from feedwatch.health import problems
from feedwatch.model import Channel, DeliveryState, FeedHealth, Rule, Subscription
from tests.feeds import SECRET, rss, serve
from tests.loopback import FeedServer, WebhookSink
from tests.program import until

DAY = timedelta(days=1)
QUICK, SLOW = 0.3, 3600.0
"""Seconds between the polls of a feed."""
MOMENT = 2.0
"""Seconds: many rounds of the quick feeds, and two beats of the heart."""


class Clock:
    """The wall clock of an engine, which a test may set."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)

    def __call__(self) -> datetime:
        return utc_now() + self.ahead


class World:
    """An engine at work, one quick feed and four slow ones, and a receiver."""

    def __init__(self, engine: Engine, clock: Clock, feeds: FeedServer, sink: WebhookSink) -> None:
        self.engine = engine
        self.clock = clock
        self.feeds = feeds
        self.sink = sink
        self._titles = ["Harbour talks"]

    def publish(self, title: str, wait: float = 0.0) -> None:
        """Put it in front of the quick feed, whose server takes so many seconds from now on."""
        self._titles.insert(0, title)
        self.feeds.set("/0", rss(*self._titles, name="f0"), wait=wait)

    def polls(self) -> Counter[str]:
        """How often each feed was asked for."""
        return Counter(asked.path for asked in self.feeds.requests)

    async def all_polled(self, times: int) -> None:
        """Wait until each feed has been asked for so often."""
        await until(lambda: true(all(self.polls()[f"/{n}"] >= times for n in range(5))))

    async def told(self, count: int) -> None:
        """Wait until so many requests came to the receiver."""
        await self.sink.came(count, 10)

    async def unwritable(self, *, on: bool) -> None:
        """Let the store take no write any more, or take them again; SQLite itself refuses."""
        await self.engine.store._db.maintain(lambda one: one.execute(f"PRAGMA query_only = {on:d}").fetchall())


async def true(value: bool) -> bool:
    return value


@asynccontextmanager
async def world(folder: Path, feeds: FeedServer, sink: WebhookSink) -> AsyncIterator[World]:
    """A world in which every feed was polled once."""
    urls = [serve(feeds, f"/{n}", "Harbour talks", name=f"f{n}") for n in range(5)]
    config = Config(
        path=folder / "config.toml",
        poll=PollSettings(adaptive=False, per_host=8, allow_private=("127.0.0.0/8",)),
        delivery=DeliverySettings(schedule=(0.5, 600.0)),
        feeds=tuple(
            Subscription(url, f"Feed {n}", f"Outlet {n}", interval=SLOW if n else QUICK, baseline=False)
            for n, url in enumerate(urls)
        ),
        channels=(Channel("desk", "webhook", sink.url("/hook"), (SECRET,)),),
        rules=(Rule("Drones", "drone", channels=("desk",)),),
    )
    clock, stop = Clock(), asyncio.Event()
    async with open_engine(config, folder / "feedwatch.db", "daemon", clock) as engine:
        running = asyncio.create_task(engine.run(stop))
        one = World(engine, clock, feeds, sink)
        try:
            await one.all_polled(1)
            yield one
        finally:
            stop.set()
            await running


@pytest.mark.parametrize("jump", [DAY, -DAY])
async def test_a_clock_that_jumps_by_a_day_stops_nothing_and_repeats_nothing(
    tmp_path: Path, feed_server: FeedServer, webhook_sink: WebhookSink, jump: timedelta
) -> None:
    async with world(tmp_path, feed_server, webhook_sink) as one:
        one.publish("First drone seen over the old mill")
        await one.told(1)
        before = one.polls()
        one.clock.ahead += jump
        await one.all_polled(2)  # a day later everything is due, a day earlier nothing may wait for tomorrow
        one.publish("Second drone seen by fishermen")
        await one.told(2)
        await asyncio.sleep(MOMENT)
        slow = {path: count - before[path] for path, count in one.polls().items() if path != "/0"}
        assert slow == dict.fromkeys(("/1", "/2", "/3", "/4"), 1)
        assert len({asked.headers["webhook-id"] for asked in one.sink.requests}) == len(one.sink.requests) == 2
        assert problems(one.engine.metrics, one.clock()) == ()


@pytest.mark.parametrize("jump", [DAY, -DAY])
async def test_a_delivery_that_waits_for_its_next_attempt_is_tried_though_the_clock_jumps(
    tmp_path: Path, feed_server: FeedServer, webhook_sink: WebhookSink, jump: timedelta
) -> None:
    webhook_sink.script = [500, 500]
    async with world(tmp_path, feed_server, webhook_sink) as one:
        one.publish("First drone seen over the old mill")
        await one.told(2)  # the third attempt is ten minutes away
        await until(lambda: waits_long(one))
        one.clock.ahead += jump
        await one.told(3)
        await until(lambda: is_delivered(one))
        assert len({asked.headers["webhook-id"] for asked in one.sink.requests}) == 1


@pytest.mark.parametrize("jump", [2 * DAY, -2 * DAY])
async def test_a_poll_under_way_when_the_clock_jumps_brings_its_news_once(
    tmp_path: Path, feed_server: FeedServer, webhook_sink: WebhookSink, jump: timedelta
) -> None:
    async with world(tmp_path, feed_server, webhook_sink) as one:
        one.publish("First drone seen over the old mill", wait=1.0)
        before = one.polls()["/0"]
        await until(lambda: true(one.polls()["/0"] > before))
        one.clock.ahead += jump
        await one.told(1)
        await asyncio.sleep(MOMENT)
        assert len(one.sink.requests) == 1
        assert one.polls()["/0"] <= before + 5
        assert problems(one.engine.metrics, one.clock()) == ()


async def test_a_database_that_takes_no_writes_is_told_by_health_and_nothing_is_lost(
    tmp_path: Path, feed_server: FeedServer, webhook_sink: WebhookSink
) -> None:
    async with world(tmp_path, feed_server, webhook_sink) as one:
        await one.unwritable(on=True)
        one.publish("First drone seen over the old mill")
        await until(lambda: is_ill(one))
        (problem,) = problems(one.engine.metrics, one.clock())
        assert problem.startswith("the database can't be written: the file is read-only")
        await one.unwritable(on=False)
        await one.told(1)
        await until(lambda: is_well(one))


async def test_a_feed_whose_poll_could_not_be_stored_is_polled_again_however_long_that_takes(
    tmp_path: Path, feed_server: FeedServer, webhook_sink: WebhookSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(poller, "AGAIN", 0.1)
    async with world(tmp_path, feed_server, webhook_sink) as one:
        asked, go_on = asyncio.Event(), asyncio.Event()
        apply, release = one.engine.store.apply, one.engine.store.release
        given_back = 0

        async def apply_later(*arguments: object) -> object:
            asked.set()
            await go_on.wait()
            return await apply(*arguments)  # type: ignore[arg-type]  # what it is given it passes on

        async def release_counted(*arguments: object) -> None:
            nonlocal given_back
            given_back += 1
            await release(*arguments)  # type: ignore[arg-type]  # as above

        monkeypatch.setattr(one.engine.store, "apply", apply_later)
        monkeypatch.setattr(one.engine.store, "release", release_counted)
        await asked.wait()
        await one.unwritable(on=True)
        go_on.set()
        await until(lambda: true(given_back > 2))
        one.publish("First drone seen over the old mill")
        await one.unwritable(on=False)
        await one.told(1)


async def test_an_engine_whose_clock_goes_back_while_it_can_not_write_lives_on(
    tmp_path: Path, feed_server: FeedServer, webhook_sink: WebhookSink
) -> None:
    async with world(tmp_path, feed_server, webhook_sink) as one:
        await until(lambda: is_stored(one))
        await one.unwritable(on=True)
        one.clock.ahead -= DAY
        await until(lambda: is_ill(one))
        await one.unwritable(on=False)
        one.publish("First drone seen over the old mill")
        await one.told(1)
        await one.all_polled(2)


async def is_stored(one: World) -> bool:
    return all(row.feed.state.health is FeedHealth.OK for row in await one.engine.store.feeds(one.clock()))


async def is_ill(one: World) -> bool:
    return "heartbeat" in one.engine.metrics.refusals


async def is_well(one: World) -> bool:
    return problems(one.engine.metrics, one.clock()) == ()


async def is_delivered(one: World) -> bool:
    return [each.state for each in await one.engine.store.deliveries(9)] == [DeliveryState.DELIVERED]


async def waits_long(one: World) -> bool:
    (only,) = await one.engine.store.deliveries(9)
    return only.next_at is not None and only.next_at - datetime.now(UTC) > timedelta(minutes=5)
