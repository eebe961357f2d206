"""Rows to values of the model and back, and nothing else: no statement is run here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from feedwatch.model import (
    AlertId,
    AlertRow,
    AlertState,
    Anchor,
    Attempt,
    Block,
    BlockKind,
    Delivery,
    DeliveryId,
    DeliveryState,
    Document,
    Enclosure,
    FailureKind,
    Feed,
    FeedHealth,
    FeedId,
    FeedState,
    ItemAlert,
    ItemId,
    ItemRow,
    Link,
    Match,
    Severity,
    StoryId,
    Subject,
    Subscription,
    Validators,
)
from feedwatch.store import latencies
from feedwatch.store.connection import Row
from feedwatch.store.ids import DIGEST

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)

_encode = msgspec.json.Encoder().encode
_strings = msgspec.json.Decoder(tuple[str, ...])
_numbers = msgspec.json.Decoder(tuple[int, ...]).decode
_counts = msgspec.json.Decoder(dict[str, int])
_matches = msgspec.json.Decoder(tuple[tuple[str, int, int, str], ...])
_enclosures = msgspec.json.Decoder(tuple[tuple[str, str, int | None, str], ...])
_layout = msgspec.json.Decoder(tuple[tuple[tuple[BlockKind, int, int, int], ...], tuple[tuple[int, int, str], ...]])


# --- single values ---------------------------------------------------------------------------------------------------


def to_ms(time: datetime) -> int:
    """Milliseconds since 1970."""
    return (time - _EPOCH) // _MILLISECOND


def to_ms_or_none(time: datetime | None) -> int | None:
    """Milliseconds since 1970, or None."""
    return None if time is None else to_ms(time)


def from_ms(milliseconds: int) -> datetime:
    """The time that ``to_ms`` stored."""
    return _EPOCH + milliseconds * _MILLISECOND


def from_ms_or_none(milliseconds: int | None) -> datetime | None:
    """The time that ``to_ms_or_none`` stored."""
    return None if milliseconds is None else from_ms(milliseconds)


def in_ms(seconds: float) -> int:
    """A duration in milliseconds."""
    return round(seconds * 1000)


def id_list(ids: Sequence[int] | Sequence[str]) -> str:
    """Ids as one parameter, for ``json_each(?)``."""
    return _encode(ids).decode()


def strings_to_json(values: Sequence[str]) -> str:
    """Tags or categories."""
    return _encode(values).decode()


def strings_from_json(text: str) -> tuple[str, ...]:
    """Tags or categories."""
    return _strings.decode(text)


def numbers_to_json(values: Sequence[int]) -> bytes:
    """A list of whole numbers."""
    return _encode(values)


def numbers_from_json(text: bytes | str) -> tuple[int, ...]:
    """The same, read back."""
    return _numbers(text)


def counts_to_json(counts: object) -> bytes:
    """Learned paragraphs."""
    return _encode(counts)


def counts_from_json(text: bytes | None) -> dict[str, int]:
    """Learned paragraphs; none where nothing is stored."""
    return _counts.decode(text) if text else {}


def matches_to_json(matches: Sequence[Match]) -> bytes:
    """The spans of an alert."""
    return _encode([(one.field, one.start, one.end, one.text) for one in matches])


def matches_from_json(text: bytes) -> tuple[Match, ...]:
    """The spans of an alert."""
    return tuple(Match(*fields) for fields in _matches.decode(text))


def enclosures_to_json(enclosures: Sequence[Enclosure]) -> bytes:
    """Enclosures."""
    return _encode([(one.url, one.type, one.length, one.title) for one in enclosures])


def enclosures_from_json(text: bytes) -> tuple[Enclosure, ...]:
    """Enclosures."""
    return tuple(Enclosure(*fields) for fields in _enclosures.decode(text))


def layout_to_json(document: Document) -> bytes:
    """A document without its text."""
    blocks = [(one.kind, one.start, one.end, one.depth) for one in document.blocks]
    return _encode((blocks, [(one.start, one.end, one.url) for one in document.links]))


def to_document(text: str, layout: bytes) -> Document:
    """A document from its text and the rest."""
    blocks, links = _layout.decode(layout)
    return Document(text, tuple(Block(*fields) for fields in blocks), tuple(Link(*fields) for fields in links))


# --- feeds -----------------------------------------------------------------------------------------------------------


def subscription_values(said: Subscription) -> dict[str, Any]:
    """The columns of ``feeds`` that the configuration decides, but for the position."""
    return {
        "url": said.url,
        "name": said.name,
        "outlet": said.outlet,
        "tags": strings_to_json(said.tags),
        "fixed_interval": said.interval,
        "full_text": said.full_text,
        "baseline": said.baseline,
    }


def to_subscription(row: Row) -> Subscription:
    """What the configuration said of a feed."""
    return Subscription(
        url=row["url"],
        name=row["name"],
        outlet=row["outlet"],
        tags=strings_from_json(row["tags"]),
        interval=row["fixed_interval"],
        full_text=bool(row["full_text"]),
        baseline=bool(row["baseline"]),
    )


def state_values(state: FeedState) -> dict[str, Any]:
    """The columns of ``feeds`` that polling decides; ``paragraphs`` and ``skim`` have their own tables."""
    return {
        "due_at": to_ms_or_none(state.due_at),
        "validators_url": state.validators.url,
        "etag": state.validators.etag,
        "last_modified": state.validators.last_modified,
        "body_hash": state.body_hash,
        "health": state.health.value,
        "failures": state.failures,
        "last_poll": to_ms_or_none(state.last_poll),
        "last_success": to_ms_or_none(state.last_success),
        "last_error": state.last_error,
        "last_error_at": to_ms_or_none(state.last_error_at),
        "warning": state.warning,
        "interval": state.interval,
        "refresh": state.refresh,
        "cadence": state.cadence,
        "rhythm": state.rhythm,
        "skips": state.skips,
        "late": state.late,
        "last_news": to_ms_or_none(state.last_news),
        "moved_to": state.moved_to,
        "redirect_target": state.redirect_target,
        "redirect_seen": state.redirect_seen,
        "baseline_done": state.baseline_done,
        "title": state.title,
        "site": state.site,
        "language": state.language,
    }


def to_state(row: Row, counts: bytes | None, skim: bytes) -> FeedState:
    """What polling knows of a feed."""
    return FeedState(
        due_at=from_ms_or_none(row["due_at"]),
        validators=Validators(row["validators_url"], row["etag"], row["last_modified"]),
        body_hash=row["body_hash"],
        health=FeedHealth(row["health"]),
        failures=row["failures"],
        last_poll=from_ms_or_none(row["last_poll"]),
        last_success=from_ms_or_none(row["last_success"]),
        last_error=row["last_error"],
        last_error_at=from_ms_or_none(row["last_error_at"]),
        warning=row["warning"],
        interval=row["interval"],
        refresh=row["refresh"],
        cadence=row["cadence"],
        rhythm=row["rhythm"],
        skips=row["skips"],
        late=bool(row["late"]),
        last_news=from_ms_or_none(row["last_news"]),
        moved_to=row["moved_to"],
        redirect_target=row["redirect_target"],
        redirect_seen=row["redirect_seen"],
        baseline_done=bool(row["baseline_done"]),
        title=row["title"],
        site=row["site"],
        language=row["language"],
        paragraphs=counts_from_json(counts),
        skim=skim,
    )


def to_feed(row: Row, counts: bytes | None = None, skim: bytes = b"") -> Feed:
    """A subscription with its state."""
    return Feed(FeedId(row["id"]), to_subscription(row), to_state(row, counts, skim))


# --- items -----------------------------------------------------------------------------------------------------------


def to_item_row(row: Row, alerts: Sequence[Row], found: Sequence[Match] = ()) -> ItemRow:
    """One line of a list, from a row of ``items.COLUMNS``, the item's alerts, and what a search found in it."""
    matches = [match for alert in alerts for match in matches_from_json(alert["matches"])]
    return ItemRow(
        id=ItemId(row["id"]),
        anchor=Anchor(row["sort_at"], row["id"]),
        feed_id=FeedId(row["feed_id"]),
        feed=row["feed"],
        outlet=row["outlet"],
        title=row["title"],
        url=row["url"],
        author=row["author"],
        published=from_ms_or_none(row["published"]),
        seen=from_ms(row["seen"]),
        story_id=StoryId(row["story_id"]),
        tellings=row["tellings"],
        outlets=row["outlets"],
        sources=row["sources"],
        language=row["language"],
        read=bool(row["read"]),
        starred=bool(row["starred"]),
        edited=row["revisions"] > 0,
        rules=tuple(alert["rule"] for alert in alerts),
        severity=highest(alerts),
        title_matches=_title_spans(row["title"], (*matches, *found)),
    )


