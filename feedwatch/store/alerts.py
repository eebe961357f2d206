"""Alerts in SQL: kept once per rule and story, with the messages that they send; and how the rules do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from feedwatch.core.payload import event_body
from feedwatch.model import (
    STORY_TOLD,
    AlertId,
    AlertRow,
    AlertState,
    DeliveryId,
    FeedId,
    FeedUpdate,
    ItemId,
    Match,
    NewAlert,
    Notice,
    Severity,
    StoryId,
)
from feedwatch.store import identities, latencies, stories
from feedwatch.store.connection import Connection, Row, next_change
from feedwatch.store.ids import ALERT, MESSAGE, made_of
from feedwatch.store.rows import (
    from_ms,
    from_ms_or_none,
    id_list,
    matches_to_json,
    numbers_to_json,
    strings_to_json,
    to_alert_row,
    to_ms,
)

SUMMARY = 1_000
"""Characters of an item's text that a message carries."""


# --- writing ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Raised:
    """What a poll's alerts came to."""

    alerts: tuple[AlertId, ...]
    deliveries: int


def alert_id(rule: str, feed_url: str, key: bytes) -> AlertId:
    """Of the rule and the first item of the story that it matched: never another's, in this database or another."""
    return AlertId(made_of(ALERT, rule, feed_url, key.hex()))


def delivery_id(alert: AlertId, channel: str) -> DeliveryId:
    """The same for the same alert and channel, always."""
    return DeliveryId(made_of(MESSAGE, alert, channel))


def add(connection: Connection, update: FeedUpdate, change: int) -> Raised:
    """Keep a poll's alerts, but for those whose rule has one for the story; their messages go into the outbox."""
    added: list[AlertId] = []
    deliveries = 0
    for alert in update.alerts:
        feed_id, url = _feed_of(connection, alert, update)
        item_id = identities.item_of(connection, feed_id, alert.item_key)
        if item_id is None:
            continue
        made = alert_id(alert.rule, url, alert.item_key)
        kept = None if alert.reason == STORY_TOLD else _add_one(connection, alert, made, item_id, change)
        if kept is None:
            _keep_suppressed(connection, alert, item_id)
        else:
            added.append(kept)
            deliveries += _add_messages(connection, alert, kept, item_id, change)
    for rule, count in update.rule_timeouts.items():
        connection.execute(
            "INSERT INTO rule_states VALUES (?, ?) ON CONFLICT (rule) DO UPDATE SET timeouts = timeouts + ?",
            (rule, count, count),
        )
    return Raised(tuple(added), deliveries)


def _feed_of(connection: Connection, alert: NewAlert, update: FeedUpdate) -> tuple[FeedId, str]:
    """Id and address of the feed of an alert's item."""
    polled = update.claim.feed
    if alert.feed_id is None or alert.feed_id == polled.id:
        return polled.id, polled.subscription.url
    row = connection.execute("SELECT url FROM feeds WHERE id = ?", (alert.feed_id,)).fetchone()
    return alert.feed_id, row["url"]


def _add_one(connection: Connection, alert: NewAlert, made: AlertId, item_id: int, change: int) -> AlertId | None:
    """Store an alert where its rule has none for the story, or only one of a first poll, which nobody was told of."""
    story_id, outlets = connection.execute(
        "SELECT s.id, s.outlets FROM items i JOIN stories s ON s.id = i.story_id WHERE i.id = ?", (item_id,)
    ).fetchone()
    namesake = connection.execute(
        "SELECT item_id FROM alerts WHERE id = ? AND story_id <> ?", (made, story_id)
    ).fetchone()
    if namesake is not None:  # stories were split or merged by hand since
        if namesake["item_id"] == item_id:
            return None
        made = alert_id(alert.rule, made, str(item_id).encode())
    inserted = connection.execute(
        "INSERT INTO alerts (id, rule, item_id, story_id, severity, state, reason, raised_at, matches, change, grow,"
        " channels) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (rule, story_id) DO UPDATE SET"
        " item_id = excluded.item_id, state = excluded.state, reason = excluded.reason,"
        " raised_at = excluded.raised_at, matches = excluded.matches, change = excluded.change, acknowledged_at = NULL,"
        " grow = excluded.grow, channels = excluded.channels"
        " WHERE alerts.state = 'baseline' AND excluded.state = 'raised' RETURNING id",
        (
            made,
            alert.rule,
            item_id,
            story_id,
            alert.severity.value,
            alert.state.value,
            alert.reason,
            to_ms(alert.raised_at),
            matches_to_json(alert.matches),
            change,
            numbers_to_json([count for count in alert.grow if count > outlets]),
            strings_to_json(alert.channels),
        ),
    ).fetchone()
    if inserted is None:
        return None
    connection.execute("UPDATE marks SET alerted = 1 WHERE item_id = ?", (item_id,))
    return AlertId(inserted["id"])


