"""One run of a program: no shell, a time limit that ends all that it started, and a bound on what is read of it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass

from feedwatch.core.channels.requests import Program
from feedwatch.core.characters import plain
from feedwatch.model import Delivered, DeliveryResult, FailureKind, TryAgain

KEPT = 500
"""Bytes of output that are kept; all else is read and dropped."""
LONGEST_GRACE = 1.0
"""Seconds between SIGTERM and SIGKILL, within the time limit: at most a fifth of it."""
_LAST_WORDS = 0.2
"""Seconds to wait for output after the end: a grandchild may hold it open."""
_LOOK = 0.02
_TEMPFAIL = 75
"""EX_TEMPFAIL of sysexits.h: "try again later"."""


@dataclass(frozen=True, slots=True)
class Run:
    """How a program ended."""

    code: int | None
    """The exit code, negative for a signal; None where its time ran out."""
    output: bytes
    """The first of stdout and stderr."""


async def run_program(request: Program) -> DeliveryResult:
    """Run it once, within the request's time; whatever happens is a value."""
    name = plain(request.arguments[0])
    try:
        run = await run_to_end(request.arguments, request.stdin, request.environment, request.timeout)
    except (OSError, ValueError) as error:
        # Not found, not executable, no process to be had: all of it can be mended while the schedule runs.
        reason = getattr(error, "strerror", None) or type(error).__name__
        return TryAgain(f"{name} can't be started: {reason}", kind=FailureKind.PROGRAM)
    answer = plain(run.output.decode("utf-8", "replace"))
    if run.code is None:
        message = f"{name} did not end within {request.timeout:g} s, and was ended"
        return TryAgain(message, kind=FailureKind.TIMEOUT, answer=answer)
    if run.code == 0:
        return Delivered(0, answer)
    status = run.code if run.code > 0 else 128 - run.code
    return TryAgain(f"{name} {_ending(run.code)}", status, kind=FailureKind.PROGRAM, answer=answer)


async def run_to_end(arguments: tuple[str, ...], stdin: bytes, environment: Mapping[str, str], seconds: float) -> Run:
    """Run a program in a session of its own; whatever is left of that is ended with the time, or if this is cancelled.

    What a program that ended in time leaves running is its own business. OSError where it can't be started.
    """
    loop = asyncio.get_running_loop()
    deadline = loop.time() + seconds
    with tempfile.TemporaryFile() as given:  # read as the program likes, or never; it can be opened as /dev/stdin
        given.write(stdin)
        given.seek(0)
        transport, watch = await loop.subprocess_exec(
            _Watch,
            *arguments,
            stdin=given,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env={**os.environ, **environment},
            start_new_session=True,
        )
    grace = min(LONGEST_GRACE, seconds / 5)
    try:
        await asyncio.wait((watch.ended,), timeout=deadline - grace - loop.time())
        if not watch.ended.done():
            return Run(None, bytes(watch.output))
        await asyncio.wait((watch.silent,), timeout=min(_LAST_WORDS, deadline - loop.time()))
        return Run(transport.get_returncode(), bytes(watch.output))
    finally:
        try:
            if not watch.ended.done():
                await _end_group(transport.get_pid(), grace)
                await asyncio.wait((watch.ended,), timeout=_LAST_WORDS)
        finally:
            transport.close()


class _Watch(asyncio.SubprocessProtocol):
    """Notes a program's end and its first output, and drops the rest as it comes."""

    def __init__(self) -> None:
        loop = asyncio.get_running_loop()
        self.output = bytearray()
        self.ended: asyncio.Future[None] = loop.create_future()
        self.silent: asyncio.Future[None] = loop.create_future()

    def pipe_data_received(self, fd: int, data: bytes) -> None:  # noqa: ARG002  # asyncio's names
        self.output += data[: KEPT - len(self.output)]

    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:  # noqa: ARG002  # asyncio's names
        if not self.silent.done():
            self.silent.set_result(None)

    def process_exited(self) -> None:
        if not self.ended.done():
            self.ended.set_result(None)


async def _end_group(pid: int, grace: float) -> None:
    """SIGTERM to the program and whatever it started in its session; SIGKILL after ``grace`` seconds."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + grace
    try:
        is_left = _signal(pid, signal.SIGTERM)
        while is_left and loop.time() < deadline:
            await asyncio.sleep(_LOOK)
            is_left = _signal(pid, 0)
    finally:
        _signal(pid, signal.SIGKILL)


def _signal(group: int, number: int) -> bool:
    """Whether there is anybody left in a process group to get it."""
    with contextlib.suppress(PermissionError):
        try:
            os.killpg(group, number)
        except ProcessLookupError:
            return False
    return True


def _ending(code: int) -> str:
    if code == _TEMPFAIL:
        return f"asks to be tried again later (exit code {code})"
    return f"ended with exit code {code}" if code > 0 else f"was ended by signal {-code}"
