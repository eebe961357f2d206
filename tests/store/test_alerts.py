from __future__ import annotations

import json

from feedwatch.model import STORY_TOLD, AlertState, ItemId, NewDelivery, Rule, View
from feedwatch.store.store import Store
from tests.store.samples import HOUR, NOW, SECOND, add, alert, claim, draft, joining, update


async def test_an_alert_is_stored_with_its_item_and_matches(store: Store) -> None:
    made = draft("a", "Drones again")
    applied = await add(store, made, alerts=(alert(made),))
    (row,) = await store.alerts(10)
    assert (row.id, row.rule, row.title, row.state) == (applied.alerts[0], "Drones", "Drones again", AlertState.RAISED)
    assert row.matches == alert(made).matches
    assert not row.acknowledged
    item = await store.item(row.item_id)
    assert item is not None
    assert [one.id for one in item.alerts] == [row.id]
    assert item.row.rules == ("Drones",)
    assert item.row.title_matches == ((0, 5),)


async def test_a_rule_alerts_once_per_story(store: Store) -> None:
    first = draft("a")
    await add(store, first, alerts=(alert(first),))
    (row,) = await store.alerts(10)
    second = draft("b")
    applied = await add(
        store, feed="Two", new=(joining(second, row.story_id),), alerts=(alert(second), alert(second, "Other"))
    )
    assert len(applied.alerts) == 1
    assert applied.deliveries == 1
    assert {one.rule for one in await store.alerts(10)} == {"Drones", "Other"}


async def test_an_alert_id_is_the_same_in_another_database(store: Store) -> None:
    made = draft("a")
    applied = await add(store, made, alerts=(alert(made),))
    assert applied.alerts == ("alr_ptjljmqxrmlxxds2gtvw",)


async def test_a_story_that_only_a_first_poll_had_is_raised_when_another_feed_brings_it(store: Store) -> None:
    first, second = draft("a"), draft("b")
    await add(store, first, alerts=(alert(first, state=AlertState.BASELINE, deliveries=()),))
    (row,) = await store.alerts(9)
    claimed = await claim(store, "Two")
    told = update(claimed, new=(joining(second, row.story_id),), alerts=(alert(second),))
    (applied,) = await store.apply([told])
    assert applied.alerts == (row.id,)
    assert [(one.state, one.item_id) for one in await store.alerts(9)] == [(AlertState.RAISED, applied.new[0])]
    assert len(await store.deliveries(9)) == 1
    again = draft("c")
    claimed = await claim(store, "Three")
    (applied,) = await store.apply([update(claimed, new=(joining(again, row.story_id),), alerts=(alert(again),))])
    assert (applied.alerts, len(await store.deliveries(9))) == ((), 1)


async def test_the_message_says_what_was_stored(store: Store) -> None:
    made = draft("a", "Drones again", "Text", NOW - SECOND)
    applied = await add(store, made, alerts=(alert(made),))
    (message,) = await store.deliveries(10)
    data = json.loads(message.body)["data"]
    assert data["alert"]["id"] == applied.alerts[0] == message.alert_id
    assert (data["item"]["id"], data["item"]["title"]) == (applied.new[0], "Drones again")
    assert data["item"]["feed"]["name"] == "One"
    assert data["story"]["outlets"] == 1
    assert [one["title"] for one in data["story"]["items"]] == ["Drones again"]


async def test_an_alert_without_deliveries_sends_nothing(store: Store) -> None:
    made = draft("a")
    quiet = alert(made, state=AlertState.BASELINE, deliveries=())
    assert (await add(store, made, alerts=(quiet,))).deliveries == 0
    assert await store.deliveries(10) == ()


async def test_each_channel_gets_its_own_message(store: Store) -> None:
    made = draft("a")
    both = alert(made, deliveries=(NewDelivery("desk", NOW), NewDelivery("phone", NOW)))
    assert (await add(store, made, alerts=(both,))).deliveries == 2
    messages = await store.deliveries(10)
    assert {one.channel for one in messages} == {"desk", "phone"}
    assert len({one.id for one in messages}) == 2
    assert len({one.body for one in messages}) == 1


async def test_an_alert_for_an_entry_that_is_not_there_is_dropped(store: Store) -> None:
    assert (await add(store, alerts=(alert(draft("a")),))).alerts == ()


async def test_last_raised_counts_only_what_was_to_be_delivered(store: Store) -> None:
    one, two = draft("a"), draft("b")
    suppressed = alert(two, at=NOW + HOUR, state=AlertState.SUPPRESSED, reason="cooldown", deliveries=())
    await add(store, one, two, alerts=(alert(one), suppressed))
    assert await store.last_raised(["Drones", "Never"]) == {"Drones": NOW}


async def test_alerts_come_newest_first_by_rule_and_time(store: Store) -> None:
    drafts = [draft(name) for name in "abc"]
    await add(store, *drafts, alerts=tuple(alert(one, at=NOW + n * SECOND) for n, one in enumerate(drafts)))
    assert [row.title for row in await store.alerts(2)] == ["Title of c", "Title of b"]
    assert await store.alerts(9, rule="Other") == ()
    assert len(await store.alerts(9, rule="Drones", since=NOW + SECOND)) == 2


