"""A backtest raises what the rule would have raised, and says why it raises nothing else."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from feedwatch.model import ArchivedItem, FeedId, Hit, ItemId, Rule, StoryId, Subject, Tally, Telling
from feedwatch.rules.backtest import Replay
from feedwatch.rules.parser import parse

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def item(number: int, title: str, at: datetime, *, story: int = 0, feed: str = "One", **more: object) -> ArchivedItem:
    subject = Subject(
        title=title, text="", feed=feed, outlet=feed, language="en", seen=at, outlets=int(str(more.get("outlets", 1)))
    )
    first_poll, by_now = bool(more.get("first_poll")), int(str(more.get("by_now", subject.outlets)))
    return ArchivedItem(ItemId(number), FeedId(1), StoryId(story or number), subject, first_poll, by_now)


def replayed(rule: Rule, *items: ArchivedItem, before: str = "") -> Replay:
    replay = Replay(rule, parse(rule.match), parse(before) if before else None)
    replay.look(items)
    return replay


def reasons(hits: tuple[Hit, ...]) -> list[tuple[int, str]]:
    return [(hit.item_id, hit.suppressed) for hit in hits]


def test_a_story_alerts_once() -> None:
    rule = Rule("r", "drone")
    items = (
        item(1, "Drone seen", NOON, story=7),
        item(2, "A drone again", NOON + HOUR, story=7, feed="Two"),
        item(3, "Ferry late", NOON + HOUR, story=8),
        item(4, "Drones over the port", NOON + 30 * HOUR, story=9, feed="Two"),
    )

    done = replayed(rule, *items).result(NOON, 4, {})

    assert (done.items, done.matched, done.stories, done.raised) == (4, 3, 2, 2)
    assert done.suppressed == {"story already alerted": 1}
    assert reasons(done.first) == [(1, ""), (2, "story already alerted"), (4, "")]
    assert done.by_day == ((date(2026, 11, 22), Tally(1, 0, 1)), (date(2026, 11, 23), Tally(1)))
    assert done.by_feed == (("Two", Tally(1, 0, 1)), ("One", Tally(1)))
    assert [(match.field, match.start, match.end) for match in done.first[0].matches] == [("title", 0, 5)]


def test_cooldown_holds_back_what_comes_too_soon() -> None:
    rule = Rule("r", "drone", cooldown=7200.0)
    items = [item(number, "Drone seen", NOON + number * HOUR) for number in range(1, 6)]

    done = replayed(rule, *items).result(NOON, 5, {})

    assert reasons(done.first) == [(1, ""), (2, "cooldown"), (3, ""), (4, "cooldown"), (5, "")]
    assert (done.raised, done.suppressed) == (3, {"cooldown": 2})


def test_what_a_first_poll_found_raises_nothing_and_keeps_no_story_from_it() -> None:
    items = (item(1, "Drone", NOON, story=7, first_poll=True), item(2, "Drone", NOON + HOUR, story=7, feed="Two"))

    done = replayed(Rule("r", "drone"), *items).result(NOON, 2, {})

    assert reasons(done.first) == [(1, "found at the feed's first poll"), (2, "")]


def test_a_story_that_grows_is_told_of_again() -> None:
    names = ("One", "Two", "Two", "Three", "Four", "Five")
    tellings = tuple(Telling(NOON + place * HOUR, name, name) for place, name in enumerate(names))
    replay = replayed(Rule("r", "drone", grow=(3, 5)), item(1, "Drone", NOON, story=7))

    done = replay.result(NOON, 6, {StoryId(7): tellings})

    assert replay.stories_to_ask == (StoryId(7),)
    assert (done.raised, done.grown) == (1, 2)
    assert dict(done.by_feed) == {"One": Tally(1), "Three": Tally(0, 1), "Five": Tally(0, 1)}


def test_a_story_that_was_large_when_it_alerted_does_not_grow_to_where_it_was() -> None:
    tellings = tuple(Telling(NOON + place * HOUR, name, name) for place, name in enumerate(("One", "Two", "Three")))
    replay = replayed(Rule("r", "drone", grow=(3,)), item(3, "Drone", NOON + 2 * HOUR, story=7))

    assert replay.result(NOON, 3, {StoryId(7): tellings}).grown == 0


def test_a_change_is_compared_with_what_the_rule_says_now() -> None:
    items = (item(1, "Drone", NOON), item(2, "Drone bee", NOON), item(3, "Quadcopter", NOON), item(4, "Ferry", NOON))

    done = replayed(Rule("r", 'drone OR quadcopter -"drone bee"'), *items, before="drone").result(NOON, 4, {})

    assert done.difference is not None
    assert (done.difference.gained, done.difference.lost) == (1, 0)
    narrower = replayed(Rule("r", 'drone EXCEPT "drone bee"'), *items, before="drone").result(NOON, 4, {}).difference
    assert narrower is not None
    assert (narrower.gained, reasons(narrower.first_lost)) == (0, [(2, "")])


def test_an_item_alerts_once_its_story_has_got_far_enough() -> None:
    told = [Telling(NOON + place * HOUR, f"outlet {place}", "feed") for place in range(4)]
    items = (
        item(1, "Drone", NOON, story=7, by_now=4),
        item(2, "Drone", NOON + 4 * HOUR, story=7, outlets=4, by_now=4),
        item(3, "Drone", NOON, story=8),
    )

    replay = replayed(Rule("r", "drone outlets>=3"), *items)
    assert replay.stories_to_ask == (StoryId(7),)
    done = replay.result(NOON, 3, {StoryId(7): told})

    assert [(hit.item_id, hit.seen) for hit in done.first] == [(1, NOON + 2 * HOUR), (2, NOON + 4 * HOUR)]
    assert (done.raised, done.suppressed) == (1, {"story already alerted": 1})


def test_an_item_that_matches_once_its_story_has_grown_is_not_lost() -> None:
    items = (item(1, "Drone", NOON, story=7, by_now=4), item(2, "Drone", NOON, story=8))
    done = replayed(Rule("r", "drone outlets>=3"), *items, before="drone").result(NOON, 2, {})
    assert done.difference is not None
    assert (done.difference.gained, done.difference.lost) == (0, 1)
    assert reasons(done.difference.first_lost) == [(2, "")]


def test_how_far_a_story_had_got_decides() -> None:
    items = (item(1, "Drone", NOON, story=7), item(2, "Drone", NOON + HOUR, story=7, outlets=3))

    done = replayed(Rule("r", "drone outlets>=3"), *items).result(NOON, 2, {})

    assert reasons(done.first) == [(2, "")]
