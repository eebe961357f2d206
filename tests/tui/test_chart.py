"""The small chart and the large one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from textual.pilot import Pilot

from feedwatch.model import Trend, TrendHour, replace
from feedwatch.tui.chart import AXIS, Span, burst_words, columns, lines, step_of
from feedwatch.tui.glyphs import ASCII
from feedwatch.tui.screens.chart import ChartScreen
from feedwatch.tui.screens.rules import RulesScreen
from feedwatch.tui.sentences import local_time
from feedwatch.tui.sparkline import sparkline
from feedwatch.tui.widgets.bar import Bar
from feedwatch.tui.widgets.text_pane import TextPane
from tests.tui.conftest import Run, press, said, written
from tests.tui.fake_backend import NOW, FakeBackend, make_row


def made(counts: list[int], *bursts: int, expected: float | None = 2.0) -> Trend:
    """A trend of these hours, up to now."""
    start = datetime(2026, 11, 22, 12, tzinfo=UTC) - timedelta(hours=len(counts) - 1)
    hours = (
        TrendHour(start + timedelta(hours=at), count, 3, expected, burst=at in bursts)
        for at, count in enumerate(counts)
    )
    return Trend("Drones", tuple(hours))


def drawn(trend: Trend, span: Span = Span.DAY, width: int = 80) -> list[str]:
    found = lines(trend, span, (width, 6), NOW)
    return ["".join(text for text, _ in line.pieces) for line in found]


def test_a_sparkline_has_a_cell_for_each_value() -> None:
    assert sparkline([0, 1, 2, 3, 4, 5, 6], 7) == "▁▂▃▄▅▆▇", "a full block would touch the line above"
    assert "▁▂▃▄▅▆▇█".translate(ASCII) == ".:-=+*%#"
    assert sparkline([0, 0], 4) == "  ▁▁"
    assert sparkline([], 3) == "   "
    assert sparkline([1, 1000], 2) == "▂▇", "one is not nothing"


def test_a_sparkline_that_is_short_of_cells_keeps_the_peaks() -> None:
    assert sparkline([0, 9, 0, 0, 0, 0], 3) == "▇▁▁"
    assert sparkline([1, 2], 0) == ""


def test_the_chart_marks_bursts_by_a_sign_and_in_words() -> None:
    shown = drawn(made([2] * 23 + [12], 23))
    assert shown[0] == "58 stories; a bar is an hour"
    marks = next(line for line in shown if line.strip() == "▲")
    assert marks.index("▲") == AXIS + 23 * 3
    assert shown[-1] == f"burst  {local_time(NOW, NOW)}: 12 stories in an hour, told by 3 outlets; 2.0 are usual"
    assert any("usual" in line and "▲ burst" in line for line in shown)


def test_a_burst_of_hours_is_told_as_one_and_outlets_only_where_they_were_counted() -> None:
    trend = made([2] * 21 + [12, 5, 2], 21, 22)
    begun = local_time(NOW - timedelta(hours=2), NOW)
    assert drawn(trend)[-1] == f"burst  {begun}: 17 stories in 2 hours, told by 3 outlets; 4.0 are usual"
    last = replace(trend.hours[-2], stories=2, outlets=0)
    assert burst_words([last], NOW) == f"{local_time(last.start, NOW)}: 2 stories in an hour; 2.0 are usual"


def test_the_bars_are_as_high_as_their_counts_and_the_usual_is_a_line() -> None:
    shown = drawn(made([0] * 23 + [12]))
    rows = [line.split("│")[1] for line in shown if "│" in line]
    assert [row[-3] for row in rows] == ["█", "█", "█", "█", "█", "─"]
    assert rows[-1] == "─" * 69 + "── ", "what is usual goes through a bar"
    assert shown[2].startswith("   12 │")


def test_without_anything_usual_there_is_no_line() -> None:
    rows = [line for line in drawn(made([1] * 24, expected=None)) if "│" in line]
    assert not any("─" in row for row in rows)
    assert drawn(made([1] * 24))[-1] == "No burst in this time."


def test_a_terminal_of_ascii_gets_ascii() -> None:
    assert "".join(drawn(made([2] * 20 + [9] * 4, 23))).translate(ASCII).isascii()


@pytest.mark.parametrize(("span", "width", "step"), [
    (Span.DAY, 73, 1), (Span.WEEK, 190, 1), (Span.WEEK, 100, 2), (Span.WEEK, 60, 3),
    (Span.MONTH, 60, 24), (Span.QUARTER, 95, 24), (Span.QUARTER, 60, 48),
])  # fmt: skip
def test_bars_stand_for_as_many_hours_as_fit(span: Span, width: int, step: int) -> None:
    assert step_of(span, width) == step


@pytest.mark.parametrize("span", list(Span))
@pytest.mark.parametrize("width", [40, 80, 200])
def test_no_line_of_the_bars_is_too_wide(span: Span, width: int) -> None:
    count = int(span.length.total_seconds()) // 3600
    shown = drawn(made([3] * count, 5), span, width)
    assert max(len(line) for line in shown[2:-3]) <= width


def test_bars_of_days_begin_with_the_day() -> None:
    hours = made([1] * 72).hours
    days = columns([replace(one, expected=None) if at == 30 else one for at, one in enumerate(hours)], 24)
    assert sum(one.stories for one in days) == 72
    assert {one.start.astimezone().hour for one in days[1:]} == {0}
    assert {one.expected for one in days[1:-1]} == {48.0}


def chart(pilot: Pilot[str]) -> tuple[str, str]:
    """What is chosen, and what is drawn."""
    screen = pilot.app.screen
    assert isinstance(screen, ChartScreen)
    return said(screen.query_one(Bar)), written(screen.query_one(TextPane))


async def test_c_shows_the_chart_of_a_rule_and_tab_the_next_span(run: Run) -> None:
    backend = FakeBackend([make_row(1)])
    async with run(backend) as pilot:
        await press(pilot, "6", "c")
        head, text = chart(pilot)
        assert "[24 h]" in head
        assert "Drones" in head
        assert "14 stories in an hour, told by 4 outlets; 1.5 are usual" in text
        await press(pilot, "tab")
        assert "[7 d]" in chart(pilot)[0]
        await press(pilot, "tab", "tab")
        assert "[90 d]" in chart(pilot)[0]
        await press(pilot, "tab", "shift+tab", "shift+tab")
        head, text = chart(pilot)
        assert "[30 d]" in head
        assert "a bar is a day" in text
        assert [rule for _, rule in backend.made("trends")[-1:]] == ["Drones"]
        await press(pilot, "escape")
        assert isinstance(pilot.app.screen, RulesScreen)


async def test_the_rules_show_the_last_day_and_the_word_burst(run: Run) -> None:
    for width, is_drawn in ((150, True), (80, False)):
        async with run(FakeBackend([make_row(1)]), size=(width, 30)) as pilot:
            await press(pilot, "6")
            screen = pilot.app.screen
            assert isinstance(screen, RulesScreen)
            first, second = (screen.table.render_line(y).text for y in range(2))
            assert "burst" in first
            assert "burst" not in second
            assert ("▂▂▇" in first) == is_drawn
            assert ("last 24 hours" in said(screen.headings)) == is_drawn
            assert str(screen.detail.content).startswith(f"Burst: {local_time(NOW, NOW)}: 14 stories")