async def test_an_alert_that_waits_is_listed_however_many_newer_ones_do_not(store: Store) -> None:
    drafts = [draft(name) for name in "abcde"]
    raised = tuple(alert(one, at=NOW + n * SECOND) for n, one in enumerate(drafts))
    ids = (await add(store, *drafts, alerts=raised)).alerts
    await store.acknowledge(ids[2:], acknowledged=True, now=NOW)
    assert [row.title[-1] for row in await store.alerts_to_see(1)] == ["e", "b"]
    assert [row.title[-1] for row in await store.alerts_to_see(3)] == ["e", "d", "c", "b", "a"]
    await store.acknowledge(ids[:2], acknowledged=True, now=NOW)
    assert [row.title[-1] for row in await store.alerts_to_see(1)] == ["e"]


async def test_acknowledging_can_be_taken_back(store: Store) -> None:
    made = draft("a")
    (alert_id,) = (await add(store, made, alerts=(alert(made),))).alerts
    await store.acknowledge([alert_id], acknowledged=True, now=NOW)
    assert (await store.alerts(1))[0].acknowledged
    assert (await store.status(NOW)).alerts == 0
    await store.acknowledge([alert_id], acknowledged=False, now=NOW)
    assert not (await store.alerts(1))[0].acknowledged
    assert (await store.status(NOW)).alerts == 1


async def test_noise_is_acknowledged_and_counted_in_rule_health(store: Store) -> None:
    drafts = [draft(name) for name in "abcd"]
    applied = await add(store, *drafts, alerts=tuple(alert(one) for one in drafts[:2]))
    await store.mark_noise(applied.alerts[:1], noise=True, now=NOW)
    noisy = next(row for row in await store.alerts(9) if row.id == applied.alerts[0])
    assert noisy.noise
    assert noisy.acknowledged
    drones, never = await store.rule_health([Rule("Drones", "drone"), Rule("Never", "x")], NOW + HOUR)
    assert (drones.last_fired, drones.alerts_30d, drones.share, drones.noise_share) == (NOW, 2, 0.5, 0.5)
    assert (never.last_fired, never.alerts_30d, never.share, never.noise_share) == (None, 0, 0.0, 0.0)


async def test_alerted_items_are_a_view(store: Store) -> None:
    one, two = draft("a"), draft("b")
    applied = await add(store, one, two, alerts=(alert(two),))
    page = await store.items(View(alerted=True), 9, now=NOW)
    assert [row.id for row in page.rows] == [applied.new[1]]
    assert await store.count(View(alerted=True)) == 1


async def test_a_match_that_an_edit_moved_is_not_highlighted(store: Store) -> None:
    from feedwatch.model import ChangedItem, KnownItem

    made = draft("a", "Drones again")
    (item_id,) = (await add(store, made, alerts=(alert(made),))).new
    edited = draft("a", "New: Drones again")
    await add(store, changed=(ChangedItem(item_id, edited, KnownItem(made.key, item_id, made.fingerprint)),))
    item = await store.item(item_id)
    assert item is not None
    assert item.row.title_matches == ()


async def test_a_match_in_a_story_that_was_told_is_kept_once_and_listed_when_asked_for(store: Store) -> None:
    first = draft("a", "Drone seen")
    await add(store, first, feed="One", alerts=(alert(first),))
    story = (await store.archived([ItemId(1)]))[0].story_id
    copy = draft("b", "Drone seen")
    told = alert(copy, at=NOW + HOUR, state=AlertState.SUPPRESSED, reason=STORY_TOLD, deliveries=())
    for _ in range(2):
        applied = await add(store, feed="Two", at=NOW + HOUR, new=(joining(copy, story),), alerts=(told,))
        assert applied.alerts == ()

    assert [row.state for row in await store.alerts(9)] == [AlertState.RAISED]
    spared, raised = await store.alerts(9, every=True)
    assert (spared.state, spared.reason, spared.item_id, spared.story_id) == (
        AlertState.SUPPRESSED,
        "story already alerted",
        2,
        story,
    )
    assert (raised.state, raised.item_id) == (AlertState.RAISED, 1)
    assert await store.alerts(9, rule="Other", every=True) == ()
    (health,) = await store.rule_health([Rule("Drones", "drone")], NOW + HOUR)
    assert (health.alerts_30d, health.share) == (1, 1.0)


async def test_of_two_matches_of_one_story_in_one_poll_the_second_is_kept_as_suppressed(store: Store) -> None:
    one, two = draft("a", "Drone seen"), draft("b", "Drone seen", url="https://news.example/a")
    await add(store, one, two, alerts=(alert(one), alert(two)))

    assert len(await store.alerts(9)) == 1
    assert [row.reason for row in await store.alerts(9, every=True)] in (
        ["", "story already alerted"],
        ["story already alerted", ""],
    )