def highest(alerts: Sequence[Row]) -> Severity | None:
    """The highest severity of some alerts; None where there are none."""
    return max((Severity(alert["severity"]) for alert in alerts), key=tuple(Severity).index, default=None)


def _title_spans(title: str, matches: Sequence[Match]) -> tuple[tuple[int, int], ...]:
    """Spans that still stand where they stood: an edit may have moved what an alert found."""
    return tuple(
        sorted(
            {(one.start, one.end) for one in matches if one.field == "title" and title[one.start : one.end] == one.text}
        )
    )


def to_subject(row: Row, outlets: int | None = None) -> Subject:
    """What a rule can ask of a stored item, from a row of ``items.SUBJECT``; ``outlets`` replaces its count."""
    return Subject(
        title=row["title"],
        text=row["text"],
        author=row["author"],
        categories=strings_from_json(row["categories"]),
        url=row["url"],
        feed=row["feed"],
        outlet=row["outlet"],
        tags=strings_from_json(row["tags"]),
        language=row["language"],
        outlets=row["outlets"] if outlets is None else outlets,
        read=bool(row["read"]),
        starred=bool(row["starred"]),
        alerted=bool(row["alerted"]),
        edited=row["revisions"] > 0,
        seen=from_ms(row["seen"]),
        published=from_ms_or_none(row["published"]),
    )


