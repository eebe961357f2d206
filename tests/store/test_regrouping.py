"""Stories by hand: an item split off, two stories merged, and both taken back; alerts go with their items."""

from __future__ import annotations

import random
from collections import defaultdict

from feedwatch.model import AlertState, ItemId, Severity, StoryId, View
from feedwatch.store.store import Store
from tests.store.samples import HOUR, NOW, add, alert, claim, draft, joining, update, whole_archive

GROUPED = View(grouped=True)


async def places(store: Store) -> dict[ItemId, StoryId]:
    return {one.item_id: one.story_id for one in await whole_archive(store)}


async def told(store: Store) -> list[tuple[str, int, tuple[str, ...]]]:
    return sorted((one.title, one.items, one.outlets) for one in await store.stories(None, 99))


async def two_stories(store: Store) -> tuple[ItemId, ItemId, ItemId]:
    """A story of two items and one of another."""
    (first,) = (await add(store, draft("a", "First"))).new
    story = (await places(store))[first]
    (copy,) = (await add(store, feed="Two", at=NOW + HOUR, new=(joining(draft("b", "Copy"), story),))).new
    (other,) = (await add(store, draft("c", "Other"), feed="Three", at=NOW + HOUR)).new
    return first, copy, other


async def test_an_item_is_split_off_and_put_back(store: Store) -> None:
    first, copy, _ = await two_stories(store)
    before = await places(store), await told(store)
    was = await store.split(copy)
    assert was == {copy: before[0][first]}
    assert await told(store) == [
        ("Copy", 1, ("Two Press",)),
        ("First", 1, ("One Press",)),
        ("Other", 1, ("Three Press",)),
    ]
    await store.regroup(was)
    assert (await places(store), await told(store)) == before


async def test_the_first_item_of_a_story_can_be_split_off_too(store: Store) -> None:
    first, _, _ = await two_stories(store)
    await store.split(first)
    assert [title for title, _, _ in await told(store)] == ["Copy", "First", "Other"]


async def test_a_lonely_or_missing_item_is_not_split_off(store: Store) -> None:
    _, _, other = await two_stories(store)
    assert await store.split(other) == {}
    assert await store.split(ItemId(99)) == {}


async def test_two_stories_become_one_and_are_two_again(store: Store) -> None:
    first, copy, other = await two_stories(store)
    before = await places(store), await told(store)
    was = await store.merge(copy, other)
    assert was == {other: before[0][other]}
    assert await told(store) == [("First", 3, ("One Press", "Two Press", "Three Press"))]
    assert await store.merge(first, other) == {}
    await store.regroup(was)
    assert (await places(store), await told(store)) == before


async def test_alerts_follow_their_items(store: Store) -> None:
    held = await claim(store, "One")
    about = draft("a", "First")
    (applied,) = await store.apply([update(held, (about,), alerts=(alert(about),))])
    (other,) = (await add(store, draft("b", "Other"), feed="Two")).new
    was = await store.merge(applied.new[0], other)
    (row,) = await store.alerts(9)
    assert (row.outlets, row.story_id) == (2, (await places(store))[other])
    await store.regroup(was)
    (row,) = await store.alerts(9)
    assert (row.outlets, row.story_id) == (1, (await places(store))[applied.new[0]])


async def test_two_alerts_of_one_rule_are_both_kept_and_no_third_comes(store: Store) -> None:
    ids: list[ItemId] = []
    for name in ("One", "Two"):
        about = draft(name, f"About {name}")
        (applied,) = await store.apply([update(await claim(store, name), (about,), alerts=(alert(about),))])
        ids += applied.new
    was = await store.merge(*ids)
    assert len(await store.alerts(9)) == 2
    assert [(items, len(outlets)) for _, items, outlets in await told(store)] == [(2, 2)]
    third = draft("c", "A third")
    story = (await places(store))[ids[0]]
    held = await claim(store, "Three")
    (applied,) = await store.apply([update(held, new=(joining(third, story),), alerts=(alert(third),))])
    assert applied.alerts == ()
    await store.regroup(was)
    assert {row.outlets for row in await store.alerts(9)} == {1, 2}


async def test_an_alert_that_had_to_stay_comes_home_once_there_is_room(store: Store) -> None:
    ids: list[ItemId] = []
    for name in ("One", "Two"):
        about = draft(name, f"About {name}")
        (applied,) = await store.apply([update(await claim(store, name), (about,), alerts=(alert(about),))])
        ids += applied.new
    await store.merge(*ids)
    await store.split(ids[0])
    now = await places(store)
    assert {(row.item_id, row.story_id) for row in await store.alerts(9)} == set(now.items())
    copy = draft("c", "A copy of Two")
    held = await claim(store, "Three")
    (applied,) = await store.apply([update(held, new=(joining(copy, now[ids[1]]),), alerts=(alert(copy),))])
    assert applied.alerts == ()
    assert await store.count(GROUPED) == 2


