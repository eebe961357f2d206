"""What the store counts of rules."""

from __future__ import annotations

from feedwatch.model import Rule
from feedwatch.store.rule_health import FEWEST_SAME
from feedwatch.store.store import Store
from tests.store.samples import HOUR, NOW, add, alert, draft


async def test_rules_that_alerted_to_the_same_items_are_named(store: Store) -> None:
    drafts = [draft(f"g{number}") for number in range(FEWEST_SAME)]
    both = [alert(one, rule) for one in drafts for rule in ("Drones", "UAV")]
    await add(store, *drafts, alerts=(*both, alert(drafts[0], "Other")))

    rules = [Rule(name, "x") for name in ("Drones", "UAV", "Other")]
    found = await store.rule_health(rules, NOW + HOUR)

    assert [one.same_as for one in found] == [("UAV",), ("Drones",), ()]
    assert found[0].archive_days == 1 / 24
    assert [one.same_as for one in await store.rule_health(rules, NOW + 61 * 24 * HOUR)] == [(), (), ()]


async def test_what_a_rule_alerted_to_is_read_with_what_a_person_said(store: Store) -> None:
    drafts = [draft(name, f"Drone {name}") for name in "abc"]
    applied = await add(store, *drafts, alerts=tuple(alert(one) for one in drafts))
    await store.mark_noise(applied.alerts[1:2], noise=True, now=NOW)

    found = await store.alerted("Drones")

    assert [(one.subject.title[:5], one.noise) for one in found] == [
        ("Drone", True),
        ("Drone", False),
        ("Drone", False),
    ]
    assert found[0].matches[0].text == "Drone"
    assert await store.alerted("Other") == ()
