"""Every command of the registry, used once in a real pseudo-terminal with a real engine beside it.

The commands are taken from the registry, so that a new one is used too: its first key is pressed on a screen where it
applies, and what it asks for is given where ``GIVEN`` has it. After each the program still answers; at the end nothing
was written that Textual does not write itself, and the terminal is as it was.
"""

from __future__ import annotations

import asyncio
import io
import re
import termios
from base64 import b64encode
from pathlib import Path

import pytest
from PIL import Image

from feedwatch.tui.commands import COMMANDS, Command, Place
from tests.feeds import write_config
from tests.loopback import FeedServer, WebhookSink
from tests.program import Program
from tests.terminal import Terminal, open_terminal

HOME, AT_HOME = "feedwatch  All items", "This is the stream of all items"
LEAST = 4
"""Screens, questions and panes that a command leads into at most."""
_RULES = (("6", "last fired"), ("", "%"))
VISITS: dict[Place, tuple[tuple[str, str], ...]] = {
    Place.MAIN: (),
    Place.FEEDS: (("3", "feedwatch  Feeds"),),
    Place.DELIVERIES: (("4", "feedwatch  Deliveries"),),
    Place.STATISTICS: (("5", "feedwatch  Statistics"),),
    Place.RULES: _RULES,
    Place.EDITOR: (*_RULES, ("\r", "ctrl+s saves")),
    Place.WHY: (("w", "Why  "),),
    Place.STORY: (("x", "Story  "),),
    Place.BACKTEST: (("b", "Backtest  "),),
    Place.CHART: (*_RULES, ("c", "[24 h]")),
    Place.PICTURES: (("i", "▀▀▀"),),
    Place.HELP: (("?", "feedwatch  Keys"),),
}
"""Keys that lead from the stream to a screen, and what is seen then."""
SENT = {
    "enter": "\r",
    "escape": "\x1b\x1b[I",  # and that the window has the keys: so no clock decides whether it was the key
    "tab": "\t",
    "shift+tab": "\x1b[Z",
    "space": " ",
    "up": "\x1b[A",
    "down": "\x1b[B",
    **{f"ctrl+{letter}": chr(ord(letter) & 31) for letter in "abcdefghijklmnopqrstuvwxyz"},
}
"""What a terminal sends for a key that is not a character."""
CANARY = "canary"
_TEXTUAL = re.compile(
    rb"\x1b(?:"
    rb"\[[0-9;]*m"  # colours and attributes
    rb"|\[\d+;\d+H|\[[0-9;]*[HJK]"  # where to write, and what to clear
    rb"|\[\?(?:7|25|1000|1002|1003|1004|1006|1015|1016|1049|2004|2026|2048)[hl]"  # modes, each set and taken back
    rb"|\[\?\d+\$p|\[\?u|\[c"  # what can you do?
    rb"|\[[<>=]\d*(?:;\d+)?u"  # the keyboard protocol
    rb"|\]22;[a-z]*\x07"  # the pointer's shape
    rb")"
)
"""All that the program's terminal is to be sent, beside what one command copies."""
_SET_BEFORE = (b"7", b"25")
"""Modes that a terminal is in before: long lines go on in the next, the cursor is seen."""


def given(folder: Path, server: FeedServer) -> dict[str, str]:
    """What is typed after a command's key, where it asks for something."""
    (folder / "other.opml").write_text(
        f'<opml version="2.0"><body><outline type="rss" text="c" xmlUrl="{server.url("/c")}"/></body></opml>'
    )
    return {
        "search": "drone\r",
        "open_link": "1",
        "add_feed": f"{server.url('/c')}\r\r",
        "import_opml": f"{folder / 'other.opml'}\r",
        "backtest": "drone\r",
        "add_rule": "Harbour\rharbour",
        "filter": "delivered\r",
        "retry": "y",
        "retry_all": "n",
        "palette": "feed",
        "help": "alert",
    }


def feed(server: FeedServer, path: str, *titles: str) -> str:
    """A feed whose entries link to this server, each with a page and a link in its text."""
    server.set("/page", "<html><body><article><p>" + "The whole article. " * 40 + "</p></article></body></html>")
    picture = io.BytesIO()
    Image.linear_gradient("L").save(picture, "PNG")
    server.set("/picture.png", picture.getvalue(), {"Content-Type": "image/png"})
    text = f"&lt;p&gt;Some text, &lt;a href='{server.url('/page')}'&gt;a link&lt;/a&gt;.&lt;/p&gt;"
    text += f"&lt;img src='{server.url('/picture.png')}'&gt;"
    items = "".join(
        f"<item><guid isPermaLink='false'>{path}{at}</guid><title>{title}</title><link>{server.url('/page')}</link>"
        f"<description>{text}</description></item>"
        for at, title in enumerate(titles)
    )
    return server.set(
        path, f"<?xml version='1.0'?><rss version='2.0'><channel><title>{path}</title>{items}</channel></rss>"
    )


