from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedwatch.core.clean import LONGEST_HTML, LONGEST_TITLE, document, multiline, plain, safe_html, title_text

BASE = "https://site.example/news/feed.xml"
MARKUP = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "<p>",
                "</p>",
                "<b>",
                "</b>",
                "<a href='",
                "'>",
                "</a>",
                "<a href=javascript:alert(1)>",
                "<script>",
                "</script>",
                "<img src=x onerror=alert(1) alt='",
                "<ul><li>",
                "</ul>",
                "<pre>",
                "<table><tr><td>",
                "<br>",
                "<!--",
                "-->",
                "<svg onload=alert(1)>",
                "<style>",
                "<iframe src='data:text/html,x'>",
                "<form action=x><input>",
                "&lt;p&gt;",
                "<a href='http://site.example/'>",
                "<blockquote>",
                "<h2>",
                "&",
                "&amp;",
                "&#27;",
                "&amp;#27;",
                "&#x202e;",
                "\x1b]52;c;x\x07",
                "\u202e",
                "\x9b",
                "\ud800",
                "<",
                ">",
                '"',
                "'",
                "\n",
                "\n\n",
                " ",
                "word",
                "e",
                "\u0301",
                "<math><mtext><table><mglyph><style>",
                "<template>",
                "<noscript>",
                "<title>",
                "<textarea>",
                "]]>",
                "<![CDATA[",
            ]
        ),
        st.text(st.characters(codec=None), max_size=6),
    ),
    max_size=25,
).map("".join)

HOSTILE = {
    "comments": "<!--" * 90_000,
    "less-than": "<" * 1_000_000,
    "ampersands": "&" * 1_000_000,
    "half tags": "<a " * 100_000,
    "open quotes": '<a href="' * 40_000,
    "deep blocks": "<div>" * 100_000,
    "deep lists": "<ul><li>" * 30_000,
    "deep inline": "<b>" * 100_000,
    "formatting carried over": "<p>" + "".join(f"<b a={n}>" for n in range(1000)) + "<p>x" * 3000,
    "formatting behind a marker": "".join(f"<b a={n}><marquee></b></marquee>" for n in range(2000)) + "<p>x" * 20_000,
    "attributes": "<a " + " ".join(f"a{n}=1" for n in range(30_000)) + ">",
    "escaped tags": "&lt;p " * 50_000,
    "paragraphs": "<p>x" * 60_000,
    "marks": "<p>a" + "\u0301\u0316" * 100_000,
    "marks in links": "<a href=http://a.example>e</a>\u0301" * 7000,
    "addresses": "http://a.example " * 15_000,
    "hashtags": "#a" * 100_000 + " http://a.example http://b.example",
    "tags in brackets": "[VIDEO] x " * 25_000,
    "forms": "More.\n" * 40_000,
    "broken lines": "<p>More<br>" * 20_000,
    "spaces": "&am" + " " * 200_000 + "x",
}


# --- titles ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("AT&T", "AT&T"),
        ("AT&amp;T", "AT&T"),
        ("AT&amp;amp;T", "AT&T"),
        ("Q&A: R&para", "Q&A: R&para"),
        ("a < b and b > c", "a < b and b > c"),
        ("a &lt; b", "a < b"),
        ("I <3 you", "I <3 you"),
        ("[b]x[/i] [@click=app.pwn]go[/]", "[b]x[/i] [@click=app.pwn]go[/]"),
        ("<b>bold</b>", "bold"),
        ("&lt;b&gt;bold&lt;/b&gt;", "bold"),
        ("&amp;lt;b&amp;gt;bold&amp;lt;/b&amp;gt;", "bold"),
        ("&amp;lt;", "<"),
        ("H<sub>2</sub>O", "H2O"),
        ("<script>alert(1)</script>Storm", "Storm"),
        ("Using <T> in Java", "Using <T> in Java"),
        ("It&#8217;s &quot;over&quot;", 'It’s "over"'),
        ("Bridge clos&#8230", "Bridge clos"),
        ("Tom &am…", "Tom …"),
        ("Tom &am...", "Tom ..."),
        ("Tom &", "Tom &"),
        ("one\n  two\u2028three", "one two three"),
        ("&#27;]52;c;x&#7;red", "]52;c;xred"),
        ("&amp;#27;[2Jred", "[2Jred"),
        ("\u202egnp.exe", "gnp.exe"),
        ("", ""),
        ("   ", ""),
    ],
)
def test_a_title_reads_as_its_publisher_meant_it(raw: str, expected: str) -> None:
    assert title_text(raw, is_html=True) == expected


def test_a_break_in_a_title_parts_words() -> None:
    assert title_text("one<br/>two<p>three</p>", is_html=True) == "one two three"


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("The <b> tag", "The <b> tag"),
        ("<b>bold</b> move", "bold move"),
        ("AT&amp;T", "AT&T"),
        ("5 < 6", "5 < 6"),
    ],
)
def test_a_lone_tag_in_a_plain_title_is_text(raw: str, expected: str) -> None:
    assert title_text(raw, is_html=False) == expected


def test_an_endless_title_is_cut_at_a_word() -> None:
    title = title_text("bridges " * 1000, is_html=True)
    assert len(title) <= LONGEST_TITLE
    assert title.endswith("bridges…")


@given(MARKUP, st.booleans())
def test_any_title_is_one_safe_line(raw: str, is_html: bool) -> None:
    title = title_text(raw, is_html)
    assert plain(title) == title
    assert len(title) <= LONGEST_TITLE


