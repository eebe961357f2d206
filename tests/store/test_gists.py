"""What items say, kept for their stories: found again by what tells most, counted, and dropped in time."""

from __future__ import annotations

from datetime import datetime

import pytest

from feedwatch.core.gist import gist, unpacked
from feedwatch.core.stories import WINDOW, Grouping
from feedwatch.model import Draft, FeedId, Founder, replace
from feedwatch.store import stories
from feedwatch.store.store import Store
from tests.store.samples import HOUR, NOW, claim, draft, story_candidates, update

ONE = "Gen. Ilsa Maren named head of the Halden border command"
OTHER = "Maren to lead joint Halden border command, president says"


def telling(guid: str, title: str) -> Draft:
    return replace(draft(guid, title), gist=gist(title, "", "en"))


async def write(store: Store, *drafts: Draft, feed: str = "One", at: datetime = NOW) -> None:
    """Write a poll as the engine does."""
    held = await claim(store, feed, at)
    (basis,) = await store.basis([(held.feed.id, drafts)], at - WINDOW)
    grouping = Grouping([basis.stories])
    new = tuple(grouping.join(one, held.feed.id, held.feed.subscription.outlet, at) for one in drafts)
    await store.apply([update(held, (), at, new=new)])


async def test_what_says_much_the_same_is_a_candidate_and_nothing_else(store: Store) -> None:
    await write(store, telling("a", ONE), telling("b", "Ferry timetable changes on Sunday in Lassen"))
    (found,) = await story_candidates(store, [telling("c", OTHER)], NOW)
    assert found.title == ONE
    assert found.vector


async def test_copies_in_other_words_are_one_story_also_when_polled_later(store: Store) -> None:
    await write(store, telling("a", ONE))
    await write(store, telling("b", OTHER), feed="Two", at=NOW + HOUR)
    (story,) = await store.stories(None, 9)
    assert (story.items, story.outlets) == (2, ("One Press", "Two Press"))


async def test_two_polls_of_one_transaction_found_a_story_together(store: Store) -> None:
    held = [await claim(store, name) for name in ("One", "Two")]
    grouping = Grouping([])
    polls = [
        update(one, new=(grouping.join(telling(f"{place}", title), one.feed.id, "", NOW),))
        for place, (one, title) in enumerate(zip(held, (ONE, OTHER), strict=True))
    ]
    await store.apply(polls)
    (story,) = await store.stories(None, 9)
    assert (story.items, story.title) == (2, ONE)


async def test_a_story_whose_first_item_was_not_stored_is_that_of_the_next(store: Store) -> None:
    held = [await claim(store, name) for name in ("One", "Two", "Three")]
    grouping = Grouping([])
    new = [grouping.join(telling(f"{place}", ONE), one.feed.id, "", NOW) for place, one in enumerate(held)]
    await store.release([held[0]], NOW)
    applied = await store.apply([update(one, new=(item,)) for one, item in zip(held, new, strict=True)])
    assert applied[0].stale
    (story,) = await store.stories(None, 9)
    assert story.items == 2


async def test_first_polls_of_a_large_import_are_not_compared(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stories, "LARGE_IMPORT", 1)
    await write(store, telling("a", ONE))
    later = await claim(store, "Two", NOW)
    asked = [(later.feed.id, [telling("b", OTHER)])]

    (in_the_import,) = await store.basis(asked, NOW - WINDOW)
    (next_day,) = await store.basis(asked, NOW + 24 * HOUR - WINDOW)
    (known_feed,) = await store.basis([(FeedId(1), [telling("b", OTHER)])], NOW - WINDOW)

    assert not in_the_import.stories.compared
    assert not in_the_import.stories.candidates
    assert next_day.stories.compared
    assert known_feed.stories.compared
    joined = Grouping([known_feed.stories]).join(telling("b", OTHER), later.feed.id, "", NOW, compared=False)
    assert joined.story == Founder(later.feed.id, telling("b", OTHER).key)


async def test_terms_are_counted_ever(store: Store) -> None:
    for place in range(3):
        await write(store, telling(f"{place}", f"Drone {place}"), at=NOW + place * HOUR)
    one = telling("x", "Drone seen")
    (basis,) = await store.basis([(FeedId(9), [one])], NOW)
    assert basis.stories.items == 3
    assert [basis.stories.known.get(term, 0) for term in unpacked(one.gist)] == [3, 0]


async def test_what_is_kept_for_stories_goes_once_no_item_can_join(store: Store) -> None:
    await write(store, telling("a", ONE))
    await store.prune(1e9, NOW + WINDOW)
    assert len(await story_candidates(store, [telling("c", OTHER)], NOW)) == 1
    await store.prune(1e9, NOW + WINDOW + HOUR)
    assert await story_candidates(store, [telling("c", OTHER)], NOW) == ()
    assert len(await store.stories(None, 9)) == 1


async def test_a_pruned_item_takes_along_what_was_kept_for_its_story(store: Store) -> None:
    await write(store, telling("a", ONE))
    assert await store.prune(0, NOW + HOUR) == 1
    assert await store.integrity_check() == "ok"
    assert await story_candidates(store, [telling("c", OTHER)], NOW) == ()
