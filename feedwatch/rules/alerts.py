"""Which alerts a poll raises: rules against arrivals, with baseline and cooldown. Pure.

One alert per rule and story, ever, is kept by the store, which alone knows all stories.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from feedwatch.model import (
    COOLDOWN,
    STORY_TOLD,
    AlertState,
    FeedId,
    Match,
    NewAlert,
    NewDelivery,
    Rule,
    Subject,
    replace,
)
from feedwatch.rules.match import find, find_all
from feedwatch.rules.ruleset import CompiledRule, RuleSet


@dataclass(frozen=True, slots=True)
class Arrival:
    """A new item, or an edited one with its earlier wording."""

    key: bytes
    subject: Subject
    earlier: Subject | None = None
    """An edit alerts only where the earlier wording did not match."""
    told: frozenset[str] = frozenset()
    """Rules that have an alert for its story already: a new item's match is kept and not sent, an edit's is nothing."""
    feed_id: FeedId | None = None
    """Of an earlier item whose story has grown; its match is nothing either where the story was told."""


@dataclass(frozen=True, slots=True)
class Raised:
    """The alerts of one poll, and how often a rule's regular expressions ran out of time."""

    alerts: tuple[NewAlert, ...]
    timeouts: Mapping[str, int]


def raise_alerts(
    rules: RuleSet,
    arrivals: Sequence[Arrival],
    last_raised: Mapping[str, datetime],
    now: datetime,
    *,
    baseline: bool,
) -> Raised:
    """An alert for each rule and arrival that match; ``last_raised`` holds each rule's last notification."""
    alerts: list[NewAlert] = []
    timeouts: dict[str, int] = {}
    notified = dict(last_raised)
    for arrival in arrivals:
        without = arrival.told if arrival.feed_id is not None or arrival.earlier is not None else frozenset[str]()
        for compiled, found in find_all(rules, arrival.subject, now, without):
            if found.timeouts:
                timeouts[compiled.rule.name] = timeouts.get(compiled.rule.name, 0) + found.timeouts
            if not found.matched or _matched_before(compiled, arrival, now):
                continue
            if compiled.rule.name in arrival.told:
                alerts.append(_suppressed(compiled.rule, arrival.key, found.matches, now))
                continue
            alert = _alert(compiled.rule, arrival.key, found.matches, notified, now, baseline=baseline)
            if alert.state is AlertState.RAISED:
                notified[compiled.rule.name] = now
            alerts.append(replace(alert, feed_id=arrival.feed_id))
    return Raised(tuple(alerts), timeouts)


def _matched_before(compiled: CompiledRule, arrival: Arrival, now: datetime) -> bool:
    return arrival.earlier is not None and find(compiled.expression, arrival.earlier, now).matched


def _alert(
    rule: Rule,
    key: bytes,
    matches: tuple[Match, ...],
    notified: Mapping[str, datetime],
    now: datetime,
    *,
    baseline: bool,
) -> NewAlert:
    state, reason = state_of(rule, notified.get(rule.name), now, baseline=baseline)
    made = NewAlert(rule.name, rule.severity, key, state, reason, now, matches)
    if state is not AlertState.RAISED:
        return made if baseline else replace(made, channels=rule.channels)
    deliveries = tuple(NewDelivery(channel, now) for channel in rule.channels)
    return replace(made, deliveries=deliveries, grow=rule.grow, channels=rule.channels)


def _suppressed(rule: Rule, key: bytes, matches: tuple[Match, ...], now: datetime) -> NewAlert:
    return NewAlert(rule.name, rule.severity, key, AlertState.SUPPRESSED, STORY_TOLD, now, matches, ())


def state_of(rule: Rule, last: datetime | None, now: datetime, *, baseline: bool) -> tuple[AlertState, str]:
    """What becomes of an alert, and why where it is not sent; ``last`` is when its rule last raised one that was."""
    if baseline:
        return AlertState.BASELINE, "found at the feed's first poll"
    if last is not None and 0 <= (now - last).total_seconds() < rule.cooldown:
        return AlertState.SUPPRESSED, COOLDOWN
    return AlertState.RAISED, ""
