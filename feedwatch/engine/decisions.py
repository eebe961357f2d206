"""What a body that was read means: what is new, which story it tells, which rules it fires. Pure; writes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from feedwatch.core import outlets, schedule, update
from feedwatch.core.quiet import held_until
from feedwatch.core.stories import Grouping
from feedwatch.model import (
    QUIET_HOURS,
    Basis,
    ChangedItem,
    Channel,
    Claim,
    Draft,
    DraftFeed,
    Feed,
    FeedState,
    FeedUpdate,
    Fetched,
    NewAlert,
    NewDelivery,
    NewItem,
    Severity,
    Subject,
)
from feedwatch.rules.alerts import Arrival, raise_alerts
from feedwatch.rules.ruleset import RuleSet


@dataclass(frozen=True, slots=True)
class Reading:
    """A body that was read, and what the poll that brought it knew."""

    claim: Claim
    result: Fetched
    drafted: DraftFeed
    body_hash: bytes
    policy: schedule.Policy
    now: datetime
    jitter: float
    """From 0 to 1."""


def decide(
    reading: Reading,
    basis: Basis,
    rules: RuleSet,
    notified: Mapping[str, datetime],
    channels: Mapping[str, Channel],
    grouping: Grouping,
) -> FeedUpdate:
    """The whole write that a body leads to; ``notified`` is when each rule last raised an alert to be delivered.

    Its new items take part in the ``grouping`` from now on.
    """
    feed, drafted, now = reading.claim.feed, reading.drafted, reading.now
    news = update.compare(drafted.drafts, basis.known, drafted.entries)
    new = tuple(_join(grouping, draft, feed, basis, now) for draft in news.new)
    plan = schedule.after_success(
        reading.policy,
        feed.state,
        news.new,
        reading.result.headers,
        drafted.refresh,
        now,
        reading.jitter,
        drafted.skips,
    )
    state = update.after_body(feed.state, reading.result, drafted, plan, news, reading.body_hash, now)
    raised = raise_alerts(
        rules,
        _arrivals(feed, state, new, news.changed, basis, grouping, now),
        notified,
        now,
        baseline=feed.subscription.baseline and not feed.state.baseline_done,
    )
    alerts = tuple(_held(alert, channels, now) for alert in raised.alerts)
    return FeedUpdate(
        reading.claim,
        now,
        state,
        new,
        news.changed,
        news.aliased,
        alerts,
        rule_timeouts=raised.timeouts,
        quiet=_quiet(channels, now),
    )


def _join(grouping: Grouping, draft: Draft, feed: Feed, basis: Basis, now: datetime) -> NewItem:
    outlet = outlets.outlet_of(draft, feed.subscription, basis.stories.names)
    return grouping.join(draft, feed.id, outlet, now, compared=basis.stories.compared)


def _quiet(channels: Mapping[str, Channel], now: datetime) -> Mapping[str, datetime]:
    ends = ((name, held_until(channel, Severity.NORMAL, now)) for name, channel in channels.items() if channel.quiet)
    return {name: end for name, end in ends if end is not None}


def _held(alert: NewAlert, channels: Mapping[str, Channel], now: datetime) -> NewAlert:
    """The alert with what goes to channels in their quiet hours held until these end."""
    if not any(new.channel in channels and channels[new.channel].quiet for new in alert.deliveries):
        return alert
    deliveries = tuple(_held_delivery(new, alert.severity, channels, now) for new in alert.deliveries)
    reason = QUIET_HOURS if all(new.held for new in deliveries) else alert.reason
    return replace(alert, deliveries=deliveries, reason=reason)


def _held_delivery(new: NewDelivery, severity: Severity, channels: Mapping[str, Channel], now: datetime) -> NewDelivery:
    channel = channels.get(new.channel)
    until = held_until(channel, severity, now) if channel is not None else None
    return new if until is None else replace(new, due_at=until, held=True)


def _arrivals(
    feed: Feed,
    state: FeedState,
    new: Sequence[NewItem],
    changed: Sequence[ChangedItem],
    basis: Basis,
    grouping: Grouping,
    now: datetime,
) -> tuple[Arrival, ...]:
    nobody: frozenset[str] = frozenset()
    arrivals = []
    for one in new:
        subject = _subject(feed, state, one.draft, now, _outlets(grouping, one))
        told = basis.told_by_story.get(one.story, nobody) if isinstance(one.story, int) else nobody
        arrivals.append(Arrival(one.draft.key, subject, told=told))
    for change in changed:
        subject = _subject(feed, state, change.draft, now, 1)
        told = basis.told_by_item.get(change.item_id, nobody)
        arrivals.append(Arrival(change.draft.key, subject, _as_it_was(subject, change), told))
    return tuple(arrivals)


def _outlets(grouping: Grouping, one: NewItem) -> int:
    return 1 if one.story is None else outlets.outlets(grouping.voices(one.story))


def _subject(feed: Feed, state: FeedState, draft: Draft, now: datetime, in_outlets: int) -> Subject:
    said = feed.subscription
    return Subject(
        title=draft.title,
        text=draft.document.text,
        author=draft.author,
        categories=draft.categories,
        url=draft.url,
        feed=said.name,
        outlet=said.outlet,
        tags=said.tags,
        language=draft.language or state.language,
        outlets=in_outlets,
        seen=now,
        published=draft.published,
    )


def _as_it_was(subject: Subject, change: ChangedItem) -> Subject:
    earlier = change.earlier
    return replace(subject, title=earlier.title, text=earlier.text, url=earlier.url, published=earlier.published)
