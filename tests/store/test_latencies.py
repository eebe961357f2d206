"""Which dates and which messages are measured, from the database on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import pytest

from feedwatch.model import (
    QUIET_HOURS,
    STORY_TOLD,
    AlertLatency,
    AlertState,
    ChangedItem,
    DeliveryState,
    Draft,
    ItemId,
    KnownItem,
    Latency,
    NewDelivery,
    replace,
)
from feedwatch.store import alerts, latencies
from feedwatch.store.connection import connect
from feedwatch.store.store import Store
from tests.store.samples import HOUR, NOW, SECOND, add, alert, attempted, draft, joining, whole_archive

DAY = 24 * HOUR
LATER = NOW + 30 * DAY
NOTHING = Latency(0, None, None)


async def seen_after(store: Store, *published: datetime | None, at: datetime = NOW) -> Latency:
    """Of items that come at a moment with these dates, to a feed that was polled before."""
    await add(store, at=at)
    await add(store, *(draft(f"{place}", published=one) for place, one in enumerate(published)), at=at)
    return (await store.stats(NOW - 99 * DAY)).total.published_to_seen


async def reword(store: Store, made: Draft, at: datetime, **changes: object) -> None:
    """The newest item, which was made of that draft, is served anew with these changes."""
    item_id = (await whole_archive(store))[-1].item_id
    changed = draft("", **{"title": made.title, "text": made.document.text, "key": made.key, **changes})  # type: ignore[arg-type]  # a test's shorthand
    earlier = KnownItem(made.key, item_id, made.fingerprint, made.title, made.url, made.document.text)
    await add(store, at=at, changed=(ChangedItem(item_id, changed, earlier),))


async def deliver(store: Store, at: datetime, channels: Sequence[str] = ("desk",)) -> int:
    """Deliver all that is due on these channels; how many."""
    due = await store.claim_deliveries("me", 60, at, dict.fromkeys(channels, 99))
    for one in due:
        await store.record_deliveries([attempted(one, DeliveryState.DELIVERED, at=at)])
    return len(due)


async def test_dates_that_can_not_be_trusted_are_left_out_and_counted(store: Store) -> None:
    midnight = NOW.replace(hour=0)
    assert await seen_after(store, NOW - 9 * SECOND, NOW + HOUR, midnight, None) == Latency(1, 9.0, 9.0, skewed=2)


async def test_a_feeds_first_poll_is_neither_measured_nor_skewed(store: Store) -> None:
    await add(store, draft("a", published=NOW + HOUR), draft("b", published=NOW - 50 * DAY))
    assert (await store.stats(NOW)).total.published_to_seen == NOTHING


async def test_an_edit_that_bumps_the_date_leaves_the_measurement_as_it_was(store: Store) -> None:
    first = draft("a", published=NOW - 20 * SECOND)
    await add(store)
    await add(store, first)
    for hours in (2, 3):
        await reword(store, first, NOW + hours * HOUR, text=f"Edit {hours}", published=NOW + hours * HOUR)
    assert (await store.stats(NOW)).total.published_to_seen == Latency(1, 20.0, 20.0)


async def test_a_date_that_moves_by_itself_is_a_bump_too(store: Store) -> None:
    first = draft("a", published=NOW - 20 * SECOND)
    await add(store)
    await add(store, first)
    await reword(store, first, NOW + HOUR, published=NOW + HOUR)
    item = await store.item(ItemId(1))
    assert item is not None
    assert (item.row.published, item.row.edited) == (NOW + HOUR, False)
    assert (await store.stats(NOW)).total.published_to_seen == Latency(1, 20.0, 20.0)


async def test_a_date_ahead_that_was_put_right_is_measured_from(store: Store) -> None:
    first = draft("a", published=NOW + HOUR)
    await add(store)
    await add(store, first)
    assert (await store.stats(NOW)).total.published_to_seen == Latency(0, None, None, skewed=1)
    await reword(store, first, NOW + HOUR, published=NOW - 20 * SECOND)
    assert (await store.stats(NOW)).total.published_to_seen == Latency(1, 20.0, 20.0)


async def test_an_old_date_is_skewed_where_any_feed_brought_items_since(store: Store) -> None:
    await add(store, draft("x"), feed="Two", at=NOW - 2 * DAY)
    assert await seen_after(store, NOW - 4 * DAY) == Latency(0, None, None, skewed=1)


async def test_an_old_date_counts_where_the_program_stood_still(store: Store) -> None:
    await add(store, draft("x"), feed="Two", at=NOW - 6 * DAY)
    await add(store, draft("y"), feed="Three", at=NOW - 60 * SECOND)  # the same round after the standstill
    assert await seen_after(store, NOW - 4 * DAY) == Latency(1, 4 * 86400.0, 4 * 86400.0)


async def test_a_bumped_item_that_was_old_when_seen_is_skewed(store: Store) -> None:
    await add(store)
    await add(store, draft("x"), feed="Two", at=NOW - 2 * DAY)
    first = draft("a", published=NOW - 9 * DAY)
    await add(store, first)
    await reword(store, first, NOW + HOUR, text="Other text.", published=NOW + HOUR)
    assert (await store.stats(NOW)).total.published_to_seen == Latency(0, None, None, skewed=1)


async def test_channels_are_measured_from_raised_and_from_published(store: Store) -> None:
    await add(store)
    for guid, published in (("a", NOW - 10 * SECOND), ("b", NOW + HOUR), ("c", None)):
        made = draft(guid, published=published)
        both = tuple(NewDelivery(channel, NOW) for channel in ("desk", "phone"))
        await add(store, made, alerts=(alert(made, rule=f"Rule {guid}", deliveries=both),))
    await deliver(store, NOW + 2 * SECOND, ["desk"])
    await deliver(store, NOW + 5 * SECOND, ["phone"])

    stats = await store.alert_stats(NOW)

    desk, phone = stats.channels
    assert (desk.name, desk.delivered, desk.held) == ("desk", 3, 0)
    assert desk.raised_to_delivered == Latency(3, 2.0, 2.0)
    assert desk.published_to_delivered == Latency(1, 12.0, 12.0, skewed=1)
    assert (phone.name, phone.raised_to_delivered, phone.published_to_delivered.p50) == ("phone", Latency(3, 5, 5), 15)
    assert [rule.published_to_seen.skewed for rule in stats.rules] == [0, 1, 0]
    assert stats.rules[0].raised_to_delivered == Latency(2, 2.0, 5.0)
    whole = await store.stats(NOW)
    assert (whole.rules, whole.channels) == (stats.rules, stats.channels)
    assert (await store.alert_stats(NOW + SECOND)).rules == ()


async def test_an_alert_of_a_first_poll_was_never_raised(store: Store) -> None:
    made = draft("a", published=NOW - SECOND)
    await add(store, made, alerts=(alert(made, state=AlertState.BASELINE, deliveries=()),))
    (rule,) = (await store.alert_stats(NOW)).rules
    assert (rule.alerts, rule.published_to_seen, rule.seen_to_raised) == (1, NOTHING, NOTHING)


async def test_an_alert_that_is_told_again_is_measured_once(store: Store) -> None:
    made = draft("a", "Drone over the harbour")
    raised = replace(alert(made), grow=(2,), channels=("desk",))
    await add(store, made, alerts=(raised,))
    assert await deliver(store, NOW + SECOND) == 1
    story_id = (await whole_archive(store))[0].story_id
    await add(store, feed="Two", at=NOW + 9 * HOUR, new=(joining(draft("b", "Drone again"), story_id),))
    assert await deliver(store, NOW + 9 * HOUR + SECOND) == 1

    (desk,) = (await store.alert_stats(NOW)).channels
    assert (desk.delivered, desk.raised_to_delivered) == (1, Latency(1, 1.0, 1.0))


@pytest.mark.parametrize("names", ["a", "ab"], ids=["lonely", "in a digest"])
async def test_what_was_held_for_quiet_hours_is_counted_and_not_measured(store: Store, names: str) -> None:
    for name in names:
        made = draft(name)
        held = (NewDelivery("desk", NOW + 8 * HOUR, held=True),)
        await add(store, made, alerts=(alert(made, deliveries=held, reason=QUIET_HOURS),))
    assert await deliver(store, NOW + 8 * HOUR) == 1
    at_once = draft("c")
    await add(store, at_once, alerts=(alert(at_once),))
    await deliver(store, NOW + 3 * SECOND)

    stats = await store.stats(NOW)

    (desk,) = stats.channels
    assert (desk.delivered, desk.held) == (len(names) + 1, len(names))
    assert desk.raised_to_delivered == stats.total.raised_to_delivered == Latency(1, 3.0, 3.0)


async def test_an_alert_of_a_digest_is_not_measured_though_another_channel_had_it_at_once(store: Store) -> None:
    for name in "ab":
        made = draft(name)
        both = (NewDelivery("desk", NOW + 8 * HOUR, held=True), NewDelivery("phone", NOW))
        await add(store, made, alerts=(alert(made, deliveries=both),))
    await deliver(store, NOW + SECOND, ["phone"])
    await deliver(store, NOW + 8 * HOUR, ["desk"])

    desk, phone = (await store.alert_stats(NOW)).channels
    assert (desk.delivered, desk.held, desk.raised_to_delivered) == (2, 2, NOTHING)
    assert (phone.delivered, phone.held, phone.raised_to_delivered) == (2, 0, Latency(2, 1.0, 1.0))


async def test_each_alert_has_its_own_steps(store: Store) -> None:
    await add(store)
    made, skewed = draft("a", published=NOW - 10 * SECOND), draft("b", published=NOW + HOUR)
    both = tuple(NewDelivery(channel, NOW) for channel in ("desk", "phone"))
    await add(store, made, alerts=(alert(made, at=NOW + 0.5 * SECOND, deliveries=both),))
    await add(store, skewed, alerts=(alert(skewed, rule="Other", at=NOW - SECOND),))
    assert [one.latency for one in await store.alerts(9)] == [
        AlertLatency(10.0, 0.5, None),
        AlertLatency(None, 0.0, None),
    ]
    await deliver(store, NOW + 4 * SECOND, ["phone"])
    await deliver(store, NOW + 7 * SECOND, ["desk"])
    assert [one.latency.raised_to_delivered for one in await store.alerts(9)] == [3.5, 8.0]


async def test_a_match_that_raised_nothing_was_never_delivered(store: Store) -> None:
    made = draft("a")
    await add(store, made, alerts=(alert(made),))
    copy = draft("b", published=NOW + HOUR - 30 * SECOND)
    await add(store, feed="Two", at=NOW)
    story_id = (await whole_archive(store))[0].story_id
    again = alert(copy, at=NOW + HOUR, reason=STORY_TOLD, state=AlertState.SUPPRESSED, deliveries=())
    await add(store, feed="Two", at=NOW + HOUR, new=(joining(copy, story_id),), alerts=(again,))
    newest, _ = await store.alerts(9, every=True)
    assert (newest.state, newest.latency) == (AlertState.SUPPRESSED, AlertLatency(30.0, 0.0, None))


@pytest.mark.parametrize(
    ("statement", "parameters", "index"),
    [
        (latencies._ALERTS, (0,), "alerts_raised_at"),
        (latencies._MESSAGES, (0,), "alerts_raised_at"),
        (alerts._ALERTS, (0, "", "", 9), "alerts_raised_at"),
        (alerts._WAITING, (0, "", "", 9), "alerts_waiting"),
        (alerts._SUPPRESSED, (0, "", "", 9), "suppressed_raised_at"),
    ],
    ids=["alerts", "messages", "list", "list of waiting", "list of suppressed"],
)
def test_alerts_are_found_by_time_and_no_table_is_walked(
    template: Path, statement: str, parameters: tuple[object, ...], index: str
) -> None:
    connection = connect(template, write=False)
    plan = [row["detail"] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)]
    connection.close()
    assert plan[0].startswith(f"SEARCH a USING INDEX {index}")
    assert [step for step in plan if "SCAN" in step or "TEMP B-TREE" in step] == []
    assert all("outbox_alert" in step for step in plan if step.startswith("SEARCH o "))
