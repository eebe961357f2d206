from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given

from feedwatch.core.payload import event_body
from feedwatch.model import Severity, replace
from tests.core.channels.events import EVENTS
from tests.core.channels.golden import CHANNELS, content_of, post_of
from tests.core.channels.wild import WILD, head_of, is_list_of
from tests.core.notices import NOTICE

TOKEN = re.compile(
    r"\\(?P<escaped>[^0-9A-Za-z\s])"
    r"|(?P<open>\[)|(?P<close>\]\((?P<url>https?://[^\s()<>]+)\))"
    r"|(?P<special>[\\*_~`|<>\[\]()#:@.+-])"
    r"|(?P<plain>.)",
    re.DOTALL,
)
"""Discord's Markdown as far as anything here may use it: escapes and masked links."""


def shown(markdown: str) -> str:
    """What people read; fails at markup that is none of ours."""
    said, is_open = [], False
    for token in TOKEN.finditer(markdown):
        assert token["special"] is None, f"{token[0]!r} at {token.start()} of {markdown!r}"
        if token["open"] or token["close"]:
            assert is_open is bool(token["close"])
            is_open = not is_open
        else:
            said.append(token["escaped"] or token["plain"])
    assert not is_open
    return "".join(said).replace("\u2060", "")


def embed_of(body: bytes) -> Any:
    (embed,) = content_of("discord", body)["embeds"]
    return embed


def texts(embed: Any) -> Iterator[str]:
    yield from (embed["author"]["name"], embed["title"], embed.get("description", ""))
    for field in embed["fields"]:
        yield from (field["name"], field["value"])


@given(WILD)
def test_an_embed_says_the_event_and_nothing_in_it_is_markup(body: bytes) -> None:
    embed, head = embed_of(body), head_of(body)
    title = shown(embed["title"])
    assert embed["author"]["name"] == head[0]
    assert title == head[1] or (title.endswith("…") and head[1].startswith(title[:-1]))
    facts = [f"{field['name']} {shown(field['value'])}" for field in embed["fields"]]
    texts = head[2 : len(head) - len(facts)]
    assert facts == head[len(head) - len(facts) :]
    lines = [line for line in embed.get("description", "").split("\n") if line]
    assert [shown(line) for line in lines[: len(texts)]] == texts
    assert all(line.startswith("- ") for line in lines[len(texts) :])
    assert is_list_of(body, [shown(line[2:]) for line in lines[len(texts) :]])


@given(WILD)
def test_an_embed_keeps_every_limit(body: bytes) -> None:
    embed = embed_of(body)
    assert 0 < len(embed["title"]) <= 256
    assert 0 < len(embed["author"]["name"]) <= 256
    assert len(embed.get("description", "")) <= 4096
    assert len(embed["fields"]) <= 25
    assert all(0 < len(one["name"]) <= 256 and 0 < len(one["value"]) <= 1024 for one in embed["fields"])
    assert sum(len(text.encode("utf-16-le")) // 2 for text in texts(embed)) <= 6000
    assert len(embed.get("url", "")) <= 2048


@given(WILD)
def test_nobody_is_mentioned(body: bytes) -> None:
    content = content_of("discord", body)
    assert content["allowed_mentions"] == {"parse": []}
    (embed,) = content["embeds"]
    assert not any("@everyone" in text or "@here" in text or "<@" in text for text in texts(embed))


def test_an_escape_is_not_cut_from_what_it_escapes() -> None:
    title = embed_of(event_body(replace(NOTICE, title="*" * 300)))["title"]
    assert title == "\\*" * 127 + "…"


@pytest.mark.parametrize(
    ("url", "shown"),
    [("https://example.org/1", "https://example.org/1"), ("javascript:x", None), ("http://intranet/1", None)],
)
def test_only_an_address_that_discord_takes_is_the_embeds(url: str, shown: str | None) -> None:
    assert embed_of(event_body(replace(NOTICE, url=url))).get("url") == shown


def test_a_severity_has_its_colour() -> None:
    colours = [embed_of(event_body(replace(NOTICE, severity=one)))["color"] for one in Severity]
    assert [f"{colour:06x}" for colour in colours] == ["95a5a6", "3498db", "e67e22", "e74c3c"]


def test_a_request_goes_to_the_channels_address_and_knows_what_of_it_is_secret() -> None:
    post = post_of("discord", EVENTS["test"])
    assert post.url == CHANNELS["discord"].url
    assert post.headers == {"content-type": "application/json", "webhook-id": "msg_1"}
    assert {"123456789012345678", "s3cret-t0ken"} <= set(post.secrets)
