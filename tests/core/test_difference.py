"""Two wordings, word by word: what a publisher took out and put in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedwatch.core.difference import MOST_RUNS, MOST_WORDS, difference
from feedwatch.model import RunKind

_SIGNS = {RunKind.SAME: "", RunKind.REMOVED: "-", RunKind.ADDED: "+"}
WORDS = st.lists(st.sampled_from(["a", "b", "c", "d", "ceasefire", "talks"]), max_size=40).map(" ".join)


def said(before: str, after: str) -> list[str]:
    return [_SIGNS[run.kind] + run.text for run in difference(before, after)]


@pytest.mark.parametrize(
    ("before", "after", "runs"),
    [
        ("", "", []),
        ("The same", "The  same\n", []),
        ("Ceasefire agreed", "Ceasefire rejected", ["Ceasefire", "-agreed", "+rejected"]),
        ("Talks end", "Peace talks end", ["-Talks", "+Peace talks", "end"]),
        ("", "New text", ["+New text"]),
        ("北京：将军被捕", "北京：将军获释", ["北京：将军", "-被捕", "+获释"]),
        ("Old text", "", ["-Old text"]),
        (
            "one two three four five six seven eight nine ten eleven twelve thirteen fourteen end",
            "one two three four five six seven eight nine ten eleven twelve thirteen fourteen stop",
            ["… nine ten eleven twelve thirteen fourteen", "-end", "+stop"],
        ),
    ],
)
def test_words_are_kept_removed_and_added(before: str, after: str, runs: list[str]) -> None:
    assert said(before, after) == runs


def test_a_long_stretch_between_two_changes_is_folded() -> None:
    stretch = " ".join(f"w{number}" for number in range(30))
    assert said(f"a {stretch} b", f"c {stretch} d") == [
        "-a", "+c", "w0 w1 w2 w3 w4 w5 … w24 w25 w26 w27 w28 w29", "-b", "+d"
    ]  # fmt: skip


@given(WORDS, WORDS)
def test_each_wording_is_in_the_difference_of_two(before: str, after: str) -> None:
    runs = difference(before, after)
    if before.split() == after.split():
        assert runs == ()
    elif not any("…" in run.text.split() for run in runs):
        assert " ".join(run.text for run in runs if run.kind is not RunKind.ADDED).split() == before.split()
        assert " ".join(run.text for run in runs if run.kind is not RunKind.REMOVED).split() == after.split()


def test_long_and_hostile_texts_are_compared_in_part() -> None:
    for before, after in (("a b " * 50_000, "b a " * 50_000), ("a " * 90_000, "b " * 90_000)):
        assert 0 < len(difference(before, after)) <= MOST_RUNS + 1
    runs = difference(" ".join(["x"] * (MOST_WORDS + 5)), "")
    assert sum(run.text.count("x") for run in runs) == MOST_WORDS + 5
