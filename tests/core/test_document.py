from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedwatch.core.characters import plain
from feedwatch.core.clean import safe_html
from feedwatch.core.document import Passage, joined, part, read_passages
from feedwatch.model import Block, BlockKind, Document, Link

P, H, LI, Q = BlockKind.PARAGRAPH, BlockKind.HEADING, BlockKind.ITEM, BlockKind.QUOTE
IMAGE = BlockKind.IMAGE


def read(html: str) -> list[tuple[BlockKind, str, int]]:
    return [
        (passage.kind, passage.text, passage.depth)
        for passage in read_passages(safe_html(html, "https://site.example/"))
    ]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>One</p><p>Two</p>", [(P, "One", 0), (P, "Two", 0)]),
        ("<div>One<div>Two</div>Three</div>", [(P, "One", 0), (P, "Two", 0), (P, "Three", 0)]),
        ("<p>One<br>Two</p>", [(P, "One\nTwo", 0)]),
        ("One<br><br>Two<br/> <br/>Three", [(P, "One", 0), (P, "Two", 0), (P, "Three", 0)]),
        ("<p>  a \n b<b> c</b> <i>d</i>e </p>", [(P, "a b c de", 0)]),
        ("<p>a</p> \n <p>&nbsp;</p><p></p>", [(P, "a", 0)]),
        ("<h1>A</h1><h3>B</h3>", [(H, "A", 1), (H, "B", 3)]),
        ("<ul><li>A<ol><li>B</li></ol></li><li>C</li></ul>", [(LI, "A", 1), (LI, "B", 2), (LI, "C", 1)]),
        ("<ul><li><p>A</p><p>B</p></li></ul>", [(LI, "A\nB", 1)]),
        ("<blockquote>A<blockquote>B</blockquote></blockquote><p>C</p>", [(Q, "A", 1), (Q, "B", 2), (P, "C", 0)]),
        ("<pre>a\n  b\n\n<b>c</b></pre>", [(BlockKind.CODE, "a\n  b\n\nc", 0)]),
        ("<p>Run <code>a  b</code> now</p>", [(P, "Run a b now", 0)]),
        ("<table><tr><th>A</th><th>B</th></tr><tr><td>1</td><td></td></tr></table>", [(P, "A | B\n1", 0)]),
        ("<figure><img src=a alt='Fog'><figcaption>By Ann</figcaption>", [(IMAGE, "Fog", 0), (P, "By Ann", 0)]),
        ("<p>One <img src=a alt='A bridge'> two</p>", [(P, "One two", 0), (IMAGE, "A bridge", 0)]),
        ("<p>Yes <img src=a alt='🙂'>!</p>", [(P, "Yes 🙂!", 0)]),
        ("<p>a<img src=a><img src=a alt=''><img src=a alt='IMG_2024.jpg'><img src=a alt=image></p>", [(P, "a", 0)]),
        ("<p>He said <q>no</q>.</p>", [(P, "He said “no”.", 0)]),
        ("<p>Fish &amp;amp; chips &amp;#8211; it&#8217;s &amp;nbsp;on</p>", [(P, "Fish & chips – it’s on", 0)]),
        ("<p>a<script>b</script><style>c</style>d</p>", [(P, "ad", 0)]),
        ("<p>\x1b]52;c;x\x07a&#27;[2J&amp;#27;b\u202e</p>", [(P, "]52;c;xa[2Jb", 0)]),
        ("<hr>", []),
    ],
)  # fmt: skip
def test_html_reads_as_a_page_shows_it(html: str, expected: list[tuple[BlockKind, str, int]]) -> None:
    assert read(html) == expected


def test_plain_text_is_paragraphs_at_its_empty_lines() -> None:
    assert read("One & two\n \nThree") == [(P, "One & two", 0), (P, "Three", 0)]


def test_lines_of_plain_text_stay_lines_unless_they_were_wrapped() -> None:
    assert read("Where: the bridge\nWhen: today") == [(P, "Where: the bridge\nWhen: today", 0)]
    wrapped = "The council said on Tuesday that the old bridge would\nbe closed until spring for repairs."
    assert read(wrapped) == [(P, wrapped.replace("\n", " "), 0)]


def links(html: str) -> list[tuple[str, str]]:
    found = joined(read_passages(safe_html(html, "https://site.example/news/")))
    return [(found.text[link.start : link.end], link.url) for link in found.links]


def test_links_point_at_their_words_and_lead_to_absolute_addresses() -> None:
    html = "<p>See <a href='/a'> the report </a>and</p><ul><li><a href='http://b.example/?x=1&amp;y=2'>B</a></li></ul>"
    assert links(html) == [("the report", "https://site.example/a"), ("B", "http://b.example/?x=1&y=2")]


def test_only_web_addresses_are_links() -> None:
    assert links("<a href='mailto:a@b.example'>x</a><a href='javascript:x'>y</a><a>z</a><a href='/a'> </a>") == []


def test_a_space_in_an_address_is_read_as_browsers_read_it() -> None:
    assert links("<a href='http://b.example/a b\n.html '>x</a>") == [("x", "http://b.example/a%20b.html")]


def test_a_link_around_blocks_is_a_link_in_each() -> None:
    assert links("<a href='/a'><p>One</p><p>Two</p><img src=a alt='A bridge'></a>") == [
        ("One", "https://site.example/a"),
        ("Two", "https://site.example/a"),
        ("A bridge", "https://site.example/a"),
    ]


def test_an_accent_in_another_element_joins_its_letter() -> None:
    assert links("<p>cafe<b>&#769;</b> <a href='/a'>Ame<i>&#769;</i>lie</a></p>") == [
        ("Amélie", "https://site.example/a")
    ]
    assert read("<p>cafe<b>&#769;</b>s</p>") == [(P, "cafés", 0)]


def test_blocks_stand_in_the_text_in_order_with_an_empty_line_between() -> None:
    assert joined(
        [
            Passage(P, "One"),
            Passage(LI, "a", 1),
            Passage(LI, "b", 1, (Link(0, 1, "http://a.example/"),)),
            Passage(H, "T", 2),
        ]
    ) == Document(
        "One\n\na\nb\n\nT",
        (Block(P, 0, 3), Block(LI, 5, 6, 1), Block(LI, 7, 8, 1), Block(H, 10, 11, 2)),
        (Link(7, 8, "http://a.example/"),),
    )


def test_a_part_of_a_passage_keeps_the_links_inside_it() -> None:
    passage = Passage(P, "One two three", 0, (Link(0, 3, "http://a.example/"), Link(4, 13, "http://b.example/")))
    assert part(passage, 3, 8) == Passage(P, "two", 0, (Link(0, 3, "http://b.example/"),))


@given(st.text("ab <>/=\"'&;p!-\n\x1b\u202e\ud800", max_size=60))
def test_even_unsafe_html_gives_safe_text(html: str) -> None:
    for passage in read_passages(html):
        assert all(plain(line) == line for line in passage.text.split("\n") if passage.kind is not BlockKind.CODE)
