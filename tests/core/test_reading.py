from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedwatch.core.clean import document
from feedwatch.core.reading import NARROWEST, cells, lines, marked_lines, wrapped


def test_a_document_reads_as_plain_lines() -> None:
    found = document(
        "<h2>Bridge closed</h2>"
        "<p>The council <a href='https://a.example/r'>said so</a> on Tuesday, after a long night.</p>"
        "<ul><li>It is old<ul><li>very</li></ul></li><li><a href='https://b.example/'>Ferry</a></li></ul>"
        "<blockquote>We had no choice but to close it.</blockquote>"
        "<pre>if old:\n    close()</pre><img src=a alt='The bridge'>"
    )
    assert lines(found, 24) == (
        "## Bridge closed",
        "",
        "The council said so[1]",
        "on Tuesday, after a long",
        "night.",
        "",
        "• It is old",
        "  • very",
        "• Ferry[2]",
        "",
        "> We had no choice but",
        "> to close it.",
        "",
        "    if old:",
        "        close()",
        "",
        "▣ The bridge",
        "",
        "[1] https://a.example/r",
        "[2] https://b.example/",
    )


def test_a_second_line_of_an_item_stands_under_its_first() -> None:
    assert lines(document("<ul><li>One<br>Two</li></ul>"), 40) == ("• One", "  Two")


def test_spans_are_found_again_in_the_lines_also_where_they_are_broken() -> None:
    read = document(
        "<h2>Two drones</h2><p>Air defence units saw <a href='https://a.example/'>two drones</a> there.</p>"
    )
    spans = tuple((at, at + 10) for at in (read.text.index("Two drones"), read.text.index("two drones")))
    found = marked_lines(read, 24, spans)
    assert tuple(line for line, _ in found) == lines(read, 24)
    shown = [line[start:end] for line, within in found for start, end in within]
    assert "".join(shown).replace(" ", "") == "Twodronestwodrones"


def test_nothing_reads_as_nothing() -> None:
    assert lines(document(""), 80) == ()


@pytest.mark.parametrize(
    ("text", "width"), [("abc", 3), ("東京", 4), ("👩‍🚒", 4), ("é", 1), ("e\u0301", 1), ("", 0), ("می‌خواهم", 7)]
)
def test_wide_characters_take_two_cells_and_marks_none(text: str, width: int) -> None:
    assert cells(text) == width


def test_wide_text_without_spaces_is_broken_at_the_width() -> None:
    assert list(wrapped("東京の橋は閉鎖", 5)) == ["東京", "の橋", "は閉", "鎖"]


@given(st.text("ab 東é\u0301👩\u200d-", max_size=80), st.integers(2, 30))
def test_wrapping_keeps_every_character_and_the_width(text: str, width: int) -> None:
    found = list(wrapped(text, width))
    assert all(cells(line) <= width for line in found)
    assert "".join(found).replace(" ", "") == text.replace(" ", "")


@given(st.text("<ulipre>bq/ ab東\n", max_size=80), st.integers(-5, 60))
def test_no_line_but_of_code_and_addresses_is_too_wide(html: str, width: int) -> None:
    for line in lines(document(html.replace("pre", "p")), width):
        assert cells(line) <= max(NARROWEST, width)
