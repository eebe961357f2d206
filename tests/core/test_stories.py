"""Which story a draft joins: the same told in other words, and nothing else."""

from __future__ import annotations

import json
import os
import random
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path

import pytest

from feedwatch.core.gist import gist, pack, unpacked, weigh
from feedwatch.core.outlets import count_outlets
from feedwatch.core.stories import Grouping, title_key, url_key
from feedwatch.model import (
    Draft,
    FeedId,
    Founder,
    ItemId,
    StoryBasis,
    StoryCandidate,
    StoryId,
    StoryRef,
    Voice,
    replace,
)
from tests.core.test_update import draft as bare_draft

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
TITLE = "Drone strike halts trains on the Varna line"
PAGE = "https://example.org/page"


def draft(name: str, title: str, text: str = "", *, url: str = "", published: datetime | None = None) -> Draft:
    made = bare_draft(name, title=title, text=text, url=url or f"https://example.org/{name}")
    made = replace(made, published=published, gist=gist(title, text, "en"))
    return replace(made, url_key=url_key(made.url), title_key=title_key(title))


def candidate(*, feed: int = 2, title: str = TITLE, url: str = "") -> StoryCandidate:
    vector = pack(weigh(unpacked(gist(title, "", "en")), {}, 0))
    return StoryCandidate(
        StoryId(7), ItemId(70), FeedId(feed), title, NOW, None, url_key(url), title_key(title), vector
    )


def story(title: str, *candidates: StoryCandidate, url: str = "") -> StoryRef | None:
    one = draft("a", title, url=url)
    joined = Grouping([StoryBasis(candidates)]).join(one, FeedId(1), "One", NOW)
    return None if joined.story == Founder(FeedId(1), one.key) else joined.story


def together(*told: tuple[str, str], feeds: tuple[int, ...] = (), at: tuple[datetime, ...] = ()) -> bool:
    """Whether these headlines and texts, each of another feed, are one story."""
    grouping = Grouping([])
    stories = {
        grouping.join(
            draft(f"{place}", title, text, published=at[place] if at else None),
            FeedId(feeds[place] if feeds else place),
            f"outlet {place}",
            NOW,
        ).story
        for place, (title, text) in enumerate(told)
    }
    return len(stories) == 1


# --- beyond doubt ----------------------------------------------------------------------------------------------------


def test_the_same_headline_in_another_feed_is_the_same_story() -> None:
    assert story(TITLE, candidate()) == 7


def test_the_same_headline_in_the_same_feed_is_another_story() -> None:
    assert story(TITLE, candidate(feed=1)) is None


def test_a_short_headline_proves_nothing() -> None:
    assert story("Live updates", candidate(title="Live updates")) is None


def test_the_same_page_under_much_the_same_headline_is_the_same_story() -> None:
    assert story(TITLE + " again", candidate(url=PAGE), url=PAGE) == 7


def test_warnings_of_one_feed_that_link_to_one_page_and_are_worded_alike_are_stories_of_their_own() -> None:
    alpha = candidate(feed=1, title="Flood warning for region Alpha", url=PAGE)
    assert story("Flood warning for region Beta", alpha, url=PAGE) is None


def test_the_same_page_and_headline_under_a_new_guid_is_the_same_story() -> None:
    assert story(TITLE, candidate(feed=1, url=PAGE), url=PAGE) == 7


def test_entries_that_all_link_to_the_front_page_are_not_one_story() -> None:
    assert story("Ferry timetable changes on Sunday", candidate(feed=1, url=PAGE), url=PAGE) is None


def test_without_candidates_a_draft_has_a_story_of_its_own() -> None:
    assert story(TITLE) is None


# --- the same in other words -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "told",
    [
        (("Drone strike halts trains on the Varna line", ""), ("Varna line closed after drone strike", "")),
        (
            ("Gen. Ilsa Maren named head of border command", "The president appointed Ilsa Maren on Monday."),
            ("Maren to lead joint border command", "General Ilsa Maren, 54, was appointed by the president."),
        ),
        (
            ("Ferry sinks off Lassen, 12 missing - Reuters", "Rescuers searched the Halden strait for 12 people."),
            ("12 missing as ferry goes down near Lassen | BBC News", "A ferry sank in the Halden strait."),
        ),
        (("Обстріл Харкова: пошкоджено лікарню", ""), ("Лікарню в Харкові пошкоджено внаслідок обстрілу", "")),
    ],
)
def test_one_event_in_other_words_is_one_story(told: tuple[tuple[str, str], ...]) -> None:
    assert together(*told)


@pytest.mark.parametrize(
    "told",
    [
        (("Turkey raises interest rates", ""), ("Argentina raises interest rates", "")),
        (("EU agrees on 12th package of sanctions", ""), ("EU agrees on 13th package of sanctions", "")),
        (("Three killed in Halden blast", ""), ("Nine killed in Halden blast", "")),
        (("Storm floods Lisbon metro", ""), ("Lisbon mayor opens book fair", "")),
        (("Выборы мэра в Самаре", ""), ("Пожар на складе в Самаре", "")),
    ],
)
def test_two_events_of_one_topic_are_two_stories(told: tuple[tuple[str, str], ...]) -> None:
    assert not together(*told)


