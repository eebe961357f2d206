"""Plays a plan: feeds and sinks on loopback, one daemon after the other, and what is found in the end."""

from __future__ import annotations

import asyncio
import contextlib
import random
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from statistics import median

from feedwatch.store.connection import Connection, connect
from tests.feeds import SECRET
from tests.loopback import FeedServer
from tests.program import ENVIRONMENT
from tests.torture import plan as plans
from tests.torture.evidence import AlertRow, Evidence, Kill, OutboxRow
from tests.torture.plan import News, Plan, Round
from tests.torture.processes import children, left_after
from tests.torture.sinks import Act, Sink

SCHEDULE = ("0.3s", "0.6s", *("1s",) * 30, *("2s",) * 60)
"""Waits between the attempts of a delivery: longer in all than any sink is down."""
USUAL_START = 0.6
"""Seconds from the start of a daemon to its first request, on an idle machine."""
SLOWEST = 3.0
LONGEST_START = 20.0
"""Seconds within which a daemon asks for its first feed, on any machine."""
LINGER = 5.0
"""Seconds that workers may take to follow their daemon."""
FAULTS = ("Traceback", "unexpected")
"""What a log says only where the program is at fault."""


@dataclass
class Stage:
    """All that a run plays with."""

    folder: Path
    feeds: FeedServer
    sinks: Sequence[Sink]
    third: Sink
    third_fails: bool = False
    shown: dict[int, list[News]] = field(default_factory=dict)
    kills: list[Kill] = field(default_factory=list)
    starts: list[float] = field(default_factory=list)
    """Seconds from the start of each daemon to its first request."""
    orphans: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    @property
    def pace(self) -> float:
        """How much slower than usual daemons start here: lives are longer by as much, or they would do no work."""
        return min(max(median(self.starts[-9:] or [USUAL_START]) / USUAL_START, 1.0), SLOWEST)

    @property
    def database(self) -> Path:
        """Where the program keeps everything."""
        return self.folder / "feedwatch.db"

    @property
    def log(self) -> Path:
        """What the daemons write, one after the other."""
        return self.folder / "daemons.log"

    def publish(self, news: Sequence[News]) -> None:
        """Put news in front of their feeds."""
        for one in news:
            items = self.shown.setdefault(one.feed, [])
            items.insert(0, one)
            self.feeds.set(
                f"/{one.feed}", _rss(one.feed, items), {"Content-Type": "application/rss+xml"}, conditional=True
            )


async def play(
    plan: Plan, folder: Path, *, feeds: int, seed: int, seconds: float, tell: Callable[[str], None]
) -> Evidence:
    """Kill a daemon in each round, let the last one finish within ``seconds``, and gather what there is to know."""
    async with _staged(folder, feeds, seed) as stage:
        for number, round_ in enumerate(plan.rounds):
            await _play_round(stage, round_)
            if number % 50 == 49:
                tell(f"{number + 1} daemons killed; the first request came after {median(stage.starts or [0]):.2f} s")
        await _set_third_sink(stage, "up")
        await _finish(stage, len(plan.matching), len(plan.news), seconds)
        return _evidence(stage, plan)


@contextlib.asynccontextmanager
async def _staged(folder: Path, feeds: int, seed: int) -> AsyncIterator[Stage]:
    draw = random.Random(seed + 1)

    def third() -> Act:
        return Act("500") if stage.third_fails else plans.healthy(draw)

    sinks = [
        Sink("healthy", SECRET, lambda: plans.healthy(draw)),
        Sink("flaky", SECRET, lambda: plans.flaky(draw)),
        Sink("dying", SECRET, third),
    ]
    async with FeedServer() as server:
        stage = Stage(folder, server, sinks, sinks[2])
        for number in range(feeds):
            server.set(f"/{number}", _rss(number, []), {"Content-Type": "application/rss+xml"}, conditional=True)
        for sink in sinks:
            await sink.open()
        _write_config(stage, feeds)
        try:
            yield stage
        finally:
            for sink in sinks:
                await sink.close()


async def _play_round(stage: Stage, round_: Round) -> None:
    await _set_third_sink(stage, round_.third_sink)
    half = (len(round_.news) + 1) // 2
    stage.publish(round_.news[:half])
    asked = len(stage.feeds.requests)
    async with _daemon(stage) as process:
        began = time.monotonic()
        late = asyncio.create_task(_publish_late(stage, round_, round_.news[half:], asked))
        await _moment(stage, round_, asked)
        if late.cancel():
            stage.publish(round_.news[half:])
        if process.returncode is None:
            phase = _phase(stage, polls=len(stage.feeds.requests) > asked)
            stage.kills.append(Kill(phase, time.monotonic() - began))
        await _kill(stage, process)


async def _moment(stage: Stage, round_: Round, asked: int) -> None:
    """Wait until the daemon is to be killed."""
    if round_.starting is not None:
        await asyncio.sleep(round_.starting * stage.pace)
        return
    began = time.monotonic()
    with contextlib.suppress(TimeoutError):
        await stage.feeds.came(asked + 1, LONGEST_START)
        stage.starts.append(time.monotonic() - began)
        seconds = round_.seconds * stage.pace
        async with asyncio.timeout(seconds):
            if round_.aimed is None:
                await asyncio.sleep(seconds)
            else:
                await _any_request(stage.sinks)
                await asyncio.sleep(round_.aimed)


async def _publish_late(stage: Stage, round_: Round, news: Sequence[News], asked: int) -> None:
    await stage.feeds.came(asked + 1, 2 * LONGEST_START)
    await asyncio.sleep(round_.seconds * stage.pace * round_.late)
    stage.publish(news)


