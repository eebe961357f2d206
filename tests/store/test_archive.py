"""What a backtest reads: only items that may match, as they were when they came."""

from __future__ import annotations

from feedwatch.model import FeedId, ItemId, StoryId, Telling
from feedwatch.rules.parser import parse
from feedwatch.store.store import Store
from tests.store.samples import HOUR, NOW, add, draft, joining


async def test_items_come_in_the_order_in_which_they_were_seen(store: Store) -> None:
    for number in range(4):
        await add(store, draft(f"g{number}", f"Drone {number}"), at=NOW + number * HOUR)

    count, item_ids = await store.candidates([parse("/Drone/")], NOW + HOUR)

    assert (count, item_ids) == (3, (2, 3, 4))
    items = await store.archived(item_ids[:2])
    assert [(one.item_id, one.subject.title, one.feed_id) for one in items] == [
        (2, "Drone 1", FeedId(1)),
        (3, "Drone 2", FeedId(1)),
    ]
    assert await store.candidates([parse("/Drone/")], NOW + 9 * HOUR) == (0, ())


async def test_words_narrow_what_is_read_and_two_expressions_are_read_together(store: Store) -> None:
    for number, title in enumerate(("Drone seen", "Ferry late", "Storm ahead")):
        await add(store, draft(f"g{number}", title, "Nothing else"), at=NOW)

    async def named(*expressions: str) -> tuple[ItemId, ...]:
        return (await store.candidates([parse(one) for one in expressions], NOW))[1]

    assert [len(await named("drone")), len(await named("drone", "ferry")), len(await named("drone", "/x/"))] == [
        1,
        2,
        3,
    ]
    assert await named("zeppelin") == ()


async def test_an_item_knows_how_many_outlets_had_told_its_story_when_it_came(store: Store) -> None:
    await add(store, draft("a", "Drone seen"), feed="One")
    story = (await store.archived([ItemId(1)]))[0].story_id
    for place, feed in enumerate(("Two", "Two", "Three"), 1):
        one = draft(f"b{place}", "Drone seen")
        await add(store, feed=feed, at=NOW + place * HOUR, new=(joining(one, story),))

    items = await store.archived([ItemId(number) for number in range(1, 5)])

    assert [one.subject.outlets for one in items] == [1, 2, 2, 3]
    assert await store.tellings([story, StoryId(99)]) == {
        story: tuple(
            Telling(NOW + place * HOUR, f"{feed} Press", feed)
            for place, feed in enumerate(("One", "Two", "Two", "Three"))
        )
    }


async def test_what_a_first_poll_found_is_told_apart(store: Store) -> None:
    await add(store, draft("a"))
    await add(store, draft("b"), at=NOW + HOUR)

    assert [one.first_poll for one in await store.archived([ItemId(1), ItemId(2)])] == [True, False]