def test_what_is_told_days_later_is_another_story() -> None:
    told = ("Drone strike halts trains in Varna", ""), ("Varna line closed after drone strike", "")
    assert together(*told, at=(NOW, NOW - timedelta(hours=5)))
    assert not together(*told, at=(NOW, NOW - timedelta(hours=60)))


def test_a_feed_that_words_a_series_alike_tells_stories() -> None:
    told = ("Morning briefing: top stories of 22 April", ""), ("Morning briefing: top stories of 23 April", "")
    assert not together(*told, feeds=(1, 1))


def test_outlets_are_counted_with_those_of_the_story_before() -> None:
    basis = StoryBasis((candidate(),), {StoryId(7): frozenset((Voice("Two"), Voice("Three")))})
    grouping = Grouping([basis])
    assert grouping.join(draft("a", TITLE), FeedId(1), "One", NOW).story == 7
    assert count_outlets(grouping.voices(StoryId(7))) == 3


def test_drafts_of_a_batch_join_each_other() -> None:
    grouping = Grouping([])
    first = grouping.join(draft("a", TITLE), FeedId(1), "One", NOW)
    second = grouping.join(draft("b", TITLE), FeedId(2), "Two", NOW)
    assert first.story == second.story == Founder(FeedId(1), b"a")
    assert count_outlets(grouping.voices(second.story)) == 2


# --- whatever the order ----------------------------------------------------------------------------------------------

_SYLLABLES = ("ba", "ko", "li", "mu", "ne", "ra", "so", "ti", "va", "zu")


def _name(number: int) -> str:
    return "".join(_SYLLABLES[int(digit)] for digit in f"{number:03d}").title()


_WAYS = (
    "{who}: {what} in {where} {told} over {why}",
    "{where} {what} {told}, {why} to {who}",
    "{what} {told} in {where} as {who} has {why}",
    "After {why}, {who} for {where} {what} {told}",
    "{told}: the {what} of {where}, by {who}, and {why}",
)


def events() -> list[tuple[str, str]]:
    """Headline and text of 40 events, each told in 5 ways. Six share what it was, six what happened, nothing else."""
    said = [
        {
            "who": _name(place),
            "where": _name(100 + place),
            "why": _name(200 + place),
            "what": _name(300 + place % 7),
            "told": _name(400 + place // 6),
            "more": _name(500 + place),
        }
        for place in range(40)
    ]
    text = "{who} said the {what} in {where} had been {told}, and that {more} was told."
    return [(way.format(**one), text.format(**one)) for one in said for way in _WAYS]


def partition(order: list[tuple[str, str]]) -> dict[str, StoryRef | None]:
    grouping = Grouping([])
    return {
        title: grouping.join(draft(title, title, text), FeedId(place), f"{place}", NOW).story
        for place, (title, text) in enumerate(order)
    }


def pairs(stories: dict[str, StoryRef | None]) -> set[tuple[str, str]]:
    return {(one, other) for one, other in combinations(sorted(stories), 2) if stories[one] == stories[other]}


def test_in_whatever_order_200_items_come_they_are_grouped_much_the_same() -> None:
    told = events()
    first = pairs(partition(told))
    differing = []
    for seed in range(50):
        order = told[:]
        random.Random(seed).shuffle(order)
        found = pairs(partition(order))
        differing.append(len(first ^ found) / len(first | found))
    assert len(first) >= 400
    assert max(differing) < 0.05


@pytest.mark.skipif("FEEDWATCH_CORPUS" not in os.environ, reason="no labelled news at hand")
def test_in_whatever_order_200_real_headlines_come_few_pairs_are_judged_otherwise() -> None:
    """Measured: of all pairs .3 % (of those put together in either order 17 %)."""
    lines = Path(os.environ["FEEDWATCH_CORPUS"], "story_headlines.jsonl").read_text("utf-8").splitlines()
    told = [(str(json.loads(line)["title"]), "") for line in lines]
    random.Random(1).shuffle(told)
    told = list(dict.fromkeys(told))[:200]
    first = pairs(partition(told))
    differing = []
    for seed in range(50):
        order = told[:]
        random.Random(seed).shuffle(order)
        differing.append(len(first ^ pairs(partition(order))) / (200 * 199 / 2))
    assert len(first) > 200
    assert sum(differing) / len(differing) < 0.005


def test_keys_are_stable_and_fit_an_sqlite_integer() -> None:
    assert title_key("Drones over Kyiv") == title_key("drones  OVER Kyiv!") == -1226615411053835621
    assert url_key("") is None
    assert all(-(2**63) <= (title_key(str(number)) or 0) < 2**63 for number in range(100))
