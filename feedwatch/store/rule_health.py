"""How the rules do, in numbers; what the numbers mean is ``rules/health.py``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from feedwatch.model import Alerted, AlertState, Rule, RuleHealth
from feedwatch.store.connection import Connection
from feedwatch.store.items import SUBJECT
from feedwatch.store.rows import from_ms, from_ms_or_none, in_ms, matches_from_json, to_ms, to_subject

DAY = 86_400.0
"""Seconds."""
MONTH = 30 * DAY
"""Seconds that counts look back."""
TWO_MONTHS = 60 * DAY
"""Seconds that rules are compared over."""
FEWEST_SAME = 5
"""Items that two rules must have in common to be called the same: fewer happen by chance."""
MOST_SAMPLES = 60
"""Alerts of a rule that are looked at for each answer, noise or not; the newest."""


def read(connection: Connection, rules: Sequence[Rule], now: datetime) -> tuple[RuleHealth, ...]:
    """How each rule does, in the order given."""
    since = to_ms(now) - in_ms(MONTH)
    (items,) = connection.execute("SELECT count(*) FROM items WHERE seen >= ?", (since,)).fetchone()
    (oldest,) = connection.execute("SELECT min(seen) FROM items").fetchone()
    reaches = 0.0 if oldest is None else (now - from_ms(oldest)).total_seconds() / DAY
    same = _same(connection, to_ms(now) - in_ms(TWO_MONTHS))
    return tuple(_of(connection, rule, since, items, same.get(rule.name, ()), reaches) for rule in rules)


def _of(
    connection: Connection, rule: Rule, since: int, items: int, same_as: tuple[str, ...], archive_days: float
) -> RuleHealth:
    (fired,) = connection.execute(
        "SELECT max(raised_at) FROM alerts WHERE rule = ? AND state = ?", (rule.name, AlertState.RAISED.value)
    ).fetchone()
    alerts, noise = connection.execute(
        "SELECT count(*), coalesce(sum(noise), 0) FROM alerts WHERE rule = ? AND raised_at >= ?", (rule.name, since)
    ).fetchone()
    (spared,) = connection.execute(
        "SELECT count(*) FROM suppressed WHERE rule = ? AND raised_at >= ?", (rule.name, since)
    ).fetchone()
    state = connection.execute("SELECT timeouts FROM rule_states WHERE rule = ?", (rule.name,)).fetchone()
    return RuleHealth(
        rule=rule,
        last_fired=from_ms_or_none(fired),
        alerts_30d=alerts,
        share=min(1.0, (alerts + spared) / items) if items else 0.0,
        timeouts=state["timeouts"] if state else 0,
        noise_share=noise / alerts if alerts else 0.0,
        same_as=same_as,
        archive_days=archive_days,
    )


def _same(connection: Connection, since: int) -> Mapping[str, tuple[str, ...]]:
    """For each rule, those that alerted to exactly the same items; one pass, whatever the number of rules."""
    items: defaultdict[str, set[int]] = defaultdict(set)
    for row in connection.execute("SELECT rule, item_id FROM alerts WHERE raised_at >= ?", (since,)):
        items[row["rule"]].add(row["item_id"])
    alike: defaultdict[frozenset[int], list[str]] = defaultdict(list)
    for rule, found in items.items():
        if len(found) >= FEWEST_SAME:
            alike[frozenset(found)].append(rule)
    return {rule: tuple(one for one in group if one != rule) for group in alike.values() for rule in group}


def alerted(connection: Connection, rule: str) -> tuple[Alerted, ...]:
    """The newest items that a rule alerted to: so many that were noise, and so many that were not."""
    return tuple(
        Alerted(to_subject(row), matches_from_json(row["matches"]), bool(row["noise"]))
        for noise in (1, 0)
        for row in connection.execute(_ALERTED, (rule, noise, MOST_SAMPLES))
    )


_OF_ALERT = ", a.matches, a.noise FROM alerts a CROSS JOIN marks m ON m.item_id = a.item_id"
_ALERTED = (
    SUBJECT.replace(" FROM marks m", _OF_ALERT, 1)
    + " WHERE a.rule = ? AND a.noise = ? ORDER BY a.raised_at DESC LIMIT ?"
)
