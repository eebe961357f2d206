"""Every kind of body is as the published JSON Schema says, and the schema says of every key what it is."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any

import jsonschema
import pytest
from standardwebhooks import Webhook

from feedwatch.cli.config import webhook_schema
from feedwatch.core.channels import to_request
from feedwatch.core.channels.requests import Post
from feedwatch.core.payload import digest_body, event_body, listing_body, test_body
from feedwatch.model import Channel, DeliveryId, Match, replace
from tests.core.notices import NOTICE, NOW

SECRET = "whsec_" + base64.b64encode(b"k" * 32).decode()
FEED = {"name": "BBC", "url": "https://example.org/feed", "outlet": "BBC", "since": None, "reason": "status 503"}
BURST = {
    "name": "Drones",
    "severity": "high",
    "since": NOW.isoformat(),
    "stories": 9,
    "usual": 0.7,
    "outlets": 4,
    "newest": [{"title": "Drones over the harbour", "url": "https://example.org/1", "outlet": "BBC"}],
}
HUGE = replace(
    NOTICE,
    title="x" * 5000,
    url="https://example.org/" + "y" * 9000,
    feed_url="https://example.org/" + "z" * 9000,
    matches=(Match("title", 0, 3, "drone"),) * 900,
    published=None,
)
BODIES = {
    "alert.raised": event_body(NOTICE),
    "alert.grown": event_body(replace(NOTICE, type="alert.grown", grown_at=NOW + timedelta(hours=1))),
    "alert.raised, cut": event_body(HUGE),
    "alert.digest": digest_body([event_body(NOTICE), event_body(HUGE)], 2, NOW, {"Drones": 3}),
    "alert.digest of thousands": digest_body((event_body(NOTICE) for _ in range(3000)), 3000, NOW),
    "test": test_body(NOW),
    "feed.failing": listing_body("feed.failing", "feeds", [FEED] * 300, NOW),
    "feed.late": listing_body("feed.late", "feeds", [{**FEED, "since": NOW.isoformat()}], NOW),
    "feed.recovered": listing_body("feed.recovered", "feeds", [FEED], NOW),
    "rule.burst": listing_body("rule.burst", "rules", [BURST], NOW),
    "rule.timeout": listing_body("rule.timeout", "rules", [{"name": "Drones", "timeouts": 2}], NOW),
}


def strict(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """The same, but with no key that it does not name."""
    closed: dict[str, Any] = deepcopy(dict(schema))
    waiting: list[Any] = [closed]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            if "properties" in one:
                one["additionalProperties"] = False
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one
    return closed


def validator(schema: Mapping[str, Any]) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(schema, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER)


@pytest.mark.parametrize("kind", BODIES)
def test_every_body_is_as_the_schema_says_with_no_key_beside(kind: str) -> None:
    body = json.loads(BODIES[kind])
    assert [error.message for error in validator(strict(webhook_schema())).iter_errors(body)] == []
    assert body["type"] == kind.partition(",")[0].partition(" ")[0]


@pytest.mark.parametrize("kind", BODIES)
def test_every_body_is_signed_so_that_the_specifications_own_library_takes_it(kind: str) -> None:
    channel = Channel("desk", "webhook", "https://example.org/hook", (SECRET,))
    made = to_request(channel, DeliveryId("msg_1"), BODIES[kind], datetime.now(UTC))
    assert isinstance(made, Post)
    assert Webhook(SECRET).verify(made.body, dict(made.headers)) == json.loads(BODIES[kind])


def test_the_schema_is_one_and_refuses_what_is_no_message() -> None:
    jsonschema.Draft202012Validator.check_schema(webhook_schema())
    event = json.loads(BODIES["alert.raised"])
    for broken in ({**event, "type": "alert.lost"}, {**event, "timestamp": 3}, {"type": "test"}):
        assert not validator(webhook_schema()).is_valid(broken)
    del event["data"]["story"]
    assert not validator(webhook_schema()).is_valid(event)
