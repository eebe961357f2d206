"""What is held for quiet hours goes as one digest, once, whatever happens between."""

from __future__ import annotations

import json
from datetime import datetime

import pytest

from feedwatch.core.payload import LARGEST_BODY, digest_body
from feedwatch.model import COOLDOWN, AlertState, Delivery, DeliveryState, Draft, NewDelivery, Selection
from feedwatch.store.store import Store
from tests.store.samples import HOUR, NOW, SECOND, add, alert, attempted, draft

MORNING = NOW + 8 * HOUR


async def raise_held(store: Store, *drafts: Draft) -> None:
    held = (NewDelivery("desk", MORNING, held=True),)
    for place, one in enumerate(drafts):
        at = NOW + place * SECOND
        await add(store, one, at=at, alerts=(alert(one, at=at, deliveries=held),))


async def claim(store: Store, at: datetime) -> tuple[Delivery, ...]:
    return await store.claim_deliveries("test", 60.0, at, {"desk": 4})


async def test_what_came_in_the_night_is_one_message_in_the_morning(store: Store) -> None:
    drafts = [draft(name, f"Drone {name}") for name in "abc"]
    await raise_held(store, *drafts)
    assert await claim(store, MORNING - SECOND) == ()

    (digest,) = await claim(store, MORNING)

    event = json.loads(digest.body)
    assert (event["type"], event["data"]["count"], event["data"]["left_out"]) == ("alert.digest", 3, 0)
    assert [one["item"]["title"] for one in event["data"]["alerts"]] == ["Drone a", "Drone b", "Drone c"]
    assert (digest.rule, digest.id[:4]) == ("digest", "dig_")

    await store.leave_deliveries("test")  # the process died, and another goes on
    (again,) = await claim(store, MORNING + HOUR)
    assert (again.id, again.body) == (digest.id, digest.body)
    await store.record_deliveries([attempted(again, DeliveryState.DELIVERED, at=MORNING + HOUR)])
    assert {one.state for one in await store.deliveries(9)} == {DeliveryState.DELIVERED}
    assert await claim(store, MORNING + 99 * HOUR) == ()


async def test_a_lonely_alert_goes_as_it_is(store: Store) -> None:
    await raise_held(store, draft("a", "Drone a"))

    (one,) = await claim(store, MORNING)

    assert json.loads(one.body)["type"] == "alert.raised"
    assert await claim(store, MORNING) == ()


async def test_a_person_can_send_what_is_held_now(store: Store) -> None:
    await raise_held(store, draft("a"), draft("b"))
    newest, _ = await store.deliveries(9)

    assert await store.retry_deliveries(Selection((newest.id,)), NOW) == 1

    (now,) = await claim(store, NOW)
    assert now.id == newest.id
    await store.record_deliveries([attempted(now, DeliveryState.DELIVERED, at=NOW)])
    (rest,) = await claim(store, MORNING)
    assert rest.id != newest.id


async def test_a_digest_that_died_is_retried_as_one(store: Store) -> None:
    await raise_held(store, draft("a"), draft("b"))
    (digest,) = await claim(store, MORNING)
    await store.record_deliveries([attempted(digest, DeliveryState.DEAD, at=MORNING)])
    assert {one.state for one in await store.deliveries(9)} == {DeliveryState.DEAD}

    assert await store.retry_deliveries(Selection(state=DeliveryState.DEAD), MORNING) == 1
    assert [one.id for one in await claim(store, MORNING)] == [digest.id]


async def test_other_quiet_hours_move_what_is_held(store: Store) -> None:
    await raise_held(store, draft("a"), draft("b"))

    await store.hold_until({"desk": MORNING + HOUR}, {}, NOW)
    assert await claim(store, MORNING) == ()
    await store.hold_until({}, {}, NOW)
    assert len(await claim(store, NOW)) == 1


def test_a_digest_that_is_too_long_says_how_many_it_left_out() -> None:
    body = json.dumps(
        {
            "data": {
                "alert": {"id": "a"},
                "item": {"title": "x" * 900, "summary": "y" * 900},
                "matches": [],
                "story": {"id": 1, "outlets": 1, "items": []},
            }
        }
    ).encode()

    made = digest_body([body] * 40, 40, NOW)

    data = json.loads(made)["data"]
    assert len(made) <= LARGEST_BODY
    assert data["count"] == 40
    assert len(data["alerts"]) + data["left_out"] == 40
    assert data["left_out"] > 0


async def test_another_digest_moves_what_is_held_only_to_an_earlier_time(store: Store) -> None:
    await raise_held(store, draft("a"), draft("b"))
    await store.hold_until({}, {"desk": MORNING + HOUR}, NOW)
    assert {one.next_at for one in await store.deliveries(9)} == {MORNING}
    await store.hold_until({}, {"desk": NOW + HOUR}, NOW)
    assert {one.next_at for one in await store.deliveries(9)} == {NOW + HOUR}


async def test_a_digest_counts_what_a_cooldown_held_back_since_the_one_before(store: Store) -> None:
    async def suppress(name: str, at: datetime, channel: str = "desk") -> None:
        made = draft(name)
        spared = alert(made, at=at, state=AlertState.SUPPRESSED, reason=COOLDOWN, deliveries=(), channels=(channel,))
        await add(store, made, at=at, alerts=(spared,))

    await raise_held(store, draft("a"))
    await suppress("b", NOW + HOUR)
    await suppress("c", NOW + HOUR, "phone")
    (first,) = await claim(store, MORNING)
    data = json.loads(first.body)["data"]
    assert (data["count"], data["suppressed"]) == (1, {"count": 1, "rules": {"Drones": 1}})

    await store.record_deliveries([attempted(first, DeliveryState.DELIVERED)])
    made = draft("d")
    later = MORNING + HOUR
    await add(
        store, made, at=later, alerts=(alert(made, at=later, deliveries=(NewDelivery("desk", later, held=True),)),)
    )
    (lonely,) = await claim(store, later)
    assert json.loads(lonely.body)["type"] == "alert.raised"


async def test_a_member_of_a_digest_is_retried_with_it(store: Store) -> None:
    await raise_held(store, draft("a"), draft("b"))
    (digest,) = await claim(store, MORNING)
    await store.record_deliveries([attempted(digest, DeliveryState.DEAD)])
    member = next(one for one in await store.deliveries(9) if one.in_digest)
    assert await store.retry_deliveries(Selection((member.id,)), MORNING) == 1
    assert [one.id for one in await claim(store, MORNING)] == [digest.id]


async def test_a_digest_is_no_larger_than_a_moments_work(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("feedwatch.store.digests.MOST", 2)
    await raise_held(store, *(draft(name) for name in "abc"))
    first = await claim(store, MORNING)
    second = await claim(store, MORNING)
    assert [json.loads(one.body)["type"] for one in (*first, *second)] == ["alert.digest", "alert.raised"]
