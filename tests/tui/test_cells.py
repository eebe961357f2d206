from __future__ import annotations

import sys
import unicodedata

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from feedwatch.tui.cells import _NARROW, _wrapped_narrow, _wrapped_part, bounded, cut, fit, highlighted, right, wrapped

ANY = st.text(st.sampled_from("ab  c漢字かな한글😀👩\u200d🚀é\u0301\ufe0f❤🇺🇦اَلْعَرَبِيَّة\x1b\n\u202e"), max_size=40)
PLAIN = st.text(st.sampled_from("ab  c漢字、。かな한글😀🚀é\u0301🇺🇦اَلْعَرَبِيَّة"), max_size=60)


@given(ANY, st.integers(0, 30))
def test_a_cell_of_a_table_has_exactly_its_width_whatever_the_script(text: str, width: int) -> None:
    assert cell_len(fit(text, width)) == width
    assert cell_len(right(text, width)) == width
    assert cell_len(cut(text, width)) <= width


@given(st.lists(st.tuples(ANY, st.just("dim")), max_size=5), st.integers(0, 40))
def test_pieces_are_cut_and_padded_to_the_width(pieces: list[tuple[str, str]], width: int) -> None:
    assert sum(cell_len(text) for text, _ in bounded(pieces, width)) == width


def test_what_is_cut_says_so() -> None:
    assert cut("a long title", 6) == "a lon…"
    assert cut("漢字漢字", 6) == "漢字…"
    assert [text for text, _ in bounded((("abc", ""), ("defgh", "dim")), 6)] == ["abc", "de…"]


@given(PLAIN, st.integers(2, 20))
def test_wrapped_lines_fit_and_lose_no_ink(text: str, width: int) -> None:
    lines = [text[start:end] for start, end in wrapped(text, width)]
    assert all(cell_len(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


NEWS = st.text(st.sampled_from("ab   cé’—“”…Ж€"), max_size=60).filter(lambda text: _NARROW.fullmatch(text) is not None)


@given(NEWS, st.integers(1, 20))
def test_narrow_text_is_wrapped_as_any_other(text: str, width: int) -> None:
    assert [*_wrapped_narrow(text, 0, len(text), width)] == [*_wrapped_part(text, 0, len(text), width)]


def test_narrow_characters_take_one_cell_and_join_no_other() -> None:
    narrow = [char for char in map(chr, range(sys.maxunicode)) if _NARROW.fullmatch(f"a{char}")]
    assert len(narrow) > 900
    assert all(cell_len(f"a{char}a") == 3 and not unicodedata.combining(char) for char in narrow)
    assert [char for char in narrow if char.isspace()] == [" "]


def test_lines_break_at_spaces_and_between_wide_characters() -> None:
    text = "one two three 漢字漢字"
    assert [text[start:end] for start, end in wrapped(text, 8)] == ["one two", "three 漢", "字漢字"]


def test_a_long_text_is_wrapped_in_a_blink() -> None:
    text = "words of an article " * 13_000
    assert sum(end - start for start, end in wrapped(text, 80)) > 240_000


def test_highlights_may_overlap_and_lie_outside() -> None:
    assert highlighted("drones fly", ((0, 6), (3, 8), (9, 99)), "", "match") == (
        ("drones", "match"),
        (" f", "match"),
        ("l", ""),
        ("y", "match"),
    )
