"""The program in a real pseudo-terminal, opened a second time."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from tests.feeds import rss, write_config
from tests.loopback import FeedServer
from tests.program import Program
from tests.terminal import open_terminal


async def test_a_second_screen_begins_where_the_first_was_ended(
    tmp_path: Path, feed_server: FeedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = tmp_path / "state"
    monkeypatch.setenv("XDG_STATE_HOME", str(state))
    url = feed_server.set("/a", rss("Ferry timetable", "Two drones seen over the harbour"))
    user = Program(write_config(tmp_path, [url]), tmp_path / "feedwatch.db")

    def session() -> None:
        with open_terminal(user.command(), tmp_path) as terminal:
            terminal.wait_for("Two drones seen")
            terminal.type("X")
            terminal.wait_for("every telling")
            terminal.type("2")
            terminal.wait_for("1 to acknowledge")
            terminal.type("Q")
            assert terminal.wait_for_end() == 0
        (file,) = state.rglob("*.json")
        assert json.loads(file.read_text()) == {"version": 1, "every_telling": True, "listing": "alerts"}
        with open_terminal(user.command(), tmp_path) as terminal:
            terminal.wait_for("1 to acknowledge")
            terminal.type("1")
            terminal.wait_for("every telling")
            terminal.type("Q")
            assert terminal.wait_for_end() == 0
        file.write_text("{broken")
        with open_terminal(user.command(), tmp_path) as terminal:
            terminal.wait_for("2 stories")
            terminal.type("Q")
            assert terminal.wait_for_end() == 0

    await asyncio.to_thread(session)
