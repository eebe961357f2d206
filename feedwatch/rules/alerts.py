"""Which alerts a poll raises: rules against arrivals, with baseline and cooldown. Pure.

One alert per rule and story, ever, is kept by the store, which alone knows all stories.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from feedwatch.model import AlertState, Match, NewAlert, NewDelivery, Rule, Subject
from feedwatch.rules.match import find, prepare
from feedwatch.rules.parser import parse
from feedwatch.rules.screen import haystack, may_match
from feedwatch.rules.stems import inflects_as_english
from feedwatch.rules.syntax import Expression
from feedwatch.rules.terms import Group, required_prefixes


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """A rule with its expression read."""

    rule: Rule
    expression: Expression
    required: tuple[Group, ...] | None
    """What ``screen`` looks for first."""
    required_english: tuple[Group, ...] | None
    """The same for items whose Latin words inflect by English alone."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A new item, or an edited one with its earlier wording."""

    key: bytes
    subject: Subject
    earlier: Subject | None = None
    """An edit alerts only where the earlier wording did not match."""
    told: frozenset[str] = frozenset()
    """Rules that have an alert for its story already."""


@dataclass(frozen=True, slots=True)
class Raised:
    """The alerts of one poll, and how often a rule's regular expressions ran out of time."""

    alerts: tuple[NewAlert, ...]
    timeouts: Mapping[str, int]


def compile_rules(rules: Iterable[Rule]) -> tuple[CompiledRule, ...]:
    """The rules, read; raises RuleError that names the rule."""
    return tuple(_compile(rule) for rule in rules)


def _compile(rule: Rule) -> CompiledRule:
    expression = parse(rule.match, rule=rule.name)
    return CompiledRule(rule, expression, required_prefixes(expression), required_prefixes(expression, english=True))


def raise_alerts(
    rules: Sequence[CompiledRule],
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
        prepared, text = prepare(arrival.subject), haystack(arrival.subject)
        english = inflects_as_english(arrival.subject.language)
        for compiled in rules:
            required = compiled.required_english if english else compiled.required
            if compiled.rule.name in arrival.told or not may_match(required, text):
                continue
            found = find(compiled.expression, prepared, now)
            if found.timeouts:
                timeouts[compiled.rule.name] = timeouts.get(compiled.rule.name, 0) + found.timeouts
            if not found.matched or _matched_before(compiled, arrival, now):
                continue
            alert = _alert(compiled.rule, arrival.key, found.matches, notified, now, baseline=baseline)
            if alert.state is AlertState.RAISED:
                notified[compiled.rule.name] = now
            alerts.append(alert)
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
    state, reason = _state(rule, notified.get(rule.name), now, baseline=baseline)
    channels = rule.channels if state is AlertState.RAISED else ()
    deliveries = tuple(NewDelivery(channel, now) for channel in channels)
    return NewAlert(rule.name, rule.severity, key, state, reason, now, matches, deliveries)


def _state(rule: Rule, last: datetime | None, now: datetime, *, baseline: bool) -> tuple[AlertState, str]:
    if baseline:
        return AlertState.BASELINE, "found at the feed's first poll"
    if last is not None and 0 <= (now - last).total_seconds() < rule.cooldown:
        return AlertState.SUPPRESSED, "cooldown"
    return AlertState.RAISED, ""