def _keep_suppressed(connection: Connection, alert: NewAlert, item_id: int) -> None:
    """Keep a match that its story's alert spared, once; not that of the alert's own item, which an edit moved."""
    connection.execute(
        "INSERT INTO suppressed (item_id, rule, severity, reason, raised_at, matches) SELECT ?, ?, ?, ?, ?, ?"
        " WHERE NOT EXISTS (SELECT 1 FROM alerts WHERE rule = ? AND item_id = ?) ON CONFLICT DO NOTHING",
        (
            item_id,
            alert.rule,
            alert.severity.value,
            STORY_TOLD,
            to_ms(alert.raised_at),
            matches_to_json(alert.matches),
            alert.rule,
            item_id,
        ),
    )


def _add_messages(connection: Connection, alert: NewAlert, kept: AlertId, item_id: int, change: int) -> int:
    if not alert.deliveries:
        return 0
    body = event_body(notice(connection, kept, item_id, alert.rule, alert.severity, alert.raised_at, alert.matches))
    connection.executemany(
        "INSERT INTO outbox (id, alert_id, channel, state, next_at, created_at, body, change, held)"
        " VALUES (?, ?, ?, 'waiting', ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        [
            (
                delivery_id(kept, new.channel),
                kept,
                new.channel,
                to_ms(new.due_at),
                to_ms(alert.raised_at),
                body,
                change,
                new.held,
            )
            for new in alert.deliveries
        ],
    )
    return len(alert.deliveries)


def notice(
    connection: Connection,
    alert_id_: AlertId,
    item_id: int,
    rule: str,
    severity: Severity,
    raised_at: datetime,
    matches: tuple[Match, ...],
) -> Notice:
    """What a message about an alert says of it, its item and its story as they are now."""
    row = connection.execute(
        f"SELECT i.*, c.text, f.name AS feed, f.url AS feed_url, f.outlet, {stories.COUNTS} FROM items i"  # noqa: S608  # a constant
        " JOIN contents c ON c.item_id = i.id JOIN feeds f ON f.id = i.feed_id JOIN stories s ON s.id = i.story_id"
        " WHERE i.id = ?",
        (item_id,),
    ).fetchone()
    return Notice(
        type="alert.raised",
        alert_id=alert_id_,
        rule=rule,
        severity=severity,
        raised_at=raised_at,
        item_id=ItemId(item_id),
        title=row["title"],
        url=row["url"],
        author=row["author"],
        published=from_ms_or_none(row["published"]),
        seen=from_ms(row["seen"]),
        summary=row["text"][:SUMMARY],
        feed_name=row["feed"],
        feed_url=row["feed_url"],
        outlet=row["outlet"],
        matches=matches,
        story_id=StoryId(row["story_id"]),
        outlets=row["outlets"],
        sources=row["sources"],
        members=stories.members(connection, row["story_id"], stories.MOST_TOLD),
    )


# --- what a person does ----------------------------------------------------------------------------------------------


def acknowledge(connection: Connection, alert_ids: Sequence[AlertId], acknowledged: bool, now: datetime) -> None:  # noqa: FBT001  # the store's own call, which names it
    """Set or clear the time at which a person saw the alerts."""
    connection.execute(
        "UPDATE alerts SET acknowledged_at = ?, change = ?"
        " WHERE id IN (SELECT value FROM json_each(?)) AND (acknowledged_at IS NOT NULL) <> ?",
        (to_ms(now) if acknowledged else None, next_change(connection), id_list(alert_ids), acknowledged),
    )


def mark_noise(connection: Connection, alert_ids: Sequence[AlertId], noise: bool, now: datetime) -> None:  # noqa: FBT001  # the store's own call, which names it
    """Say that alerts were not what the rule meant, which acknowledges them too; or take that back."""
    connection.execute(
        "UPDATE alerts SET noise = ?, acknowledged_at = CASE WHEN ? THEN coalesce(acknowledged_at, ?)"
        " ELSE acknowledged_at END, change = ? WHERE id IN (SELECT value FROM json_each(?)) AND noise <> ?",
        (noise, noise, to_ms(now), next_change(connection), id_list(alert_ids), noise),
    )


