"""What is sent to a channel, and what follows one attempt. Sends nothing itself.

An event's body is made once, when its alert is stored, and is the same bytes on every attempt; headers are made for
each attempt, by the Standard Webhooks specification (https://www.standardwebhooks.com).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, assert_never

from feedwatch.core.urls import redact
from feedwatch.model import (
    AlertId,
    Channel,
    Delivered,
    DeliveryId,
    DeliveryResult,
    DeliveryState,
    GiveUp,
    ItemId,
    Match,
    Notice,
    Severity,
    StoryId,
    StoryMember,
    TryAgain,
)

DEFAULT_SCHEDULE = (5.0, 300.0, 1800.0, 7200.0, 18000.0, 36000.0, 50400.0, 72000.0, 86400.0)
"""Seconds to wait after each failed attempt (Standard Webhooks, "Deliverability and reliability")."""
LARGEST_BODY = 20_000
"""Bytes (Standard Webhooks, "Payload size")."""
LONGEST_SUMMARY = 500
TYPES = ("webhook",)
"""Channel types that can be delivered to."""

_LATEST_RETRY = 86400.0
_JITTER = 0.2
_SECRET_PREFIX = "whsec_"  # noqa: S105  # the specification's mark of a secret, not one


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP POST; ``timeout`` in seconds, for the whole of it."""

    url: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    timeout: float = 10.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where a delivery stands after an attempt."""

    state: DeliveryState
    next_at: datetime | None = None


def event_body(notice: Notice) -> bytes:
    """The contract's JSON for a notice, at most ``LARGEST_BODY`` bytes: tellings of the story give way first."""
    notice = replace(notice, summary=_shortened(notice.summary, LONGEST_SUMMARY))
    body = b""
    for smaller in _ever_smaller(notice):
        body = json.dumps(_event(smaller), ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
        if len(body) <= LARGEST_BODY:
            break
    return body


def digest_body(bodies: Sequence[bytes], now: datetime) -> bytes:
    """One message of type ``alert.digest`` for several events' bodies, in their order, at most ``LARGEST_BODY`` bytes.

    Of each alert what names it; ``left_out`` says how many found no room.
    """
    alerts = [_brief(json.loads(body)["data"]) for body in bodies]
    for kept in range(len(alerts), -1, -1):
        data = {"count": len(alerts), "left_out": len(alerts) - kept, "alerts": alerts[:kept]}
        event = {"type": "alert.digest", "timestamp": now.isoformat(), "data": data}
        body = json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
        if len(body) <= LARGEST_BODY:
            break
    return body


def _brief(data: Mapping[str, Any]) -> dict[str, object]:
    item = {key: value for key, value in data["item"].items() if key != "summary"}
    story = {key: value for key, value in data["story"].items() if key != "items"}
    return {"alert": data["alert"], "item": item, "matches": data["matches"], "story": story}


def test_body(now: datetime) -> bytes:
    """A message of type ``test``: everything that an alert has, so that a receiver can be tried with it."""
    title, text = "A test message from feedwatch", "Nothing happened: somebody tried this channel."
    return event_body(
        Notice(
            type="test",
            alert_id=AlertId("test"),
            rule="Test",
            severity=Severity.LOW,
            raised_at=now,
            item_id=ItemId(0),
            title=title,
            url="https://example.org/",
            author="",
            published=now,
            seen=now,
            summary=text,
            feed_name="feedwatch",
            feed_url="https://example.org/feed",
            outlet="feedwatch",
            matches=(Match("title", 2, 6, "test"),),
            story_id=StoryId(0),
            outlets=1,
            sources=1,
            members=(StoryMember(ItemId(0), title, "https://example.org/", "feedwatch", now),),
        )
    )


test_body.__test__ = False  # type: ignore[attr-defined]  # pytest must not take it for a test


def to_request(channel: Channel, delivery_id: DeliveryId, body: bytes, now: datetime) -> Request | GiveUp:
    """The attempt at ``now``, signed with each of the channel's secrets; GiveUp where its type can't be sent."""
    match channel.type:
        case "webhook":
            return _webhook(channel, delivery_id, body, now)
        case _:
            return GiveUp(f'channels of type "{channel.type}" are not available yet; use type = "webhook"')


def secret_problem(secret: str) -> str:
    """What is wrong with a webhook's signing secret, never showing it; '' where nothing is."""
    if _key(secret):
        return ""
    return (
        f'it must be "{_SECRET_PREFIX}" and then base64; make one with: echo {_SECRET_PREFIX}$(openssl rand -base64 32)'
    )


def after_attempt(
    attempts: int, result: DeliveryResult, schedule: tuple[float, ...], now: datetime, jitter: float
) -> Outcome:
    """Where a delivery stands after ``attempts`` attempts, the last of which gave ``result``; ``jitter`` from 0 to 1.

    What Retry-After asks, at most a day, can put the next attempt off; it does not give more attempts.
    """
    match result:
        case Delivered():
            return Outcome(DeliveryState.DELIVERED)
        case GiveUp():
            return Outcome(DeliveryState.DEAD)
        case TryAgain():
            if attempts > len(schedule):
                return Outcome(DeliveryState.DEAD)
            wait = schedule[max(attempts, 1) - 1] * (1 + _JITTER * jitter)
            asked = min(result.retry_after or 0.0, _LATEST_RETRY)
            return Outcome(DeliveryState.WAITING, now + timedelta(seconds=max(wait, asked)))
        case _:
            assert_never(result)


# --- the webhook's headers -------------------------------------------------------------------------------------------


def _webhook(channel: Channel, delivery_id: DeliveryId, body: bytes, now: datetime) -> Request | GiveUp:
    stamp = str(int(now.timestamp()))
    headers = {"content-type": "application/json", "webhook-id": delivery_id, "webhook-timestamp": stamp}
    if channel.secrets:
        keys = [_key(secret) for secret in channel.secrets]
        if not all(keys):
            return GiveUp(f'channel "{channel.name}" can\'t sign: {secret_problem("")}')
        signed = f"{delivery_id}.{stamp}.".encode() + body
        headers["webhook-signature"] = " ".join(f"v1,{_signature(key, signed)}" for key in keys)
    return Request(channel.url, headers, body, channel.timeout)


def _signature(key: bytes, signed: bytes) -> str:
    return base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


def _key(secret: str) -> bytes:
    """The bytes of a ``whsec_`` secret, padded or not; empty where it is none."""
    if not secret.startswith(_SECRET_PREFIX):
        return b""
    text = secret.removeprefix(_SECRET_PREFIX).rstrip("=")
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        return b""


# --- the event's body ------------------------------------------------------------------------------------------------


def _event(notice: Notice) -> dict[str, object]:
    return {
        "type": notice.type,
        "timestamp": (notice.grown_at or notice.raised_at).isoformat(),
        "data": {
            "alert": _alert(notice),
            "item": _item(notice),
            "matches": [_match(match) for match in notice.matches],
            "story": _story(notice),
            "latency": _latency(notice),
        },
    }


def _alert(notice: Notice) -> dict[str, object]:
    return {
        "id": notice.alert_id,
        "rule": notice.rule,
        "severity": notice.severity.value,
        "raised_at": notice.raised_at.isoformat(),
    }


def _item(notice: Notice) -> dict[str, object]:
    return {
        "id": notice.item_id,
        "title": notice.title,
        "url": notice.url,
        "author": notice.author,
        "published_at": notice.published.isoformat() if notice.published else None,
        "seen_at": notice.seen.isoformat(),
        "summary": notice.summary,
        "feed": {"name": notice.feed_name, "url": redact(notice.feed_url), "outlet": notice.outlet},
    }


def _match(match: Match) -> dict[str, object]:
    return {"field": match.field, "start": match.start, "end": match.end, "text": match.text}


def _story(notice: Notice) -> dict[str, object]:
    tellings = [{"title": one.title, "url": one.url, "outlet": one.outlet} for one in notice.members]
    return {"id": notice.story_id, "outlets": notice.outlets, "sources": notice.sources, "items": tellings}


def _latency(notice: Notice) -> dict[str, object]:
    """Seconds; a publication that is not dated, or dated later than it was seen, has none."""
    waited = (notice.seen - notice.published).total_seconds() if notice.published else -1.0
    raised = (notice.raised_at - notice.seen).total_seconds()
    return {"published_to_seen": round(waited, 3) if waited >= 0 else None, "seen_to_raised": round(raised, 3)}


def _ever_smaller(notice: Notice) -> Iterator[Notice]:
    """The notice, then with less and less of what a receiver can do without."""
    yield notice
    for count in range(len(notice.members) - 1, -1, -1):
        notice = replace(notice, members=notice.members[:count])
        yield notice
    for length in (200, 0):
        notice = replace(notice, summary=_shortened(notice.summary, length))
        yield notice
    while notice.matches:
        notice = replace(notice, matches=notice.matches[: len(notice.matches) // 2])
        yield notice
    notice = replace(notice, title=_shortened(notice.title, 300), author=_shortened(notice.author, 100))
    yield notice
    yield _bare(notice)


def _bare(notice: Notice) -> Notice:
    """Only what is surely short: addresses of thousands of characters are left out whole, since a cut one misleads."""
    return replace(
        notice,
        rule=_shortened(notice.rule, 200),
        url="",
        feed_url="",
        feed_name=_shortened(notice.feed_name, 200),
        outlet=_shortened(notice.outlet, 200),
    )


def _shortened(text: str, length: int) -> str:
    if len(text) <= length:
        return text
    return f"{text[: length - 1].rstrip()}…" if length else ""
