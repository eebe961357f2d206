"""One worker process, seen from outside: started, given jobs ahead of time, ended when it takes too long over one."""

from __future__ import annotations

import asyncio
import math
import os
import sys
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import msgspec

import feedwatch
from feedwatch.errors import ParseError, ParseTimeoutError
from feedwatch.workers import process
from feedwatch.workers.process import LARGEST_FRAME, Ready, Reply, Unreadable

MOST_AHEAD = 8
"""Jobs that a process has been given and has not answered: it then never waits for us between two of them."""
MOST_BYTES_AHEAD = 512 * 1024
"""Of those jobs, but for a single larger one."""
PATIENCE = 1.0
"""Seconds over one job after which those behind it go to another process: a hundred times what a feed takes."""
_START_SECONDS = 30.0
_GRACE_SECONDS = 15
"""Beyond the limit: after that a child ends itself, its parent being dead or it would have been killed."""
_KEPT_VARIABLES = ("PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "VIRTUAL_ENV", "LD_LIBRARY_PATH")


@dataclass(eq=False, slots=True)
class Ask:
    """A job as it is sent, and who waits for the reply."""

    frame: bytes = field(repr=False)
    reply: asyncio.Future[Reply]


class Child:
    """A process that answers jobs in order. ``on_room`` is called when it can take another, or has ended."""

    def __init__(self, process: asyncio.subprocess.Process, limit_seconds: float, on_room: Callable[[], None]) -> None:
        assert process.stdin is not None  # noqa: S101  # asked for below; this tells the type checker
        assert process.stdout is not None  # noqa: S101
        self._process = process
        self._requests = process.stdin
        self._replies = process.stdout
        self._limit = limit_seconds
        self._on_room = on_room
        self._asked: deque[Ask] = deque()
        self._bytes_ahead = 0
        self._reading: asyncio.Task[None] | None = None
        self._timers: tuple[asyncio.TimerHandle, ...] = ()
        self._is_slow = False
        """The job in hand takes long: it gets no others meanwhile."""
        self._is_spent = False
        """It was given jobs that were taken back: it ends when the one in hand is done."""
        self._reason: ParseError | None = None
        self.is_over = False
        """The process has ended, and all it was asked has an answer or is ``left``."""
        self.jobs = 0
        """Given to it so far."""
        self.left: list[Ask] = []
        """What it had not begun when it ended, or took long over another: whoever gives jobs takes these."""

    @classmethod
    async def start(cls, limit_seconds: float, on_room: Callable[[], None]) -> Self:
        """A process that is ready to read. Raises ParseError where none can be started."""
        try:
            child = cls(await _spawn(limit_seconds), limit_seconds, on_room)
        except OSError as error:  # out of memory, processes or open files
            raise ParseError(f"No process can be started to read it: {error.strerror}.") from error
        ready = False
        try:
            ready = isinstance(await asyncio.wait_for(child._read(), _START_SECONDS), Ready)
        except (TimeoutError, EOFError, msgspec.DecodeError) as error:
            raise ParseError("The process that reads feeds does not start; is memory short?") from error
        finally:
            if not ready:
                await asyncio.shield(child.end())
        child._reading = asyncio.create_task(child._serve(), name=f"worker {child.pid}")
        return child

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def is_running(self) -> bool:
        """It has not ended, and nobody ended it."""
        return self._process.returncode is None and self._reason is None and not self._requests.is_closing()

    @property
    def ahead(self) -> int:
        """How many jobs it has not answered."""
        return len(self._asked)

    def has_room(self, size: int) -> bool:
        """Whether it may be given a job of so many bytes."""
        fits = len(self._asked) < MOST_AHEAD and self._bytes_ahead + size <= MOST_BYTES_AHEAD
        return self.is_running and not self._is_slow and (not self._asked or fits)

    def give(self, ask: Ask) -> None:
        """Send a job; its reply, or what became of it, comes to its future."""
        self.jobs += 1
        self._asked.append(ask)
        self._bytes_ahead += len(ask.frame)
        self._requests.write(len(ask.frame).to_bytes(4, "big"))
        self._requests.write(ask.frame)
        ask.reply.add_done_callback(lambda reply: self._given_up(ask) if reply.cancelled() else None)
        if len(self._asked) == 1:
            self._watch()

    async def end(self, reason: ParseError | None = None) -> None:
        """End the process, whatever it does; the job in hand fails for the reason, the others are ``left``."""
        self._kill(reason or ParseError("Reading it was given up."))
        self._requests.close()
        if self._reading is not None:
            await self._reading
        await self._process.wait()

    def _watch(self) -> None:
        """The job in hand has its time from now on."""
        for timer in self._timers:
            timer.cancel()
        self._is_slow = False
        loop = asyncio.get_running_loop()
        times = ((PATIENCE, self._slow), (self._limit, self._late)) if self._asked else ()
        self._timers = tuple(loop.call_later(seconds, call) for seconds, call in times)

    def _slow(self) -> None:
        """Let the jobs behind the one in hand go; the process has them in its pipe, and is not to begin them."""
        self._is_slow = True
        if len(self._asked) > 1:
            self._is_spent = True
            first, *others = self._asked
            self._asked = deque((first,))
            self._bytes_ahead = len(first.frame)
            self.left.extend(others)
            self._on_room()

    def _late(self) -> None:
        self._kill(ParseTimeoutError(f"Reading it took longer than {self._limit:g} seconds and was given up."))

    def _given_up(self, ask: Ask) -> None:
        """Nobody waits for a job any more; where it is the one in hand, its process is not worth waiting for."""
        if self._asked and self._asked[0] is ask:
            self._kill(ParseError("Reading it was given up."))

    def _kill(self, reason: ParseError) -> None:
        if self._reason is not None:
            return  # once: a second signal would reap the process ahead of asyncio
        self._reason = reason
        if self._process.returncode is None:
            try:
                self._process.kill()
            except ProcessLookupError:
                pass  # it was faster

    async def _serve(self) -> None:
        """Hand on replies until the process ends."""
        try:
            while True:
                reply = await self._read()
                self._answered(reply)
                if self._is_spent or (isinstance(reply, Unreadable) and reply.last):
                    break
        except (EOFError, ConnectionError, msgspec.DecodeError) as error:
            self._kill(ParseError("Reading it ended the process that read it, perhaps for its size."))
            await self._process.wait()
            self._fail_first(error)
        finally:
            self._kill(ParseError("Reading it was given up."))
            await self._process.wait()
            self.left.extend(ask for ask in self._asked if not ask.reply.done())
            self._asked.clear()
            self._watch()
            self.is_over = True
            self._on_room()

    def _answered(self, reply: Reply) -> None:
        ask = self._asked.popleft()
        self._bytes_ahead -= len(ask.frame)
        if not ask.reply.done():
            ask.reply.set_result(reply)
        self._watch()
        if not self._is_spent:
            self._on_room()

    def _fail_first(self, error: Exception) -> None:
        """The job in hand is what ended the process."""
        if self._asked and self._reason is not None:
            ask = self._asked.popleft()
            self._reason.__cause__ = error
            if not ask.reply.done():
                ask.reply.set_exception(self._reason)

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


def _environment() -> dict[str, str]:
    """What a child needs to find its modules, without the secrets that channels keep in the environment."""
    kept = {name: value for name, value in os.environ.items() if name in _KEPT_VARIABLES or name.startswith("PYTHON")}
    root = str(Path(feedwatch.__file__).parent.parent)
    kept["PYTHONPATH"] = os.pathsep.join(filter(None, (os.environ.get("PYTHONPATH", ""), root)))
    return kept
