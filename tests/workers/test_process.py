from __future__ import annotations

import signal
import subprocess
import sys
from datetime import UTC, datetime

import msgspec
import pytest

from feedwatch.model import Document
from feedwatch.workers import process
from feedwatch.workers.process import (
    ArticleJob,
    Drafted,
    Extracted,
    Job,
    ParseJob,
    Ready,
    Reply,
    Unreadable,
    answer,
)

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
FEED = b"<rss version='2.0'><channel><title>T</title><item><title>a</title></item></channel></rss>"
STUCK = b"<rss><item " + b" ".join(b"a%d='1'" % n for n in range(120_000)) + b"/></rss>"
MODULE = process.__name__


def job(body: bytes = FEED) -> ParseJob:
    return ParseJob(body, {}, "https://feeds.example/", {}, NOW)


def frame(record: object) -> bytes:
    packed = msgspec.msgpack.encode(record)
    return len(packed).to_bytes(4, "big") + packed


def replies(output: bytes) -> list[Reply]:
    found: list[Reply] = []
    while output:
        size = int.from_bytes(output[:4], "big")
        found.append(msgspec.msgpack.decode(output[4 : 4 + size], type=Reply))
        output = output[4 + size :]
    return found


def serve(*records: Job, program: str = "") -> subprocess.CompletedProcess[bytes]:
    command = ["-c", program] if program else ["-m", MODULE]
    requests = b"".join(map(frame, records))
    return subprocess.run(
        [sys.executable, *command, "30"], input=requests, capture_output=True, timeout=60, check=False
    )


def test_jobs_are_answered_in_order_until_stdin_ends() -> None:
    done = serve(job(), job(b"<html/>"), job())
    ready, first, second, third = replies(done.stdout)
    assert done.returncode == 0
    assert isinstance(ready, Ready)
    assert isinstance(first, Drafted)
    assert isinstance(third, Drafted)
    assert first == third
    assert isinstance(second, Unreadable)
    assert not second.is_feed


def test_a_half_frame_ends_the_process_quietly() -> None:
    done = subprocess.run(
        [sys.executable, "-m", MODULE, "30"], input=frame(job())[:-3], capture_output=True, timeout=60, check=False
    )
    assert done.returncode == 0
    assert len(replies(done.stdout)) == 1


def test_what_a_library_prints_does_not_reach_the_frames() -> None:
    program = (
        f"import sys, os, {MODULE} as child\n"
        "def answer(job):\n"
        "    print('noise', flush=True); os.write(1, b'noise'); os.system('echo noise')\n"
        "    return child.Unreadable(repr(sys.stdin.read()), is_feed=True)\n"
        "child.answer = answer\n"
        "child.main()\n"
    )
    assert replies(serve(job(), program=program).stdout) == [Ready(), Unreadable("''", is_feed=True)]


@pytest.mark.skipif(sys.platform != "linux", reason="the limit is set on Linux")
def test_a_body_that_eats_the_memory_is_refused_and_the_process_ends() -> None:
    program = f"import {MODULE} as child\nchild._parse = lambda job: bytearray(8 * 1024 ** 3)\nchild.main()\n"
    done = serve(job(), job(), program=program)
    _, refused = replies(done.stdout)
    assert done.returncode == 0
    assert isinstance(refused, Unreadable)
    assert refused.last
    assert "memory" in refused.message


def test_a_stuck_job_is_ended_by_the_kernel_even_where_nobody_watches() -> None:
    child = subprocess.Popen([sys.executable, "-m", MODULE, "1"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    assert child.stdin is not None
    with child.stdin:
        child.stdin.write(frame(job(STUCK)))
        child.stdin.flush()
        assert child.wait(timeout=60) == -signal.SIGALRM


def test_a_surprise_is_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    def explode(_: ParseJob) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(process, "_parse", explode)
    assert answer(job()) == Unreadable(
        "Reading it failed with ZeroDivisionError; please report the feed.", is_feed=True
    )


def test_an_answer_that_is_too_large_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    class Sink:
        def __init__(self) -> None:
            self.written = b""

        def write(self, data: bytes) -> None:
            self.written += data

        def flush(self) -> None:
            pass

    sink = Sink()
    monkeypatch.setattr(process, "LARGEST_FRAME", 100)
    process._send(sink, Extracted(Document("x" * 1000)))  # type: ignore[arg-type]  # a sink is enough of a stream
    (reply,) = replies(sink.written)
    assert isinstance(reply, Unreadable)


def test_an_article_job_is_answered() -> None:
    found = answer(ArticleJob(b"", "https://site.example/", "text/html"))
    assert isinstance(found, Unreadable)
    assert found.is_feed


def test_a_worker_process_loads_core_only() -> None:
    program = (
        f"import sys, {MODULE} as child\n"
        "from datetime import UTC, datetime\n"
        "child._load()\n"
        "child.answer(child.ParseJob(b'<rss version=\"2.0\"/>', {}, '', {}, datetime.now(UTC)))\n"
        "child.answer(child.ArticleJob(b'<html></html>', 'http://a/', ''))\n"
        "ours = {name.split('.')[1] for name in sys.modules if name.startswith('feedwatch.')}\n"
        "heavy = ('asyncio', 'aiohttp', 'textual', 'sqlite3', 'pysqlite3')\n"
        "print(sorted(ours), [name for name in heavy if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "['core', 'errors', 'model', 'workers'] []"
