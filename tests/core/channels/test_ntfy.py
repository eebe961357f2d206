from __future__ import annotations

import json

import pytest
from hypothesis import given

from feedwatch.core.channels import to_request
from feedwatch.core.channels.ntfy import topic_of
from feedwatch.core.payload import event_body
from feedwatch.model import DeliveryId, GiveUp, Match, Severity, replace
from tests.core.channels.events import EVENTS
from tests.core.channels.golden import CHANNELS, DELIVERY, content_of, post_of
from tests.core.channels.wild import WILD, head_of, is_list_of
from tests.core.notices import NOTICE, NOW


@given(WILD)
def test_a_notification_says_the_event_as_plain_text(body: bytes) -> None:
    content = content_of("ntfy", body)
    label, title, *rest = head_of(body)
    lines = content["message"].split("\n")
    listing = [line[2:] for line in lines if line.startswith("• ")]
    above = [label, *rest]
    assert (content["title"], content["markdown"]) == (title, False)
    if listing or len(lines) == len(above):
        assert [line.replace(": ", " ", 1) if line not in above else line for line in lines[: len(above)]] == above
        assert is_list_of(body, listing)
    else:
        assert lines[-1].endswith("…")


@given(WILD)
def test_a_message_never_becomes_an_attachment(body: bytes) -> None:
    content = content_of("ntfy", body)
    assert 0 < len(content["message"].encode()) <= 4096
    assert content.get("click", "https://").startswith(("http://", "https://"))


def test_a_message_of_wide_letters_is_cut_by_its_bytes() -> None:
    wide = "語" * 600
    notice = replace(NOTICE, author=wide, outlet=wide, matches=(Match("title", 0, 600, wide),))
    event = json.loads(event_body(notice))
    event["data"]["item"]["summary"] = wide * 2
    message = content_of("ntfy", json.dumps(event).encode())["message"]
    assert 4090 < len(message.encode()) <= 4096
    assert message.endswith("語…")


def test_a_request_goes_to_the_servers_root_with_the_token_in_its_header() -> None:
    post = post_of("ntfy", EVENTS["test"])
    assert post.url == "https://ntfy.sh/"
    assert post.headers == {
        "content-type": "application/json",
        "webhook-id": "msg_1",
        "authorization": "Bearer tk_s3cret",
    }
    assert {"tk_s3cret", "newsroom-desk"} <= set(post.secrets)
    assert content_of("ntfy", EVENTS["test"])["topic"] == "newsroom-desk"


def test_a_severity_has_its_priority_and_a_kind_its_emoji() -> None:
    shown = [content_of("ntfy", event_body(replace(NOTICE, severity=one)))["priority"] for one in Severity]
    assert shown == [2, 3, 4, 5]
    tags = {name: content_of("ntfy", body)["tags"] for name, body in EVENTS.items()}
    assert (tags["alert.raised"], tags["feed.failing"], tags["test"]) == (["bell"], ["warning"], ["test_tube"])


def test_attempts_of_one_delivery_are_one_notification() -> None:
    assert content_of("ntfy", EVENTS["test"])["sequence_id"] == DELIVERY
    odd = to_request(CHANNELS["ntfy"], DeliveryId("no name"), EVENTS["test"], NOW)
    assert b"sequence_id" not in odd.body  # type: ignore[union-attr]  # a Post


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://ntfy.sh/my-topic", ("https://ntfy.sh/", "my-topic")),
        ("https://u:p@ntfy.example:8443/my_topic/", ("https://u:p@ntfy.example:8443/", "my_topic")),
        ("https://example.org/ntfy/t?auth=x#f", ("https://example.org/ntfy/?auth=x", "t")),
        ("https://ntfy.sh/", ("", "")),
        ("https://ntfy.sh/my topic", ("", "")),
        ("https://ntfy.sh/" + "t" * 65, ("", "")),
    ],
)
def test_the_topic_is_the_last_part_of_the_address(url: str, expected: tuple[str, str]) -> None:
    assert topic_of(url) == expected


def test_an_address_without_a_topic_is_given_up_in_words() -> None:
    made = to_request(replace(CHANNELS["ntfy"], url="https://ntfy.sh/"), DELIVERY, EVENTS["test"], NOW)
    assert isinstance(made, GiveUp)
    assert "names no topic" in made.message
