from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given

from feedwatch.core.channels import to_request
from feedwatch.core.channels.layout import MARKS
from feedwatch.core.channels.message import read_message
from feedwatch.core.payload import event_body
from feedwatch.model import Channel, GiveUp, Severity, replace
from tests.core.channels.events import EVENTS
from tests.core.channels.golden import CHANNELS, DELIVERY, content_of, post_of
from tests.core.channels.wild import WILD, head_of, is_list_of
from tests.core.notices import NOTICE, NOW

TOKEN = CHANNELS["telegram"].token
MENTION = re.compile(r"(?<![^\W])@[a-zA-Z0-9_]{2,32}(?!\w)")
"""As Telegram's server finds them (tdlib, match_mentions)."""


class Reader(HTMLParser):
    """What people read of Telegram's HTML; fails at a tag that is none of ours."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in {"a", "b"}
        assert [name for name, _ in attrs] == (["href"] if tag == "a" else [])
        assert all((value or "").startswith(("http://", "https://")) for _, value in attrs)
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def shown(markup: str) -> str:
    """The text after entities parsing."""
    assert re.fullmatch(r"(?:[^&]|&(?:amp|lt|gt|quot|#x27);)*", markup)
    reader = Reader()
    reader.feed(markup)
    reader.close()
    assert reader.open == []
    return reader.text


@given(WILD)
def test_a_message_says_the_event_and_no_tag_in_it_is_a_feeds(body: bytes) -> None:
    text = shown(content_of("telegram", body)["text"]).replace("\u2060", "")
    head = head_of(body)
    head[0] = f"{MARKS[read_message(body).severity]} {head[0]}"
    lines = text.split("\n")
    assert lines[: len(head)] == head
    assert all(line.startswith("• ") for line in lines[len(head) :])
    assert is_list_of(body, [line[2:] for line in lines[len(head) :]])


@given(WILD)
def test_a_message_keeps_telegrams_limits(body: bytes) -> None:
    markup = content_of("telegram", body)["text"]
    assert len(shown(markup).encode("utf-16-le")) // 2 <= 4096
    assert len(markup.encode()) <= 35_000


@given(WILD)
def test_nobody_is_mentioned(body: bytes) -> None:
    assert not MENTION.search(shown(content_of("telegram", body)["text"]))


def test_an_address_of_mail_stays_as_it_is() -> None:
    assert "desk@example.org" in content_of("telegram", event_body(replace(NOTICE, title="desk@example.org")))["text"]


def test_only_a_low_severity_comes_without_a_sound_and_no_link_is_previewed() -> None:
    contents = [content_of("telegram", event_body(replace(NOTICE, severity=one))) for one in Severity]
    assert [one["disable_notification"] for one in contents] == [True, False, False, False]
    assert all(one["link_preview_options"] == {"is_disabled": True} for one in contents)
    assert all((one["chat_id"], one["parse_mode"]) == ("-1001234567890", "HTML") for one in contents)


@pytest.mark.parametrize("server", ["https://api.telegram.org", "http://127.0.0.1:8081/"])
def test_the_token_stands_in_the_address_alone_and_is_not_shown(server: str) -> None:
    post = to_request(replace(CHANNELS["telegram"], url=server), DELIVERY, EVENTS["test"], NOW)
    assert not isinstance(post, GiveUp)
    assert post.url == f"{server.rstrip('/')}/bot{TOKEN}/sendMessage"  # type: ignore[union-attr]  # a Post
    assert TOKEN not in repr(post)
    assert TOKEN in post.secrets  # type: ignore[union-attr]  # a Post
    assert TOKEN.encode() not in post_of("telegram", EVENTS["test"]).body


def test_a_channel_without_a_token_is_given_up_in_words() -> None:
    made = to_request(Channel("desk", "telegram", "https://api.telegram.org"), DELIVERY, EVENTS["test"], NOW)
    assert made == GiveUp("it needs a token and a chat: see token and to")
