from __future__ import annotations

import pytest

from feedwatch.core.opml import Outline, read, write
from feedwatch.errors import SubscriptionError
from feedwatch.model import Subscription


def listed(body: bytes) -> tuple[Outline, ...]:
    return read(body).feeds


def opml(body: str) -> bytes:
    return f'<?xml version="1.0" encoding="utf-8"?><opml version="2.0"><head/><body>{body}</body></opml>'.encode()


def test_folders_become_tags() -> None:
    body = opml(
        '<outline text="World &amp; all"><outline text="Europe">'
        '<outline type="rss" text="Post" title="The Post" xmlUrl="https://post.example/rss" htmlUrl="https://post.example/"/>'
        '</outline></outline><outline text="Top" xmlUrl="https://top.example/rss"/>'
    )
    assert listed(body) == (
        Outline("https://post.example/rss", "The Post", "https://post.example/", ("World & all", "Europe")),
        Outline("https://top.example/rss", "Top"),
    )


def test_a_feed_in_two_folders_has_both_tags() -> None:
    feed = '<outline text="F" xmlUrl="https://f.example/"/>'
    (outline,) = listed(opml(f'<outline text="a">{feed}</outline><outline text="b">{feed}</outline>'))
    assert outline.tags == ("a", "b")


def test_categories_are_tags_too() -> None:
    (outline,) = listed(opml('<outline text="F" xmlUrl="https://f.example/" category="/x, y"/>'))
    assert outline.tags == ("x", "y")


def test_names_of_attributes_may_be_written_in_any_case() -> None:
    assert listed(opml('<outline TITLE="F" XMLURL="feed://f.example/"/>')) == (Outline("https://f.example/", "F"),)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "file:///etc/passwd", "", "--flag", "ftp://f.example/"])
def test_an_address_that_can_not_be_polled_is_passed_over(url: str) -> None:
    assert listed(opml(f'<outline text="F" xmlUrl="{url}"/>')) == ()


def test_a_name_can_not_carry_an_escape() -> None:
    (outline,) = listed(opml('<outline text="a&#x9b;2J\u202eb" xmlUrl="https://f.example/"/>'))
    assert outline.name == "a2Jb"


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"", "broken at line 1"),
        (b"text", "broken at line 1"),
        (b"<html></html>", "begins with <html>"),
        (b"<opml><body><outline></body></opml>", "mismatched tag"),
        (b'<!DOCTYPE opml [<!ENTITY a "aaaa">]><opml><body/></opml>', "entities"),
        (b'<!DOCTYPE opml [<!ENTITY a SYSTEM "file:///etc/passwd">]><opml><body/></opml>', "entities"),
        (b"<opml><body>" + b'<outline text="x">' * 100 + b"</body></opml>", "32 deep"),
        (b"<opml>\xff\xfe", "broken at line"),
    ],
)
def test_what_can_not_be_read_is_told_why(body: bytes, sentence: str) -> None:
    with pytest.raises(SubscriptionError, match=sentence):
        read(body)


def test_what_is_written_can_be_read() -> None:
    subscriptions = (
        Subscription("https://a.example/?x=1&y=2", 'A "quoted" <name>', "A", ("world", "europe")),
        Subscription("https://b.example/", "B", "B", ("world",)),
        Subscription("https://c.example/", "C", "C"),
    )
    assert listed(write(subscriptions)) == (
        Outline("https://a.example/?x=1&y=2", 'A "quoted" <name>', "", ("world", "europe")),
        Outline("https://b.example/", "B", "", ("world",)),
        Outline("https://c.example/", "C"),
    )


def test_an_empty_list_is_a_valid_document() -> None:
    assert listed(write(())) == ()


def test_what_can_not_be_taken_is_counted() -> None:
    feeds = "".join(f'<outline text="F" xmlUrl="{url}"/>' for url in ("https://a.example/", "ftp://b.example/", ""))
    found = read(opml(f'<outline text="Folder">{feeds}</outline>'))
    assert (len(found.feeds), found.left_out) == (1, 2)


def test_of_an_address_that_stands_twice_the_first_name_is_taken() -> None:
    twice = '<outline text="First" xmlUrl="https://a.example/"/><outline text="Last" xmlUrl="https://a.example/"/>'
    assert [one.name for one in listed(opml(twice))] == ["First"]
