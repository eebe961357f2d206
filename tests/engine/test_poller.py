"""A round over real servers: no feed waits for another's."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path

import pytest

from feedwatch.config import Config, PollSettings
from feedwatch.engine import poller
from feedwatch.engine.engine import open_engine
from feedwatch.model import Subscription
from tests.feeds import rss
from tests.loopback import FeedServer


async def test_feeds_behind_those_of_a_slow_host_do_not_wait_for_it(tmp_path: Path) -> None:
    async with FeedServer() as slow, FeedServer() as fast:
        urls = [slow.set(f"/{number}", rss("Bridge closed"), wait=20.0) for number in range(7)]
        urls += [fast.set(f"/{number}", rss("Bridge closed")) for number in range(4)]
        config = Config(
            path=tmp_path / "config.toml",
            poll=PollSettings(concurrency=2, per_host=1, allow_private=("127.0.0.0/8",)),
            feeds=tuple(Subscription(url, url, "Outlet") for url in urls),
        )
        async with open_engine(config, tmp_path / "feedwatch.db", "poll") as engine:
            round_ = asyncio.create_task(engine.round(every=True, deliver=False))
            await fast.came(4, seconds=8.0)
            assert len(slow.requests) == 1
            for task in engine._poller._tasks:
                task.cancel()
            round_.cancel()
            with suppress(asyncio.CancelledError):
                await round_


async def test_a_round_reaches_every_feed_where_the_first_ones_take_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(poller, "LOOK", 0.12)
    async with FeedServer() as server:
        urls = [server.set(f"/{number}", rss("Bridge closed"), wait=0.1) for number in range(6)]
        config = Config(
            path=tmp_path / "config.toml",
            poll=PollSettings(concurrency=1, per_host=1, allow_private=("127.0.0.0/8",)),
            feeds=tuple(Subscription(url, url, "Outlet") for url in urls),
        )
        async with open_engine(config, tmp_path / "feedwatch.db", "poll") as engine:
            done = await engine.round(every=True, deliver=False)
        assert sorted(one.feed for one in done.polls) == sorted(urls)