# --- HTML ------------------------------------------------------------------------------------------------------------


def test_links_and_pictures_become_absolute() -> None:
    found = safe_html('<a href="../a?b=1&amp;c=2">x</a><img src="/i.png" alt="A bridge">', BASE)
    assert 'href="https://site.example/a?b=1&amp;c=2"' in found
    assert 'src="https://site.example/i.png"' in found
    assert 'rel="noopener noreferrer"' in found


@pytest.mark.parametrize("base", ["", "nonsense", "file:///etc/", "javascript:alert(1)", "/relative", "http://[::1"])
def test_without_a_base_a_relative_link_is_text(base: str) -> None:
    found = safe_html('<a href="/a">x</a> <a href="http://b.example/">y</a>', base)
    assert "/a" not in found.replace("/a>", "")
    assert 'href="http://b.example/"' in found


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>",
        "<p onclick=alert(1)>",
        "<a href='javascript:alert(1)'>x</a>",
        "<a href='java\tscript:alert(1)'>x</a>",
        "<a href='java\u202escript:alert(1)'>x</a>",
        "<a href=' &#1;javascript:alert(1)'>x</a>",
        "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
        "<a href='file:///etc/passwd'>x</a>",
        "<img src=x onerror=alert(1)>",
        "<img src='data:image/svg+xml,x'>",
        "<svg onload=alert(1)><script>alert(1)</script></svg>",
        "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
        "<iframe src='https://a.example/'></iframe>",
        "<form action='https://a.example/'><input name=a><button>alert</button></form>",
        "<style>*{background:url(javascript:alert(1))}</style>",
        "<div style='background:url(javascript:alert(1))'>",
        "<base href='https://evil.example/'><meta http-equiv=refresh content='0;url=data:x'>",
        "<object data='data:x'></object><embed src='data:x'>",
        "&lt;script&gt;alert(1)&lt;/script&gt;&lt;p onclick=alert(1)&gt;x&lt;/p&gt;",
    ],
)
def test_nothing_that_acts_is_left(html: str) -> None:
    found = safe_html(html, BASE)
    assert not re.search(
        r"alert|javascript:|data:|file:|<(script|style|iframe|form|input|button|svg|object|embed|base)", found
    )


@given(MARKUP)
def test_no_markup_smuggles_anything_in(html: str) -> None:
    found = safe_html(html, BASE)
    tags = re.findall(r"<[a-z][^>]*>", re.sub(r'"[^"]*"', '""', found))
    assert not any(
        re.search(r"<(script|style|iframe|form|input|svg|math|template|title|textarea)\b|\son\w+=", tag) for tag in tags
    )
    attributes = [
        attribute
        for tag in re.findall(r'<[a-z][^<>"]*(?:"[^"]*"[^<>"]*)*>', found)
        for attribute in re.findall(r'([a-z]+)="([^"]*)"', tag)  # quote by quote: a value may read like another one
    ]
    addresses = [value for name, value in attributes if name in {"href", "src"}]
    assert all(address.startswith(("http://", "https://", "mailto:")) for address in addresses)
    assert plain(found) == plain(plain(found))
    assert not re.search("[\x00-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", found)


def test_html_that_was_escaped_twice_is_read_all_the_same() -> None:
    assert safe_html("&lt;p&gt;One &amp;amp; two&lt;/p&gt;", "") == "<p>One &amp; two</p>"


def test_text_without_markup_is_left_alone() -> None:
    assert safe_html("Just text.\n\nMore text.", "") == "Just text.\n\nMore text."


def test_too_deep_html_keeps_its_text() -> None:
    found = safe_html("<div>" * 20_000 + "The bridge is closed.", BASE)
    assert "The bridge is closed." in found
    assert "<div" not in found


def test_a_long_ordinary_article_keeps_its_markup() -> None:
    found = safe_html("<div><div><p>The <b>bridge</b> is <a href='/a'>closed</a>.</p></div></div>" * 1500, BASE)
    assert found.count("<b>") == 1500


@pytest.mark.parametrize("html", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_html_costs_little_time_and_room(html: str) -> None:
    started = time.perf_counter()
    found = safe_html(html, BASE)
    read = document(html, frozenset({"0" * 12}), BASE)
    title_text(html, is_html=True)
    assert time.perf_counter() - started < 5
    assert len(found) < 8 * LONGEST_HTML
    assert len(read.text) <= 2 * LONGEST_HTML


# --- documents -------------------------------------------------------------------------------------------------------


@settings(max_examples=300)
@given(MARKUP)
def test_any_html_is_a_sound_document_of_safe_text(html: str) -> None:
    found = document(html, base=BASE)
    assert multiline(found.text) == found.text
    position = 0
    for block in found.blocks:
        assert found.text[position : block.start] in {"", "\n", "\n\n"}
        assert block.start < block.end
        assert found.text[block.start : block.end].strip("\n")
        position = block.end
    assert position == len(found.text)
    position = 0
    for link in found.links:
        assert position <= link.start < link.end
        assert link.url.startswith(("http://", "https://"))
        assert any(block.start <= link.start and link.end <= block.end for block in found.blocks)
        position = link.end


def test_what_is_boilerplate_in_the_text_stays_in_the_html() -> None:
    html = "<p>The bridge is closed until spring.</p><p>Subscribe to our newsletter.</p>"
    assert document(html).text == "The bridge is closed until spring."
    assert "newsletter" in safe_html(html, "")
