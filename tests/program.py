"""feedwatch in processes of its own, as users run it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

ENVIRONMENT = {**os.environ, "SSL_CERT_FILE": os.devnull}
"""No program of a test asks anybody outside: none has to read this machine's certificates first."""


class Program:
    """One configuration and one database, and every command on them."""

    def __init__(self, config: Path, database: Path) -> None:
        self.config = config
        self.database = database

    def command(self, *arguments: str) -> tuple[str, ...]:
        """The whole command line."""
        places = ("--config", str(self.config), "--db", str(self.database))
        return (sys.executable, "-m", "feedwatch", *places, *arguments)

    async def run(self, *arguments: str) -> tuple[int, str, str]:
        """Run a command to its end: exit code, stdout, stderr."""
        process = await asyncio.create_subprocess_exec(
            *self.command(*arguments),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=ENVIRONMENT,
        )
        out, err = await asyncio.wait_for(process.communicate(), 60)
        return process.returncode or 0, out.decode(), err.decode()

    async def poll(self, *arguments: str) -> dict[str, float]:
        """One round over every feed; what ``--json`` says of it."""
        _, out, err = await self.run("poll", "--all", "--json", *arguments)
        assert out, err
        summary: dict[str, float] = json.loads(out)
        return summary

    async def records(self, *arguments: str) -> list[dict[str, object]]:
        """What a list says with ``--json``."""
        code, out, err = await self.run(*arguments, "--json")
        assert code == 0, err
        return [json.loads(line) for line in out.splitlines()]

    @contextlib.asynccontextmanager
    async def daemon(self, *arguments: str) -> AsyncIterator[asyncio.subprocess.Process]:
        """A daemon for as long as the context is open, then ended by SIGTERM unless it has ended."""
        process = await asyncio.create_subprocess_exec(
            *self.command("-v", "daemon", *arguments),
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            env=ENVIRONMENT,
        )
        try:
            yield process
        finally:
            if process.returncode is None:
                process.terminate()
                await asyncio.wait_for(process.communicate(), 30)


async def until(true: Callable[[], Awaitable[bool]], seconds: float = 20.0) -> None:
    """Wait until something is so; TimeoutError where it never is."""
    async with asyncio.timeout(seconds):
        while not await true():  # noqa: ASYNC110  # what is waited for is in another process
            await asyncio.sleep(0.05)


async def said(process: asyncio.subprocess.Process, words: str, seconds: float = 20.0) -> None:
    """Wait until a process writes a line with these words to stderr; TimeoutError where it never does."""
    assert process.stderr is not None
    async with asyncio.timeout(seconds):
        while words not in (line := (await process.stderr.readline()).decode()):
            assert line, f"the process ended without saying {words!r}"


def kill(process: asyncio.subprocess.Process) -> None:
    """End a process as a power cut would."""
    os.kill(process.pid, signal.SIGKILL)
