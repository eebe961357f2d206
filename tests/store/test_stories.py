from __future__ import annotations

import json

from feedwatch.model import FeedId, StoryId
from feedwatch.store.store import Store
from feedwatch.store.stories import MOST_CANDIDATES, MOST_TOLD
from tests.store.samples import (
    HOUR,
    NOW,
    SECOND,
    add,
    alert,
    draft,
    joining,
    story_candidates,
    subscription,
    whole_archive,
)


async def story_of(store: Store, item_id: int) -> StoryId:
    return (await whole_archive(store))[item_id - 1].story_id


async def test_the_same_title_in_other_letters_is_a_candidate(store: Store) -> None:
    applied = await add(store, draft("a", "Général “dies” in Kyiv"))
    other = draft("b", "general dies, in KYIV")
    (found,) = await story_candidates(store, [other], NOW)
    assert (found.item_id, found.feed_id, found.seen) == (applied.new[0], FeedId(1), NOW)
    assert (found.title, found.title_key) == ("Général “dies” in Kyiv", other.title_key)


async def test_the_same_page_under_another_title_is_a_candidate(store: Store) -> None:
    await add(store, draft("a", url="https://News.example:443/x?utm_source=rss#top"))
    other = draft("b", url="https://news.example/x")
    (found,) = await story_candidates(store, [other], NOW)
    assert found.url_key == other.url_key
    assert found.title_key != other.title_key


async def test_items_seen_before_the_window_are_no_candidates(store: Store) -> None:
    await add(store, draft("a", "Same title"))
    assert await story_candidates(store, [draft("b", "Same title")], NOW + SECOND) == ()


async def test_drafts_without_title_or_address_have_no_candidates(store: Store) -> None:
    await add(store, draft("a", "...", url=""))
    assert await story_candidates(store, [draft("b", "!!!", url="")], NOW) == ()


async def test_candidates_are_the_newest_and_not_too_many(store: Store) -> None:
    for number in range(MOST_CANDIDATES + 2):
        await add(store, draft(f"{number}", "Live updates"), at=NOW + number * SECOND)
    found = await story_candidates(store, [draft("b", "Live updates")], NOW)
    assert len(found) == MOST_CANDIDATES
    assert found[-1].seen == NOW + (MOST_CANDIDATES + 1) * SECOND


async def test_a_story_says_what_its_items_say(store: Store) -> None:
    (first,) = (await add(store, draft("a", "First telling"))).new
    story_id = await story_of(store, first)
    await add(store, feed="Two", at=NOW + HOUR, new=(joining(draft("b"), story_id),))
    await add(store, feed="Two", at=NOW + HOUR, new=(joining(draft("c"), story_id),))
    (story,) = await store.stories(None, 10)
    assert (story.title, story.items, story.outlets) == ("First telling", 3, ("One Press", "Two Press"))
    assert (story.first_seen, story.last_seen) == (NOW, NOW + HOUR)


async def test_every_telling_is_one_key_away_and_a_message_names_the_first(store: Store) -> None:
    about = draft("0", "First telling")
    (first,) = (await add(store, about)).new
    story_id = await story_of(store, first)
    copies = [draft(f"{number}", f"Copy {number}") for number in range(1, MOST_TOLD + 10)]
    await add(store, feed="Two", new=tuple(joining(one, story_id) for one in copies), alerts=(alert(copies[-1]),))
    item = await store.item(first)
    assert item is not None
    assert len(item.members) == MOST_TOLD + 10
    (message,) = await store.claim_deliveries("me", 60, NOW + HOUR, {"desk": 1})
    assert len(json.loads(message.body)["data"]["story"]["items"]) == MOST_TOLD


async def test_stories_come_by_their_last_telling(store: Store) -> None:
    old, young = (await add(store, draft("a"), draft("b"))).new
    await add(store, feed="Two", at=NOW + HOUR, new=(joining(draft("c"), await story_of(store, old)),))
    assert [story.title for story in await store.stories(None, 10)] == ["Title of a", "Title of b"]
    assert [story.title for story in await store.stories(NOW + SECOND, 10)] == ["Title of a"]
    assert young


async def test_a_story_that_is_gone_is_replaced_by_one_of_its_own(store: Store) -> None:
    applied = await add(store, new=(joining(draft("a"), StoryId(77)),))
    item = await store.item(applied.new[0])
    assert item is not None
    assert item.row.outlets == 1


async def test_two_feeds_that_turn_out_to_be_one_outlet_count_once(store: Store) -> None:
    (first,) = (await add(store, draft("a"))).new
    story_id = await story_of(store, first)
    (second,) = (await add(store, feed="Two", new=(joining(draft("b"), story_id),))).new
    await store.sync_feeds([subscription("One"), subscription("Two", outlet="One Press")], NOW)
    item = await store.item(second)
    assert item is not None
    assert item.row.outlets == 1