# --- reading ---------------------------------------------------------------------------------------------------------


_OF_ITEM = (
    f"i.title, i.url, i.feed_id, f.name AS feed, f.outlet, i.published, i.seen, {stories.COUNTS}, i.story_id,"
    f" {latencies.DATED} FROM {{found}} a"
    " JOIN items i ON i.id = a.item_id JOIN feeds f ON f.id = i.feed_id JOIN stories s ON s.id = i.story_id"
    " WHERE a.raised_at >= ? AND (? = '' OR a.rule = ?){more} ORDER BY a.raised_at DESC, a.rowid DESC LIMIT ?"
)
_ALERT = f"SELECT a.*, {latencies.DELIVERED}, "
_ALERTS = _ALERT + _OF_ITEM.format(found="alerts", more="")
_WAITING = _ALERT + _OF_ITEM.format(found="alerts", more=" AND a.acknowledged_at IS NULL AND a.state <> 'suppressed'")
_SUPPRESSED = (
    "SELECT 'sup_' || a.id AS id, a.rule, a.item_id, a.severity, 'suppressed' AS state, a.reason, a.raised_at,"
    " a.matches, NULL AS acknowledged_at, 0 AS noise, NULL AS delivered_at, "
    + _OF_ITEM.format(found="suppressed", more="")
)


def newest(connection: Connection, limit: int, rule: str, since: datetime | None) -> tuple[AlertRow, ...]:
    """The newest alerts, of one rule where named."""
    return _listed(connection, _ALERTS, limit, rule, since)


def with_waiting(connection: Connection, limit: int) -> tuple[AlertRow, ...]:
    """The newest alerts and the newest that nobody has acknowledged, at most so many of each; the newest first."""
    found = {row.id: row for row in newest(connection, limit, "", None)}
    found |= {row.id: row for row in _listed(connection, _WAITING, limit, "", None)}
    return tuple(sorted(found.values(), key=lambda row: row.raised_at, reverse=True))


def with_suppressed(connection: Connection, limit: int, rule: str, since: datetime | None) -> tuple[AlertRow, ...]:
    """As ``newest``, with the matches that raised nothing since their story had an alert."""
    spared = _listed(connection, _SUPPRESSED, limit, rule, since)
    every = sorted((*newest(connection, limit, rule, since), *spared), key=lambda row: row.raised_at, reverse=True)
    return tuple(every[:limit])


def _listed(
    connection: Connection, statement: str, limit: int, rule: str, since: datetime | None
) -> tuple[AlertRow, ...]:
    rows = connection.execute(statement, (to_ms(since) if since else 0, rule, rule, limit))
    return tuple(to_alert_row(row) for row in rows)


def last_raised(connection: Connection, rules: Sequence[str]) -> Mapping[str, datetime]:
    """When each rule last raised an alert that was to be delivered."""
    found: dict[str, datetime] = {}
    for rule in rules:
        row = _last_raised(connection, rule)
        if row is not None:
            found[rule] = from_ms(row["raised_at"])
    return found


def told(
    connection: Connection, story_ids: Sequence[int], item_ids: Sequence[int]
) -> tuple[Mapping[StoryId, frozenset[str]], Mapping[ItemId, frozenset[str]]]:
    """Rules that have an alert for a story already, by story and by item; those of a first poll don't count."""
    by_story: dict[StoryId, set[str]] = {}
    by_item: dict[ItemId, set[str]] = {}
    for row in connection.execute(
        "SELECT story_id, rule FROM alerts WHERE story_id IN (SELECT value FROM json_each(?)) AND state <> 'baseline'",
        (id_list(story_ids),),
    ):
        by_story.setdefault(StoryId(row["story_id"]), set()).add(row["rule"])
    for row in connection.execute(
        "SELECT i.id, a.rule FROM items i JOIN alerts a ON a.story_id = i.story_id"
        " WHERE i.id IN (SELECT value FROM json_each(?)) AND a.state <> 'baseline'",
        (id_list(item_ids),),
    ):
        by_item.setdefault(ItemId(row["id"]), set()).add(row["rule"])
    return {one: frozenset(rules) for one, rules in by_story.items()}, {
        one: frozenset(rules) for one, rules in by_item.items()
    }


def _last_raised(connection: Connection, rule: str) -> Row | None:
    row: Row | None = connection.execute(
        "SELECT raised_at FROM alerts WHERE rule = ? AND state = ? ORDER BY raised_at DESC LIMIT 1",
        (rule, AlertState.RAISED.value),
    ).fetchone()
    return row
