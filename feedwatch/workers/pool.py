"""Worker processes: bytes in, drafts out. A body that takes too long costs its own process, and nobody else's time.

The parser holds the interpreter's lock inside regular expressions, so a thread would stall everything and could not be
ended (a process pool can't end one stuck task either). Processes start when first needed, stay warm, and are replaced
after JOBS_EACH jobs, a time-out or a death.
"""

from __future__ import annotations

import asyncio
import math
import os
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import msgspec

import feedwatch
from feedwatch.errors import NotAFeedError, ParseError, ParseTimeoutError
from feedwatch.model import Document, DraftFeed
from feedwatch.workers import process
from feedwatch.workers.process import (
    LARGEST_FRAME,
    ArticleJob,
    Drafted,
    Extracted,
    Job,
    ParseJob,
    Ready,
    Reply,
    Unreadable,
)

JOBS_EACH = 1000
"""Jobs after which a process is replaced, so that what a library leaks does not add up."""
_START_SECONDS = 30.0
_GRACE_SECONDS = 15
"""Beyond the limit: after that a child ends itself, its parent being dead or it would have been killed."""
_KEPT_VARIABLES = ("PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "VIRTUAL_ENV", "LD_LIBRARY_PATH")


class Workers:
    """A few processes that read feeds and pages; jobs beyond their number wait in line."""

    def __init__(self, count: int, limit_seconds: float = 15.0) -> None:
        self._limit = limit_seconds
        self._places = asyncio.Semaphore(count)
        self._idle: list[_Child] = []
        self._alive: set[_Child] = set()
        self._closed = False

    async def parse(
        self, body: bytes, headers: Mapping[str, str], url: str, paragraphs: Mapping[str, int], now: datetime
    ) -> DraftFeed:
        """The drafts of a feed's body.

        Raises NotAFeedError where it is something else, ParseTimeoutError where reading it took longer than the limit,
        ParseError where it could not be read or ended the process that read it.
        """
        reply = await self._run(ParseJob(body, headers, url, paragraphs, now))
        if isinstance(reply, Drafted):
            return reply.feed
        raise _error(reply)

    async def article(self, html: bytes, url: str, content_type: str) -> Document:
        """The article on a page. Raises ParseError as ``parse`` does."""
        reply = await self._run(ArticleJob(html, url, content_type))
        if isinstance(reply, Extracted):
            return reply.document
        raise _error(reply)

    async def close(self) -> None:
        """End every process; jobs that are running fail."""
        self._closed = True
        for child in tuple(self._alive):
            await self._end(child)

    async def _run(self, job: Job) -> Reply:
        async with self._places:
            child = await self._take()
            kept = False
            try:
                reply = await asyncio.wait_for(child.ask(job), self._limit)
                kept = child.jobs < JOBS_EACH and not (isinstance(reply, Unreadable) and reply.last)
                return reply
            except TimeoutError:
                raise ParseTimeoutError(
                    f"Reading it took longer than {self._limit:g} seconds and was given up."
                ) from None
            except (EOFError, ConnectionError, msgspec.DecodeError) as error:
                raise ParseError("Reading it ended the process that read it, perhaps for its size.") from error
            finally:
                if kept:
                    self._idle.append(child)
                else:
                    await asyncio.shield(self._end(child))

    async def _take(self) -> _Child:
        if self._closed:
            raise ParseError("It was not read: feedwatch is shutting down.")
        while self._idle:
            child = self._idle.pop()
            if child.is_running:
                return child
            await self._end(child)  # killed from outside while it had nothing to do
        child = await _Child.start(self._limit)
        self._alive.add(child)
        return child

    async def _end(self, child: _Child) -> None:
        if child in self._idle:
            self._idle.remove(child)
        await child.kill()
        self._alive.discard(child)


class _Child:
    """One worker process, seen from outside."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdin is not None  # noqa: S101  # asked for below; this tells the type checker
        assert process.stdout is not None  # noqa: S101
        self._process = process
        self._requests = process.stdin
        self._replies = process.stdout
        self.jobs = 0

    @classmethod
    async def start(cls, limit_seconds: float) -> _Child:
        """A process that is ready to read. Raises ParseError where none can be started."""
        try:
            child = cls(await _spawn(limit_seconds))
        except OSError as error:  # out of memory, processes or open files
            raise ParseError(f"No process can be started to read it: {error.strerror}.") from error
        ready = False
        try:
            ready = isinstance(await asyncio.wait_for(child._read(), _START_SECONDS), Ready)
        except (TimeoutError, EOFError, msgspec.DecodeError) as error:
            raise ParseError("The process that reads feeds does not start; is memory short?") from error
        finally:
            if not ready:
                await asyncio.shield(child.kill())
        return child

    @property
    def is_running(self) -> bool:
        """It has not ended yet."""
        return self._process.returncode is None and not self._requests.is_closing()

    async def ask(self, job: Job) -> Reply:
        """What a job comes to. Raises EOFError or ConnectionError where the process dies of it."""
        self.jobs += 1
        frame = msgspec.msgpack.encode(job)
        self._requests.write(len(frame).to_bytes(4, "big"))
        self._requests.write(frame)
        await self._requests.drain()
        return await self._read()

    async def kill(self) -> None:
        """End the process, whatever it does."""
        if self._process.returncode is None:
            try:
                self._process.kill()
            except ProcessLookupError:
                pass  # it was faster
        self._requests.close()
        await self._process.wait()

    async def _read(self) -> Reply:
        size = int.from_bytes(await self._replies.readexactly(4), "big")
        if size > LARGEST_FRAME:
            raise EOFError("a reply larger than any feed's")
        return _REPLIES.decode(await self._replies.readexactly(size))


async def _spawn(limit_seconds: float) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-P",  # modules that lie in the working directory are not ours
        "-m",
        process.__name__,
        str(math.ceil(limit_seconds) + _GRACE_SECONDS),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env=_environment(),
        start_new_session=True,
        limit=2**20,
    )


_REPLIES: msgspec.msgpack.Decoder[Reply] = msgspec.msgpack.Decoder(Reply)


def _error(reply: Reply) -> ParseError:
    if not isinstance(reply, Unreadable):
        return ParseError("Reading it gave an answer to another question.")
    return ParseError(reply.message) if reply.is_feed else NotAFeedError(reply.message)


def _environment() -> dict[str, str]:
    """What a child needs to find its modules, without the secrets that channels keep in the environment."""
    kept = {name: value for name, value in os.environ.items() if name in _KEPT_VARIABLES or name.startswith("PYTHON")}
    root = str(Path(feedwatch.__file__).parent.parent)
    kept["PYTHONPATH"] = os.pathsep.join(filter(None, (os.environ.get("PYTHONPATH", ""), root)))
    return kept
