from __future__ import annotations

from feedwatch.tui.commands import COMMANDS
from feedwatch.tui.screens.deliveries import DeliveriesScreen
from feedwatch.tui.screens.feeds import FeedsScreen
from feedwatch.tui.state import Mode
from feedwatch.tui.widgets.header import VIEWS, Header
from tests.tui.conftest import Run, settled
from tests.tui.fake_backend import FakeBackend, make_row


def test_every_view_is_in_the_header() -> None:
    assert set(VIEWS) == {command.name for command in COMMANDS if command.group == "Views" and command.by_app}


async def test_a_click_on_a_view_goes_there(run: Run) -> None:
    async with run(FakeBackend([make_row(1)]), (140, 40)) as pilot:

        async def click(words: str) -> None:
            header = pilot.app.screen.query_one(Header)
            await pilot.click(header, offset=(header.render_line(0).text.index(words) + 1, 0))
            await settled(pilot)

        await click("3 feeds")
        assert isinstance(pilot.app.screen, FeedsScreen)
        await click("4 deliveries")
        assert isinstance(pilot.app.screen, DeliveriesScreen)
        await click("2 alerts")
        assert pilot.app.main.state.listing is Mode.ALERTS
        await click("1 stream")
        assert pilot.app.main.state.listing is Mode.ITEMS


async def test_where_there_is_no_room_a_click_opens_the_palette(run: Run) -> None:
    async with run(FakeBackend([make_row(1)]), (80, 24)) as pilot:
        header = pilot.app.screen.query_one(Header)
        assert "deliveries" not in header.render_line(0).text
        await pilot.click(header, offset=(4, 0))
        await settled(pilot)
        assert type(pilot.app.screen).__name__ == "CommandPalette"


async def test_the_keys_that_were_changed_are_shown(run: Run) -> None:
    async with run(FakeBackend([make_row(1)]), (120, 40), {"show_feeds": "F"}) as pilot:
        assert "F feeds" in pilot.app.screen.query_one(Header).render_line(0).text