async def _any_request(sinks: Sequence[Sink]) -> None:
    waiting = [asyncio.create_task(sink.came.wait()) for sink in sinks]
    try:
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in waiting:
            task.cancel()


def _phase(stage: Stage, *, polls: bool) -> str:
    if any(sink.under_way for sink in stage.sinks):
        return "delivering"
    return "polling" if polls else "starting"


async def _set_third_sink(stage: Stage, state: str) -> None:
    stage.third_fails = state == "failing"
    if state == "closed":
        await stage.third.close()
    elif not stage.third.is_open:
        await stage.third.open()


@contextlib.asynccontextmanager
async def _daemon(stage: Stage) -> AsyncIterator[asyncio.subprocess.Process]:
    """A daemon; it has ended when the context is left."""
    for sink in stage.sinks:
        sink.came.clear()
    places = ("--config", str(stage.folder / "config.toml"), "--db", str(stage.database))
    with stage.log.open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "feedwatch", *places, "daemon",
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL, stderr=log, env=ENVIRONMENT,
        )  # fmt: skip
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def _kill(stage: Stage, process: asyncio.subprocess.Process) -> None:
    """End it as a power cut would, and see that nobody outlives it."""
    for sink in stage.sinks:
        sink.life += 1  # what is answered from now on nobody reads
    if process.returncode is not None:
        stage.faults.append(f"a daemon ended by itself with {process.returncode}; {stage.log} says why")
        return
    process.send_signal(signal.SIGSTOP)  # so that it starts no worker while we look
    workers = children(process.pid)
    process.kill()
    await process.wait()
    stage.orphans += await left_after(workers, LINGER)


async def _finish(stage: Stage, alerts: int, items: int, seconds: float) -> None:
    """Let a last daemon do what is left to do, then stop it in order."""
    async with _daemon(stage) as process:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not _is_done(stage, process.pid, alerts, items):  # noqa: ASYNC110  # what is waited for is in another process
                    await asyncio.sleep(0.1)
        if process.returncode is None:
            process.terminate()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), 30)
        if process.returncode != 0:
            stage.faults.append(f"the last daemon ended with {process.returncode}; {stage.log} says why")


def _is_done(stage: Stage, pid: int, alerts: int, items: int) -> bool:
    with _reading(stage) as database:
        return (
            _count(database, "SELECT pid FROM engine") == pid
            and _count(database, "SELECT count(*) FROM items") >= items
            and _count(database, "SELECT count(*) FROM alerts") >= alerts
            and not _count(database, "SELECT count(*) FROM outbox WHERE state = 'waiting'")
        )


def _evidence(stage: Stage, plan: Plan) -> Evidence:
    with _reading(stage) as database:
        alerts = database.execute("SELECT a.id, a.state, i.title FROM alerts a JOIN items i ON i.id = a.item_id")
        outbox = database.execute(
            "SELECT id, coalesce(alert_id, ''), channel, state, lease_owner IS NOT NULL FROM outbox"
        )
        items = database.execute("SELECT title FROM items")
        return Evidence(
            matching=plan.matching,
            sinks=[sink.name for sink in stage.sinks],
            calls=[call for sink in stage.sinks for call in sink.calls],
            alerts=[AlertRow(*row) for row in alerts],
            outbox=[OutboxRow(*row) for row in outbox],
            items=[row[0] for row in items],
            published=len(plan.news),
            leased_feeds=_count(database, "SELECT count(*) FROM feeds WHERE lease_owner IS NOT NULL"),
            integrity=[row[0] for row in database.execute("PRAGMA integrity_check")],
            broken_references=len(database.execute("PRAGMA foreign_key_check").fetchall()),
            kills=stage.kills,
            orphans=stage.orphans,
            faults=[*stage.faults, *_faults(stage.log)],
        )


def _faults(log: Path) -> list[str]:
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    return [line for line in lines if any(word in line for word in FAULTS)]


@contextlib.contextmanager
def _reading(stage: Stage) -> Iterator[Connection]:
    with contextlib.closing(connect(stage.database, write=False)) as database:
        yield database


def _count(database: Connection, query: str) -> int:
    return int(database.execute(query).fetchone()[0])


def _rss(feed: int, items: Sequence[News]) -> str:
    entries = "".join(
        f"<item><guid isPermaLink='false'>{feed}-{len(items) - at}</guid><title>{escape(one.title)}</title>"
        f"<link>https://example.org/{feed}/{len(items) - at}</link><description>{escape(one.text)}</description></item>"
        for at, one in enumerate(items)
    )
    return f"<?xml version='1.0'?><rss version='2.0'><channel><title>Feed {feed}</title>{entries}</channel></rss>"


def _write_config(stage: Stage, feeds: int) -> None:
    waits = ", ".join(f'"{wait}"' for wait in SCHEDULE)
    names = ", ".join(f'"{sink.name}"' for sink in stage.sinks)
    text = '[poll]\nallow_private = ["127.0.0.0/8"]\ninterval = "0.4s"\nadaptive = false\nper_host = 16\n'
    text += "baseline = false\n"
    text += f"[delivery]\nschedule = [{waits}]\n"
    for sink in stage.sinks:
        text += f'[[channels]]\nname = "{sink.name}"\ntype = "webhook"\nurl = "{sink.url}"\nsecret = "{SECRET}"\n'
    text += f'[[rules]]\nname = "Drones"\nmatch = "drone"\nchannels = [{names}]\n'
    for number in range(feeds):
        text += (
            f'[[feeds]]\nurl = "{stage.feeds.url(f"/{number}")}"\nname = "Feed {number}"\noutlet = "Outlet {number}"\n'
        )
    (stage.folder / "config.toml").write_text(text, encoding="utf-8")
