from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedwatch.core.characters import multiline, plain, unescaped, without_unsafe

UNSAFE = [
    *map(chr, range(0x09)),
    *map(chr, range(0x0E, 0x20)),
    *map(chr, range(0x7F, 0xA0)),
    *"\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069",
    *"\u2028\u2029\ufeff\ufff9\ufffa\ufffb\u200b\u00ad",
    *map(chr, range(0xE0000, 0xE0080)),
    "\ud800",
    "\udfff",
]
ANY_TEXT = st.text(
    st.one_of(
        st.characters(codec=None),
        st.sampled_from(UNSAFE),
        st.sampled_from("a <>&;[]\n\t\r\u200c\u200d\u0301e\u0316ᄀ가"),
    ),
    max_size=60,
)


def is_safe(text: str) -> bool:
    return not any(character in text for character in UNSAFE)


@pytest.mark.parametrize("character", UNSAFE, ids=lambda character: f"U+{ord(character):04X}")
def test_no_unsafe_character_is_left_anywhere(character: str) -> None:
    for clean in (plain, multiline):
        assert is_safe(clean(f"a{character}b"))
        assert is_safe(clean(character))
        assert clean(f"a{character}b").replace(" ", "").replace("\n", "") == "ab"


@given(ANY_TEXT)
def test_plain_text_is_one_safe_composed_line_and_stays_as_it_is(text: str) -> None:
    line = plain(text)
    assert is_safe(line)
    assert len(line.splitlines()) <= 1
    assert line == line.strip()
    assert "  " not in line
    assert unicodedata.is_normalized("NFC", line)
    assert plain(line) == line
    line.encode()


@given(ANY_TEXT)
def test_multiline_text_is_safe_and_stays_as_it_is(text: str) -> None:
    lines = multiline(text)
    assert is_safe(lines.replace("\n", ""))
    assert "\t" not in lines
    assert "\n\n\n" not in lines
    assert unicodedata.is_normalized("NFC", lines)
    assert multiline(lines) == lines
    lines.encode()


@given(ANY_TEXT)
def test_text_without_unsafe_characters_keeps_its_white_space(text: str) -> None:
    kept = without_unsafe(text)
    assert without_unsafe(kept) == kept
    assert is_safe(kept)
    assert not set("\r\x0b\x0c") & set(kept)
    assert [c for c in kept if c in "\t "] == [c for c in text if c in "\t "]


def test_an_escape_sequence_loses_what_makes_it_one() -> None:
    assert plain("\x1b]52;c;cm0gLXJm\x07title") == "]52;c;cm0gLXJmtitle"
    assert plain("\x9b2Jtitle") == "2Jtitle"


def test_words_on_two_lines_stay_two_words() -> None:
    assert plain("one\ntwo\u2028three\x0bfour\x85five\tsix") == "one two three four five six"


def test_joiners_stay_for_persian_and_for_emoji() -> None:
    assert plain("می\u200cخواهم 👩\u200d🚒") == "می\u200cخواهم 👩\u200d🚒"


def test_code_keeps_its_indentation_and_its_lines() -> None:
    assert multiline("\ndef a():\r\n\treturn 1  \n\n\n\nb") == "def a():\n    return 1\n\nb"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("AT&T", "AT&T"),
        ("R&para", "R&para"),
        ("a &amp; b", "a & b"),
        ("It&#8217;s", "It’s"),
        ("It&#8217s", "It’s"),
        ("&#x41;&#X42;", "AB"),
        ("&nosuchthing;", "&nosuchthing;"),
        ("&amp;lt;", "&lt;"),
        ("&#99999999999;", "&#99999999999;"),
        ("&#xD800;", "\ufffd"),
    ],
)
def test_references_are_resolved_once(text: str, expected: str) -> None:
    assert unescaped(text) == expected


@settings(max_examples=20)
@given(st.text("\u0301\u0316\u0345a", min_size=2000, max_size=4000))
def test_stacks_of_marks_are_cut_and_stay_as_they_are(text: str) -> None:
    assert plain(plain(text)) == plain(text)


def test_a_huge_stack_of_marks_costs_no_time() -> None:
    started = time.perf_counter()
    assert len(plain("a" + "\u0301\u0316" * 100_000)) < 50
    assert time.perf_counter() - started < 2