# --- alerts and deliveries -------------------------------------------------------------------------------------------


def to_item_alert(row: Row) -> ItemAlert:
    """An alert as its item's preview shows it."""
    return ItemAlert(
        id=AlertId(row["id"]),
        rule=row["rule"],
        severity=Severity(row["severity"]),
        state=AlertState(row["state"]),
        reason=row["reason"],
        acknowledged=row["acknowledged_at"] is not None,
        matches=matches_from_json(row["matches"]),
        noise=bool(row["noise"]),
    )


def to_alert_row(row: Row) -> AlertRow:
    """One line of the alert list."""
    return AlertRow(
        id=AlertId(row["id"]),
        rule=row["rule"],
        severity=Severity(row["severity"]),
        state=AlertState(row["state"]),
        reason=row["reason"],
        raised_at=from_ms(row["raised_at"]),
        acknowledged=row["acknowledged_at"] is not None,
        noise=bool(row["noise"]),
        story_id=StoryId(row["story_id"]),
        tellings=row["tellings"],
        outlets=row["outlets"],
        sources=row["sources"],
        item_id=ItemId(row["item_id"]),
        title=row["title"],
        url=row["url"],
        feed_id=FeedId(row["feed_id"]),
        feed=row["feed"],
        outlet=row["outlet"],
        published=from_ms_or_none(row["published"]),
        seen=from_ms(row["seen"]),
        matches=matches_from_json(row["matches"]),
        latency=latencies.of_alert(row),
    )


def to_delivery(row: Row) -> Delivery:
    """One message of the outbox."""
    return Delivery(
        id=DeliveryId(row["id"]),
        alert_id=AlertId(row["alert_id"] or ""),
        channel=row["channel"],
        state=DeliveryState(row["state"]),
        attempts=row["attempts"],
        next_at=from_ms_or_none(row["next_at"]),
        last_status=row["last_status"],
        last_error=row["last_error"],
        created_at=from_ms(row["created_at"]),
        delivered_at=from_ms_or_none(row["delivered_at"]),
        body=row["body"],
        title=row["headline"] or row["title"],
        rule="digest" if row["id"].startswith(DIGEST) else row["rule"] or "",
        item_id=row["item_id"],
        leased_until=from_ms_or_none(row["lease_until"]),
        in_digest=row["digest_id"] is not None,
    )


def to_attempt(row: Row) -> Attempt:
    """One try to deliver a message."""
    return Attempt(
        at=from_ms(row["at"]),
        seconds=row["seconds"],
        status=row["status"],
        kind=FailureKind(row["kind"]) if row["kind"] else None,
        error=row["error"],
        answer=row["answer"],
    )
