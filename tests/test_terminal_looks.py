"""What the program writes to a real terminal where colours are not wanted, or the locale is not UTF-8."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest

from tests.feeds import rss, write_config
from tests.loopback import FeedServer
from tests.program import Program
from tests.terminal import Terminal, open_terminal

_SGR = re.compile(rb"\x1b\[([0-9;:]*)m")


def colours(raw: bytes) -> set[str]:
    """The parameters of all escapes that ask for a colour other than the terminal's default."""
    found: set[str] = set()
    for parameters in _SGR.findall(raw):
        numbers = [int(number or 0) for number in re.split(rb"[;:]", parameters)]
        if any(30 <= number <= 38 or 40 <= number <= 48 or 90 <= number <= 107 for number in numbers):
            found.add(parameters.decode())
    return found


async def seen(folder: Path, server: FeedServer, theme: str) -> bytes:
    config = write_config(folder, [server.set("/a", rss("Ferry timetable", "Two drones seen over the harbour"))])
    config.write_text(config.read_text(encoding="utf-8") + f'\n[tui]\ntheme = "{theme}"\n', encoding="utf-8")
    user = Program(config, folder / "feedwatch.db")

    def session() -> bytes:
        with open_terminal(user.command(), folder) as terminal:
            terminal.wait_for("Two drones seen")
            terminal.wait_for("this screen polls")
            _look_around(terminal)
            assert terminal.wait_for_end() == 0
            return terminal.raw

    return await asyncio.to_thread(session)


def _look_around(terminal: Terminal) -> None:
    terminal.type("j/drone")
    terminal.wait_for(lambda text: "Ferry timetable" not in text)
    terminal.type("\r")
    terminal.wait_for(lambda text: "enter keeps it" not in text)
    terminal.type("34?")
    terminal.wait_for("Move down")
    terminal.type("\x1b")
    terminal.wait_for(lambda text: "Move down" not in text)
    terminal.type("Q")


@pytest.mark.parametrize("theme", ["textual-dark", "ansi-light"])
async def test_no_color_is_honoured_and_the_selection_is_still_seen(
    tmp_path: Path, feed_server: FeedServer, monkeypatch: pytest.MonkeyPatch, theme: str
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    raw = await seen(tmp_path, feed_server, theme)
    assert colours(raw) == set()
    assert any(b"7" in parameters.split(b";") for parameters in _SGR.findall(raw)), "reversed, for the selection"


async def test_in_another_locale_than_utf_8_only_ascii_is_written(
    tmp_path: Path, feed_server: FeedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "POSIX")
    raw = await seen(tmp_path, feed_server, "textual-dark")
    assert raw.isascii()
    assert colours(raw)
