from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedwatch.tui.guard import line, passage


@pytest.mark.parametrize(
    "active",
    [
        "\x1b",
        "\x9b",
        "\x9d",
        "\x07",
        "\x00",
        "\x7f",
        "\u202e",
        "\u2066",
        "\u200f",
        "\u2028",
        "\ufeff",
        "\U000e0041",
        "\ud800",
    ],
)
def test_what_a_terminal_would_act_on_is_replaced_one_for_one(active: str) -> None:
    assert line(f"a{active}b") == "a\ufffdb"
    assert passage(f"a{active}b") == "a\ufffdb"


def test_joiners_of_emoji_and_persian_stay() -> None:
    assert line("👩\u200d🚀 می\u200cخواهم") == "👩\u200d🚀 می\u200cخواهم"


def test_a_line_has_no_line_feeds_and_a_passage_keeps_them() -> None:
    assert line("a\tb\nc") == "a b c"
    assert passage("a\tb\nc") == "a b\nc"


@given(st.text())
def test_the_length_stays_so_that_spans_stay_right(text: str) -> None:
    assert len(line(text)) == len(passage(text)) == len(text)
