from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from feedwatch.core.jsonfeed import is_json, parse
from feedwatch.core.parse import parse as parse_any
from feedwatch.errors import NotAFeedError, ParseError
from feedwatch.model import Enclosure, ParsedFeed, ParsedItem

URL = "https://json.example/feed.json"
VERSION = "https://jsonfeed.org/version/1.1"


def feed(*items: object, **more: object) -> ParsedFeed:
    return parse(json.dumps({"version": VERSION, "title": "T", "items": items, **more}).encode(), URL)


def one(**said: object) -> ParsedItem:
    (item,) = feed(said).items
    return item


def test_a_whole_entry_is_read() -> None:
    item = one(
        id="1",
        url="/1",
        external_url="https://elsewhere.example/",
        title="A <b> title",
        content_html="<p>Text</p>",
        summary="1 < 2",
        date_published="2026-11-22T10:00:00+01:00",
        date_modified="2026-11-22T11:00:00Z",
        authors=[{"name": "Ann"}, {"name": "Bob"}],
        tags=["a", "b", "a"],
        language="en",
        image="/1.jpg",
        attachments=[{"url": "/1.mp3", "mime_type": "audio/mpeg", "size_in_bytes": 10, "title": "Sound"}],
    )
    assert item == ParsedItem(
        guid="1",
        link="https://json.example/1",
        title="A <b> title",
        title_is_html=False,
        author="Ann, Bob",
        summary="1 &lt; 2",
        content="<p>Text</p>",
        base=URL,
        published=datetime(2026, 11, 22, 9, tzinfo=UTC),
        updated=datetime(2026, 11, 22, 11, tzinfo=UTC),
        language="en",
        categories=("a", "b"),
        enclosures=(
            Enclosure("https://json.example/1.mp3", "audio/mpeg", 10, "Sound"),
            Enclosure("https://json.example/1.jpg", "image/*"),
        ),
    )


def test_the_feed_itself_is_read() -> None:
    found = feed(home_page_url="/", language="de", authors=[{"name": "Desk"}])
    assert (found.title, found.site, found.language, found.complete) == ("T", "https://json.example/", "de", True)


def test_an_entry_without_author_has_the_feed_s() -> None:
    assert feed({"id": "1"}, author={"name": "Desk"}).items[0].author == "Desk"


def test_an_id_may_be_a_number() -> None:
    assert one(id=17).guid == "17"


def test_text_is_made_html() -> None:
    assert one(id="1", content_text="a < b\n\nnext & last").content == "<p>a &lt; b</p>\n<p>next &amp; last</p>\n"


def test_the_external_address_stands_in_for_a_missing_one() -> None:
    assert one(id="1", external_url="https://elsewhere.example/").link == "https://elsewhere.example/"


def test_an_id_that_is_an_address_is_the_link() -> None:
    assert one(id="https://json.example/7").link == "https://json.example/7"


@pytest.mark.parametrize("odd", [None, 1, [], {}, True, "x"])
def test_a_wrong_type_costs_no_more_than_its_field(odd: object) -> None:
    fields = (
        "url",
        "title",
        "content_html",
        "summary",
        "date_published",
        "authors",
        "author",
        "tags",
        "attachments",
        "image",
    )
    found = feed({"id": "1", **dict.fromkeys(fields, odd)}, {"id": "2", "title": "fine"})
    assert [item.guid for item in found.items] == ["1", "2"]
    assert found.items[1].title == "fine"


def test_an_entry_that_is_no_object_costs_only_itself() -> None:
    found = feed("nonsense", {"id": "2"})
    assert [item.guid for item in found.items] == ["2"]
    assert any("1 of 2" in warning for warning in found.warnings)


@pytest.mark.parametrize("items", [None, {}, "x"])
def test_a_feed_without_a_list_of_items_says_so(items: object) -> None:
    found = feed(items=items)
    assert found.items == ()
    assert found.warnings


def test_a_feed_with_a_wrong_version_is_known_by_its_items() -> None:
    assert len(parse(b'{"title": "T", "items": [{"id": 1, "title": "a"}]}', URL).items) == 1


@pytest.mark.parametrize(
    "body", [b"{}", b"[]", b'{"items": []}', b'{"version": "1"}', b'{"type": "FeatureCollection", "features": []}']
)
def test_other_json_is_no_feed(body: bytes) -> None:
    with pytest.raises(NotAFeedError, match="not a JSON Feed"):
        parse(body, URL)


@pytest.mark.parametrize(
    "body",
    [b'{"version": "https://jsonfeed.org/version/1", "items": [{"id', b'{"a": "\xff\xfe"}', b"[" * 100_000, b"{]"],
)
def test_broken_json_is_a_parse_error(body: bytes) -> None:
    with pytest.raises(ParseError):
        parse(body, URL)


@pytest.mark.parametrize("body", [b'{"a": 1}', b"\xef\xbb\xbf {", b"\n\n[1]"])
def test_json_is_known_by_its_first_character(body: bytes) -> None:
    assert is_json(body)


@pytest.mark.parametrize("body", [b"", b"<rss>", b"text {", b"\xff"])
def test_other_bodies_are_not_taken_for_json(body: bytes) -> None:
    assert not is_json(body)


def test_a_json_feed_is_read_whatever_its_content_type() -> None:
    body = json.dumps({"version": VERSION, "title": "T", "items": [{"id": "1"}]}).encode()
    assert len(parse_any(body, {"content-type": "text/html"}, URL).items) == 1
