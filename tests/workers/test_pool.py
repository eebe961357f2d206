from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from feedwatch.core.intake import take_in
from feedwatch.errors import NotAFeedError, ParseError, ParseTimeoutError
from feedwatch.model import DraftFeed
from feedwatch.workers import child as child_module
from feedwatch.workers import pool as workers_module
from feedwatch.workers.pool import Workers

URL = "https://feeds.example/feed.xml"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
FEEDS = Path(__file__).parent.parent / "data" / "feeds"
GOOD = (FEEDS / "rss-2.0.xml").read_bytes()
STUCK = (
    b"<rss version='2.0'><channel><item " + b" ".join(b"a%d='1'" % n for n in range(120_000)) + b"/></channel></rss>"
)
"""Quadratic in feedparser: more than a minute."""


@pytest.fixture
async def workers() -> AsyncIterator[Workers]:
    started = Workers(2, limit_seconds=10.0)
    yield started
    await started.close()


@pytest.fixture
async def hasty() -> AsyncIterator[Workers]:
    started = Workers(2, limit_seconds=1.0)
    yield started
    await started.close()


async def read(workers: Workers, body: bytes = GOOD) -> DraftFeed:
    return await workers.parse(body, {"content-type": "text/xml"}, URL, {}, NOW)


def pids(workers: Workers) -> set[int]:
    return {child.pid for child in workers._children}


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


SAMPLES = {path.stem: path.read_bytes() for path in sorted(FEEDS.glob("*.xml"))}


def environment(pid: int) -> bytes:
    return Path(f"/proc/{pid}/environ").read_bytes()


async def test_a_process_gives_what_the_same_process_would(workers: Workers) -> None:
    for name, body in SAMPLES.items():
        expected = take_in(body, {}, URL, {"aa": 3}, NOW)
        assert await workers.parse(body, {}, URL, {"aa": 3}, NOW) == expected, name


async def test_jobs_beyond_the_number_of_processes_wait(workers: Workers) -> None:
    drafted = await asyncio.gather(*(read(workers) for _ in range(10)))
    assert all(one == drafted[0] for one in drafted)
    assert 1 <= len(pids(workers)) <= 2


async def test_a_process_stays_warm(workers: Workers) -> None:
    await read(workers)
    before = pids(workers)
    await read(workers)
    assert pids(workers) == before


async def test_no_process_is_started_before_it_is_needed(workers: Workers) -> None:
    assert pids(workers) == set()


async def test_a_body_that_is_no_feed_is_an_error_and_harms_nobody(workers: Workers) -> None:
    await read(workers)
    before = pids(workers)
    with pytest.raises(NotAFeedError, match="web page"):
        await read(workers, b"<html></html>")
    await read(workers)
    assert pids(workers) == before


async def test_a_stuck_body_is_ended_and_its_neighbours_are_unharmed(hasty: Workers) -> None:
    stuck = asyncio.create_task(read(hasty, STUCK))
    for _ in range(5):
        assert len((await read(hasty)).drafts) == 4
    with pytest.raises(ParseTimeoutError, match="1 seconds"):
        await stuck
    assert len((await read(hasty)).drafts) == 4


async def test_jobs_behind_a_stuck_one_are_done_by_another_process() -> None:
    alone = Workers(1, limit_seconds=1.0)
    await read(alone)
    stuck = asyncio.create_task(read(alone, STUCK))
    await asyncio.sleep(0)
    behind = [asyncio.create_task(read(alone)) for _ in range(12)]
    with pytest.raises(ParseTimeoutError):
        await stuck
    assert [len((await one).drafts) for one in behind] == [4] * 12
    await alone.close()


async def test_jobs_behind_a_slow_one_do_not_wait_for_its_time_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child_module, "PATIENCE", 0.2)
    patient = Workers(2, limit_seconds=60.0)
    await asyncio.gather(*(read(patient) for _ in range(8)))
    stuck = asyncio.create_task(read(patient, STUCK))
    await asyncio.sleep(0)
    async with asyncio.timeout(20):
        drafted = await asyncio.gather(*(read(patient) for _ in range(12)))
    assert [len(one.drafts) for one in drafted] == [4] * 12
    assert not stuck.done()
    await patient.close()
    with pytest.raises(ParseError, match="shutting down"):
        await stuck


