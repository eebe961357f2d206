from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedwatch.core.channels.layout import (
    LONGEST_LINK,
    LONGEST_TITLE,
    MOST_ENTRIES,
    Layout,
    Span,
    lay_out,
    link,
    listed,
)
from feedwatch.core.channels.message import Entry, Message
from feedwatch.core.channels.text import utf16
from feedwatch.core.characters import plain
from feedwatch.model import Severity
from tests.core.channels.wild import TEXTS, URLS


def message(title: str = "Title", url: str = "", entries: tuple[Entry, ...] = (), left_out: int = 0) -> Message:
    return Message("test", Severity.LOW, "Label", title, url, "", entries=entries, left_out=left_out)


def layout(count: int, left_out: int = 0) -> Layout:
    return lay_out(message(entries=tuple(Entry("R", str(n), "", "") for n in range(count)), left_out=left_out))


def words(line: tuple[Span, ...]) -> str:
    return "".join(span.text for span in line)


def test_an_entry_says_its_rule_its_title_and_its_outlet() -> None:
    (line,) = lay_out(message(entries=(Entry("Drones", "Port closed", "https://a.example/1", "BBC"),))).entries
    assert line == (Span("Drones: "), Span("Port closed", "https://a.example/1"), Span(" — BBC"))


def test_what_has_no_title_is_untitled() -> None:
    assert lay_out(message(" \u200b\n")).title == Span("Untitled")


def test_everything_is_listed_where_there_is_room() -> None:
    assert [words(line) for line in listed(layout(3), 100, lambda line: len(words(line)))] == ["R: 0", "R: 1", "R: 2"]


def test_what_has_no_room_is_counted_with_what_the_event_left_out() -> None:
    lines = listed(layout(3, 1000), len("R: 0") + len("and 1,003 more"), lambda line: len(words(line)))
    assert [words(line) for line in lines] == ["R: 0", "and 1,002 more"]


def test_no_more_entries_are_listed_than_anybody_reads() -> None:
    assert [words(line) for line in listed(layout(60), 9999, len)][MOST_ENTRIES - 1 :] == ["R: 39", "and 20 more"]


@given(st.integers(0, 50), st.integers(0, 3), st.integers(14, 400))
def test_a_list_keeps_to_its_room(count: int, left_out: int, room: int) -> None:
    assert (
        sum(len(words(line)) for line in listed(layout(count, left_out), room, lambda line: len(words(line)))) <= room
    )


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://example.org/a b", ""),
        ("https://example.org/a|b<c>", "https://example.org/a%7Cb%3Cc%3E"),
        ("https://user:pass@example.org/", "https://example.org/"),
        ("http://müller.example/ä", "http://xn--mller-kva.example/%C3%A4"),
        ("http://" + "ü" * 70 + ".example/", ""),
        ("javascript:alert(1)", ""),
        ("tg://user?id=1", ""),
        ("https://example.org/" + "a" * LONGEST_LINK, ""),
    ],
)
def test_a_link_is_a_short_http_address_in_ascii(url: str, expected: str) -> None:
    assert link(url) == expected


@given(TEXTS, URLS)
def test_a_title_is_one_short_line_without_invisible_characters(title: str, url: str) -> None:
    span = lay_out(message(title, url)).title
    assert plain(span.text) == span.text
    assert 0 < utf16(span.text) <= LONGEST_TITLE
    assert span.url == "" or span.url.startswith(("http://", "https://"))
