from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from feedwatch.model import AlertRow, Severity, replace
from feedwatch.tui.alert_order import Heading, by_rule, by_time, headed, kept
from feedwatch.tui.widgets.alert_list import AlertList
from tests.tui.conftest import Run, press
from tests.tui.fake_backend import NOW, FakeBackend, make_alert, make_row


def alert(number: int, rule: str, severity: Severity = Severity.HIGH, *, seen: bool = False) -> AlertRow:
    """The higher its number, the newer."""
    at = NOW + timedelta(minutes=number)
    return make_alert(number, make_row(number), severity, rule=rule, acknowledged=seen, raised_at=at)


def ids(rows: tuple[AlertRow, ...]) -> list[str]:
    return [row.id for row in rows]


ROWS = (
    alert(5, "Ships", Severity.LOW),
    alert(4, "Drones", seen=True),
    alert(3, "Drones"),
    alert(2, "Votes", Severity.CRITICAL, seen=True),
    alert(1, "Drones"),
)


def test_rules_with_alerts_that_wait_come_first_the_gravest_before_others() -> None:
    assert ids(by_rule(ROWS)) == ["a3", "a1", "a4", "a5", "a2"]
    assert ids(by_time(ROWS)) == ["a5", "a4", "a3", "a2", "a1"]


def test_over_each_rule_stands_how_many_wait() -> None:
    headings = [line for line in headed(by_rule(ROWS)) if isinstance(line, Heading)]
    assert headings == [
        Heading("Drones", Severity.HIGH, 2, 3),
        Heading("Ships", Severity.LOW, 1, 1),
        Heading("Votes", Severity.CRITICAL, 0, 1),
    ]


def test_what_is_listed_stays_and_what_comes_in_stands_at_the_top_of_its_rule() -> None:
    before = by_rule(ROWS)
    seen = tuple(replace(row, acknowledged=row.rule == "Drones") for row in ROWS)
    assert ids(kept(seen, before)) == ids(before)
    fresh = (alert(9, "Storms"), alert(8, "Votes"), alert(7, "Votes"), *seen)
    assert ids(kept(fresh, before)) == ["a9", "a3", "a1", "a4", "a5", "a8", "a7", "a2"]


some_alerts = st.builds(
    alert, st.integers(0, 9), st.sampled_from("ABC"), st.sampled_from(list(Severity)), seen=st.booleans()
)
lists = st.lists(some_alerts, unique_by=lambda row: row.id).map(tuple)


@given(lists, lists)
def test_no_alert_is_lost_and_each_rule_is_one_run(alerts: tuple[AlertRow, ...], before: tuple[AlertRow, ...]) -> None:
    rows = kept(alerts, by_rule(before))
    assert sorted(ids(rows)) == sorted(ids(alerts))
    headings = [line.rule for line in headed(by_rule(alerts)) if isinstance(line, Heading)]
    assert sorted(headings) == sorted({row.rule for row in alerts})


async def test_the_list_has_a_line_over_each_rule_which_the_selection_passes(run: Run) -> None:
    backend = FakeBackend([make_row(number) for number in range(1, 6)])
    backend.alert_rows = ROWS
    async with run(backend) as pilot:
        await press(pilot, "2")
        shown = pilot.app.screen.query_one("#alerts", AlertList)

        def lines() -> list[str]:
            return [shown.render_line(y).text for y in range(8)]

        assert "Drones  2 of 3 to acknowledge" in lines()[0]
        assert [("Title 3" in line) for line in lines()[:2]] == [False, True]
        assert shown.place == 1
        await press(pilot, "j", "j", "j")
        assert (shown.place, "Title 5" in lines()[5]) == (5, True)
        await press(pilot, "k")
        assert shown.place == 3
        await press(pilot, "k", "k", "k")
        assert shown.place == 1


async def test_an_alert_that_was_seen_to_stays_until_the_list_is_put_in_order(run: Run) -> None:
    backend = FakeBackend([make_row(number) for number in range(1, 6)])
    backend.alert_rows = ROWS
    async with run(backend) as pilot:
        await press(pilot, "2", "a")
        state = pilot.app.main.state  # type: ignore[attr-defined]  # the app is ours
        assert (ids(state.alerts), state.alert) == (["a3", "a1", "a4", "a5", "a2"], "a1")
        await press(pilot, "g")
        state = pilot.app.main.state  # type: ignore[attr-defined]  # as above
        assert ids(state.alerts) == ["a1", "a4", "a3", "a5", "a2"]
        await press(pilot, "X")
        state = pilot.app.main.state  # type: ignore[attr-defined]  # as above
        assert ids(state.alerts) == ["a5", "a4", "a3", "a2", "a1"]
