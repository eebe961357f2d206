"""What the program writes to a real terminal to copy a link."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from pathlib import Path

from feedwatch.tui.app import FeedwatchApp
from feedwatch.tui.screens.link_commands import MOST_COPIED
from tests.feeds import rss, write_config
from tests.loopback import FeedServer
from tests.program import Program
from tests.terminal import Terminal, open_terminal
from tests.tui.conftest import Run, press, said
from tests.tui.fake_backend import FakeBackend, make_row


async def test_a_copied_link_is_one_whole_sequence_for_the_terminals_clipboard(
    tmp_path: Path, feed_server: FeedServer
) -> None:
    config = write_config(tmp_path, (feed_server.set("/a", rss("Ferry timetable", text="It says more.")),))
    user = Program(config, tmp_path / "feedwatch.db")

    def session(terminal: Terminal) -> None:
        terminal.wait_for("It says more.")
        terminal.type("y")
        terminal.wait_for("Copied http")
        copied = terminal.text.partition("Copied ")[2].split()[0]
        terminal.type("Q")
        assert terminal.wait_for_end() == 0
        assert terminal.raw.count(b"\x1b]52;") == 1
        assert b"\x1b]52;c;" + b64encode(copied.encode()) + b"\x07" in terminal.raw

    with open_terminal(user.command(), tmp_path, 120, 30) as terminal:
        await asyncio.to_thread(session, terminal)


async def test_a_link_too_long_for_a_terminal_is_not_copied_and_that_is_said(run: Run) -> None:
    room = MOST_COPIED - len("https://example.org/")
    rows = [make_row(number, url="https://example.org/" + "x" * (room + number)) for number in (0, 1)]
    async with run(FakeBackend(rows)) as pilot:
        assert isinstance(pilot.app, FeedwatchApp)
        await press(pilot, "y")
        assert pilot.app.clipboard == ""
        assert "too long" in said(pilot.app.main.panes.status)
        await press(pilot, "j", "y")
        assert pilot.app.clipboard == rows[0].url
