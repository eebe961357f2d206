"""Whatever is pressed, however the terminal is resized, whatever arrives meanwhile: the screen holds.

Steps are drawn by Hypothesis; each run plays a hundred of them on one application.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from textual.pilot import Pilot

from feedwatch.model import DeliveryState, ItemId
from feedwatch.tui.app import FeedwatchApp
from feedwatch.tui.commands import COMMANDS
from tests.tui.conftest import settled
from tests.tui.fake_backend import NOW, FakeBackend, make_alert, make_delivery, make_row

RUNS, STEPS = 6, 100
SIZES = ((80, 24), (120, 40), (200, 60), (60, 16), (104, 30), (30, 8))
LEAVING = {"quit", "start_demo"}
KEYS = sorted({key for command in COMMANDS if command.name not in LEAVING for key in command.keys} - {"ctrl+c", "Q"})
_STEP = st.one_of(
    st.tuples(st.just("press"), st.sampled_from(KEYS)),
    st.tuples(st.just("press"), st.sampled_from([*"jjjkk123456/ade", "enter", "escape", "tab", "y", "n"])),
    st.tuples(st.just("resize"), st.sampled_from(SIZES)),
    st.tuples(st.just("arrive"), st.integers(1, 5)),
    st.tuples(st.just("edit"), st.integers(1, 60)),
)


@given(st.lists(_STEP, min_size=STEPS, max_size=STEPS))
@settings(
    max_examples=RUNS,
    deadline=None,
    derandomize=True,
    phases=(Phase.generate,),  # to shrink what takes seconds to play takes hours
    suppress_health_check=list(HealthCheck),
)
def test_whatever_happens_nothing_breaks_and_nothing_is_wider_than_the_screen(
    steps: Sequence[tuple[str, object]],
) -> None:
    asyncio.run(_play(steps))


async def _play(steps: Sequence[tuple[str, object]]) -> None:
    backend = FakeBackend([make_row(number) for number in range(1, 60)])
    backend.alert_rows = tuple(make_alert(number, make_row(number)) for number in range(1, 9))
    backend.delivery_rows = tuple(make_delivery(number, state) for number, state in enumerate(DeliveryState, 1))
    app = FeedwatchApp(backend, open_url=lambda _: None, now=lambda: NOW)
    newest = 60
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        for kind, what in steps:
            if kind == "press":
                await pilot.press(str(what))
            elif kind == "resize" and isinstance(what, tuple):
                await pilot.resize_terminal(*what)
                await _laid_out(pilot)
            elif kind == "arrive" and isinstance(what, int):
                backend.arrive(make_row(newest + at) for at in range(what))
                newest += what
            elif isinstance(what, int):
                row = next((one for one in backend.all if one.id == what), None)
                if row is not None:
                    backend.change(replace(row, title=f"{row.title} 語🚒\u0301 of another wording"))
            _check(pilot, backend)
        await settled(pilot)
        _check(pilot, backend)


async def _laid_out(pilot: Pilot[str]) -> None:
    """Wait until the screen on top has the terminal's size."""
    for _ in range(100):
        if pilot.app.screen._compositor.size == pilot.app.size:
            return
        await pilot.pause(0.01)
    raise AssertionError(f"{pilot.app.screen} has {pilot.app.screen._compositor.size}, the terminal {pilot.app.size}")


def _check(pilot: Pilot[str], backend: FakeBackend) -> None:
    app = pilot.app
    assert isinstance(app, FeedwatchApp)
    assert app._exception is None
    selected = app.main.state.selected
    assert selected is None or selected in {ItemId(row.id) for row in backend.all}
    width = app.size.width
    for strip in app.screen._compositor.render_strips():
        assert strip.cell_length <= width
