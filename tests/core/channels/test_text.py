from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedwatch.core.channels.text import cut, unmentioned, utf8, utf16


def test_a_short_text_stays_as_it_is() -> None:
    assert cut("drones", 6) == "drones"


def test_what_is_cut_ends_in_an_ellipsis_within_the_limit() -> None:
    assert cut("drones over the port", 10) == "drones ov…"
    assert cut("drones over", 8) == "drones…"


@pytest.mark.parametrize("whole", ["e\u0301", "👩\u200d🚒", "🇺🇦"])
def test_a_character_of_several_code_points_is_not_cut(whole: str) -> None:
    assert cut(f"ab{whole}cdef", 4) == "ab…"


def test_a_limit_below_the_ellipsis_leaves_nothing() -> None:
    assert cut("drones", 2, utf8) == ""


@given(st.text(max_size=60), st.integers(3, 40))
def test_every_measure_is_kept(text: str, limit: int) -> None:
    for size in (len, utf8, utf16):
        assert size(cut(text, limit, size)) <= limit


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("@everyone", "@\u2060everyone"),
        ("ask @durov, @here", "ask @\u2060durov, @\u2060here"),
        ("ы@durov", "ы@\u2060durov"),
        ("x@everyone", "x@\u2060everyone"),
        ("desk@example.org", "desk@example.org"),
        ("5 @ 3 €", "5 @ 3 €"),
    ],
)
def test_names_that_could_be_called_are_broken_by_an_invisible_character(text: str, expected: str) -> None:
    assert unmentioned(text) == expected
