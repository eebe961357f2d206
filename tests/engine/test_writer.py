"""What is ready together is written together, and decided on as if it had come one by one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from feedwatch.config import Config
from feedwatch.core.schedule import Policy
from feedwatch.engine import writer as writer_module
from feedwatch.engine.batch import Batch
from feedwatch.engine.decisions import Reading, decide
from feedwatch.engine.metrics import Metrics
from feedwatch.engine.setup import make_setup
from feedwatch.engine.writer import Writer
from feedwatch.errors import StoreError
from feedwatch.model import AlertState, Applied, Basis, Claim, Draft, DraftFeed, FeedUpdate, Fetched, Rule, View
from feedwatch.rules.ruleset import RuleSet
from feedwatch.store.store import Store
from tests.store.samples import HOUR, NOW, SECOND, claim, draft, subscription, update

POLICY = Policy(900.0, 300.0, 21600.0)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = await Store.open(tmp_path / "feedwatch.db")
    yield opened
    await opened.close()


def make_writer(store: Store, *rules: Rule) -> Writer:
    setup = make_setup(Config(rules=rules))
    return Writer(store, lambda: setup, Metrics())


async def claims(store: Store, *names: str) -> list[Claim]:
    """These feeds, each with its first poll behind it, leased."""
    await store.sync_feeds([subscription(name) for name in names], NOW)
    for one in await store.claim_due("test", 99, 60, NOW):
        await store.apply([update(one)])
    return list(await store.claim_due("test", 99, 60, NOW + 2 * HOUR))


def reading(held: Claim, *drafts: Draft) -> Reading:
    drafted = DraftFeed("", "", "en", None, drafts, complete=True, warnings=(), paragraphs={}, entries=len(drafts))
    return Reading(held, Fetched("https://a.example/", b"", {}), drafted, b"hash", POLICY, NOW + 2 * HOUR, 0.5)


async def write_all(writer: Writer, *polls: Reading | FeedUpdate) -> tuple[Applied, ...]:
    return tuple(await asyncio.gather(*(writer.write(poll) for poll in polls)))


async def test_polls_that_are_ready_together_are_one_write(store: Store) -> None:
    held = await claims(store, "One", "Two", "Three")
    before = (await store.changes(None)).cursor.change
    polls: list[Reading | FeedUpdate] = [reading(held[0], draft("a")), reading(held[1], draft("b")), update(held[2])]
    applied = await write_all(make_writer(store), *polls)
    assert [len(one.new) for one in applied] == [1, 1, 0]
    assert (await store.changes(None)).cursor.change == before + 1


async def test_two_that_may_tell_one_story_see_each_other(store: Store) -> None:
    rule = Rule("Bridges", "bridge")
    held = await claims(store, "One", "Two", "Three")
    same = [reading(one, draft(f"{place}", "A bridge has fallen today")) for place, one in enumerate(held)]
    applied = await write_all(make_writer(store, rule), *same)
    assert [len(one.new) for one in applied] == [1, 1, 1]
    assert [len(one.alerts) for one in applied] == [1, 0, 0]
    (story,) = await store.stories(None, 9)
    assert story.items == 3


@pytest.mark.parametrize("together", [False, True])
async def test_a_rule_for_outlets_fires_when_the_story_gets_there_by_an_item_that_does_not_match(
    store: Store, together: bool
) -> None:
    held = await claims(store, "One", "Two", "Three")
    rules = Rule("Wide drones", "drone outlets>=2"), Rule("Drones", "drone"), Rule("Narrow", "drone outlets<=2")
    writer = make_writer(store, *rules)
    told = [
        reading(held[0], draft("a", "Drone strike halts all trains in Varna")),
        reading(held[1], draft("a", "Strike halts all trains in Varna")),
        reading(held[2], draft("a", "All trains in Varna halt")),
    ]
    if together:
        await write_all(writer, *told)
    else:
        for one in told:
            await write_all(writer, one)
    alerts = {one.rule: one for one in await store.alerts(9)}
    assert alerts.keys() == {"Wide drones", "Drones", "Narrow"}
    assert alerts["Wide drones"].title == "Drone strike halts all trains in Varna"
    assert len(await store.alerts(9)) == 3


async def test_another_story_of_the_same_poll_hinders_no_growth(store: Store) -> None:
    held = await claims(store, "One", "Two")
    writer = make_writer(store, Rule("Wide drones", "drone outlets>=2 OR swarm outlets<2"))
    await write_all(writer, reading(held[0], draft("a", "Drone strike halts all trains in Varna")))
    both = draft("b", "A swarm of bees"), draft("a", "Strike halts all trains in Varna")
    await write_all(writer, reading(held[1], *both))
    assert {one.title for one in await store.alerts(9)} == {"A swarm of bees", "Drone strike halts all trains in Varna"}


async def test_a_feeds_first_poll_makes_no_earlier_item_alert(store: Store) -> None:
    held = await claims(store, "One")
    writer = make_writer(store, Rule("Wide drones", "drone outlets>=2"))
    await write_all(writer, reading(held[0], draft("a", "Drone strike halts all trains in Varna")))
    await store.sync_feeds([subscription("One"), subscription("Two"), subscription("Three")], NOW)
    fresh = await store.claim_due("test", 99, 60, NOW + 3 * HOUR)
    by_name = {one.feed.subscription.name: one for one in fresh}
    await write_all(writer, reading(by_name["Two"], draft("a", "Strike halts all trains in Varna")))
    assert not await store.alerts(9)


async def test_a_rule_for_outlets_fires_after_a_first_poll_brought_the_story_there(store: Store) -> None:
    held = await claims(store, "One")
    writer = make_writer(store, Rule("Wide", "drone outlets>=2"))
    await write_all(writer, reading(held[0], draft("a", "Drone strike halts all trains in Varna")))
    await store.sync_feeds([subscription("One"), subscription("Two")], NOW)
    for at, one in ((3, draft("a", "Strike halts all trains in Varna")), (6, draft("b", url="https://news.example/a",
                     title="Strike halts trains in Varna"))):  # fmt: skip
        fresh = await store.claim_due("test", 99, 60, NOW + at * HOUR)
        two = next(held for held in fresh if held.feed.subscription.name == "Two")
        await write_all(writer, reading(two, one))
        await store.release([held for held in fresh if held is not two], NOW + at * HOUR)
    assert [row.rule for row in await store.alerts(9)] == ["Wide"]


async def test_one_feed_makes_no_story_of_many_outlets(store: Store) -> None:
    held = await claims(store, "One")
    writer = make_writer(store, Rule("Wide", "drone outlets>=2"))
    many = [draft(f"{n}", "Drone over Varna", url="https://news.example/a", publisher=f"Paper {n}") for n in range(9)]
    await write_all(writer, reading(held[0], *many))
    (story,) = await store.stories(None, 9)
    assert (story.items, len(story.outlets)) == (9, 1)
    assert not await store.alerts(9)


async def test_a_poll_that_contradicts_the_database_harms_no_other(store: Store) -> None:
    held = await claims(store, "One", "Two")
    other = draft("a", author=None)
    wrong = update(held[0], (other,))
    writer = make_writer(store)
    done = await asyncio.gather(writer.write(wrong), writer.write(reading(held[1], draft("b"))), return_exceptions=True)
    assert isinstance(done[0], Exception)
    assert isinstance(done[1], Applied)


async def test_an_edit_is_judged_by_how_many_outlets_tell_its_story(store: Store) -> None:
    held = await claims(store, "One", "Two")
    writer = make_writer(store, Rule("Wide", "ceasefire outlets>=2"))
    for one in held:
        await write_all(writer, reading(one, draft("a", "Talks about Varna end in Geneva")))
    again = await store.claim_due("test", 9, 60, NOW + 99 * HOUR)
    assert not await store.alerts(9)
    await write_all(writer, reading(again[0], draft("a", "Talks about ceasefire end in Geneva")))
    assert [row.rule for row in await store.alerts(9)] == ["Wide"]


async def test_a_change_of_the_headline_alerts_where_a_rule_asks_and_one_of_the_date_does_not(store: Store) -> None:
    (held,) = await claims(store, "One")
    writer = make_writer(store, Rule("Changed", "is:edited"), Rule("Talks", "talks"))
    wordings = (
        draft("a", "Talks begin"),
        draft("a", "Talks begin", published=NOW),
        draft("a", "Talks fail", published=NOW),
        draft("a", "Talks failed", published=NOW),
    )
    raised = []
    for one in wordings:
        await write_all(writer, reading(held, one))
        raised.append(sorted(row.rule for row in await store.alerts(9)))
        (held,) = await store.claim_due("test", 9, 60, NOW + 99 * HOUR)
    assert raised == [["Talks"], ["Talks"], ["Changed", "Talks"], ["Changed", "Talks"]]


async def test_what_one_raises_counts_for_the_cooldown_of_the_next(store: Store) -> None:
    held = await claims(store, "One", "Two")
    writer = make_writer(store, Rule("Bridges", "bridge", cooldown=600.0))
    await write_all(writer, reading(held[0], draft("a", "A bridge fell")), reading(held[1], draft("b", "Bridge built")))
    states = {one.state for one in await store.alerts(9)}
    assert states == {AlertState.RAISED, AlertState.SUPPRESSED}


async def test_a_poll_that_can_not_be_decided_on_harms_no_other(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def brittle(
        one: Reading, basis: Basis, rules: RuleSet, notified: object, channels: object, batch: Batch
    ) -> FeedUpdate:
        if one.claim.feed.subscription.name == "Two":
            raise ZeroDivisionError
        return decide(one, basis, rules, {}, {}, batch)

    monkeypatch.setattr(writer_module, "decide", brittle)
    held = await claims(store, "One", "Two", "Three")
    writer = make_writer(store)
    polls = (writer.write(reading(one, draft(f"{place}"))) for place, one in enumerate(held))
    done = await asyncio.gather(*polls, return_exceptions=True)
    assert isinstance(done[1], ZeroDivisionError)
    assert [len(one.new) for one in (done[0], done[2]) if isinstance(one, Applied)] == [1, 1]


async def test_a_database_that_takes_nothing_is_told_to_everybody(store: Store) -> None:
    held = await claims(store, "One", "Two")
    await store.close()
    writer = make_writer(store)
    done = await asyncio.gather(*(writer.write(update(one)) for one in held), return_exceptions=True)
    assert all(isinstance(one, StoreError) for one in done)


async def test_a_poll_given_up_before_its_turn_is_not_written(store: Store) -> None:
    held = await claims(store, "One", "Two")
    writer = make_writer(store)
    first = asyncio.create_task(writer.write(reading(held[0], draft("a"))))
    await asyncio.sleep(0)
    second = asyncio.create_task(writer.write(reading(held[1], draft("b"))))
    await asyncio.sleep(0)
    second.cancel()
    await first
    await writer.finish()
    assert await store.count(View()) == 1
    assert await store.next_due(NOW + 3 * HOUR) is not None


async def test_many_polls_are_written_in_several_batches(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer_module, "MOST_POLLS", 2)
    held = await claims(store, *(f"Feed{number}" for number in range(5)))
    before = (await store.changes(None)).cursor.change
    await write_all(make_writer(store), *(update(one, at=NOW + SECOND) for one in held))
    assert (await store.changes(None)).cursor.change == before + 3


async def test_the_same_claim_is_not_written_twice(store: Store) -> None:
    held = await claim(store)
    applied = await write_all(make_writer(store), update(held, [draft("a")]), update(held, [draft("a")]))
    assert [one.stale for one in applied] == [False, True]
