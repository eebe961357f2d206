from __future__ import annotations

from textual.pilot import Pilot

from feedwatch.tui.app import FeedwatchApp
from feedwatch.tui.screens.main import MainScreen
from feedwatch.tui.visual import MOST, begun, extended
from feedwatch.tui.window import Window
from tests.tui.conftest import Run, heard, press, said
from tests.tui.fake_backend import FakeBackend, make_alert, make_row


def rows(count: int) -> FakeBackend:
    return FakeBackend([make_row(number) for number in range(1, count + 1)])


def main(pilot: Pilot[str]) -> MainScreen:
    assert isinstance(pilot.app, FeedwatchApp)
    return pilot.app.main


def picked(pilot: Pilot[str]) -> list[int]:
    lines = main(pilot).state.visual
    return [] if lines is None else [row.id for row in lines.rows]


def test_a_selection_reaches_both_ways_and_no_further_than_it_may() -> None:
    window = Window(tuple(make_row(number) for number in range(2000, 0, -1)), 0, 2000)
    lines = begun(make_row(1000))
    assert [row.id for row in extended(lines, window, make_row(998).id).rows] == [1000, 999, 998]
    assert [row.id for row in extended(lines, window, make_row(1001).id).rows] == [1001, 1000]
    far = extended(lines, window, make_row(1).id)
    assert (len(far.rows), far.rows[0].id) == (MOST, 1000)
    assert extended(lines, Window(), make_row(1).id) == lines


async def test_movement_extends_the_selection_and_takes_it_back(run: Run) -> None:
    async with run(rows(30)) as pilot:
        await press(pilot, "j", "v", "j", "j")
        assert picked(pilot) == [29, 28, 27]
        assert "3 lines selected" in said(main(pilot).panes.status)
        await press(pilot, "k", "k", "k")
        assert picked(pilot) == [30, 29]
        await press(pilot, "escape")
        assert picked(pilot) == []
        assert "selected" not in said(main(pilot).panes.status)
        assert main(pilot).state.selected == 30


async def test_a_mark_is_for_all_that_are_selected_and_one_undo(run: Run) -> None:
    backend = FakeBackend([make_row(number, starred=number == 28) for number in range(1, 31)])
    async with run(backend) as pilot:
        await press(pilot, "v", "j", "j", "s")
        assert backend.made("mark_starred") == [((30, 29), True)]
        assert picked(pilot) == []
        assert "2 items now starred" in said(main(pilot).panes.status)
        await press(pilot, "u")
        assert backend.made("mark_starred")[-1] == ((30, 29), False)
        assert [row.starred for row in main(pilot).state.window.rows[:3]] == [False, False, True]
        assert main(pilot).state.undo == ()


async def test_all_that_are_read_become_unread(run: Run) -> None:
    backend = FakeBackend([make_row(number, read=number > 28) for number in range(1, 31)])
    async with run(backend) as pilot:
        await press(pilot, "v", "j", "m")
        assert backend.made("mark_read") == [((30, 29), False, True)]


async def test_the_selection_stays_with_its_items_when_others_come_in_above(run: Run) -> None:
    backend = rows(30)
    async with run(backend) as pilot:
        await press(pilot, "j", "v", "j")
        backend.arrive([make_row(31), make_row(32)])
        await heard(pilot)
        assert picked(pilot) == [29, 28]
        await press(pilot, "j")
        assert picked(pilot) == [29, 28, 27]
        await press(pilot, "m")
        assert backend.made("mark_read") == [((29, 28, 27), True, True)]


async def test_the_alerts_of_all_that_are_selected_are_acknowledged_and_one_undo_restores_them(run: Run) -> None:
    items = [make_row(number, rules=("Drones",) if number != 2 else ()) for number in (1, 2, 3)]
    backend = FakeBackend(items)
    backend.alert_rows = (make_alert(3, items[2]), make_alert(1, items[0]), make_alert(9, items[0], acknowledged=True))
    async with run(backend) as pilot:
        await press(pilot, "v", "j", "j", "a")
        assert backend.made("acknowledge") == [(("a3", "a1"), True)]
        assert "2 alerts now acknowledged" in said(main(pilot).panes.status)
        await press(pilot, "u")
        assert [row.acknowledged for row in backend.alert_rows] == [False, False, True]


async def test_a_selection_without_alerts_says_so(run: Run) -> None:
    backend = rows(3)
    async with run(backend) as pilot:
        await press(pilot, "v", "j", "!")
        assert "None of these items has an alert." in said(main(pilot).panes.status)
        assert backend.made("mark_noise") == []


async def test_another_view_ends_the_selection(run: Run) -> None:
    async with run(rows(3)) as pilot:
        await press(pilot, "v", "j", "X")
        assert picked(pilot) == []
        await press(pilot, "v", "2")
        assert picked(pilot) == []


async def test_the_selected_lines_are_drawn_as_such(run: Run) -> None:
    async with run(rows(5)) as pilot:
        await press(pilot, "v", "j", "j")
        items = main(pilot).panes.items
        assert [items.line_of(place) for place in range(4)] == ["picked", "picked", "picked", ""]
