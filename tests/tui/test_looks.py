from __future__ import annotations

from collections.abc import Iterator

import pytest
from textual.color import Color
from textual.command import CommandList
from textual.geometry import Region

from feedwatch.model import FeedHealth, Severity
from feedwatch.tui.app import FeedwatchApp
from feedwatch.tui.looks import READABLE, contrast, readable
from feedwatch.tui.widgets.paint import _NAMES
from tests.tui.conftest import comes, press, settled
from tests.tui.fake_backend import NOW, FakeBackend, make_alert, make_feed, make_row

OURS = ["textual-dark", "textual-light", "feedwatch-contrast", "nord", "dracula", "solarized-light", "gruvbox"]


def application(theme: str = "textual-dark", *, ascii_glyphs: bool = False) -> FeedwatchApp:
    rows = [make_row(1, "Ceasefire – “holds”"), make_row(2, "Drones", severity=Severity.CRITICAL, starred=True)]
    backend = FakeBackend(rows, (make_feed(1, FeedHealth.FAILING), make_feed(2), make_feed(3)))
    backend.alert_rows = (make_alert(1, rows[1], Severity.CRITICAL),)
    return FeedwatchApp(backend, theme=theme, ascii_glyphs=ascii_glyphs, open_url=lambda _url: None, now=lambda: NOW)


def written(app: FeedwatchApp) -> Iterator[str]:
    """The lines of the screen as the terminal is sent them."""
    for strip in app.screen._compositor.render_strips():
        yield "".join(segment.text for segment in strip)


@pytest.mark.parametrize("theme", OURS)
async def test_every_piece_of_text_can_be_read_on_whatever_is_behind_it(theme: str) -> None:
    app = application(theme)
    async with app.run_test() as pilot:
        await settled(pilot)
        assert app.theme == theme
        least = 7.0 if theme == "feedwatch-contrast" else READABLE
        faint = {
            (line, name): round(found, 2)
            for pane in (app.main.panes.items, app.main.panes.status)
            for line in ("", "selected", "held")
            for name in ("", *set(_NAMES.split()) - {"selected", "held"})
            if (found := _contrast(app, pane.visual_style.background, pane.visual_style.foreground, line, name)) < least
        }
        assert faint == {}


def _contrast(app: FeedwatchApp, background: Color | None, foreground: Color | None, line: str, name: str) -> float:
    assert background is not None
    assert foreground is not None
    style = app.main.ink(background, foreground, line, name)
    assert style.color is not None
    assert style.bgcolor is not None
    return contrast(Color.from_rich_color(style.color), Color.from_rich_color(style.bgcolor))


@pytest.mark.parametrize("theme", ["ansi-dark", "ansi-light"])
async def test_the_terminals_own_colours_are_left_to_it(theme: str) -> None:
    app = application(theme)
    async with app.run_test() as pilot:
        await settled(pilot)
        assert app.main.panes.items.place == 0
        styles = [segment.style for strip in app.screen._compositor.render_strips() for segment in strip]
        colours = [colour for style in styles if style for colour in (style.color, style.bgcolor) if colour]
        assert colours
        assert {colour.name for colour in colours if colour.triplet is not None} == set()
        assert any(style is not None and style.reverse for style in styles), "the selection"


@pytest.mark.parametrize("size", [(80, 24), (200, 60)])
async def test_with_ascii_glyphs_borders_and_signs_are_ascii_and_stand_where_they_stood(size: tuple[int, int]) -> None:
    shown: dict[bool, list[str]] = {}
    for ascii_glyphs in (False, True):
        app = application(ascii_glyphs=ascii_glyphs)
        async with app.run_test(size=size) as pilot:
            await settled(pilot)
            shown[ascii_glyphs] = list(written(app))
            await press(pilot, "/", "a")
            assert not ascii_glyphs or "".join(written(app)).isascii()
    assert not "".join(shown[False]).isascii()
    assert "".join(shown[True]).isascii()
    assert [len(line) for line in shown[True]] == [len(line) for line in shown[False]]
    assert any("!!*o" in line and "Drones" in line for line in shown[True])
    assert any('Ceasefire - "holds"' in line for line in shown[True])


async def test_nothing_on_the_screen_moves_by_itself() -> None:
    app = application()
    async with app.run_test() as pilot:
        await press(pilot, "/")
        assert app.animation_level == "none"
        assert app.main.panes.prompt._input.cursor_blink is False


def test_a_colour_that_can_be_read_stays_and_another_is_moved_only_as_far_as_it_takes() -> None:
    white, yellow = Color(255, 255, 255), Color(255, 220, 0)
    assert readable(Color(0, 0, 90), white) == Color(0, 0, 90)
    darker = readable(yellow, white)
    assert READABLE <= contrast(darker, white) < READABLE + 1
    assert darker.r > darker.b
    assert readable(Color.parse("ansi_red"), white) == Color.parse("ansi_red")
    assert round(contrast(white, Color(0, 0, 0))) == 21


async def test_without_colours_the_chosen_command_of_the_palette_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = FeedwatchApp(FakeBackend([make_row(1)]), open_url=lambda _: None, now=lambda: NOW)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press(":")
        assert await comes(pilot, lambda: bool(app.screen.query(CommandList)))
        commands = app.screen.query_one(CommandList)
        assert await comes(pilot, lambda: commands.highlighted == 0)
        drawn = [line for line in commands.render_lines(Region(0, 0, 80, 6)) if line.text.strip()]
        lined = [any(part.style and part.style.underline for part in line) for line in drawn]
        assert lined[0]
        assert not lined[-1]
