"""How long items, alerts and messages took, in SQL. Which dates count is decided in ``core/latency.py``.

Alerts are walked by the time at which they were raised, and lead to their items and messages: what that costs depends
on how many there are, not on the archive. CROSS JOIN keeps SQLite to that order.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from feedwatch.core.latency import BETWEEN, OLDEST, SKEWED, latency_of, since_published
from feedwatch.model import DIGEST_HELD, QUIET_HOURS, AlertLatency, AlertState, AlertStats, ChannelLine, StatsLine
from feedwatch.store.connection import Connection, Row

DATED = (
    "CASE WHEN i.first_poll THEN NULL ELSE i.published END AS dated,"  # noqa: S608  # constants
    " CASE WHEN i.change IS NOT NULL THEN"
    "  (SELECT published FROM revisions WHERE item_id = i.id ORDER BY replaced_at, rowid LIMIT 1) END AS said_first,"
    f" CASE WHEN i.published < i.seen - {OLDEST} OR i.change IS NOT NULL THEN"
    f"  EXISTS (SELECT 1 FROM items n WHERE n.seen >= min(i.published, i.seen - {OLDEST})"
    f"   AND n.seen <= i.seen - {BETWEEN}) ELSE 0 END AS was_polled"
)
"""What ``since_published`` asks of an item ``i`` beside when it was seen; no date for those of a feed's first poll."""
_FIRST = "o.alert_id = a.id AND +o.created_at = a.raised_at"
"""The first messages of an alert ``a`` in the outbox ``o``; more are made when its story grows.

The plus keeps SQLite off the index of times: all messages of one poll share theirs.
"""
DELIVERED = f"(SELECT min(o.delivered_at) FROM outbox o WHERE {_FIRST}) AS delivered_at"  # noqa: S608  # a constant
_ITEMS = f"SELECT i.feed_id, i.seen, {DATED} FROM items i WHERE i.seen >= ?"  # noqa: S608  # a constant
_ALERTS = (
    f"SELECT i.feed_id, a.rule, a.state, a.raised_at, i.seen, {DATED}"  # noqa: S608  # a constant
    " FROM alerts a CROSS JOIN items i ON i.id = a.item_id WHERE a.raised_at >= ?"
)
_MESSAGES = (
    "SELECT i.feed_id, a.rule, a.reason, a.raised_at, o.channel, o.delivered_at,"  # noqa: S608  # a constant
    f" o.held OR o.digest_id IS NOT NULL AS held, i.seen, {DATED} FROM alerts a"
    f" CROSS JOIN outbox o ON {_FIRST}"
    " CROSS JOIN items i ON i.id = a.item_id WHERE a.raised_at >= ? AND o.delivered_at IS NOT NULL"
)

Group = dict[int | str | None, list[int | None]]
"""What was measured (as ``latency_of`` reads it) by feed id, by rule or channel name, and under None of all."""


def _group() -> Group:
    return defaultdict(list)


@dataclass(frozen=True, slots=True)
class Alerts:
    """What was measured of the alerts raised since a time, in milliseconds."""

    seen: Group = field(default_factory=_group)
    raised: Group = field(default_factory=_group)
    delivered: Group = field(default_factory=_group)
    sent: Group = field(default_factory=_group)
    """By channel, from raised to delivered."""
    whole: Group = field(default_factory=_group)
    """By channel, from published to delivered."""
    held: Counter[str] = field(default_factory=Counter)
    """By channel, what was delivered after it was held."""

    def line(self, name: str, key: int | str | None, items: Group) -> StatsLine:
        """One line over the alerts of a feed or a rule, and over these items."""
        seen, raised, delivered = items[key], self.raised[key], self.delivered[key]
        return StatsLine(name, len(seen), len(raised), latency_of(seen), latency_of(raised), latency_of(delivered))

    def stats(self) -> AlertStats:
        """By rule and by channel."""
        rules = sorted(key for key in self.raised if isinstance(key, str))
        channels = sorted({key for key in self.sent if isinstance(key, str)} | self.held.keys())
        return AlertStats(
            rules=tuple(self.line(rule, rule, self.seen) for rule in rules),
            channels=tuple(self._channel(channel) for channel in channels),
        )

    def _channel(self, name: str) -> ChannelLine:
        sent, held = self.sent[name], self.held[name]
        return ChannelLine(name, held + len(sent), held, latency_of(sent), latency_of(self.whole[name]))


def of_items(connection: Connection, since: int) -> Group:
    """From publication to first sight, of the items seen since then."""
    found = _group()
    for feed_id, seen, dated, said_first, was_polled in connection.execute(_ITEMS, (since,)):
        waited = since_published(seen, dated, seen, said_first, was_polled=was_polled)
        found[None].append(waited)
        found[feed_id].append(waited)
    return found


def of_alerts(connection: Connection, since: int) -> Alerts:
    """All steps, of the alerts raised since then."""
    found = Alerts()
    for row in connection.execute(_ALERTS, (since,)):
        raised = max(0, row["raised_at"] - row["seen"]) if row["state"] == AlertState.RAISED.value else None
        for key in (None, row["feed_id"], row["rule"]):
            found.seen[key].append(_since_published(row, row["seen"]))
            found.raised[key].append(raised)
    for row in connection.execute(_MESSAGES, (since,)):
        channel, at = row["channel"], row["delivered_at"]
        if row["held"] or row["reason"] in (QUIET_HOURS, DIGEST_HELD):
            found.held[channel] += 1
            continue
        waited = max(0, at - row["raised_at"])
        found.sent[channel].append(waited)
        found.whole[channel].append(_since_published(row, at))
        for key in (None, row["feed_id"], row["rule"]):
            found.delivered[key].append(waited)
    return found


def of_alert(row: Row) -> AlertLatency:
    """The steps of one alert, from a row with what ``DATED`` gives, ``seen``, ``raised_at`` and ``delivered_at``."""
    waited, at = _since_published(row, row["seen"]), row["delivered_at"]
    return AlertLatency(
        published_to_seen=waited / 1000 if waited is not None and waited != SKEWED else None,
        seen_to_raised=max(0, row["raised_at"] - row["seen"]) / 1000,
        raised_to_delivered=max(0, at - row["raised_at"]) / 1000 if at is not None else None,
    )


def _since_published(row: Row, until: int) -> int | None:
    return since_published(until, row["dated"], row["seen"], row["said_first"], was_polled=row["was_polled"])