async def test_a_slow_job_is_done_and_its_process_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child_module, "PATIENCE", 0.01)
    alone = Workers(1, limit_seconds=60.0)
    await read(alone)
    (before,) = pids(alone)
    items = "".join(f"<item><title>{n}</title><x base='http://b.example/'/></item>" for n in range(1500))
    slow = f"<rss version='2.0'><channel>{items}</channel></rss>".encode()  # a base is for feedparser
    first, *others = await asyncio.gather(read(alone, slow), *(read(alone) for _ in range(5)))
    assert len(first.drafts) == 1500
    assert [len(one.drafts) for one in others] == [4] * 5
    assert before not in pids(alone)
    await alone.close()


async def test_a_stuck_process_is_gone_afterwards(hasty: Workers) -> None:
    await read(hasty)
    (pid,) = pids(hasty)
    with pytest.raises(ParseTimeoutError):
        await read(hasty, STUCK)
    assert not is_running(pid)


async def test_a_process_that_dies_of_a_body_is_a_parse_error(workers: Workers) -> None:
    await read(workers)
    (pid,) = pids(workers)
    stuck = asyncio.create_task(read(workers, STUCK))
    await asyncio.sleep(0.2)
    os.kill(pid, signal.SIGKILL)
    with pytest.raises(ParseError, match="ended the process"):
        await stuck
    assert len((await read(workers)).drafts) == 4


async def test_a_process_killed_while_idle_costs_no_job(workers: Workers) -> None:
    await read(workers)
    (pid,) = pids(workers)
    os.kill(pid, signal.SIGKILL)
    await asyncio.sleep(0.2)
    assert len((await read(workers)).drafts) == 4


async def test_a_cancelled_job_leaves_no_process_in_the_middle_of_it(workers: Workers) -> None:
    await read(workers)
    (pid,) = pids(workers)
    job = asyncio.create_task(read(workers, STUCK))
    await asyncio.sleep(0.2)
    job.cancel()
    with pytest.raises(asyncio.CancelledError):
        await job
    assert len((await read(workers)).drafts) == 4
    assert not is_running(pid)


async def test_ctrl_c_is_not_for_the_processes(workers: Workers) -> None:
    await read(workers)
    (pid,) = pids(workers)
    os.kill(pid, signal.SIGINT)
    await read(workers)
    assert pids(workers) == {pid}


async def test_a_process_is_replaced_after_its_share_of_jobs(workers: Workers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers_module, "JOBS_EACH", 2)
    await read(workers)
    first = pids(workers)
    await read(workers)
    await read(workers)
    assert pids(workers).isdisjoint(first)


async def test_closing_ends_every_process(workers: Workers) -> None:
    await asyncio.gather(*(read(workers) for _ in range(4)))
    started = pids(workers)
    await workers.close()
    assert not any(is_running(pid) for pid in started)
    with pytest.raises(ParseError, match="shutting down"):
        await read(workers)


async def test_a_process_that_can_not_start_is_a_parse_error(workers: Workers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(ParseError, match="does not start"):
        await read(workers)
    assert pids(workers) == set()


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
async def test_secrets_of_the_environment_stay_with_the_parent(
    workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DESK_SECRET", "whsec_canary")
    await read(workers)
    (pid,) = pids(workers)
    assert b"canary" not in environment(pid)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_killed_parent_leaves_no_orphan() -> None:
    program = (
        "import asyncio, os, signal\n"
        "from datetime import UTC, datetime\n"
        "from feedwatch.workers.pool import Workers\n"
        "async def main():\n"
        "    workers = Workers(1)\n"
        "    await workers.parse(b'<rss version=\"2.0\"/>', {}, '', {}, datetime.now(UTC))\n"
        "    print(*(c.pid for c in workers._children), flush=True)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "asyncio.run(main())\n"
    )
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    orphan = int(found.stdout)
    for _ in range(500):
        if not is_running(orphan):
            return
        subprocess.run(["sleep", "0.02"], check=True)
    pytest.fail("the process outlived its parent")


async def test_an_article_is_extracted(workers: Workers) -> None:
    paragraph = "The river rose by two metres in the night, and the bridge was closed to all traffic at dawn. "
    body = "".join(f"<p>{paragraph}{n}</p>" for n in range(8))
    page = f"<html><body><nav><a href='/'>Home</a></nav><article><h1>Flood</h1>{body}</article></body></html>"
    document = await workers.article(page.encode(), "https://site.example/flood", "text/html; charset=utf-8")
    assert "two metres in the night" in document.text
    assert "Home" not in document.text


async def test_a_page_without_an_article_is_a_parse_error(workers: Workers) -> None:
    with pytest.raises(ParseError, match="no article"):
        await workers.article(b"<html></html>", "https://site.example/", "text/html")
