from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedwatch.core.urls import (
    LONGEST_URL,
    canonical,
    display_host,
    host_key,
    redact,
    registrable_domain,
    safe_link,
    without_query,
)

URLISH = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "http://",
                "https://",
                "//",
                "/",
                "\\",
                "?",
                "#",
                "&",
                "=",
                "@",
                ":",
                ".",
                "..",
                "%",
                "%41",
                "%zz",
                "[",
                "]",
                "::1",
                "utm_source=x",
                "fbclid=1",
                "a",
                "b",
                "é",
                "漢",
                "\u202e",
                "\x1b",
                "\n",
                " ",
                "-",
                "user:pw@",
                "javascript:",
                "data:",
                "file://",
                "example.org",
                "xn--80ak6aa92e.com",
                "127.0.0.1",
                ":80",
                ":99999",
                "\ud800",
            ]
        ),
        st.text(st.characters(codec=None), max_size=4),
    ),
    max_size=10,
).map("".join)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("HTTP://Example.ORG:80", "http://example.org/"),
        ("https://example.org:443/a", "https://example.org/a"),
        ("https://example.org:8443/a", "https://example.org:8443/a"),
        ("http://example.org./a", "http://example.org/a"),
        ("http://example.org/a#part", "http://example.org/a"),
        ("http://example.org/%7euser/%c3%a9", "http://example.org/~user/%C3%A9"),
        ("http://example.org/é", "http://example.org/%C3%A9"),
        ("http://example.org/a/./b/../c", "http://example.org/a/c"),
        ("http://example.org/../a", "http://example.org/a"),
        ("http://example.org/a/..", "http://example.org/"),
        ("http://example.org/a?utm_source=rss&id=7&fbclid=x&gclid=y", "http://example.org/a?id=7"),
        ("http://example.org/a?utm_source=rss", "http://example.org/a"),
        ("http://example.org/a?ref=rss&b=1", "http://example.org/a?b=1"),
        ("http://example.org/a?ref=chapter2", "http://example.org/a?ref=chapter2"),
        ("http://example.org/?feed=rss2", "http://example.org/?feed=rss2"),
        ("http://example.org/a?b=2&a=1", "http://example.org/a?b=2&a=1"),
        ("http://example.org/100%", "http://example.org/100%25"),
        ("http://müller.example/", "http://xn--mller-kva.example/"),
        ("http://XN--MLLER-KVA.example/", "http://xn--mller-kva.example/"),
        ("http://[2001:DB8::1]:80/", "http://[2001:db8::1]/"),
        ("  http://example.org/  ", "http://example.org/"),
        ("tag:example.org,2026:7", "tag:example.org,2026:7"),
        ("http://[::1", "http://[::1"),
        ("", ""),
    ],
)
def test_two_spellings_of_an_address_have_one_normal_form(url: str, expected: str) -> None:
    assert canonical(url) == expected
    assert canonical(expected) == expected


@given(URLISH)
def test_any_text_has_a_normal_form_that_is_its_own(text: str) -> None:
    assert canonical(canonical(text)) == canonical(text)
    for other in (without_query, host_key, registrable_domain, display_host, redact):
        assert isinstance(other(text), str)


@given(URLISH, URLISH)
def test_a_safe_link_is_an_http_address_with_a_host_and_nothing_hidden(url: str, base: str) -> None:
    link = safe_link(url, base)
    if link:
        assert link.startswith(("http://", "https://"))
        assert host_key(link)
        assert link.isprintable()
        assert not set(' \\<>"') & set(link)
        assert "@" not in link.split("/")[2]
        assert safe_link(link) == link


@pytest.mark.parametrize(
    "url",
    [
        "",
        "javascript:alert(1)",
        "JAVASCRIPT:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "file://etc/passwd",
        "ftp://example.org/",
        "ssh://example.org/",
        "--remote-debugging-port=9222",
        "-x",
        "http://",
        "http:///etc",
        "http:example.org",
        "/relative",
        "http://example.org/a b",
        "http://example.org/\n-- x",
        "http://example.org/\x1b]52;x",
        "http://example.org\\@other.example/",
        "http://exa\u200bmple.org/",
        "http://example.org/\u202egpj",
        "http://[::1",
        "http://example.org:99999/",
        "http://exa<mple.org/",
        "http://example.org／other",
        "http://" + "a" * 300 + ".example/",
        "http://example.org/" + "a" * LONGEST_URL,
        "http://\ud800/",
    ],
)
def test_what_is_no_plain_web_address_is_refused(url: str) -> None:
    assert safe_link(url) == ""


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "mailto:a@b.example"])
def test_a_base_makes_no_other_scheme_good(url: str) -> None:
    assert safe_link(url, "https://example.org/feed") == ""


