"""Real programs: those that do as they are told, those that hang, flood, ignore signals or leave others behind."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from pathlib import Path

import pytest

from feedwatch.core.channels.requests import Program
from feedwatch.model import Delivered, FailureKind, TryAgain
from feedwatch.net.programs import run_program
from tests.program import until

BODY = '{"type":"test","title":"Дрони"}'.encode()


def script(folder: Path, text: str, interpreter: str = "/bin/sh") -> str:
    path = folder / "tell"
    path.write_text(f"#!{interpreter}\n{text}\n")
    path.chmod(0o755)
    return str(path)


def python(folder: Path, text: str) -> str:
    return script(folder, text, sys.executable)


def runs(pid: int) -> bool:
    """Whether a process does anything yet: a zombie that nobody has buried does not."""
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] != "Z"
    except ProcessLookupError:
        return False
    except FileNotFoundError:
        return not Path("/proc/self").exists()


async def gone(pid: int) -> None:
    """Wait until this process has ended; TimeoutError where it stays."""

    async def is_gone() -> bool:
        return not runs(pid)

    await until(is_gone, 5.0)


async def written(path: Path) -> int:
    """The number that a program has written there; TimeoutError where it does not come."""

    async def is_written() -> bool:
        return path.exists() and path.read_text().endswith("\n")

    await until(is_written, 5.0)
    return int(path.read_text())


async def test_a_program_gets_the_body_its_arguments_and_its_environment(tmp_path: Path) -> None:
    told = script(tmp_path, f'cat > {tmp_path}/in; echo "$1|$2|$FEEDWATCH_TYPE|${{PATH:+path}}"')
    request = Program((told, "--loud", "$(id); `id`"), BODY, {"FEEDWATCH_TYPE": "test"}, 10.0)
    assert await run_program(request) == Delivered(0, "--loud|$(id); `id`|test|path")
    assert (tmp_path / "in").read_bytes() == BODY


async def test_standard_input_can_be_opened_as_a_file(tmp_path: Path) -> None:
    assert await run_program(Program((script(tmp_path, "cat /dev/stdin"),), b"body")) == Delivered(0, "body")


async def test_a_program_that_reads_nothing_is_no_failure(tmp_path: Path) -> None:
    told = script(tmp_path, "exec 0<&-; exit 0")
    assert await run_program(Program((told,), b"x" * 5_000_000)) == Delivered(0)


async def test_what_it_says_is_kept_in_short_and_safe_to_show(tmp_path: Path) -> None:
    told = script(tmp_path, r"""printf '\033]52;c;cHduZWQ=\007sent\n'; echo twice >&2; printf '%0600d' 0""")
    result = await run_program(Program((told,), b""))
    assert isinstance(result, Delivered)
    assert result.answer.startswith("]52;c;cHduZWQ=sent twice 000")
    assert len(result.answer) < 500


@pytest.mark.parametrize(
    ("text", "status", "message"),
    [
        ("echo broken; exit 3", 3, "ended with exit code 3"),
        ("echo broken; exit 75", 75, "asks to be tried again later (exit code 75)"),
        ("echo broken; kill -9 $$", 137, "was ended by signal 9"),
    ],
)
async def test_a_program_that_fails_is_tried_again(text: str, status: int, message: str, tmp_path: Path) -> None:
    told = script(tmp_path, text)
    assert await run_program(Program((told, "s3cret"), b"")) == TryAgain(
        f"{told} {message}", status, kind=FailureKind.PROGRAM, answer="broken"
    )


async def test_a_program_that_can_not_be_started_is_tried_again(tmp_path: Path) -> None:
    plain_file = tmp_path / "data"
    plain_file.write_text("data")
    for path, reason in (("/nowhere/tell", "No such file or directory"), (str(plain_file), "Permission denied")):
        result = await run_program(Program((path, "s3cret"), b""))
        assert result == TryAgain(f"{path} can't be started: {reason}", kind=FailureKind.PROGRAM)


async def test_a_hanging_program_is_ended_with_what_it_started(tmp_path: Path) -> None:
    told = script(tmp_path, f"echo waiting; sleep 600 & echo $! > {tmp_path}/child; sleep 600")
    began = time.monotonic()
    result = await run_program(Program((told,), b"", timeout=0.5))
    assert time.monotonic() - began < 2.0
    assert result == TryAgain(
        f"{told} did not end within 0.5 s, and was ended", kind=FailureKind.TIMEOUT, answer="waiting"
    )
    await gone(await written(tmp_path / "child"))


async def test_programs_that_ignore_the_polite_signal_are_killed_in_time(tmp_path: Path) -> None:
    told = python(
        tmp_path,
        "import os, signal, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "child = os.fork()\n"
        f"if child: open('{tmp_path}/me', 'w').write(f'{{os.getpid()}}\\n')\n"
        f"else: open('{tmp_path}/child', 'w').write(f'{{os.getpid()}}\\n')\n"
        "time.sleep(600)",
    )
    began = time.monotonic()
    result = await run_program(Program((told,), b"", timeout=1.0))
    assert time.monotonic() - began < 2.0
    assert isinstance(result, TryAgain)
    assert result.kind is FailureKind.TIMEOUT
    await gone(await written(tmp_path / "me"))
    await gone(await written(tmp_path / "child"))


async def test_a_program_is_asked_before_it_is_killed(tmp_path: Path) -> None:
    told = script(tmp_path, f"trap 'echo 1 > {tmp_path}/asked; exit 0' TERM; echo ready; while :; do sleep 0.01; done")
    result = await run_program(Program((told,), b"", timeout=1.0))
    assert isinstance(result, TryAgain)
    assert await written(tmp_path / "asked") == 1


async def test_a_flood_of_output_neither_fills_memory_nor_blocks(tmp_path: Path) -> None:
    told = script(tmp_path, "head -c 100000000 /dev/zero | tr '\\0' x; exit 0")
    result = await run_program(Program((told,), b"", timeout=30.0))
    assert result == Delivered(0, "x" * 500)


async def test_what_a_program_leaves_running_neither_delays_it_nor_is_ended(tmp_path: Path) -> None:
    told = script(tmp_path, f"sleep 600 & echo $! > {tmp_path}/child; echo sent")
    began = time.monotonic()
    assert await run_program(Program((told,), b"", timeout=5.0)) == Delivered(0, "sent")
    assert time.monotonic() - began < 2.0
    child = await written(tmp_path / "child")
    assert runs(child)
    os.kill(child, signal.SIGKILL)


async def test_a_run_that_is_cancelled_ends_the_program(tmp_path: Path) -> None:
    told = script(tmp_path, f"sleep 600 & echo $! > {tmp_path}/child; wait")
    attempt = asyncio.create_task(run_program(Program((told,), b"", timeout=60.0)))
    child = await written(tmp_path / "child")
    attempt.cancel()
    began = time.monotonic()
    await asyncio.gather(attempt, return_exceptions=True)
    assert attempt.cancelled()
    assert time.monotonic() - began < 2.0
    await gone(child)
