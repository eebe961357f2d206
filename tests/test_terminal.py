"""The program in a real pseudo-terminal, with a real engine beside it: start, move, open, search, quit."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.feeds import rss, write_config
from tests.loopback import FeedServer, WebhookSink
from tests.program import Program, kill, until
from tests.terminal import Terminal, open_terminal


def program(folder: Path, *urls: str, hook: str = "") -> Program:
    return Program(write_config(folder, urls, hook=hook), folder / "feedwatch.db")


async def watch(user: Program, columns: int, lines: int, session: object) -> None:
    """Run a blocking session with a terminal in a thread, so that the loopback servers go on."""
    assert callable(session)
    with open_terminal(user.command(), user.config.parent, columns, lines) as terminal:
        await asyncio.to_thread(session, terminal)


@pytest.mark.parametrize(("columns", "lines"), [(80, 24), (200, 60)])
async def test_a_user_reads_searches_and_quits_and_the_terminal_is_restored(
    tmp_path: Path, feed_server: FeedServer, columns: int, lines: int
) -> None:
    titles = (
        "Ferry timetable",
        "Two drones seen over the harbour",
        "Market hall reopens",
        "&#27;]52;c;cHduZWQ=&#7;[/foo]",
    )
    user = program(tmp_path, feed_server.set("/a", rss(*titles, text="The article says more.")))

    def session(terminal: Terminal) -> None:
        terminal.wait_for("Ferry timetable")
        terminal.wait_for("[/foo]")
        terminal.wait_for("this screen polls")
        terminal.type("jk\r")
        terminal.wait_for("The article says more.")
        terminal.type("q/market\r")
        terminal.wait_for(lambda text: "Market hall" in text and "Ferry timetable" not in text)
        terminal.type("?")
        terminal.wait_for("Move down")
        terminal.type("palette")
        terminal.wait_for(lambda text: "Move down" not in text and "Find a command" in text)
        terminal.type("\x1b")
        terminal.wait_for("Move down")
        terminal.type("\x1b")
        terminal.wait_for("Market hall")
        terminal.type("Q")
        assert terminal.wait_for_end() == 0
        assert b"\x1b]52" not in terminal.raw
        assert terminal.raw.rindex(b"\x1b[?1049l") > terminal.raw.rindex(b"\x1b[?1049h")
        assert b"\x1b[?25h" in terminal.raw

    await watch(user, columns, lines, session)


async def test_an_alert_is_on_the_screen_and_at_the_webhook_while_the_user_watches(
    tmp_path: Path, feed_server: FeedServer, webhook_sink: WebhookSink
) -> None:
    user = program(tmp_path, feed_server.set("/a", rss("Ferry timetable")), hook=webhook_sink.url())

    def session(terminal: Terminal) -> None:
        terminal.wait_for("Ferry timetable")
        feed_server.set("/a", rss("Two drones seen", "Ferry timetable"))
        terminal.wait_for("Two drones seen")
        terminal.wait_for("1 alert")
        terminal.type("Q")
        assert terminal.wait_for_end() == 0

    await watch(user, 120, 40, session)
    assert len(webhook_sink.requests) == 1


async def test_the_screen_takes_over_when_the_daemon_dies_and_makes_room_for_a_new_one(
    tmp_path: Path, feed_server: FeedServer
) -> None:
    user = program(tmp_path, feed_server.set("/a", rss("Ferry timetable")))
    async with user.daemon() as daemon:
        await until(lambda: asked(feed_server))

        async def take_over(terminal: Terminal) -> None:
            await asyncio.to_thread(terminal.wait_for, f"daemon {daemon.pid} polls")
            kill(daemon)
            await daemon.wait()
            await asyncio.to_thread(terminal.wait_for, "this screen polls", 10.0)
            async with user.daemon() as another:
                await asyncio.to_thread(terminal.wait_for, f"daemon {another.pid} polls", 15.0)
            await asyncio.to_thread(terminal.wait_for, "this screen polls", 10.0)
            terminal.type("Q")
            assert await asyncio.to_thread(terminal.wait_for_end) == 0

        with open_terminal(user.command(), tmp_path, 120, 40) as terminal:
            await take_over(terminal)


async def test_without_feeds_the_screen_offers_what_to_do(tmp_path: Path) -> None:
    user = program(tmp_path)

    def session(terminal: Terminal) -> None:
        terminal.wait_for("OPML")
        terminal.wait_for("demo")
        terminal.type("Q")
        assert terminal.wait_for_end() == 0

    await watch(user, 80, 24, session)


@pytest.fixture
def no_desktop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Programs of this test find neither notify-send nor tmux."""
    monkeypatch.setenv("PATH", str(tmp_path / "none"))
    monkeypatch.delenv("TMUX", raising=False)


@pytest.mark.usefixtures("no_desktop")
async def test_without_a_desktop_the_screens_terminal_shows_what_its_engine_has_to_tell(
    tmp_path: Path, feed_server: FeedServer
) -> None:
    user = told_on_the_desktop(tmp_path, feed_server.set("/a", rss("Ferry timetable")))

    def session(terminal: Terminal) -> None:
        terminal.wait_for("Ferry timetable")
        feed_server.set("/a", rss("Two drones seen", "Ferry timetable"))
        terminal.wait_for("Two drones seen")
        terminal.wait_for(lambda _: b"\x1b]9;feedwatch: Two drones seen (" in terminal.raw)
        terminal.type("Q")
        assert terminal.wait_for_end() == 0

    await watch(user, 120, 40, session)
    (sent,) = await user.records("deliveries")
    assert sent["state"] == "delivered"


@pytest.mark.usefixtures("no_desktop")
def test_a_command_tells_the_terminal_that_it_was_typed_in(tmp_path: Path) -> None:
    user = told_on_the_desktop(tmp_path)
    with open_terminal(user.command("deliveries", "test", "desk"), tmp_path) as terminal:
        terminal.wait_for("delivered: written to the terminal /dev/tty")
        assert terminal.wait_for_end() == 0
        assert b"\x1b]9;feedwatch: A test message from feedwatch (Test" in terminal.raw


def told_on_the_desktop(folder: Path, *urls: str) -> Program:
    channel = '[[channels]]\nname = "desk"\ntype = "desktop"\n'
    path = write_config(folder, urls, more=channel)
    path.write_text(path.read_text().replace("channels = []", 'channels = ["desk"]'))
    return Program(path, folder / "feedwatch.db")


async def asked(server: FeedServer) -> bool:
    return bool(server.requests)
