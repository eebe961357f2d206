from __future__ import annotations

from textual.pilot import Pilot

from feedwatch.errors import StoreBusyError
from feedwatch.model import replace
from feedwatch.tui import marks
from feedwatch.tui.app import FeedwatchApp
from feedwatch.tui.state import ViewState
from feedwatch.tui.undo import MarkKind, marked_alert, reverse
from tests.tui.conftest import Run, press, said
from tests.tui.fake_backend import FakeBackend, make_alert, make_row


def state(pilot: Pilot[str]) -> ViewState:
    assert isinstance(pilot.app, FeedwatchApp)
    return pilot.app.main.state


def status(pilot: Pilot[str]) -> str:
    assert isinstance(pilot.app, FeedwatchApp)
    return said(pilot.app.main.panes.status)


def alerted(*acknowledged: bool) -> FakeBackend:
    """One item with so many alerts."""
    item = make_row(1)
    backend = FakeBackend([item])
    backend.alert_rows = tuple(make_alert(number, item, acknowledged=was) for number, was in enumerate(acknowledged, 1))
    return backend


def test_noise_and_its_reverse_leave_an_alert_as_it_was() -> None:
    for before in (make_alert(1, make_row(1)), make_alert(1, make_row(1), acknowledged=True)):
        mark = marks.of_alerts(MarkKind.NOISE, (before,))
        after = marked_alert(before, mark)
        assert after == replace(before, noise=True, acknowledged=True)
        assert marked_alert(after, reverse(mark)) == before


async def test_taking_an_acknowledgement_back_leaves_those_that_were_there_before(run: Run) -> None:
    backend = alerted(True, False, False)
    async with run(backend) as pilot:
        await press(pilot, "a")
        assert backend.made("acknowledge") == [(("a2", "a3"), True)]
        await press(pilot, "u")
        assert [row.acknowledged for row in backend.alert_rows] == [True, False, False]
        assert "Taken back: acknowledged, of 2." in status(pilot)


async def test_what_is_acknowledged_already_is_told_and_leaves_nothing_to_take_back(run: Run) -> None:
    backend = alerted(True)
    async with run(backend) as pilot:
        await press(pilot, "a")
        assert "Acknowledged already." in status(pilot)
        assert backend.made("acknowledge") == []
        assert state(pilot).undo == ()


async def test_taking_noise_back_restores_who_had_been_acknowledged(run: Run) -> None:
    backend = alerted(True, False)
    async with run(backend) as pilot:
        await press(pilot, "!")
        assert all(row.noise and row.acknowledged for row in backend.alert_rows)
        await press(pilot, "u")
        assert [(row.noise, row.acknowledged) for row in backend.alert_rows] == [(False, True), (False, False)]
        assert {row.id: (row.noise, row.acknowledged) for row in state(pilot).alerts} == {
            "a1": (False, True),
            "a2": (False, False),
        }


async def test_a_run_of_acknowledgements_is_taken_back_one_by_one_and_each_is_selected_again(run: Run) -> None:
    backend = FakeBackend([make_row(number) for number in (1, 2, 3)])
    backend.alert_rows = tuple(make_alert(number, make_row(number)) for number in (3, 2, 1))
    async with run(backend) as pilot:
        await press(pilot, "2", "a", "!", "a")
        assert all(row.acknowledged for row in backend.alert_rows)
        for number in (1, 2, 3):
            await press(pilot, "u")
            assert state(pilot).alert == f"a{number}"
        assert not any(row.acknowledged or row.noise for row in backend.alert_rows)
        await press(pilot, "u")
        assert "Nothing to take back." in status(pilot)


async def test_what_could_not_be_taken_back_can_be_tried_again(run: Run) -> None:
    backend = FakeBackend([make_row(1)])
    async with run(backend) as pilot:
        await press(pilot, "s")
        backend.failing["mark_starred"] = StoreBusyError("the database is busy")
        await press(pilot, "u")
        assert (state(pilot).message, len(state(pilot).undo)) == ("the database is busy", 1)
        assert state(pilot).window.rows[0].starred
        backend.failing.clear()
        await press(pilot, "u")
        assert not state(pilot).window.rows[0].starred
        assert "Taken back" in state(pilot).message
