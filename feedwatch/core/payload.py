"""What a message says: the JSON (``webhook_schema.json``) of each event, made once and the same bytes on every attempt.

Every kind of channel is given this body; ``core/channels`` makes of it what its target understands.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from feedwatch.core.urls import redact
from feedwatch.model import AlertId, ItemId, Match, Notice, Severity, StoryId, StoryMember, replace

LARGEST_BODY = 20_000
"""Bytes (Standard Webhooks, "Payload size")."""
LONGEST_SUMMARY = 500
NOBODY: Final[Mapping[str, int]] = MappingProxyType({})
_MOST_RULES = 20


def event_body(notice: Notice) -> bytes:
    """The JSON for a notice, at most ``LARGEST_BODY`` bytes: tellings of the story give way first."""
    notice = replace(notice, summary=_shortened(notice.summary, LONGEST_SUMMARY))
    body = b""
    for smaller in _ever_smaller(notice):
        body = _json(_event(smaller))
        if len(body) <= LARGEST_BODY:
            break
    return body


def digest_body(bodies: Iterable[bytes], count: int, now: datetime, held_back: Mapping[str, int] = NOBODY) -> bytes:
    """One message of type ``alert.digest`` for ``count`` events' bodies, in order, at most ``LARGEST_BODY`` bytes.

    Of each alert what names it; ``left_out`` says how many found no room, ``suppressed`` how many alerts of which rules
    a cooldown ``held_back`` meanwhile.
    """
    rules = dict(sorted(held_back.items(), key=lambda one: -one[1])[:_MOST_RULES])
    about = {"suppressed": {"count": sum(held_back.values()), "rules": rules}}
    return _list_body(
        "alert.digest", "alerts", (_brief(json.loads(body)["data"]) for body in bodies), count, now, about
    )


def listing_body(kind: str, name: str, entries: Sequence[Mapping[str, object]], now: datetime) -> bytes:
    """A message about feeds or rules (``feed.late``, ``rule.timeout``, …): as many of them as there is room for."""
    return _list_body(kind, name, entries, len(entries), now, {})


def _list_body(
    kind: str,
    name: str,
    entries: Iterable[Mapping[str, object]],
    count: int,
    now: datetime,
    about: Mapping[str, object],
) -> bytes:
    def written(left_out: int, kept: Sequence[Mapping[str, object]]) -> bytes:
        data = {"count": count, "left_out": left_out, **about, name: kept}
        return _json({"type": kind, "timestamp": now.isoformat(), "data": data})

    room = LARGEST_BODY - len(written(count, ()))
    kept: list[Mapping[str, object]] = []
    for entry in entries:
        room -= len(_json(entry)) + len(",")
        if room < 0:
            break
        kept.append(entry)
    return written(count - len(kept), kept)


def _json(event: Mapping[str, object]) -> bytes:
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


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
