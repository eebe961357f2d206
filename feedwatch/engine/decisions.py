"""What a body that was read means: what is new, which story it tells, which rules it fires. Pure; writes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from feedwatch.core import schedule, update
from feedwatch.core.holds import held_until, quiet_until
from feedwatch.core.outlets import outlet_of
from feedwatch.engine.batch import Batch
from feedwatch.model import (
    DIGEST_HELD,
    QUIET_HOURS,
    AlertState,
    Basis,
    ChangedItem,
    Channel,
    Claim,
    Draft,
    DraftFeed,
    EarlierItem,
    Feed,
    FeedState,
    FeedUpdate,
    Fetched,
    Founder,
    NewAlert,
    NewDelivery,
    NewItem,
    Severity,
    StoryRef,
    Subject,
    replace,
)
from feedwatch.rules.alerts import Arrival, Raised, raise_alerts
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
    batch: Batch,
) -> FeedUpdate:
    """The whole write that a body leads to; ``notified`` is when each rule last raised an alert to be delivered.

    Its new items are part of the ``batch`` from now on.
    """
    feed, drafted, now = reading.claim.feed, reading.drafted, reading.now
    news = update.compare(drafted.drafts, basis.known, drafted.entries)
    new = tuple(_join(batch, draft, feed, basis, now) for draft in news.new)
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
    raised = _raise(rules, _Poll(feed, state, basis, batch, now), new, news.changed, notified)
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


def _join(batch: Batch, draft: Draft, feed: Feed, basis: Basis, now: datetime) -> NewItem:
    outlet = outlet_of(draft, feed.subscription, basis.stories.names)
    return batch.grouping.join(draft, feed.id, outlet, now, compared=basis.stories.compared)


def _quiet(channels: Mapping[str, Channel], now: datetime) -> Mapping[str, datetime]:
    ends = ((name, held_until(channel, Severity.NORMAL, now)) for name, channel in channels.items())
    return {name: end for name, end in ends if end is not None}


def _held(alert: NewAlert, channels: Mapping[str, Channel], now: datetime) -> NewAlert:
    """The alert with what is not to go at once held: for quiet hours, or for its channel's digest."""
    deliveries = tuple(_held_delivery(new, alert.severity, channels, now) for new in alert.deliveries)
    if not deliveries or not all(new.held for new in deliveries):
        return replace(alert, deliveries=deliveries)
    quiet = any(quiet_until(channels[new.channel], now) for new in deliveries)
    return replace(alert, deliveries=deliveries, reason=QUIET_HOURS if quiet else DIGEST_HELD)


def _held_delivery(new: NewDelivery, severity: Severity, channels: Mapping[str, Channel], now: datetime) -> NewDelivery:
    channel = channels.get(new.channel)
    until = held_until(channel, severity, now) if channel is not None else None
    return new if until is None else replace(new, due_at=until, held=True)


# --- alerts ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Poll:
    """What every alert of one poll is judged by."""

    feed: Feed
    state: FeedState
    basis: Basis
    batch: Batch
    now: datetime

    @property
    def is_baseline(self) -> bool:
        """Whether matches are shown only, as those of a feed's first poll."""
        return self.feed.subscription.baseline and not self.feed.state.baseline_done

    def told(self, story: StoryRef | None) -> frozenset[str]:
        """Rules that have an alert for the story."""
        return self.basis.told_by_story.get(story, frozenset()) if isinstance(story, int) else frozenset()


def _raise(
    rules: RuleSet,
    poll: _Poll,
    new: Sequence[NewItem],
    changed: Sequence[ChangedItem],
    notified: Mapping[str, datetime],
) -> Raised:
    """The alerts of a poll: for what is new or changed, and for earlier items whose stories it made grow."""
    subjects = [_subject(poll, one.draft, poll.batch.outlets(one)) for one in new]
    arrivals = [
        Arrival(one.draft.key, subject, told=poll.told(one.story)) for one, subject in zip(new, subjects, strict=True)
    ]
    arrivals += [_edit(poll, change) for change in changed]
    raised = raise_alerts(rules, arrivals, notified, poll.now, baseline=poll.is_baseline)
    if rules.counting_outlets and not poll.is_baseline:
        known = dict(notified) | {one.rule: poll.now for one in raised.alerts if one.state is AlertState.RAISED}
        joined = (one for one in new if one.story != Founder(poll.feed.id, one.draft.key))
        grown = {one.story: poll.batch.outlets(one) for one in joined if one.story is not None}
        for story, outlets in grown.items():
            own = {one.draft.key for one in new if one.story == story}
            told = poll.told(story) | {alert.rule for alert in raised.alerts if alert.item_key in own}
            again = _ask_again(rules.counting_outlets, poll, story, outlets, told, known)
            raised = Raised(raised.alerts + again.alerts, Counter(raised.timeouts) + Counter(again.timeouts))
    poll.batch.remember(
        (one, EarlierItem(poll.feed.id, one.draft.key, subject)) for one, subject in zip(new, subjects, strict=True)
    )
    return raised


def _ask_again(
    rules: RuleSet, poll: _Poll, story: StoryRef, outlets: int, told: frozenset[str], notified: dict[str, datetime]
) -> Raised:
    """The alerts of earlier items of a story that match now that so many outlets tell it, by rules that did not."""
    alerts: tuple[NewAlert, ...] = ()
    timeouts = Counter[str]()
    for one in poll.batch.earlier(story):
        subject = replace(one.subject, outlets=outlets)
        arrival = Arrival(one.key, subject, told=told, feed_id=one.feed_id)
        raised = raise_alerts(rules, (arrival,), notified, poll.now, baseline=False)
        told |= {alert.rule for alert in raised.alerts}
        # the cooldown of the next story's alerts counts these
        notified.update({alert.rule: poll.now for alert in raised.alerts if alert.state is AlertState.RAISED})
        alerts += raised.alerts
        timeouts.update(raised.timeouts)
    return Raised(alerts, timeouts)


def _edit(poll: _Poll, change: ChangedItem) -> Arrival:
    subject = replace(_subject(poll, change.draft, poll.basis.outlets.get(change.item_id, 1)), edited=change.is_edited)
    told = poll.basis.told_by_item.get(change.item_id, frozenset())
    return Arrival(change.draft.key, subject, _as_it_was(subject, change), told)


def _subject(poll: _Poll, draft: Draft, outlets: int) -> Subject:
    said = poll.feed.subscription
    return Subject(
        title=draft.title,
        text=draft.document.text,
        author=draft.author,
        categories=draft.categories,
        url=draft.url,
        feed=said.name,
        outlet=said.outlet,
        tags=said.tags,
        language=draft.language or poll.state.language,
        outlets=outlets,
        seen=poll.now,
        published=draft.published,
    )


def _as_it_was(subject: Subject, change: ChangedItem) -> Subject:
    said = change.earlier
    return replace(subject, title=said.title, text=said.text, url=said.url, published=said.published, edited=False)