@pytest.mark.parametrize(
    ("url", "base", "expected"),
    [
        ("a.html", "https://example.org/news/feed.xml", "https://example.org/news/a.html"),
        ("/a", "https://example.org/news/", "https://example.org/a"),
        ("//other.example/a", "https://example.org/", "https://other.example/a"),
        ("?page=2", "https://example.org/news", "https://example.org/news?page=2"),
        ("-a", "https://example.org/", "https://example.org/-a"),
        ("a", "ftp://example.org/", ""),
        ("a", "nonsense", ""),
        ("a", "http://[::1", ""),
        ("/a", "https://user:secret@example.org/feed", "https://example.org/a"),
    ],
)
def test_a_relative_link_is_resolved_against_its_base(url: str, base: str, expected: str) -> None:
    assert safe_link(url, base) == expected


def test_a_link_keeps_what_leads_to_the_page_and_drops_the_password() -> None:
    assert safe_link("HTTPS://user:pw@Example.org/é?q=ü#part") == "https://example.org/%C3%A9?q=%C3%BC#part"
    assert safe_link("http://пример.example/") == "http://пример.example/"


def test_the_address_without_its_query_ends_before_the_fragment_too() -> None:
    assert without_query("http://example.org/a?token=1#b") == "http://example.org/a"
    assert without_query("http://example.org/a#b?c") == "http://example.org/a"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://News.Example.org/feed", "news.example.org"),
        ("https://example.org:443/", "example.org"),
        ("http://127.0.0.1:8080/", "127.0.0.1:8080"),
        ("http://müller.example/", "xn--mller-kva.example"),
        ("nonsense", ""),
    ],
)
def test_limits_count_under_host_and_unusual_port(url: str, expected: str) -> None:
    assert host_key(url) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://feeds.bbci.co.uk/news/rss.xml", "bbci.co.uk"),
        ("https://www.example.org/", "example.org"),
        ("https://someone.github.io/feed", "someone.github.io"),
        ("http://127.0.0.1:8080/", "127.0.0.1"),
        ("http://localhost/", "localhost"),
        ("nonsense", ""),
    ],
)
def test_the_registrable_domain_follows_the_public_suffix_list(url: str, expected: str) -> None:
    assert registrable_domain(url) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://example.org/a", "example.org"),
        ("https://аррӏе.com/", "аррӏе.com (xn--80ak6aa92e.com)"),
        ("https://xn--80ak6aa92e.com/", "аррӏе.com (xn--80ak6aa92e.com)"),
        ("https://пример.рф/", "пример.рф"),
        ("https://münchen.de/", "münchen.de"),
        ("https://xn--/", "xn--"),
        ("nonsense", ""),
    ],
)
def test_a_host_that_mixes_scripts_shows_its_punycode(url: str, expected: str) -> None:
    assert display_host(url) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://user:pw@example.org/feed", "https://***@example.org/feed"),
        ("https://example.org/?token=abc&page=2", "https://example.org/?token=***&page=2"),
        ("https://example.org/?API_KEY=abc", "https://example.org/?API_KEY=***"),
        ("https://example.org/?a=1;secret=b#access_token=c", "https://example.org/?a=1;secret=***#access_token=***"),
        ("https://example.org/?author=Ann&keyword=bridge", "https://example.org/?author=Ann&keyword=bridge"),
        ("https://hooks.slack.com/services/T0/B0/xyz", "https://hooks.slack.com/services/***"),
        ("https://discord.com/api/webhooks/123/abc", "https://discord.com/api/webhooks/123/***"),
        ("https://api.telegram.org/bot12:ab/sendMessage", "https://api.telegram.org/bot***/sendMessage"),
        ("http://127.0.0.1:8081/bot12:ab_c-d/getMe", "http://127.0.0.1:8081/bot***/getMe"),
        ("https://example.org/bot/12:30", "https://example.org/bot/12:30"),
        ("GET http://u:p@a.example/ failed, see ?sig=1", "GET http://***@a.example/ failed, see ?sig=***"),
    ],
)
def test_nothing_secret_of_an_address_is_shown(url: str, expected: str) -> None:
    assert redact(url) == expected
    assert redact(expected) == expected
