"""An alert is told again once for each number of outlets that its rule names."""

from __future__ import annotations

import json

from feedwatch.model import AlertState, NewAlert, Severity, replace
from feedwatch.store.store import Store
from tests.store.samples import HOUR, NOW, add, alert, draft, joining, whole_archive


async def story_of(store: Store) -> int:
    return (await whole_archive(store))[0].story_id


async def raise_one(store: Store, **changes: object) -> None:
    first = draft("a", "Drone over the harbour")
    raised = replace(alert(first), grow=(2, 4), channels=("desk", "ops"), **changes)  # type: ignore[arg-type]
    await add(store, first, alerts=(raised,))


async def tell(store: Store, *names: str, **changes: object) -> int:
    """More outlets tell the story, one poll each; how many messages that made."""
    made = 0
    for name in names:
        one = joining(draft(name, f"Drone {name}"), await story_of(store))  # type: ignore[arg-type]
        made += (await add(store, feed=name, at=NOW + HOUR, new=(one,), **changes)).deliveries
    return made


async def events(store: Store) -> list[tuple[str, str, int]]:
    found = [(one.channel, json.loads(one.body)) for one in await store.deliveries(99)]
    return sorted((channel, said["type"], said["data"]["story"]["outlets"]) for channel, said in found)


async def test_each_number_is_told_once_to_every_channel(store: Store) -> None:
    await raise_one(store)
    assert [await tell(store, name) for name in ("Two", "Three", "Four", "Five")] == [2, 0, 2, 0]
    grown = [one for one in await events(store) if one[1] == "alert.grown"]
    assert grown == [
        ("desk", "alert.grown", 2),
        ("desk", "alert.grown", 4),
        ("ops", "alert.grown", 2),
        ("ops", "alert.grown", 4),
    ]


async def test_numbers_reached_before_the_alert_are_not_told(store: Store) -> None:
    first = draft("x", "A drone")
    await add(store, first)
    await tell(store, "Two")
    late = draft("b", "Drone again")
    story_id = await story_of(store)
    raised = replace(alert(late), grow=(2, 3), channels=("desk",))
    await add(store, feed="Three", at=NOW + HOUR, new=(joining(late, story_id),), alerts=(raised,))  # type: ignore[arg-type]
    assert [one for one in await events(store) if one[1] == "alert.grown"] == []
    assert await tell(store, "Four") == 0


async def test_what_was_not_sent_does_not_grow(store: Store) -> None:
    await raise_one(store, state=AlertState.BASELINE, deliveries=())
    assert await tell(store, "Two", "Three", "Four") == 0


async def test_growth_keeps_quiet_hours_unless_it_is_critical(store: Store) -> None:
    await raise_one(store)
    end = NOW + 8 * HOUR
    await tell(store, "Two", quiet={"desk": end})
    waits = {one.channel: one.next_at for one in await store.deliveries(99) if b"alert.grown" in one.body}
    assert waits == {"desk": end, "ops": NOW + HOUR}


def test_a_new_alert_names_nobody_to_be_told_again() -> None:
    made = NewAlert("r", Severity.LOW, b"k", AlertState.RAISED, "", NOW, ())
    assert (made.grow, made.channels) == ((), ())
