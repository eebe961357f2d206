"""``feedwatch rules match`` and ``explain``."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from tests.cli.conftest import FakeDesk

Run = Callable[..., Result]

LINES = """A drone struck a depot
He will drone on about it
Nothing
{"title": "Drones over Kyiv", "text": "", "language": "en"}
{"title": 5, "text": ["drone"]}
{drone
"""


def test_matching_lines_are_printed_as_they_stand(run: Run) -> None:
    result = run("rules", "match", 'drone EXCEPT ("drone on")', stdin=LINES)
    kept = LINES.splitlines()
    assert (result.exit_code, result.stdout.splitlines()) == (0, [kept[0], kept[3], kept[5]])


def test_json_has_a_verdict_and_spans_for_every_line(run: Run) -> None:
    found = [json.loads(line) for line in run("rules", "match", "drone", "--json", stdin=LINES).stdout.splitlines()]
    assert [(one["line"], one["match"]) for one in found] == [
        (1, True), (2, True), (3, False), (4, True), (5, False), (6, True),
    ]  # fmt: skip
    assert found[0]["spans"] == [{"field": "text", "start": 2, "end": 7, "text": "drone"}]
    assert found[2]["spans"] == []
    assert found[3]["spans"] == [{"field": "title", "start": 0, "end": 6, "text": "Drones"}]


def test_the_exit_code_is_1_where_nothing_matches(run: Run) -> None:
    assert run("rules", "match", "zeppelin", stdin=LINES).exit_code == 1
    assert run("rules", "match", "zeppelin", "--json", stdin="").exit_code == 1


@pytest.mark.parametrize("place", ["lines.txt", "-"])
def test_lines_come_from_a_file_or_stdin(run: Run, place: str) -> None:
    Path("lines.txt").write_text(LINES)
    assert run("rules", "match", "zeppelin OR nothing", place, stdin=LINES).stdout == "Nothing\n"


def test_the_language_of_a_record_decides_how_words_inflect(run: Run) -> None:
    lines = '{"title": "Заява генерала", "language": "uk"}\n'
    assert run("rules", "match", "генерал", stdin=lines).exit_code == 0


def test_a_wrong_expression_is_pointed_at_before_any_line(run: Run) -> None:
    result = run("rules", "match", '"drone', stdin=LINES)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "^" in result.stderr


def test_bytes_that_are_no_text_end_nothing(run: Run) -> None:
    result = run("rules", "match", "drone", stdin=b"\xff\xfe drone \x1b[2J\x00\n")
    assert (result.exit_code, result.stdout) == (0, "\ufffd\ufffd drone [2J\n")


def test_a_file_that_is_not_there_is_a_usage_error(run: Run) -> None:
    assert run("rules", "match", "drone", "none.txt").exit_code == 2


def test_explain_gives_verdict_tree_and_forms(run: Run, desk: FakeDesk) -> None:
    text = run("rules", "explain", "Drones", "1").stdout
    assert text.startswith("Drones matches.\n  yes drone: 1 occurrence\n")
    record = json.loads(run("rules", "explain", "Drones", "1", "--json").stdout)
    assert record["verdict"] is True
    assert record["tree"]["label"] == "drone"
    assert record["forms"] == {"drone": ["drone", "drones"]}


def test_a_backtest_is_told_in_lines(run: Run, desk: FakeDesk) -> None:
    result = run("rules", "test", "drone", "--since", "7d")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0].startswith("1,200 items since ")
    assert lines[0].endswith(": 2 match, in 1 story")
    assert lines[1:3] == ["1 alert, 1 more as stories grow", "1 suppressed: story already alerted"]
    assert "BBC World  2" in result.stdout
    assert "Gained" not in result.stdout
    assert "\x1b" not in result.stdout


def test_a_changed_rule_shows_what_is_gained_and_lost(run: Run, desk: FakeDesk) -> None:
    result = run("rules", "test", "drone -toy", "--rule", "Drones")
    assert "Gained: 0" in result.stdout
    assert "Lost: 2" in result.stdout
    assert [told for told in desk.told if isinstance(told, tuple)][-1][:2] == ("drone -toy", "Drones")


def test_a_backtest_is_one_object_for_programs(run: Run, desk: FakeDesk) -> None:
    (line,) = run("rules", "test", "drone", "--rule", "Drones", "--json").stdout.splitlines()
    found = json.loads(line)
    assert (found["items"], found["alerts"], found["grown"], found["suppressed"]) == (
        1200,
        1,
        1,
        {"story already alerted": 1},
    )
    assert found["by_day"] == [{"day": "2026-11-22", "alerts": 1, "grown": 1, "suppressed": 1}]
    assert found["by_feed"][1] == {"feed": "AP", "alerts": 0, "grown": 0, "suppressed": 1}
    assert found["first"][1]["item"] == 2
    assert found["first"][1]["matches"] == [{"field": "title", "start": 0, "end": 5, "text": "Drone"}]
    assert (found["gained"]["count"], found["lost"]["count"]) == (0, 2)
