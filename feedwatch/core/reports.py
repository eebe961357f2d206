"""What a channel is told of feeds and rules: only what lasts, once, and never more messages than of news. Pure.

A network that fails takes hundreds of feeds with it, and a server that comes and goes does so for weeks. So a report
lists everything of its kind, each feed is told of once a day at most, and what a channel has had of reports within a
day stays within its alerts of that day and ``SPARE``: what finds no room waits, and goes with what comes by then.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from feedwatch.core.urls import redact
from feedwatch.model import AlertRow, FeedHealth, FeedRow, Rule, Told, Trend

DAY: Final = timedelta(days=1)
LASTS: Final = timedelta(hours=1)
"""A feed must have failed for so long."""
FEWEST_FAILURES: Final = 3
WELL: Final = timedelta(minutes=15)
"""It must have been well again for so long."""
SPARE: Final = 2
"""Reports of a day beyond its alerts: one that things fail, and one that they work again."""

HEADLINES: Final = 3
"""The newest stories that a burst is told with."""
PAUSE: Final = 6
"""Hours without a burst after which the next is another one, of which channels are told."""

Event = Literal["feed.failing", "feed.late", "feed.recovered", "rule.timeout", "rule.burst"]
EVENTS: Final = ("feed.failing", "feed.late", "rule.timeout")
"""What a channel can ask for; of recovery it is told where it was told of the fault."""
_ORDER: Final[tuple[Event, ...]] = ("feed.failing", "feed.late", "rule.timeout", "feed.recovered")


@dataclass(frozen=True, slots=True)
class Report:
    """One message: what it lists, and what is to be remembered as told once it is in the outbox."""

    event: Event
    entries: tuple[Mapping[str, object], ...]
    told: Mapping[str, Told]


@dataclass(frozen=True, slots=True)
class _Change:
    event: Event
    subject: str
    entry: Mapping[str, object]
    told: Told


def reports(
    events: Sequence[str],
    feeds: Sequence[FeedRow],
    timeouts: Mapping[str, int],
    told: Mapping[str, Told],
    room: int,
    now: datetime,
) -> tuple[Report, ...]:
    """What to tell a channel that asked for these ``events``, at most ``room`` messages; ``told`` is what it knows.

    ``timeouts`` counts those of each rule, ever.
    """
    changes = [*_feed_changes(events, feeds, told, now)]
    if "rule.timeout" in events:
        changes += _rule_changes(timeouts, told, now)
    made = []
    for event in _ORDER:
        of_it = [one for one in changes if one.event == event]
        if of_it:
            entries = tuple(one.entry for one in of_it)
            made.append(Report(event, entries, {one.subject: one.told for one in of_it}))
    return tuple(made[: max(0, room)])


def burst_report(
    rule: Rule, trend: Trend, newest: Sequence[AlertRow], told: Mapping[str, Told], now: datetime
) -> Report | None:
    """What to tell a channel of a rule whose burst it knows nothing of; None where it is told, or there is none.

    ``trend`` are the rule's hours of a day at least. What is remembered is the hour of which it was told: a burst that
    began less than ``PAUSE`` hours after it is the same, however its hours look from now.
    """
    subject = f"burst {rule.name}"
    begun, latest, before = trend.begun(PAUSE), trend.burst, told.get(subject)
    if begun is None or latest is None or (before is not None and _hours(begun.start) < before.count + PAUSE):
        return None
    entry = {
        "name": rule.name,
        "severity": rule.severity.value,
        "since": begun.start.isoformat(),
        "stories": latest.stories,
        "usual": round(latest.expected or 0.0, 1),
        "outlets": latest.outlets,
        "newest": [_headline(one) for one in newest[:HEADLINES]],
    }
    return Report("rule.burst", (entry,), {subject: Told("burst", _hours(latest.start), now)})


def _headline(row: AlertRow) -> Mapping[str, str]:
    """Short enough that a message has room for ``HEADLINES`` of them, whatever strangers wrote."""
    url = redact(row.url)
    return {
        "title": row.title[:300],
        "url": url if len(url) <= 1000 else "",
        "outlet": (row.outlet or row.feed)[:100],
    }


def _hours(when: datetime) -> int:
    return int(when.timestamp()) // 3600


def room_for(reports_today: int, alerts_today: int) -> int:
    """How many reports a channel may have, by its messages of the last day."""
    return SPARE + alerts_today - reports_today


def _feed_changes(
    events: Sequence[str], feeds: Sequence[FeedRow], told: Mapping[str, Told], now: datetime
) -> Iterator[_Change]:
    for row in feeds:
        subject = f"feed {row.feed.id}"
        before = told.get(subject)
        kind = _trouble(events, row, now)
        if before is not None and before.kind and _is_over(before.kind, row, now):
            yield _feed_change("feed.recovered", subject, row, f"was {before.kind}", Told("", 0, now))
        elif kind and (before is None or (kind != before.kind and now - before.at >= DAY)):
            event: Event = "feed.failing" if kind == "failing" else "feed.late"
            yield _feed_change(event, subject, row, _reason(kind, row), Told(kind, 0, now))


def _trouble(events: Sequence[str], row: FeedRow, now: datetime) -> str:
    """``failing``, ``late`` or '': of what the channel asked for, and only what lasts."""
    state = row.feed.state
    if "feed.failing" in events:
        if state.health is FeedHealth.GONE:
            return "failing"
        fails = state.health in (FeedHealth.FAILING, FeedHealth.BLOCKED) and state.failures >= FEWEST_FAILURES
        if fails and (state.last_success is None or now - state.last_success >= LASTS):
            return "failing"
    # found late by a poll: after a standstill of the program everything looks late
    return "late" if "feed.late" in events and state.late and state.health is FeedHealth.OK else ""


def _is_over(kind: str, row: FeedRow, now: datetime) -> bool:
    """Whether what a channel was told of has passed, whatever it asks for by now."""
    return not _trouble((f"feed.{kind}",), row, now) and _is_well(row, now)


def _is_well(row: FeedRow, now: datetime) -> bool:
    state = row.feed.state
    return state.health is FeedHealth.OK and (state.last_error_at is None or now - state.last_error_at >= WELL)


def _reason(kind: str, row: FeedRow) -> str:
    state = row.feed.state
    if kind == "failing":
        return redact(state.last_error) or "gone"
    return f"no news since {state.last_news.isoformat(timespec='minutes')}" if state.last_news else "no news"


def _feed_change(event: Event, subject: str, row: FeedRow, reason: str, told: Told) -> _Change:
    said, state = row.feed.subscription, row.feed.state
    since = state.last_news if event == "feed.late" else state.last_success
    entry = {
        "name": said.name,
        "url": redact(said.url),
        "outlet": said.outlet,
        "since": since.isoformat() if since else None,
        "reason": reason,
    }
    return _Change(event, subject, entry, told)


def _rule_changes(timeouts: Mapping[str, int], told: Mapping[str, Told], now: datetime) -> Iterator[_Change]:
    for rule, count in timeouts.items():
        subject = f"rule {rule}"
        before = told.get(subject)
        known = before.count if before is not None else 0
        if count > known and (before is None or now - before.at >= DAY):
            entry = {"name": rule, "timeouts": count - known}
            yield _Change("rule.timeout", subject, entry, Told("timeout", count, now))
