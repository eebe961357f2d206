"""The screen of rules and the editor."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot
from textual.widgets import TextArea

from feedwatch.errors import ConfigError, RuleError
from feedwatch.tui.screens.rule_editor import PAUSE, RuleEditor, pointed
from feedwatch.tui.screens.rules import RulesScreen
from feedwatch.tui.widgets.row_list import RowList
from feedwatch.tui.widgets.text_pane import TextPane
from tests.tui.conftest import Run, comes, press, said, settled
from tests.tui.fake_backend import FakeBackend, make_alert, make_row


def table(pilot: Pilot[str]) -> list[str]:
    rows = pilot.app.screen.query_one("#table", RowList)
    return [rows.render_line(y).text for y in range(rows.height)]


def editor(pilot: Pilot[str]) -> RuleEditor:
    assert isinstance(pilot.app.screen, RuleEditor)
    return pilot.app.screen


async def paused(pilot: Pilot[str]) -> None:
    await pilot.pause(PAUSE + 0.1)
    await settled(pilot)


async def test_the_rules_show_how_they_do(run: Run) -> None:
    async with run(FakeBackend([make_row(1)])) as pilot:
        await press(pilot, "6")
        first, second = table(pilot)[:2]
        assert "Drones" in first
        assert "12" in first
        assert "3h ago" in first
        assert "It alerts to 30% of all items." in second
        assert "50%" in second
        await press(pilot, "j")
        assert isinstance(pilot.app.screen, RulesScreen)
        assert "general election" in str(pilot.app.screen.detail.content)


async def test_the_rules_are_read_again_when_one_alerts_and_the_same_stays_selected(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("feedwatch.tui.screens.rules.AGAIN", 0.05)
    backend = FakeBackend([make_row(1)])
    async with run(backend) as pilot:
        await press(pilot, "6", "j")
        read = len(backend.made("rule_health"))
        for number in range(3):
            backend.raise_alerts(make_alert(number, make_row(1)))
        assert await comes(pilot, lambda: len(backend.made("rule_health")) > read)
        assert pilot.app.screen.query_one("#table", RowList).place == 1


async def test_enter_edits_a_rule_and_ctrl_s_saves_it(run: Run) -> None:
    backend = FakeBackend([make_row(1)])
    async with run(backend) as pilot:
        await press(pilot, "6", "enter")
        assert editor(pilot).area.text == "drone"
        await press(pilot, "end", *" -toy")
        await paused(pilot)
        assert backend.made("backtest")[-1][0] == "drone -toy"
        pane = pilot.app.screen.query_one("#found", TextPane)
        assert "A drone was seen" in pane.render_line(1).text
        await press(pilot, "ctrl+s")
        assert backend.made("save_rule") == [("Drones", "drone -toy")]
        assert isinstance(pilot.app.screen, RulesScreen)
        assert 'Saved the rule "Drones".' in said(pilot.app.screen.status)
        assert "drone -toy" in table(pilot)[0]


async def test_what_cannot_be_read_is_pointed_at_under_its_column(run: Run) -> None:
    backend = FakeBackend([make_row(1)])
    backend.failing["backtest"] = RuleError("there is no closing quote", 'drone "air', 7, 'a second "')
    async with run(backend) as pilot:
        await press(pilot, "6", "enter", "end", *' "air')
        await paused(pilot)
        shown = str(editor(pilot).problem.content).splitlines()
        assert shown[0] == 'drone "air'
        assert shown[1] == "      ^"
        assert shown[2] == 'there is no closing quote; expected a second "'


async def test_leaving_with_changes_asks_once(run: Run) -> None:
    backend = FakeBackend([make_row(1)])
    async with run(backend) as pilot:
        await press(pilot, "6", "enter", "end", *"s", "escape")
        assert "Not saved yet" in str(editor(pilot).problem.content)
        await press(pilot, "escape")
        assert isinstance(pilot.app.screen, RulesScreen)
        assert backend.made("save_rule") == []
        await press(pilot, "enter", "escape")
        assert isinstance(pilot.app.screen, RulesScreen)


async def test_a_save_that_is_refused_says_why_and_loses_nothing(run: Run) -> None:
    backend = FakeBackend([make_row(1)])
    backend.failing["save_rule"] = ConfigError("config.toml", ("was changed by somebody else meanwhile: try again",))
    async with run(backend) as pilot:
        await press(pilot, "6", "enter", "end", *"s", "ctrl+s")
        assert "changed by somebody else" in str(editor(pilot).problem.content)
        assert editor(pilot).area.text == "drones"


async def test_a_new_rule_is_named_and_written(run: Run) -> None:
    backend = FakeBackend([make_row(1)])
    async with run(backend) as pilot:
        await press(pilot, "6", "a", *"Drones", "enter")
        assert isinstance(pilot.app.screen, RulesScreen)  # there is one of this name
        await press(pilot, *" 2", "enter")
        assert editor(pilot).area.text == ""
        await press(pilot, *"uav", "ctrl+s")
        assert backend.made("save_rule") == [("Drones 2", "uav")]


async def test_a_proposal_is_put_into_the_editor(run: Run) -> None:
    async with run(FakeBackend([make_row(1)])) as pilot:
        await press(pilot, "6", "p")
        assert isinstance(pilot.app.screen, RulesScreen)
        assert "Nothing is proposed" in said(pilot.app.screen.status)
        await press(pilot, "j", "p")
        assert pilot.app.screen.query_one("#expression", TextArea).text == 'general -"general election"'


def test_a_long_line_is_shown_around_its_problem() -> None:
    match = "first line\n" + "a OR " * 100 + '"b'
    lines = list(pointed(match, RuleError("no closing quote", match, len(match) - 1), 60))

    assert len(lines[0]) <= 60
    assert lines[0][lines[1].index("^")] == '"'
