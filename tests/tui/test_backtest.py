"""The screen of a backtest."""

from __future__ import annotations

from textual.pilot import Pilot

from feedwatch.errors import RuleError
from feedwatch.model import Severity
from feedwatch.tui.app import FeedwatchApp
from feedwatch.tui.widgets.prompt import Prompt
from feedwatch.tui.widgets.text_pane import TextPane
from tests.tui.conftest import Run, press, settled
from tests.tui.fake_backend import FakeBackend, make_alert, make_row


def shown(pilot: Pilot[str]) -> str:
    pane = pilot.app.screen.query_one("#backtest", TextPane)
    return "\n".join(pane.render_line(y).text.rstrip() for y in range(pane.height))


async def test_b_asks_for_a_rule_and_shows_what_it_would_have_alerted_to(run: Run) -> None:
    backend = FakeBackend([make_row(1)])
    async with run(backend) as pilot:
        await press(pilot, "b", *"drone", "enter")
        assert backend.made("backtest")[0][0] == "drone"
        text = shown(pilot)
        assert "2 alerts in the last 30 days, 1 more as their stories grow" in text
        assert "1,000 items, 3 match, in 2 stories" in text
        assert "1 suppressed: story already alerted" in text
        assert "A drone was seen" in text
        assert "Feed 1" in text


async def test_b_on_an_alert_tests_its_rule(run: Run) -> None:
    backend = FakeBackend([make_row(1)])
    backend.raise_alerts(make_alert(1, make_row(1), Severity.HIGH))
    async with run(backend) as pilot:
        await press(pilot, "2", "b")
        await settled(pilot)
        assert [call[0] for call in backend.made("backtest")] == [backend.alert_rows[0].rule]


async def test_escape_ends_a_backtest_that_runs(run: Run) -> None:
    backend = FakeBackend([make_row(1)])
    backend.slow = 30.0
    async with run(backend) as pilot:
        await pilot.press("b", *"drone", "enter")  # what was asked for does not settle
        assert backend.made("backtest")
        assert pilot.app.screen.query("#backtest")
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(pilot.app, FeedwatchApp)
        assert pilot.app.screen is pilot.app.main
        assert not [worker for worker in pilot.app.workers if worker.group == "backtest" and worker.is_running]


async def test_a_wrong_expression_is_said_under_it(run: Run) -> None:
    backend = FakeBackend([make_row(1)])
    backend.failing["backtest"] = RuleError("unclosed quote", "drone", 1, "a quote")
    async with run(backend) as pilot:
        await press(pilot, "b", *"drone", "enter")
        prompt = pilot.app.screen.query_one("#rule", Prompt)
        assert prompt.asking
        assert "unclosed quote" in prompt._noted
