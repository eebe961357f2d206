"""What the store counts of rules, hour by hour."""

from __future__ import annotations

from feedwatch.model import AlertState
from feedwatch.store.store import Store
from tests.store.samples import HOUR, NOW, add, alert, draft, joining

TEN = int(NOW.timestamp()) // 3600


async def test_stories_are_counted_by_the_hour_and_copies_are_not(store: Store) -> None:
    first, second, later = draft("a"), draft("b"), draft("c")
    both = (alert(first), alert(second, state=AlertState.SUPPRESSED, reason="cooldown"))
    await add(store, first, second, alerts=both)
    await add(store, later, at=NOW + 2 * HOUR, alerts=(alert(later, at=NOW + 2 * HOUR),))
    story = (await store.alerts(9))[-1].story_id
    copy = draft("copy")
    await add(store, feed="Two", at=NOW + HOUR, new=(joining(copy, story),), alerts=(alert(copy, at=NOW + HOUR),))

    ((found,), watched) = await store.mentions(["Drones"], NOW - HOUR)

    assert found.first == TEN
    assert found.stories == {TEN: 2, TEN + 2: 1}
    assert found.outlets == {}, "too few for a burst"
    assert watched == {TEN, TEN + 1, TEN + 2}


async def test_outlets_count_that_told_it_before_the_hour_was_over(store: Store) -> None:
    drafts = [draft(name) for name in "abc"]
    await add(store, *drafts, alerts=tuple(alert(one) for one in drafts))
    row, *_ = await store.alerts(9)
    for name, later in (("Two", HOUR / 2), ("Three", HOUR)):
        await add(store, feed=name, at=NOW + later, new=(joining(draft(name), row.story_id),))

    ((found,), _) = await store.mentions(["Drones"], NOW)

    assert found.stories == {TEN: 3}
    assert found.outlets == {TEN: 2}


async def test_what_came_with_a_first_poll_and_of_other_rules_or_times_is_not_counted(store: Store) -> None:
    old, other, early = draft("a"), draft("b"), draft("c")
    alerts = (
        alert(old, state=AlertState.BASELINE),
        alert(other, "Other"),
        alert(early, at=NOW - 5 * HOUR),
    )
    await add(store, old, other, early, alerts=alerts)

    (drones, never), _ = await store.mentions(["Drones", "Never"], NOW)

    assert (drones.first, drones.stories, drones.outlets) == (TEN - 5, {}, {})
    assert (never.first, never.stories) == (None, {})


async def test_an_empty_archive_was_never_watched(store: Store) -> None:
    assert await store.mentions([], NOW) == ((), frozenset())
