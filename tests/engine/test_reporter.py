"""Feeds and rules reach the channels that asked for them: a real store, the engine's own reporter."""

from __future__ import annotations

import json
from datetime import timedelta

from feedwatch.core.reports import LASTS
from feedwatch.engine.reporter import Reporter
from feedwatch.model import FeedHealth, QuietSpan, Rule, Severity, replace
from tests.engine.post_office import PostOffice
from tests.store.samples import HOUR, NOW, add, alert, claim, draft, update


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


async def test_a_burst_reaches_the_channels_of_a_rule_that_asks_for_it_once(office: PostOffice) -> None:
    office.connect("desk", "https://example.org/hook")
    rules = (Rule("Drones", "drone", Severity.HIGH, ("desk",), burst=True), Rule("Quiet", "drone", channels=("desk",)))
    office.setup = replace(office.setup, config=replace(office.setup.config, rules=rules))
    for back in range(15 * 24, 0, -6):
        one, at = draft(f"usual {back}"), NOW - back * HOUR
        await add(office.store, one, at=at, alerts=(alert(one, at=at, deliveries=()),))
    assert await reporter(office).look() == 0
    for feed in ("One", "Two"):
        drafts = [draft(f"{feed} {number}") for number in range(7)]
        told = tuple(alert(one, rule, deliveries=()) for one in drafts for rule in ("Drones", "Quiet"))
        await add(office.store, *drafts, feed=feed, alerts=told)

    assert await reporter(office).look() == 1
    office.now += HOUR
    assert await reporter(office).look() == 0

    (made,) = await office.store.deliveries(9)
    assert (made.channel, made.title) == ("desk", "Drones: 14 stories in an hour, told by 2 outlets; usually 1")
    (rule,) = json.loads(made.body)["data"]["rules"]
    assert (rule["name"], rule["stories"], rule["outlets"], len(rule["newest"])) == ("Drones", 14, 2, 3)


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
