"""The real program in processes of its own: what only the operating system can show."""

from __future__ import annotations

import asyncio
import os
import shlex
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from feedwatch.model import Document, Draft, FeedState, FeedUpdate, NewItem, Subscription
from feedwatch.store.store import Store

PROGRAM = (sys.executable, "-m", "feedwatch")
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """An environment of nobody: its own home, no configuration."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "XDG_CONFIG_HOME": str(tmp_path),
        "XDG_DATA_HOME": str(tmp_path),
    }


def run(
    tmp_path: Path, environ: dict[str, str], *arguments: str, stdin: bytes = b""
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*PROGRAM, *arguments], input=stdin, capture_output=True, cwd=tmp_path, env=environ, timeout=60, check=False
    )


def test_a_reader_that_closes_the_pipe_ends_the_program_quietly(tmp_path: Path, environ: dict[str, str]) -> None:
    (tmp_path / "lines.txt").write_bytes(b"a drone\n" * 50_000)
    command = [*PROGRAM, "rules", "match", "drone", "lines.txt"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=tmp_path, env=environ) as writer:
        assert writer.stdout is not None
        assert writer.stderr is not None
        assert writer.stdout.readline() == b"a drone\n"
        writer.stdout.close()
        assert (writer.stderr.read(), writer.wait(60)) == (b"", 0)


async def fill(database: Path, count: int) -> None:
    """A real database with items of one feed."""
    store = await Store.open(database)
    await store.sync_feeds([Subscription("https://a.example/feed", "A", "A")], NOON)
    (claim,) = await store.claim_due("test", 1, 60, NOON)
    drafts = [draft(number) for number in range(count)]
    update = FeedUpdate(claim, NOON, FeedState(due_at=NOON), tuple(NewItem(one) for one in drafts))
    await store.apply([update])
    await store.close()


def draft(number: int) -> Draft:
    key = number.to_bytes(16, "big")
    url = f"https://a.example/{number}"
    return Draft(
        key, key, 1, key, key, f"A drone struck depot {number}", url, "", Document("Text."), "", NOON, "en", (), "", ()
    )


def test_items_piped_to_a_reader_of_one_line_end_quietly(tmp_path: Path, environ: dict[str, str]) -> None:
    asyncio.run(fill(tmp_path / "news.db", 3000))
    command = shlex.join([*PROGRAM, "items", "--db", "news.db", "--limit", "3000"])
    script = f"{command} | head -1; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(
        ["bash", "-c", script], capture_output=True, cwd=tmp_path, env=environ, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"A drone struck depot" in done.stdout
    assert done.stdout.count(b"\n") == 1


def test_a_pipe_closed_before_the_last_flush_ends_the_program_quietly(tmp_path: Path, environ: dict[str, str]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [*PROGRAM, "config", "path"], stdout=writer, stderr=subprocess.PIPE, cwd=tmp_path, env=environ, timeout=60,
        check=False,
    )  # fmt: skip
    os.close(writer)
    assert done.returncode == 0
    assert b"Traceback" not in done.stderr
    assert b"BrokenPipe" not in done.stderr


def test_a_terminal_without_unicode_gets_question_marks_and_no_crash(tmp_path: Path, environ: dict[str, str]) -> None:
    done = run(tmp_path, environ | {"PYTHONIOENCODING": "ascii"}, "rules", "match", "дрон", stdin="дрон\n".encode())
    assert (done.returncode, done.stdout) == (0, b"????\n")


def test_items_of_an_empty_database_are_no_lines(tmp_path: Path, environ: dict[str, str]) -> None:
    done = run(tmp_path, environ, "items", "--json")
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_the_bare_program_lists_items_where_stdout_is_a_pipe(tmp_path: Path, environ: dict[str, str]) -> None:
    done = run(tmp_path, environ)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_a_broken_configuration_is_exit_2_and_its_problems_on_stderr(tmp_path: Path, environ: dict[str, str]) -> None:
    (tmp_path / "config.toml").write_text("[pol]\n")
    done = run(tmp_path, environ)
    assert (done.returncode, done.stdout) == (2, b"")
    assert b'did you mean "poll"?' in done.stderr


def test_completion_knows_the_commands(tmp_path: Path, environ: dict[str, str]) -> None:
    asked = {"_FEEDWATCH_COMPLETE": "bash_complete", "COMP_WORDS": "feedwatch st", "COMP_CWORD": "1"}
    done = run(tmp_path, environ | asked)
    assert (done.returncode, done.stdout) == (0, b"plain,stories\nplain,stats\n")
