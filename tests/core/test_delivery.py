from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from hypothesis import given, settings
from hypothesis import strategies as st
from standardwebhooks import Webhook, WebhookVerificationError

from feedwatch.core.delivery import (
    DEFAULT_SCHEDULE,
    LARGEST_BODY,
    Outcome,
    Request,
    after_attempt,
    event_body,
    secret_problem,
    test_body,
    to_request,
)
from feedwatch.model import (
    AlertId,
    Channel,
    Delivered,
    DeliveryId,
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

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
OLD, NEW = "whsec_" + base64.b64encode(b"o" * 24).decode(), "whsec_" + base64.b64encode(b"n" * 32).decode()
TELLING = StoryMember(ItemId(2), "Drones über Kyjiw", "https://example.net/2", "Example", NOW)
NOTICE = Notice(
    type="alert.raised",
    alert_id=AlertId("a1"),
    rule="Drones",
    severity=Severity.HIGH,
    raised_at=NOW,
    item_id=ItemId(1),
    title="Port closed after drones are seen",
    url="https://example.org/1",
    author="A. Author",
    published=NOW - timedelta(seconds=41.5),
    seen=NOW - timedelta(seconds=0.3),
    summary="Several were seen.",
    feed_name="Example World",
    feed_url="https://reader:hunter2@example.org/feed",
    outlet="Example",
    matches=(Match("title", 18, 24, "drones"),),
    story_id=StoryId(7),
    outlets=3,
    sources=2,
    members=(TELLING,),
)
MESSAGE = DeliveryId("msg_1")
CHANNEL = Channel("desk", "webhook", "https://example.org/hook", (NEW,), 7.5)


def request(channel: Channel, body: bytes = b"{}") -> Request:
    made = to_request(channel, MESSAGE, body, NOW)
    assert isinstance(made, Request)
    return made


# --- the body ---------------------------------------------------------------------------------------------------------


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
@settings(max_examples=30, deadline=None)
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


# --- the request ------------------------------------------------------------------------------------------------------


@time_machine.travel(NOW)
def test_a_request_verifies_with_the_specifications_own_library() -> None:
    made = request(CHANNEL, event_body(NOTICE))
    assert (made.url, made.timeout) == ("https://example.org/hook", 7.5)
    assert made.headers["content-type"] == "application/json"
    assert made.headers["webhook-id"] == "msg_1"
    assert made.headers["webhook-timestamp"] == "1795341600"
    Webhook(NEW).verify(made.body, dict(made.headers))
    with pytest.raises(WebhookVerificationError):
        Webhook(OLD).verify(made.body, dict(made.headers))
    with pytest.raises(WebhookVerificationError):
        Webhook(NEW).verify(made.body + b" ", dict(made.headers))


@time_machine.travel(NOW)
def test_two_secrets_give_two_signatures_and_each_verifies() -> None:
    made = request(replace(CHANNEL, secrets=(NEW, OLD)))
    assert len(made.headers["webhook-signature"].split(" ")) == 2
    Webhook(NEW).verify(made.body, dict(made.headers))
    Webhook(OLD).verify(made.body, dict(made.headers))


def test_a_channel_without_a_secret_sends_no_signature() -> None:
    assert set(request(replace(CHANNEL, secrets=())).headers) == {"content-type", "webhook-id", "webhook-timestamp"}


def test_a_request_shows_no_secret_of_its_own() -> None:
    assert "hook" not in repr(request(CHANNEL)).replace("webhook", "")


@pytest.mark.parametrize("kind", ["slack", "discord", "ntfy", "desktop", "command", "apprise", "?"])
def test_a_channel_type_that_is_not_available_is_given_up_in_words(kind: str) -> None:
    made = to_request(replace(CHANNEL, type=kind), MESSAGE, b"{}", NOW)
    assert made == GiveUp(f'channels of type "{kind}" are not available yet; use type = "webhook"')


@pytest.mark.parametrize("secret", ["", "hunter2", "whsec_", "whsec_!!!", "whsec_a", "WHSEC_bm5ubm4=", "whsec_é"])
def test_a_secret_that_can_not_sign_is_told_without_showing_it(secret: str) -> None:
    problem = secret_problem(secret)
    assert 'must be "whsec_" and then base64' in problem
    assert "hunter2" not in problem
    assert isinstance(to_request(replace(CHANNEL, secrets=(NEW, secret)), MESSAGE, b"{}", NOW), GiveUp)


@pytest.mark.parametrize("secret", [NEW, OLD, OLD.rstrip("="), "whsec_bm5ubm4"])
def test_a_secret_may_lack_its_padding_as_in_the_specifications_library(secret: str) -> None:
    assert secret_problem(secret) == ""


# --- what follows -----------------------------------------------------------------------------------------------------


def test_retries_follow_the_specifications_schedule_and_then_end() -> None:
    waits = []
    for attempt in range(1, 10):
        outcome = after_attempt(attempt, TryAgain("no"), DEFAULT_SCHEDULE, NOW, 0.0)
        assert outcome.state is DeliveryState.WAITING
        assert outcome.next_at is not None
        waits.append((outcome.next_at - NOW).total_seconds())
    assert waits == [5, 300, 1800, 2 * 3600, 5 * 3600, 10 * 3600, 14 * 3600, 20 * 3600, 24 * 3600]
    assert after_attempt(10, TryAgain("no"), DEFAULT_SCHEDULE, NOW, 0.0) == Outcome(DeliveryState.DEAD)


@pytest.mark.parametrize(("jitter", "seconds"), [(0.0, 100.0), (0.5, 110.0), (1.0, 120.0)])
def test_a_retry_is_put_off_by_up_to_a_fifth(jitter: float, seconds: float) -> None:
    outcome = after_attempt(1, TryAgain("no"), (100.0,), NOW, jitter)
    assert outcome.next_at == NOW + timedelta(seconds=seconds)


@pytest.mark.parametrize(("asked", "seconds"), [(60.0, 60.0), (1.0, 5.0), (10**9, 86400.0), (None, 5.0)])
def test_retry_after_puts_a_retry_off_by_a_day_at_most(asked: float | None, seconds: float) -> None:
    outcome = after_attempt(1, TryAgain("busy", 429, asked), DEFAULT_SCHEDULE, NOW, 0.0)
    assert outcome.next_at == NOW + timedelta(seconds=seconds)


def test_retry_after_gives_no_attempt_more_than_the_schedule() -> None:
    assert after_attempt(2, TryAgain("busy", 429, 60.0), (1.0,), NOW, 0.0) == Outcome(DeliveryState.DEAD)


def test_what_arrived_and_what_never_will_end_a_delivery() -> None:
    assert after_attempt(1, Delivered(204), DEFAULT_SCHEDULE, NOW, 0.5) == Outcome(DeliveryState.DELIVERED)
    assert after_attempt(1, GiveUp("gone", 410), DEFAULT_SCHEDULE, NOW, 0.5) == Outcome(DeliveryState.DEAD)


def test_an_empty_schedule_means_a_single_attempt() -> None:
    assert after_attempt(1, TryAgain("no"), (), NOW, 0.0) == Outcome(DeliveryState.DEAD)
