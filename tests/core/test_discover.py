from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedwatch.core.discover import announced_feeds

URL = "https://site.example/news/today"


def test_announced_feeds_come_absolute_and_in_order() -> None:
    page = b"""<html><head>
      <link rel="alternate" type="application/rss+xml" title="a > b" href="/rss?a=1&amp;b=2">
      <LINK TYPE='application/atom+xml; charset=utf-8' REL='ALTERNATE' HREF='atom.xml'/>
      <link rel=alternate type=application/feed+json href=//cdn.example/feed.json>
      <link rel="feed" href="/plain"></head><body><a href="/other/rss">RSS</a></body></html>"""
    assert announced_feeds(page, URL) == (
        "https://site.example/rss?a=1&b=2",
        "https://site.example/news/atom.xml",
        "https://cdn.example/feed.json",
        "https://site.example/plain",
    )


def test_the_same_feed_is_named_once() -> None:
    page = b"<link rel=alternate type=text/xml href=/rss><link rel=alternate type=text/xml href='HTTPS://SITE.example:443/rss#x'>"
    assert announced_feeds(page, URL) == ("https://site.example/rss",)


def test_a_base_is_respected() -> None:
    page = b'<base href="https://other.example/x/"><link rel="alternate" type="application/rss+xml" href="rss">'
    assert announced_feeds(page, URL) == ("https://other.example/x/rss",)


def test_links_that_look_like_feeds_stand_in_for_announcements() -> None:
    page = b"""<a href="/about">About</a><a class="x" href="/world/rss.xml">RSS</a><a href="/feeds">All</a>
      <a href="/rss.png">i</a><a href="/feedback">Write</a><a href="https://feeds.site.example/top">Top</a>"""
    assert announced_feeds(page, URL) == (
        "https://site.example/world/rss.xml",
        "https://site.example/feeds",
        "https://feeds.site.example/top",
    )


@pytest.mark.parametrize(
    "tag",
    [
        '<link rel="stylesheet" href="/rss.css">',
        '<link rel="alternate" hreflang="fr" href="/fr">',
        '<link rel="alternate" type="application/rss+xml">',
        '<link rel="alternate" type="application/rss+xml" href="javascript:alert(1)">',
        '<link rel="alternate" type="application/rss+xml" href="file:///etc/passwd">',
        '<link rel="alternate" type="application/json" href="/wp-json/wp/v2/posts/1">',
        '<link rel="alternate" type="application/rss+xml" href="/comments/feed/">',
        '<!-- <link rel="alternate" type="application/rss+xml" href="/rss"> -->',
    ],
)
def test_what_is_no_news_feed_is_not_named(tag: str) -> None:
    assert announced_feeds(tag.encode(), URL) == ()


@pytest.mark.parametrize(
    "flood", ["<!--", "<a ", "<a x='", '<a x="', "<a x=", "<link rel=alternate ", "<![", "<a a=a " + "b" * 99]
)
def test_a_flood_is_read_in_linear_time(flood: str) -> None:
    assert announced_feeds((flood * (1_000_000 // len(flood))).encode(), URL) == ()


def test_a_page_of_links_is_not_followed_for_ever() -> None:
    page = b"".join(b'<a href="/rss/%d">x</a>' % n for n in range(1000))
    assert len(announced_feeds(page, URL)) == 50


@given(st.binary(max_size=300))
@settings(max_examples=150)
def test_any_bytes_announce_something_or_nothing(page: bytes) -> None:
    assert all(link.startswith("http") for link in announced_feeds(b"<a href=/rss>" + page, URL))
