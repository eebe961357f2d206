from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from typing import Any

from hypothesis import given

from feedwatch.core.payload import event_body
from feedwatch.model import Severity, replace
from tests.core.channels.events import EVENTS
from tests.core.channels.golden import CHANNELS, content_of, post_of
from tests.core.channels.wild import WILD, head_of, is_list_of
from tests.core.notices import NOTICE


def sections(content: Any) -> tuple[list[Any], list[Any]]:
    """The elements of the one section, and those of each item of the list below it."""
    (block,) = content["blocks"]
    head, *rest = block["elements"]
    assert block["type"] == "rich_text"
    assert [one["type"] for one in (head, *rest)] in (["rich_text_section"], ["rich_text_section", "rich_text_list"])
    items = rest[0]["elements"] if rest else []
    assert all(one["type"] == "rich_text_section" and one["elements"] for one in items)
    return head["elements"], [one["elements"] for one in items]


def words(elements: list[Any]) -> str:
    return "".join(one["text"] for one in elements if one["type"] != "emoji")


def urls(elements: list[Any]) -> Iterator[str]:
    yield from (one["url"] for one in elements if one["type"] == "link")


@given(WILD)
def test_a_message_says_the_event_and_nothing_in_it_is_markup(body: bytes) -> None:
    content = content_of("slack", body)
    head, items = sections(content)
    everything = [*head, *(element for item in items for element in item)]
    assert {one["type"] for one in everything} <= {"text", "link", "emoji"}
    assert all(one["text"] for one in everything if one["type"] != "emoji")
    assert [one["type"] for one in everything].count("emoji") == 1
    assert words(head) == " " + "\n".join(head_of(body))
    assert is_list_of(body, [words(item) for item in items])
    assert all(url.startswith(("http://", "https://")) for url in urls(everything))


@given(WILD)
def test_the_text_of_a_notification_is_escaped(body: bytes) -> None:
    content = content_of("slack", body)
    assert re.fullmatch(r"(?:[^<>&]|&(?:amp|lt|gt);)*", content["text"])
    assert html.unescape(content["text"]).startswith(head_of(body)[0])
    assert (content["mrkdwn"], content["link_names"]) == (False, False)


@given(WILD)
def test_blocks_stay_below_what_slack_refuses(body: bytes) -> None:
    assert len(json.dumps(content_of("slack", body)["blocks"], ensure_ascii=False).encode()) < 13_200


def test_links_are_not_unfolded() -> None:
    content = content_of("slack", EVENTS["alert.raised"])
    assert (content["unfurl_links"], content["unfurl_media"]) == (False, False)


def test_a_severity_has_its_colour() -> None:
    shown = [sections(content_of("slack", event_body(replace(NOTICE, severity=one))))[0][0]["name"] for one in Severity]
    assert shown == ["white_circle", "large_blue_circle", "large_orange_circle", "red_circle"]


def test_a_request_goes_to_the_channels_address_and_knows_what_of_it_is_secret() -> None:
    post = post_of("slack", EVENTS["test"])
    assert post.url == CHANNELS["slack"].url
    assert post.headers == {"content-type": "application/json", "webhook-id": "msg_1"}
    assert {"T00000000", "B00000000", "X" * 24} <= set(post.secrets)
    assert "XXXX" not in repr(post)
