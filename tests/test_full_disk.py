"""A disk without room, and a database that can't be written: told at once, nothing lost, and it goes on by itself."""

from __future__ import annotations

import asyncio
import contextlib
import json
import resource
import sqlite3
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest

from tests.feeds import serve, write_config
from tests.loopback import FeedServer, WebhookSink
from tests.program import Program, until
from tests.terminal import Terminal, open_terminal

FIRST = "First drone seen over the old mill"
MORE = ("Second drone seen by fishermen", "Ten drones cross the strait", "Drone factory burns")
ROOM = 4_000_000
"""Bytes of the small disk."""
LATER = 40.0
"""Seconds within which everything goes on: a feed whose poll could not be stored is left alone for ten."""


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A folder that is a small disk of its own."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={ROOM}", "tmpfs", str(folder)]
    try:
        mounted = subprocess.run(command, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        mounted = False
    if not mounted:
        pytest.skip("this user may mount no disk")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def fill(disk: Path) -> None:
    """Leave no room at all."""
    with (disk / "ballast").open("wb", buffering=0) as file:
        for size in (65_536, 4_096, 1):
            with contextlib.suppress(OSError):
                while True:
                    file.write(b"x" * size)


def empty(disk: Path) -> None:
    """Make room again."""
    (disk / "ballast").unlink()


def limit(process: asyncio.subprocess.Process, size: int) -> None:
    """Let a process write no file beyond so many bytes: a write that fails as on a disk that went read-only."""
    _, hard = resource.prlimit(process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (size, hard))


@dataclass(frozen=True, slots=True)
class Scene:
    """A daemon that works, and all that it works with."""

    user: Program
    feeds: FeedServer
    sink: WebhookSink
    daemon: asyncio.subprocess.Process
    health: Callable[[], asyncio.Future[tuple[int, str]]]

    async def is_well(self) -> bool:
        """Whether /healthz says so."""
        return (await self.health())[0] == 200

    async def says(self, words: str) -> bool:
        """Whether /healthz fails with these words."""
        status, text = await self.health()
        return status == 503 and words in text

    async def has_told(self, count: int) -> bool:
        """Whether so many alerts are recorded as delivered, and nothing waits."""
        return deliveries(self.user.database) == ["delivered"] * count


@contextlib.asynccontextmanager
async def scene(folder: Path, database: Path, feeds: FeedServer, sink: WebhookSink) -> AsyncIterator[Scene]:
    """A daemon that has delivered one alert."""
    urls = [serve(feeds, f"/{n}", "Harbour talks", name=f"f{n}") for n in range(3)]
    user = Program(write_config(folder, urls, hook=sink.url("/hook"), more="baseline = false\n"), database)
    async with FeedServer() as borrowed:
        port = borrowed.port
    async with user.daemon("--health", f"127.0.0.1:{port}") as daemon, aiohttp.ClientSession() as session:
        drained = asyncio.create_task(drain(daemon))

        async def health() -> tuple[int, str]:
            try:
                async with session.get(f"http://127.0.0.1:{port}/healthz") as answer:
                    return answer.status, " ".join(json.loads(await answer.text())["problems"])
            except aiohttp.ClientConnectorError:
                return 0, "not there yet"

        one = Scene(user, feeds, sink, daemon, lambda: asyncio.ensure_future(health()))
        try:
            await until(one.is_well)
            serve(feeds, "/0", FIRST, "Harbour talks", name="f0")
            await until(lambda: one.has_told(1))
            yield one
            assert daemon.returncode is None, await drained
            daemon.terminate()
            assert await asyncio.wait_for(daemon.wait(), 30) == 0
            assert "Traceback" not in await drained
        finally:
            drained.cancel()
            await asyncio.gather(drained, return_exceptions=True)


async def drain(process: asyncio.subprocess.Process) -> str:
    """What a process says, so that it never waits for us."""
    assert process.stderr is not None
    return (await process.stderr.read()).decode()


async def lose_and_find(one: Scene, trouble: Callable[[], None], end: Callable[[], None], words: str) -> None:
    """Bring trouble upon a daemon, and see that it says so, does nothing wrong, and goes on when the trouble ends."""
    trouble()
    for number, title in enumerate(MORE):
        before = [FIRST] if number == 0 else []
        serve(one.feeds, f"/{number}", title, *before, "Harbour talks", name=f"f{number}")
    await until(lambda: one.says(words))
    assert deliveries(one.user.database) == ["delivered"]
    assert len(one.sink.requests) == 1
    end()
    await until(lambda: one.has_told(4), LATER)
    await until(one.is_well, LATER)
    told = [json.loads(asked.body)["data"]["item"]["title"] for asked in one.sink.requests]
    assert sorted(told) == sorted([FIRST, *MORE])


async def test_a_daemon_on_a_full_disk_says_so_and_goes_on_when_there_is_room(
    tmp_path: Path, disk: Path, feed_server: FeedServer, webhook_sink: WebhookSink
) -> None:
    async with scene(tmp_path, disk / "feedwatch.db", feed_server, webhook_sink) as one:
        words = "the database can't be written: the disk is full"
        await lose_and_find(one, lambda: fill(disk), lambda: empty(disk), words)


async def test_the_screen_says_that_alerts_have_stopped_on_a_full_disk_and_goes_on(
    tmp_path: Path, disk: Path, feed_server: FeedServer, webhook_sink: WebhookSink
) -> None:
    url = serve(feed_server, "/0", "Harbour talks")
    user = Program(write_config(tmp_path, [url], hook=webhook_sink.url("/hook")), disk / "feedwatch.db")

    def session(terminal: Terminal) -> None:
        terminal.wait_for("this screen polls")
        terminal.wait_for("Harbour talks")
        fill(disk)
        terminal.wait_for("alerts have stopped, the database can't be written: the disk is full")
        empty(disk)
        serve(feed_server, "/0", FIRST, "Harbour talks")
        terminal.wait_for("this screen polls")
        terminal.wait_for(FIRST)
        terminal.type("Q")
        assert terminal.wait_for_end() == 0

    with open_terminal(user.command(), tmp_path, 160, 30) as terminal:
        await asyncio.to_thread(session, terminal)
    await webhook_sink.came(1)


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="this system can't limit another process")
async def test_a_daemon_whose_database_turns_unwritable_says_so_and_goes_on_when_it_is_not(
    tmp_path: Path, feed_server: FeedServer, webhook_sink: WebhookSink
) -> None:
    async with scene(tmp_path, tmp_path / "feedwatch.db", feed_server, webhook_sink) as one:
        words = "the database can't be written: the disk is full, failing or read-only"
        unlimited = resource.RLIM_INFINITY
        await lose_and_find(one, lambda: limit(one.daemon, 0), lambda: limit(one.daemon, unlimited), words)


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="this system can't limit another process")
async def test_a_daemon_that_can_not_write_ends_in_order_and_the_next_one_finds_everything(
    tmp_path: Path, feed_server: FeedServer, webhook_sink: WebhookSink
) -> None:
    async with scene(tmp_path, tmp_path / "feedwatch.db", feed_server, webhook_sink) as one:
        limit(one.daemon, 0)
        serve(one.feeds, "/1", MORE[1], "Harbour talks", name="f1")
        await until(lambda: one.says("the database can't be written"))
    async with one.user.daemon():
        await webhook_sink.came(2, LATER)
        await until(lambda: one.has_told(2))
    assert len(webhook_sink.requests) == 2


def deliveries(database: Path) -> list[str]:
    """The states of all messages."""
    with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        return [state for (state,) in connection.execute("SELECT state FROM outbox ORDER BY rowid")]
