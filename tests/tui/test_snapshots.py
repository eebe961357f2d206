"""Every screen as a picture, compared byte for byte with the one that was looked at and accepted.

The accepted pictures are ``tests/data/screens/LOOK/SCREEN.svg``; any browser shows them. ``make snapshots`` (the
environment variable ``FEEDWATCH_SNAPSHOTS=accept``) takes them all again in their place: look at what ``git diff`` says
has changed before it is committed.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from rich.console import RenderableType
from textual._compositor import Compositor, LayoutUpdate
from textual.pilot import Pilot
from textual.strip import Strip
from textual.widgets import Input

from feedwatch.tui.app import FeedwatchApp
from tests.tui.conftest import comes, settled
from tests.tui.fake_backend import NOW
from tests.tui.newsroom import Newsroom
from tests.tui.scenes import SCENES, Scene
from tests.tui.svg import compact

FOLDER = Path(__file__).parent.parent / "data" / "screens"
ACCEPT = os.environ.get("FEEDWATCH_SNAPSHOTS") == "accept"
_WAIT = 0.03
"""Seconds without a change after which a screen stands; more than prompts wait for another key here."""


@dataclass(frozen=True, slots=True)
class Look:
    """How the screens are shown."""

    name: str
    size: tuple[int, int]
    theme: str = "textual-dark"
    no_color: bool = False
    ascii_glyphs: bool = False
    only: tuple[str, ...] = ()
    """The scenes; () for all."""

    @property
    def scenes(self) -> tuple[Scene, ...]:
        """What is shown so."""
        return tuple(scene for scene in SCENES if not self.only or scene.name in self.only)


_FEW = ("stream", "preview", "alerts", "feeds", "chart-week")
_ONCE = (
    *("stream", "search", "preview", "feed-list", "alerts", "story", "why", "backtest", "palette", "help", "feeds"),
    *("pictures", "deliveries-tried", "statistics", "rules", "editor", "chart-week", "welcome"),
)
"""Each screen, but not all that it may show."""
LOOKS = (
    Look("80x24", (80, 24)),
    Look("120x40", (120, 40)),
    Look("200x60", (200, 60), only=_ONCE),
    Look("80x24-no-color", (80, 24), no_color=True, only=(*_ONCE, "stream-marked")),
    Look("60x20", (60, 20), only=(*_FEW, "welcome", "editor")),
    Look("120x40-light", (120, 40), theme="textual-light", only=_FEW),
    Look("120x40-contrast", (120, 40), theme="feedwatch-contrast", only=_FEW),
    Look("80x24-ascii", (80, 24), ascii_glyphs=True, only=_FEW),
)


@pytest.fixture(autouse=True)
def still(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Clocks of one zone, prompts that take up at once what is typed, sentences that stay."""
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    monkeypatch.setattr("feedwatch.tui.widgets.prompt.PAUSE", _WAIT / 3)
    monkeypatch.setattr("feedwatch.tui.screens.rule_editor.PAUSE", _WAIT / 3)
    monkeypatch.setattr("feedwatch.tui.screens.main.MESSAGE_STAYS", 3_600.0)
    monkeypatch.setattr("feedwatch.tui.screens.table_screen.MESSAGE_STAYS", 3_600.0)
    monkeypatch.setattr(Compositor, "render_update", _only_pictures)
    yield
    monkeypatch.undo()
    time.tzset()


_render_update = Compositor.render_update


def _only_pictures(compositor: Compositor, full: bool = False, **more: Any) -> RenderableType | None:
    """Draw what a picture is made of; what would go to a terminal, which is none here, takes half of the time."""
    if full:
        return _render_update(compositor, full=True, **more)
    compositor._dirty_regions.clear()
    return None


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.name)
async def test_every_screen_looks_as_it_was_accepted(
    look: Look, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if look.no_color:
        monkeypatch.setenv("NO_COLOR", "1")
    else:
        monkeypatch.delenv("NO_COLOR", raising=False)
    differing = []
    for scene in look.scenes:
        got, accepted = await taken(scene, look), FOLDER / look.name / f"{scene.name}.svg"
        ElementTree.fromstring(got)  # it can be opened: in XML, no control character may stand
        if ACCEPT:
            accepted.parent.mkdir(parents=True, exist_ok=True)
            accepted.write_text(got, encoding="utf-8")
        elif not accepted.exists() or accepted.read_bytes() != got.encode():
            shown = tmp_path / accepted.name
            shown.write_text(got, encoding="utf-8")
            differing.append(f"{scene.name}: {shown} is not {accepted}")
    assert not differing, "\n".join(["look at these, then `make snapshots` accepts them:", *differing])


def test_no_picture_is_kept_of_a_screen_that_is_gone() -> None:
    wanted = {FOLDER / look.name / f"{scene.name}.svg" for look in LOOKS for scene in look.scenes}
    left = sorted(path for path in FOLDER.rglob("*") if path.is_file() and path not in wanted)
    if ACCEPT:
        for path in left:
            path.unlink()
    else:
        assert not left, "`make snapshots` removes these"


async def taken(scene: Scene, look: Look) -> str:
    """The picture of a scene, on a program of its own."""
    backend = Newsroom()
    if scene.first:
        scene.first(backend)
    app = FeedwatchApp(
        backend,
        theme=look.theme,
        ascii_glyphs=look.ascii_glyphs,
        open_url=lambda _: None,
        has_feeds=scene.has_feeds,
        now=lambda: NOW,
    )
    async with app.run_test(size=look.size) as pilot:
        assert await comes(pilot, lambda: app.main.state.status is not None)
        await settled(pilot)
        for key in scene.keys:
            await pilot.press(key)
            await settled(pilot)
        if scene.then:
            scene.then(backend)
        return await _standing(pilot, scene, look)


async def _standing(pilot: Pilot[str], scene: Scene, look: Look) -> str:
    """The picture, once what the scene shows is there and nothing changes any more."""
    before, text = "", ""
    for _ in range(60):
        await pilot.pause(_WAIT)
        await settled(pilot)
        for box in pilot.app.screen.query(Input):
            box.cursor_blink = False  # Textual's own, of the palette
        lines = _lines(pilot)
        now, text = repr(lines), "\n".join("".join(strip.text for strip in line) for line in lines)
        if now == before and scene.shows in text:
            return compact(pilot.app.export_screenshot(title=f"{scene.name} {look.name}", simplify=True))
        before = now
    raise AssertionError(f"{scene.name} {look.name} never showed {scene.shows!r}, or never stood:\n{text}")


def _lines(pilot: Pilot[str]) -> list[list[Strip]]:
    """What is on the screen, with the one beneath where that shines through."""
    app = pilot.app
    drawn = _render_update(app.screen._compositor, full=True, screen_stack=app._background_screens)
    assert isinstance(drawn, LayoutUpdate)
    return [list(line) for line in drawn.strips]
