"""What people are told, read back from the bodies that events are kept as."""

from __future__ import annotations

import json
from datetime import timedelta

from feedwatch.core.channels.message import Entry, read_message
from feedwatch.core.payload import digest_body, event_body, listing_body, test_body
from feedwatch.model import Severity, replace
from tests.core.notices import NOTICE, NOW


def test_an_alert_has_its_rule_headline_and_reason() -> None:
    said = read_message(event_body(NOTICE))
    assert (said.type, said.severity, said.label) == ("alert.raised", Severity.HIGH, "Drones · high")
    assert (said.title, said.url) == (NOTICE.title, NOTICE.url)
    assert said.text == "Several were seen."
    assert said.facts == (
        ("Outlet", "Example"),
        ("Matched", "drones"),
        ("Story", "3 outlets, 2 sources"),
        ("Author", "A. Author"),
        ("Published", "2026-11-22 09:59 UTC"),
    )


def test_a_story_that_grew_says_so() -> None:
    grown = replace(NOTICE, type="alert.grown", grown_at=NOW + timedelta(hours=1))
    assert read_message(event_body(grown)).label == "Drones · high · story grew"


def test_a_test_says_that_it_is_one() -> None:
    assert read_message(test_body(NOW)).title == "A test message from feedwatch"


def test_a_digest_lists_its_alerts_and_counts_what_a_cooldown_held_back() -> None:
    bodies = [event_body(NOTICE), event_body(replace(NOTICE, title="Another", severity=Severity.LOW))]
    said = read_message(digest_body(bodies, 2, NOW, {"Drones": 3}))
    assert (said.title, said.text, said.severity) == ("2 alerts", "3 more held back by a cooldown", Severity.HIGH)
    assert said.entries[1] == Entry("Drones", "Another", NOTICE.url, "Example")


def test_feeds_and_rules_are_listed_with_what_is_wrong() -> None:
    feed = {
        "name": "BBC World",
        "url": "https://example.org/feed",
        "outlet": "BBC",
        "since": None,
        "reason": "status 503",
    }
    said = read_message(listing_body("feed.failing", "feeds", [feed], NOW))
    assert (said.title, said.entries) == (
        "1 feed is failing",
        (Entry("", "BBC World", "https://example.org/feed", "status 503"),),
    )
    rules = [{"name": "Drones", "timeouts": 2}, {"name": "Generals", "timeouts": 1}]
    said = read_message(listing_body("rule.timeout", "rules", rules, NOW))
    assert said.title == "2 rules ran out of time: items may have been missed"
    assert [one.note for one in said.entries] == ["2 time-outs", "1 time-out"]


def test_bodies_of_version_0_1_which_counted_less_are_read() -> None:
    digest = json.loads(digest_body([event_body(NOTICE)], 1, NOW))
    del digest["data"]["suppressed"]
    assert read_message(json.dumps(digest).encode()).title == "1 alert"
    alert = json.loads(event_body(NOTICE))
    del alert["data"]["story"]["sources"]
    assert dict(read_message(json.dumps(alert).encode()).facts)["Story"] == "3 outlets, 3 sources"
