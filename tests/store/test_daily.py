"""What happened on each day."""

from __future__ import annotations

from datetime import timedelta
from itertools import count

from feedwatch.model import STORY_TOLD, AlertState, OutletLine
from feedwatch.store import daily
from feedwatch.store.connection import connect
from feedwatch.store.store import Store
from tests.store.samples import HOUR, NOW, SECOND, add, alert, draft, joining, whole_archive

DAY = timedelta(days=1)
DAYS = tuple(NOW + number * DAY for number in range(-9, 2))
"""The ten days until tomorrow; today has just begun."""


async def test_an_empty_database_has_days_without_anything(store: Store) -> None:
    found = await store.activity(DAYS)
    assert found.items == (0,) * 10
    assert (found.alerts, found.outlets, found.speeds.rules) == ({}, (), ())
    assert (found.stories, found.copies, found.spared) == (0, 0, 0)


async def test_items_are_counted_on_the_day_on_which_they_were_seen(store: Store) -> None:
    for number, at in enumerate((DAYS[0] - SECOND, DAYS[0], DAYS[1] - SECOND, DAYS[1], NOW + HOUR)):
        await add(store, draft(f"{number}"), at=at)
    assert (await store.activity(DAYS)).items == (2, 1, 0, 0, 0, 0, 0, 0, 0, 1)


async def test_alerts_are_counted_by_rule_and_day(store: Store) -> None:
    for number, (rule, at) in enumerate((("Drones", DAYS[0]), ("Drones", NOW), ("Drones", NOW), ("Other", NOW))):
        made = draft(f"{number}")
        await add(store, made, at=at, alerts=(alert(made, rule=rule, at=at),))
    found = await store.activity(DAYS)
    assert found.alerts == {"Drones": (1, *(0,) * 8, 2), "Other": (*(0,) * 9, 1)}
    assert [(line.name, line.alerts) for line in found.speeds.rules] == [("Drones", 3), ("Other", 1)]


async def test_outlets_are_those_of_the_last_week_with_copies_of_others(store: Store) -> None:
    await add(store, draft("old"), feed="Three", at=DAYS[0])
    await add(store, draft("a", "First"), at=NOW)
    story = (await whole_archive(store))[-1].story_id
    await add(store, feed="One", at=NOW + SECOND, new=(joining(draft("own", "Again"), story),))
    copied = draft("b", "Copy")
    again = alert(copied, reason=STORY_TOLD, state=AlertState.SUPPRESSED, deliveries=(), at=NOW + HOUR)
    await add(store, feed="Two", at=NOW + HOUR, new=(joining(copied, story),), alerts=(again,))
    found = await store.activity(DAYS)
    assert found.outlets == (OutletLine("One Press", 2, 0), OutletLine("Two Press", 1, 1))
    assert (found.stories, found.copies, found.spared) == (2, 2, 1)


async def test_days_are_counted_by_feed(store: Store) -> None:
    await add(store, draft("a"), draft("b"), at=NOW)
    await add(store, draft("c"), feed="Two", at=NOW - DAY)
    one, two = (row.feed.id for row in await store.feeds(NOW) if row.items)
    assert await store.feed_days(DAYS[-3:]) == {one: (0, 2), two: (1, 0)}


async def test_counting_ends_with_the_day_at_which_nobody_waits_any_more(store: Store) -> None:
    for number, day in enumerate(DAYS[:-1]):
        await add(store, draft(f"{number}"), at=day)
    asked = count(1)
    connection = connect(store.path, write=False)
    try:
        found = daily.of_feeds(connection, lambda: next(asked) > 3, DAYS)
    finally:
        connection.close()
    assert list(found.values()) == [(1, 1, 1, 0, 0, 0, 0, 0, 0, 0)]
