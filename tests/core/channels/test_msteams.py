from __future__ import annotations

from typing import Any

from hypothesis import given

from feedwatch.core.payload import event_body, listing_body
from feedwatch.model import Severity, replace
from tests.core.channels.events import EVENTS
from tests.core.channels.golden import CHANNELS, content_of, post_of
from tests.core.channels.wild import WILD, head_of, is_list_of
from tests.core.notices import NOTICE, NOW

LIMIT = 28 * 1024


def card_of(body: bytes) -> Any:
    content = content_of("msteams", body)
    (attachment,) = content["attachments"]
    assert content["type"] == "message"
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    assert (attachment["content"]["type"], attachment["content"]["version"]) == ("AdaptiveCard", "1.4")
    return attachment["content"]


def words(block: Any) -> str:
    return "".join(run["text"] for run in block["inlines"]).replace("\u2060", "")


@given(WILD)
def test_a_card_says_the_event_in_runs_that_know_no_markup(body: bytes) -> None:
    card, head = card_of(body), head_of(body)
    assert {block["type"] for block in card["body"]} == {"RichTextBlock"}
    runs = [run for block in card["body"] for run in block["inlines"]]
    assert {run["type"] for run in runs} == {"TextRun"}
    assert not any("{{" in run["text"] for run in runs)
    lines = [words(block) for block in card["body"]]
    assert lines[: len(head)] == head
    assert all(line.startswith("• ") for line in lines[len(head) :])
    assert is_list_of(body, [line[2:] for line in lines[len(head) :]])


@given(WILD)
def test_only_http_addresses_are_opened(body: bytes) -> None:
    card = card_of(body)
    runs = [run for block in card["body"] for run in block["inlines"]]
    actions = [*card.get("actions", []), *(run["selectAction"] for run in runs if "selectAction" in run)]
    assert all(action["type"] == "Action.OpenUrl" for action in actions)
    assert all(action["url"].startswith(("http://", "https://")) for action in actions)


@given(WILD)
def test_a_message_stays_below_28_kilobytes_in_either_encoding(body: bytes) -> None:
    post = post_of("msteams", body)
    assert max(len(post.body), len(post.body.decode().encode("utf-16-le"))) < LIMIT


def test_a_list_that_is_too_long_says_how_much_is_missing() -> None:
    feed = {"name": "Feed " * 12, "url": f"https://example.org/{'x' * 60}", "reason": "status 503 " * 4}
    body = listing_body("feed.failing", "feeds", [feed] * 60, NOW)
    lines = [words(block) for block in card_of(body)["body"][2:]]
    assert 10 < len(lines) < 40
    assert lines[-1] == f"• and {61 - len(lines)} more"
    assert LIMIT - 2500 < 2 * len(post_of("msteams", body).body.decode()) < LIMIT


def test_a_severity_has_its_colour() -> None:
    cards = [card_of(event_body(replace(NOTICE, severity=one))) for one in Severity]
    shown = [card["body"][0]["inlines"][0]["color"] for card in cards]
    assert shown == ["Default", "Accent", "Warning", "Attention"]


def test_an_item_without_a_link_has_no_button() -> None:
    assert "actions" not in card_of(EVENTS["script"])


def test_a_request_goes_to_the_channels_address_and_knows_what_of_it_is_secret() -> None:
    post = post_of("msteams", EVENTS["test"])
    assert post.url == CHANNELS["msteams"].url
    assert post.headers == {"content-type": "application/json", "webhook-id": "msg_1"}
    assert {"s3cret-t0ken", "s3cret-signature"} <= set(post.secrets)
