"""The screen of a story: who told it, when, and in which words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from textual.pilot import Pilot

from feedwatch.model import ItemId, StoryMember
from feedwatch.tui.screens.story import StoryScreen, lines
from feedwatch.tui.widgets.text_pane import TextPane
from tests.tui.conftest import Run, press
from tests.tui.fake_backend import FakeBackend, make_row

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
MEMBERS = (
    StoryMember(ItemId(1), "Drone strike halts trains", "https://a.example/1", "Meridian", NOW - timedelta(hours=3)),
    StoryMember(
        ItemId(2), "Trains halted after strike", "https://b.example/2", "Courier", NOW - timedelta(hours=1), "Reuters"
    ),
)


def shown(pilot: Pilot[str]) -> str:
    pane = pilot.app.screen.query_one("#story", TextPane)
    return "\n".join(pane.render_line(y).text.rstrip() for y in range(pane.height))


async def test_x_shows_every_telling_and_escape_goes_back(run: Run) -> None:
    backend = FakeBackend([make_row(1, tellings=2, outlets=2, sources=1)])
    backend.members = MEMBERS
    async with run(backend) as pilot:
        await press(pilot, "x")
        text = shown(pilot)
        assert "2 tellings · 2 outlets · 1 source" in text
        assert "Courier (Reuters)  2h later" in text
        assert "Meridian  first" in text
        assert "Trains halted after strike" in text
        await press(pilot, "escape")
        assert not isinstance(pilot.app.screen, StoryScreen)


async def test_a_story_of_one_says_so(run: Run) -> None:
    async with run(FakeBackend([make_row(1)])) as pilot:
        await press(pilot, "x")
        assert "Nobody else has told this yet." in shown(pilot)


def test_words_that_the_first_telling_does_not_have_stand_out() -> None:
    pieces = [piece for line in lines(make_row(2), MEMBERS, 80, NOW) for piece in line.pieces]
    assert [text for text, style in pieces if style == "match"] == ["halted", "after"]
    assert [text for text, style in pieces if style == "title"] == ["  ", "› "]
