from __future__ import annotations

import io
import json
import os
import sys
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedwatch.cli import output
from feedwatch.cli.output import Cell


class Terminal(io.StringIO):
    """A stdout that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    stream = Terminal()
    monkeypatch.setattr(output, "sys", SimpleNamespace(stdout=stream))  # pytest sets sys.stdout again later
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "30")
    return stream


@given(st.dictionaries(st.text(max_size=9), st.text(max_size=20)))
def test_json_is_lossless_and_has_nothing_that_a_terminal_obeys(value: dict[str, str]) -> None:
    stream = io.StringIO()
    before, sys.stdout = sys.stdout, stream
    try:
        output.write_json(value)
    finally:
        sys.stdout = before
    line = stream.getvalue().removesuffix("\n")
    assert line.isprintable()
    assert line.encode()
    assert json.loads(line) == value


def test_a_table_is_cut_at_the_width_of_the_terminal_by_display_width(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    rows = [
        ("1", "ニュース", "ドローンが基地を攻撃したと発表した"),
        ("22", "BBC", "A drone struck a depot near the border"),
    ]
    output.write_table(("id", "outlet", "title"), rows)
    assert terminal.getvalue().splitlines() == [
        "id  outlet    title",
        "1   ニュース  ドローンが基地…",
        "22  BBC       A drone struck …",
    ]
    assert [output.width(line) for line in terminal.getvalue().splitlines()[1:]] == [29, 30]


def test_a_table_in_a_file_is_whole_and_without_headings(capsys: pytest.CaptureFixture[str]) -> None:
    output.write_table(("id", "title"), [("1", "x" * 300)])
    assert capsys.readouterr().out == f"1  {'x' * 300}\n"


def test_an_empty_table_is_nothing(terminal: Terminal) -> None:
    output.write_table(("id", "title"), [])
    assert terminal.getvalue() == ""


def test_matches_are_highlighted_on_a_terminal_only(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    marked = output.marked("A drone struck", [(2, 7)])
    assert marked == "A \x1b[33m\x1b[1mdrone\x1b[0m struck"
    monkeypatch.setenv("NO_COLOR", "1")
    assert output.marked("A drone struck", [(2, 7)]) == "A drone struck"


def test_spans_mean_the_text_as_it_was_before_cleaning(terminal: Terminal) -> None:
    assert "\x1b[1mdrone\x1b[0m" in output.marked("\x1b\x1b drone", [(3, 8)])


def test_spans_that_overlap_or_lie_outside_do_no_harm(terminal: Terminal) -> None:
    assert output.marked("drone", [(0, 3), (1, 2), (3, 3), (9, 12)]).endswith("ne")


def test_a_span_over_two_lines_is_marked_in_both(terminal: Terminal) -> None:
    output.write_text("a drone\nstruck it", [(2, 14)])
    first, second = terminal.getvalue().splitlines()
    assert first.endswith("drone\x1b[0m")
    assert "struck\x1b[0m it" in second


def test_a_cut_cell_keeps_its_highlight(terminal: Terminal) -> None:
    output.write_table(("a", "b"), [("1", Cell("drone " * 9, ((0, 5),)))])
    assert "\x1b[1mdrone\x1b[0m" in terminal.getvalue()
    assert "…" in terminal.getvalue()


def test_times_are_shown_where_the_reader_is(monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    monkeypatch.setitem(os.environ, "TZ", "Asia/Tokyo")
    time.tzset()
    try:
        assert output.local(datetime(2026, 11, 22, 12, 0, tzinfo=UTC)) == "2026-11-22 21:00"
        assert output.local(None) == "-"
    finally:
        monkeypatch.undo()
        time.tzset()
