"""Feeds and rules reach the channels that asked for them: a real store, the engine's own reporter."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

from feedwatch.core.reports import LASTS
from feedwatch.engine.reporter import Reporter
from feedwatch.model import FeedHealth, QuietSpan
from tests.engine.post_office import PostOffice
from tests.store.samples import HOUR, NOW, add, claim, draft, update


def reporter(office: PostOffice) -> Reporter:
    return Reporter(office.store, lambda: office.setup, lambda: office.now, office.courier.wake)


async def fail(office: PostOffice) -> None:
    """The feed fails, for longer than a moment."""
    held = await claim(office.store, at=office.now)
    state = replace(
        held.feed.state,
        health=FeedHealth.FAILING,
        failures=5,
        last_success=office.now - LASTS,
        last_error="status 503",
        due_at=office.now,
    )
    await office.store.apply([replace(update(held, [], office.now), state=state)])


async def recover(office: PostOffice) -> None:
    held = await claim(office.store, at=office.now)
    state = replace(held.feed.state, health=FeedHealth.OK, failures=0, last_success=office.now, due_at=office.now)
    await office.store.apply([replace(update(held, [], office.now), state=state)])


async def test_a_feed_that_fails_is_told_of_once_and_so_is_its_recovery(office: PostOffice) -> None:
    office.connect("desk", "https://example.org/hook", events=("feed.failing",))
    office.connect("other", "https://example.org/hook")
    await add(office.store, draft("a"))
    await fail(office)
    assert await reporter(office).look() == 1
    assert await reporter(office).look() == 0
    (one,) = await office.store.deliveries(9)
    assert (one.channel, one.title, one.next_at) == ("desk", "1 feed is failing", NOW)
    (told,) = json.loads(one.body)["data"]["feeds"]
    assert (told["name"], told["reason"]) == ("One", "status 503")

    office.now += HOUR
    await recover(office)
    assert await reporter(office).look() == 1
    newest = (await office.store.deliveries(9))[0]
    assert json.loads(newest.body)["type"] == "feed.recovered"


async def test_in_quiet_hours_a_report_waits_for_their_end(office: PostOffice) -> None:
    office.connect(
        "desk", "https://example.org/hook", events=("feed.failing",), quiet=(QuietSpan((), 0, 1440),), timezone="UTC"
    )
    await add(office.store, draft("a"))
    await fail(office)
    await reporter(office).look()
    (one,) = await office.store.deliveries(9)
    assert one.next_at is not None
    assert one.next_at > NOW + timedelta(hours=10)


async def test_a_rule_that_ran_out_of_time_is_told_of(office: PostOffice) -> None:
    office.connect("desk", "https://example.org/hook", events=("rule.timeout",))
    held = await claim(office.store)
    await office.store.apply([replace(update(held, [], NOW), rule_timeouts={"Drones": 2})])
    assert await reporter(office).look() == 1
    (one,) = await office.store.deliveries(9)
    assert json.loads(one.body)["data"]["rules"] == [{"name": "Drones", "timeouts": 2}]


async def test_a_held_report_follows_the_quiet_hours_and_no_channel_that_works_again(office: PostOffice) -> None:
    quiet = (QuietSpan((), 0, 1440),)
    office.connect("desk", "https://example.org/hook", events=("feed.failing",), quiet=quiet, timezone="UTC")
    await add(office.store, draft("a"))
    await fail(office)
    await reporter(office).look()
    (held,) = await office.store.deliveries(9)
    await office.store.disable_channel("desk", "no answer", NOW, NOW + HOUR)
    await office.store.enable_channel("desk", NOW)
    assert [one.next_at for one in await office.store.deliveries(9)] == [held.next_at]
    await office.store.hold_until({"desk": NOW + HOUR}, {}, NOW)
    assert [one.next_at for one in await office.store.deliveries(9)] == [NOW + HOUR]
    await office.store.hold_until({}, {}, NOW)
    assert [one.next_at for one in await office.store.deliveries(9)] == [NOW]
