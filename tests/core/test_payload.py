from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedwatch.core.payload import LARGEST_BODY, digest_body, event_body, test_body
from feedwatch.model import Match, replace
from tests.core.notices import NOTICE, NOW, TELLING


def test_the_body_is_the_contracts_json_in_its_order() -> None:
    assert event_body(NOTICE).decode() == json.dumps(
        {
            "type": "alert.raised",
            "timestamp": "2026-11-22T10:00:00+00:00",
            "data": {
                "alert": {
                    "id": "a1",
                    "rule": "Drones",
                    "severity": "high",
                    "raised_at": "2026-11-22T10:00:00+00:00",
                },
                "item": {
                    "id": 1,
                    "title": "Port closed after drones are seen",
                    "url": "https://example.org/1",
                    "author": "A. Author",
                    "published_at": "2026-11-22T09:59:18.500000+00:00",
                    "seen_at": "2026-11-22T09:59:59.700000+00:00",
                    "summary": "Several were seen.",
                    "feed": {"name": "Example World", "url": "https://***@example.org/feed", "outlet": "Example"},
                },
                "matches": [{"field": "title", "start": 18, "end": 24, "text": "drones"}],
                "story": {
                    "id": 7,
                    "outlets": 3,
                    "sources": 2,
                    "items": [{"title": "Drones über Kyjiw", "url": "https://example.net/2", "outlet": "Example"}],
                },
                "latency": {"published_to_seen": 41.2, "seen_to_raised": 0.3},
            },
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )


@pytest.mark.parametrize("published", [None, NOW + timedelta(hours=1)])
def test_a_publication_without_a_date_or_with_one_in_the_future_has_no_latency(published: datetime | None) -> None:
    data = json.loads(event_body(replace(NOTICE, published=published)))["data"]
    assert data["latency"]["published_to_seen"] is None


def test_a_summary_is_at_most_500_characters() -> None:
    summary = json.loads(event_body(replace(NOTICE, summary="word " * 1000)))["data"]["item"]["summary"]
    assert len(summary) <= 500
    assert summary.endswith("word…")


def test_a_large_body_loses_tellings_of_the_story_before_anything_else() -> None:
    notice = replace(NOTICE, members=(replace(TELLING, title="x" * 1000),) * 60, outlets=60, summary="s" * 500)
    body = event_body(notice)
    data = json.loads(body)["data"]
    assert 18_000 < len(body) <= LARGEST_BODY
    assert 10 < len(data["story"]["items"]) < 20
    assert data["story"]["outlets"] == 60
    assert len(data["item"]["summary"]) == 500


@given(st.text(max_size=5000), st.integers(0, 3000))
@settings(max_examples=30)
def test_whatever_a_feed_says_the_body_is_small_json(text: str, count: int) -> None:
    notice = replace(
        NOTICE,
        title=(text * 3000)[:1000],
        url=(text * 4096)[:4096],
        feed_url=(text * 4096)[:4096],
        author=text,
        summary=text,
        feed_name=text,
        outlet=text,
        rule=text,
        matches=(Match("title", 0, 3, text[:50]),) * count,
        members=(TELLING,) * (count // 100),
    )
    body = event_body(notice)
    assert len(body) <= LARGEST_BODY
    assert json.loads(body)["data"]["alert"]["id"] == "a1"


def test_a_test_message_has_all_that_an_alert_has() -> None:
    test, alert = json.loads(test_body(NOW)), json.loads(event_body(NOTICE))
    assert test["type"] == "test"
    assert test.keys() == alert.keys()
    assert {key: value.keys() for key, value in test["data"].items() if isinstance(value, dict)} == {
        key: value.keys() for key, value in alert["data"].items() if isinstance(value, dict)
    }
    (match,) = test["data"]["matches"]
    assert test["data"]["item"]["title"][match["start"] : match["end"]] == match["text"]


def test_a_digest_of_thousands_keeps_as_many_as_there_is_room_for() -> None:
    body = digest_body((event_body(NOTICE) for _ in range(5000)), 5000, NOW)
    data = json.loads(body)["data"]
    assert 19_000 < len(body) <= LARGEST_BODY
    assert len(data["alerts"]) + data["left_out"] == data["count"] == 5000


def test_a_digest_names_the_rules_whose_alerts_a_cooldown_held_back() -> None:
    data = json.loads(digest_body([event_body(NOTICE)], 1, NOW, {"Drones": 2, "Generals": 5}))["data"]
    assert data["suppressed"] == {"count": 7, "rules": {"Generals": 5, "Drones": 2}}
