"""What the demo's database has when it begins: two weeks, read from its feeds as polls would have read them."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from feedwatch.core.intake import take_in
from feedwatch.core.schedule import Policy
from feedwatch.demo.news import DAY, DemoFeed, load_feeds, render
from feedwatch.engine.decisions import Reading
from feedwatch.engine.metrics import Metrics
from feedwatch.engine.setup import Setup, make_setup
from feedwatch.engine.writer import Writer
from feedwatch.model import Claim, Fetched, replace
from feedwatch.store.store import Store

if TYPE_CHECKING:
    from feedwatch.config import Config

BETWEEN = timedelta(hours=6)
"""From one poll to the next."""
_OWNER = "demo"
_LEASE = 1.0
"""Seconds: what was not polled is free again at the next."""


async def play(store: Store, config: Config, base: str, began: float) -> None:
    """Poll the bundled feeds as they were in the last two weeks, without their server; nobody is told of an alert."""
    quiet = replace(config, rules=tuple(replace(rule, channels=()) for rule in config.rules))
    setup, metrics = make_setup(quiet), Metrics()
    writer = Writer(store, lambda: setup, metrics)
    feeds = {f"{base}/{feed['path']}.xml": feed for feed in load_feeds()}
    start = datetime.fromtimestamp(began, UTC)
    at = start - timedelta(seconds=14 * DAY)
    await store.sync_feeds(config.feeds, at)
    while at < start:
        at = min(at + BETWEEN, start)
        news = {url: feed for url, feed in feeds.items() if _has_news(feed, began, at)}
        claims = await store.claim_due(_OWNER, len(feeds), _LEASE, at) if news else ()
        told = [(claim, news[url]) for claim in claims if (url := claim.feed.subscription.url) in news]
        readings = [_reading(claim, feed, base, began, at, setup) for claim, feed in told]
        await asyncio.gather(*map(writer.write, readings))


def _has_news(feed: DemoFeed, began: float, now: datetime) -> bool:
    """Whether it told anything since the poll before."""
    last = now.timestamp() - began
    return any(last - BETWEEN.total_seconds() < entry["at"] <= last for entry in feed["items"])


def _reading(claim: Claim, feed: DemoFeed, base: str, began: float, now: datetime, setup: Setup) -> Reading:
    url = claim.feed.subscription.url
    body = render(feed, base, began, now.timestamp())
    state = claim.feed.state
    drafted = take_in(body, {}, url, state.paragraphs, now, state.skim)
    poll = setup.poll
    policy = Policy(poll.interval, poll.min_interval, poll.max_interval, adaptive=poll.adaptive, fixed=None)
    return Reading(claim, Fetched(url, body, {}), drafted, b"", policy, now, 0.0)