async def watched(folder: Path, server: FeedServer, sink: WebhookSink) -> Program:
    """A program with hostile headlines, a story of two tellings, alerts and deliveries."""
    hostile = f"&#27;]52;c;{CANARY}&#7;&#27;[2J{CANARY} &#155;31m[red]{CANARY}[/]"
    one = feed(server, "/a", "Two drones seen over the harbour", hostile, "A drone over the market", "Ferry timetable")
    two = feed(server, "/b", "Two drones seen over the harbour at night", f"\u202e{CANARY} 港")
    feed(server, "/c", "Another")
    user = Program(write_config(folder, [one, two], hook=sink.url()), folder / "feedwatch.db")
    feed(server, "/a", "Ferry timetable")
    await user.poll()
    feed(server, "/a", "Two drones seen over the harbour", hostile, "A drone over the market", "Ferry timetable")
    return user


class Walk:
    """A person who tries one command after the other."""

    def __init__(self, terminal: Terminal, given: dict[str, str]) -> None:
        self._terminal = terminal
        self._given = given

    def use(self, command: Command, place: Place) -> None:
        """Go where it applies, press its key, give what it asks for, and come home."""
        for keys, seen in VISITS[place]:
            self._terminal.type(keys)
            self._terminal.wait_for(seen)
        self._type(command.keys[0])
        for typed in self._given.get(command.name, ""):
            self._type(typed)
        self.home()
        self.answers(command.name)

    def home(self) -> None:
        """Escape, as often as it takes: out of a question, a filter, a screen, a pane, a selection."""
        for times in range(30):
            self._type("escape")
            if times >= LEAST and HOME in self._terminal.text and AT_HOME in self._terminal.text:
                return
        raise AssertionError(f"esc does not lead home; the screen:\n{self._terminal.text}")

    def _type(self, key: str) -> None:
        self._terminal.type(SENT.get(key, key))
        self._terminal.read(0.05)

    def answers(self, name: str) -> None:
        """The help opens and finds the command."""
        self._terminal.type("?")
        self._terminal.wait_for("type to find a command")
        self._terminal.type(name)
        self._terminal.wait_for(lambda text: f"Keys  {name}" in text)
        self.home()


def place_of(command: Command) -> Place | None:
    """The first screen that it works on; None for what only the first run offers."""
    return next((place for place in VISITS if place & command.places), None)


async def test_every_command_is_used_and_the_program_goes_on(
    tmp_path: Path,
    feed_server: FeedServer,
    webhook_sink: WebhookSink,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$@" >> {tmp_path / "opened"}\n')
    browser.chmod(0o755)
    monkeypatch.setenv("BROWSER", f"{browser} %s")
    user = await watched(tmp_path, feed_server, webhook_sink)
    typed = given(tmp_path, feed_server)

    def session() -> bytes:
        with open_terminal(user.command(), tmp_path) as terminal:
            terminal.wait_for("A drone over the market")
            terminal.wait_for("this screen polls")
            walk = Walk(terminal, typed)
            for command in COMMANDS:
                place = place_of(command)
                if command.name != "quit" and place is not None:
                    walk.use(command, place)
            terminal.type("Q")
            assert terminal.wait_for_end() == 0
            assert termios.tcgetattr(terminal.fd)[3] & (termios.ECHO | termios.ICANON) == termios.ECHO | termios.ICANON
            return terminal.raw

    raw = await asyncio.to_thread(session)
    (tmp_path / "raw").write_bytes(raw)
    check(raw, feed_server.url("/page"))
    assert feed_server.url("/page") in (tmp_path / "opened").read_text()


def check(raw: bytes, copied: str) -> None:
    """Nothing but what Textual writes, no traceback, and every mode that was set taken back."""
    assert b"Traceback" not in raw
    assert b"Unexpected error" not in raw
    assert CANARY.encode() in raw
    clipboard = b"\x1b]52;c;" + b64encode(copied.encode()) + b"\x07"
    assert clipboard in raw
    stray = _TEXTUAL.sub(b"", raw.replace(clipboard, b""))
    assert b"\x1b" not in stray, {stray[at.start() : at.start() + 20] for at in re.finditer(rb"\x1b", stray)}
    assert not re.search(rb"[\x00-\x07\x0b-\x0c\x0e-\x1f\x7f]|\xc2[\x80-\x9f]", stray)
    for mode in set(re.findall(rb"\x1b\[\?(\d+)[hl]", raw)):
        left = max((b"h", b"l"), key=lambda way: raw.rfind(b"\x1b[?%b%b" % (mode, way)))
        assert left == (b"h" if mode in _SET_BEFORE else b"l"), f"mode {mode.decode()} is left {left.decode()}"


async def test_what_only_the_first_run_offers_is_used_too(tmp_path: Path) -> None:
    (command,) = [one for one in COMMANDS if place_of(one) is None]
    assert command.name == "start_demo"
    user = Program(write_config(tmp_path, []), tmp_path / "feedwatch.db")

    def session() -> bytes:
        with open_terminal(user.command(), tmp_path) as terminal:
            terminal.wait_for("no network needed")
            terminal.type(command.keys[0])
            terminal.wait_for(HOME)
            terminal.wait_for("stories")
            terminal.type("Q")
            assert terminal.wait_for_end() == 0
            return terminal.raw

    raw = await asyncio.to_thread(session)
    assert b"Traceback" not in raw
    assert b"\x1b" not in _TEXTUAL.sub(b"", raw)