async def test_an_item_that_was_split_off_and_is_edited_alerts_without_an_error(store: Store) -> None:
    held = await claim(store, "One")
    about, other = draft("a", "First"), draft("b", "Copy")
    (applied,) = await store.apply(
        [update(held, (about,), alerts=(alert(about, state=AlertState.BASELINE, deliveries=()),))]
    )
    story = (await places(store))[applied.new[0]]
    held = await claim(store, "Two")
    await store.apply([update(held, new=(joining(other, story),), alerts=(alert(other),))])
    await store.split(ItemId(2))
    held = await claim(store, "One")
    (applied,) = await store.apply([update(held, alerts=(alert(about),))])
    assert len(applied.alerts) == 1
    assert {row.item_id for row in await store.alerts(9)} == {1, 2}


async def test_what_is_done_by_hand_is_heard_of(store: Store) -> None:
    first, copy, other = await two_stories(store)
    cursor = (await store.changes(None)).cursor
    await store.merge(copy, other)
    changed = {item_id for event in (await store.changes(cursor)).events for item_id in getattr(event, "item_ids", ())}
    assert changed == {first, copy, other}


# --- the grouped view ------------------------------------------------------------------------------------------------


async def titles(store: Store, view: View) -> list[str]:
    page = await store.items(view, 99, now=NOW)
    assert len(page.rows) <= (await store.count(view) or 99)
    return [row.title for row in page.rows]


async def test_a_grouped_view_has_a_line_for_each_story(store: Store) -> None:
    await two_stories(store)
    assert await titles(store, GROUPED) == ["Other", "First"]
    assert await store.count(GROUPED) == 2
    assert await titles(store, View()) == ["Other", "Copy", "First"]
    page = await store.items(GROUPED, 99, now=NOW)
    assert [(row.tellings, row.outlets) for row in page.rows] == [(1, 1), (2, 2)]


async def test_the_line_of_a_story_has_the_alerts_of_all_its_items(store: Store) -> None:
    (first,) = (await add(store, draft("a", "First"))).new
    copy = draft("b", "A copy")
    held = await claim(store, "Two")
    await store.apply([update(held, new=(joining(copy, (await places(store))[first]),), alerts=(alert(copy),))])
    (line,) = (await store.items(GROUPED, 9, now=NOW)).rows
    assert (line.title, line.rules, line.severity) == ("First", ("Drones",), Severity.HIGH)


async def test_what_the_view_does_not_hold_hides_nothing(store: Store) -> None:
    first, copy, _ = await two_stories(store)
    await store.mark_read([first], read=True, now=NOW)
    assert await titles(store, View(unread=True, grouped=True)) == ["Other", "Copy"]
    await store.mark_starred([copy], starred=True, now=NOW)
    assert await titles(store, View(starred=True, grouped=True)) == ["Copy"]
    feeds = {row.feed.subscription.name: row.feed.id for row in await store.feeds(NOW)}
    assert await titles(store, View(feed_id=feeds["Two"], grouped=True)) == ["Copy"]
    assert (await store.rows(View(unread=True, grouped=True), [copy], now=NOW)).rows
    assert not (await store.rows(GROUPED, [copy], now=NOW)).rows


async def test_a_search_shows_every_telling(store: Store) -> None:
    await two_stories(store)
    assert await titles(store, View(query="first OR copy", grouped=True)) == ["Copy", "First"]


async def test_reading_a_story_reads_every_telling(store: Store) -> None:
    first, _, _ = await two_stories(store)
    await store.mark_read([first], read=True, now=NOW, tellings=True)
    assert await titles(store, View(unread=True)) == ["Other"]
    assert sum(row.unread for row in await store.feeds(NOW)) == 1
    page = await store.items(GROUPED, 9, now=NOW)
    assert [row.read for row in page.rows] == [False, True]
    await add(store, feed="Four", at=NOW + HOUR, new=(joining(draft("d"), (await places(store))[first]),))
    assert not (await store.items(GROUPED, 9, now=NOW)).rows[1].read


async def test_whatever_was_split_and_merged_each_story_has_one_line_and_right_counts(store: Store) -> None:
    drawn = random.Random(7)
    ids = [(await add(store, draft(f"{place}"), feed=f"F{place % 4}")).new[0] for place in range(12)]
    done = []
    for _ in range(60):
        if drawn.random() < 0.5:
            done.append(await store.merge(*drawn.sample(ids, 2)))
        elif drawn.random() < 0.7 or not done:
            done.append(await store.split(drawn.choice(ids)))
        else:
            await store.regroup(done.pop())
        now = await places(store)
        by_story = defaultdict(set)
        for item_id, story in now.items():
            by_story[story].add(item_id)
        page = await store.items(GROUPED, 99, now=NOW)
        assert sorted(row.id for row in page.rows) == sorted(min(items) for items in by_story.values())
        assert {row.story_id: row.tellings for row in page.rows} == {one: len(items) for one, items in by_story.items()}
        assert await store.count(GROUPED) == len(by_story)
