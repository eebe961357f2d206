"""Whatever is pressed, however the terminal is resized, whatever arrives meanwhile: the screen holds.

Steps are drawn by Hypothesis, two thousand in all; each run plays a hundred of them on one application. Its backend is
one in memory: what a real store answers late, or in another order, is played by waiting a moment here and there.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from textual.pilot import Pilot

from feedwatch.errors import StoreBusyError
from feedwatch.model import AlertId, AlertRow, Anchor, DeliveryState, ItemDetail, ItemId, Page, Severity, View, replace
from feedwatch.tui.app import FeedwatchApp
from feedwatch.tui.commands import COMMANDS
from tests.tui.conftest import hurry, settled
from tests.tui.fake_backend import NOW, FakeBackend, make_alert, make_delivery, make_row

PARTS, RUNS, STEPS = 4, 5, 100
"""So that parts can be played at the same time: 2,000 steps in all."""
SIZES = ((80, 24), (120, 40), (200, 60), (60, 16), (104, 30), (30, 8))
LEAVING = {"quit", "start_demo"}
KEYS = sorted({key for command in COMMANDS if command.name not in LEAVING for key in command.keys} - {"ctrl+c", "Q"})
QUERIES = ("Title 1", "語", "nothing has this", "(", "wording")
HELD = 60
"""Items at first."""
_ITEM = st.integers(1, HELD)
_STEP = st.one_of(
    st.tuples(st.just("press"), st.sampled_from(KEYS)),
    st.tuples(st.just("press"), st.sampled_from([*"jjjkk123456/ade", "enter", "escape", "tab", "y", "n"])),
    st.tuples(st.just("hurry"), st.lists(st.sampled_from([*KEYS, "escape", "enter"]), min_size=2, max_size=5)),
    st.tuples(st.just("resize"), st.sampled_from(SIZES)),
    st.tuples(st.just("click"), st.tuples(st.integers(0, 29), st.integers(0, 7))),
    st.tuples(st.just("search"), st.sampled_from(QUERIES)),
    st.tuples(st.just("arrive"), st.integers(1, 5)),
    st.tuples(st.just("edit"), _ITEM),
    st.tuples(st.sampled_from(("merge", "split", "alert", "acknowledge", "read")), st.tuples(_ITEM, _ITEM)),
    st.tuples(st.just("trouble"), st.sampled_from(("items", "rows", "item", "alerts", "changes", "mark_read"))),
)


class Late(FakeBackend):
    """Answers some calls at once, and some only after others that were asked later."""

    def __init__(self) -> None:
        super().__init__([make_row(number) for number in range(1, HELD)])
        self.alert_rows = tuple(make_alert(number, make_row(number)) for number in range(1, 9))
        self.delivery_rows = tuple(make_delivery(number, state) for number, state in enumerate(DeliveryState, 1))
        self.newest = HELD

    async def items(
        self, view: View, limit: int, *, after: Anchor | None = None, before: Anchor | None = None, last: bool = False
    ) -> Page:
        await self._wait()
        return await super().items(view, limit, after=after, before=before, last=last)

    async def item(self, item_id: ItemId) -> ItemDetail | None:
        await self._wait()
        return await super().item(item_id)

    async def alerts(self, limit: int) -> tuple[AlertRow, ...]:
        await self._wait()
        return await super().alerts(limit)

    async def _wait(self) -> None:
        await asyncio.sleep((0, 0, 0.004, 0.001, 0.012)[len(self.calls) % 5])


@pytest.mark.parametrize("part", range(PARTS))
def test_whatever_happens_nothing_breaks_and_nothing_is_wider_than_the_screen(part: int) -> None:
    @seed(part)
    @given(st.lists(_STEP, min_size=STEPS, max_size=STEPS))
    @settings(
        max_examples=RUNS,
        database=None,
        phases=(Phase.generate,),  # to shrink what takes seconds to play takes hours
        suppress_health_check=list(HealthCheck),
    )
    def play(steps: Sequence[tuple[str, object]]) -> None:
        asyncio.run(_play(steps))

    play()


async def _play(steps: Sequence[tuple[str, object]]) -> None:
    backend = Late()
    app = FeedwatchApp(backend, open_url=lambda _: None, now=lambda: NOW)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        for kind, what in steps:
            backend.failing.clear()
            match kind, what:
                case "press", str(key):
                    await pilot.press(key)
                case "hurry", list(keys):
                    hurry(pilot, *keys)
                    await pilot.pause()
                case "resize", (int(width), int(height)):
                    await pilot.resize_terminal(width, height)
                    await _laid_out(pilot)
                case "click", (int(column), int(row)):
                    await pilot.click(offset=(column, row))
                case "search", str(query):
                    await pilot.press("slash", *query, "enter")
                case _:
                    await _happen(backend, kind, what)
            _check(pilot, backend)
        backend.failing.clear()
        await settled(pilot)
        _check(pilot, backend)
        _check_selection(app)


async def _happen(backend: Late, kind: str, what: object) -> None:
    """Something that no key of this screen did."""
    match kind, what:
        case "arrive", int(count):
            backend.arrive(make_row(backend.newest + at) for at in range(count))
            backend.newest += count
        case "edit", int(number):
            for row in [one for one in backend.all if one.id == number]:
                backend.change(replace(row, title=f"{row.title} 語🚒\u0301 of another wording"))
        case "trouble", str(call):
            backend.failing[call] = StoreBusyError("another process writes")
        case "alert", (int(number), int(of)):
            backend.raise_alerts(make_alert(100 + number, make_row(of), tuple(Severity)[number % 4]))
        case "acknowledge", (int(number), _):
            await backend.acknowledge([AlertId(f"a{number % 9}")], acknowledged=True)
        case "read", (int(number), int(other)):
            await backend.mark_read([ItemId(number), ItemId(other)], read=True)
        case "merge", (int(number), int(other)) if max(number, other) < HELD and number != other:
            await backend.merge(ItemId(number), ItemId(other))
        case "split", (int(number), _) if number < HELD:
            await backend.split(ItemId(number))


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
    assert app.main in app.screen_stack
    selected = app.main.state.selected
    assert selected is None or selected in {ItemId(row.id) for row in backend.all}
    width = app.size.width
    for strip in app.screen._compositor.render_strips():
        assert strip.cell_length <= width
        assert "Unexpected error" not in strip.text  # which is how screens tell of a surprise


def _check_selection(app: FeedwatchApp) -> None:
    """Where there are lines, one of them is selected; so among the alerts."""
    state = app.main.state
    assert not state.window.rows or state.selected in state.window.ids
    assert not state.alerts or state.alert in {row.id for row in state.alerts}
