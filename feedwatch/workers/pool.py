"""Worker processes: bytes in, drafts out. A body that takes too long costs its own process, and nobody else's time.

The parser holds the interpreter's lock inside regular expressions, so a thread would stall everything and could not be
ended (a process pool can't end one stuck task either). Processes start when first needed, stay warm, and are replaced
after JOBS_EACH jobs, a time-out or a death. Each has a few jobs ahead, so that handing over costs no waiting; what a
process had not begun when it ended, or when it takes long over one, goes to another.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Coroutine, Mapping
from datetime import datetime

import msgspec

from feedwatch.errors import NotAFeedError, ParseError
from feedwatch.model import Bitmap, Document, DraftFeed
from feedwatch.workers.child import Ask, Child
from feedwatch.workers.process import (
    ArticleJob,
    Drafted,
    Extracted,
    Job,
    ParseJob,
    PictureJob,
    Reduced,
    Reply,
    Unreadable,
)

JOBS_EACH = 1000
"""Jobs after which a process is replaced, so that what a library leaks does not add up."""


class Workers:
    """A few processes that read feeds and pages; jobs beyond what they take wait in line."""

    def __init__(self, count: int, limit_seconds: float = 20.0) -> None:
        self._count = count
        self._limit = limit_seconds
        self._line: deque[Ask] = deque()
        self._children: set[Child] = set()
        self._changes: set[asyncio.Task[None]] = set()
        """Processes on their way in or out."""
        self._starting = 0
        self._closed = False

    async def parse(
        self,
        body: bytes,
        headers: Mapping[str, str],
        url: str,
        paragraphs: Mapping[str, int],
        now: datetime,
        skim: bytes = b"",
    ) -> DraftFeed:
        """The drafts of a feed's body, as ``core/intake.py`` takes it in.

        Raises NotAFeedError where it is something else, ParseTimeoutError where reading it took longer than the limit,
        ParseError where it could not be read or ended the process that read it.
        """
        reply = await self._run(ParseJob(body, headers, url, paragraphs, now, skim))
        if isinstance(reply, Drafted):
            return reply.feed
        raise _error(reply)

    async def article(self, html: bytes, url: str, content_type: str) -> Document:
        """The article on a page. Raises ParseError as ``parse`` does."""
        reply = await self._run(ArticleJob(html, url, content_type))
        if isinstance(reply, Extracted):
            return reply.document
        raise _error(reply)

    async def picture(self, body: bytes) -> Bitmap:
        """A picture made small, as ``core/bitmap.py`` does it. Raises ParseError as ``parse`` does."""
        reply = await self._run(PictureJob(body))
        if isinstance(reply, Reduced):
            return reply.bitmap
        raise _error(reply)

    async def close(self) -> None:
        """End every process; jobs that are running or wait fail."""
        self._closed = True
        for child in tuple(self._children):
            await child.end(_shutting_down())
        self._forget_ended()
        _fail(self._line, _shutting_down())
        await asyncio.gather(*self._changes)

    async def _run(self, job: Job) -> Reply:
        if self._closed:
            raise _shutting_down()
        ask = Ask(msgspec.msgpack.encode(job), asyncio.get_running_loop().create_future())
        self._line.append(ask)
        self._hand_out()
        return await ask.reply

    def _hand_out(self) -> None:
        """Give what waits to processes that have room; where there is none, start another."""
        self._forget_ended()
        while self._line:
            ask = self._line[0]
            if ask.reply.done():
                self._line.popleft()
            elif child := self._free(len(ask.frame)):
                self._line.popleft()
                child.give(ask)
            else:
                break
        wanted = min(self._count - len(self._children) - self._starting, len(self._line) - self._starting)
        for _ in range(0 if self._closed else wanted):
            self._starting += 1
            self._later(self._start())

    def _free(self, size: int) -> Child | None:
        """The process that has the least to do, where it has room; an idle one rather than one to be started."""
        fresh = [child for child in self._children if child.jobs < JOBS_EACH]
        able = [child for child in fresh if not child.ahead] if self._may_start() else fresh
        return min((one for one in able if one.has_room(size)), key=lambda one: one.ahead, default=None)

    def _may_start(self) -> bool:
        return len(self._children) + self._starting < self._count

    async def _start(self) -> None:
        try:
            child = await Child.start(self._limit, self._hand_out)
        except ParseError as error:
            self._starting -= 1
            if not self._children:
                _fail(self._line, error)
            return
        self._starting -= 1
        self._children.add(child)
        if self._closed:
            await child.end(_shutting_down())
        self._hand_out()

    def _forget_ended(self) -> None:
        """Let go of processes that ended, put what any left first in line, and end those that had their share."""
        for child in tuple(self._children):
            self._line.extendleft(reversed(child.left))
            child.left.clear()
            if child.is_over:
                self._children.discard(child)
            elif child.is_running and not child.ahead and child.jobs >= JOBS_EACH:
                self._later(child.end())

    def _later(self, change: Coroutine[object, object, None]) -> None:
        task = asyncio.create_task(change)
        self._changes.add(task)
        task.add_done_callback(self._changes.discard)


def _error(reply: Reply) -> ParseError:
    if not isinstance(reply, Unreadable):
        return ParseError("Reading it gave an answer to another question.")
    return ParseError(reply.message) if reply.is_feed else NotAFeedError(reply.message)


def _shutting_down() -> ParseError:
    return ParseError("It was not read: feedwatch is shutting down.")


def _fail(line: deque[Ask], error: ParseError) -> None:
    while line:
        ask = line.popleft()
        if not ask.reply.done():
            ask.reply.set_exception(error)
