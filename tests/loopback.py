"""Real servers on 127.0.0.1 for tests: one that plays feeds, one that takes webhooks. Both are async context managers.

Both write down what they were asked, and answer what they were told to.
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from aiohttp import web

LAST_MODIFIED = "Sun, 22 Nov 2026 10:00:00 GMT"


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it came in."""

    method: str
    path: str
    """With its query."""
    headers: Mapping[str, str]
    """Lower-case names."""
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer to give."""

    body: bytes = field(default=b"", repr=False)
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    wait: float = 0.0
    """Seconds before it is given."""
    conditional: bool = False
    """Carries ETag and Last-Modified, and is a 304 to whoever sends them back."""
    compressed: bool = False
    """In gzip, to whoever says that it reads it."""


Reply = Answer | Callable[[Asked], Answer | bytes]


class _Server:
    """A loopback server that hands each request to ``_answer``."""

    def __init__(self) -> None:
        self.requests: list[Asked] = []
        self.port = 0
        self._came = asyncio.Event()
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_route("*", "/{tail:.*}", self._handle)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port).start()
        self.port = int(self._runner.addresses[0][1])
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    def url(self, path: str = "/") -> str:
        """The address of a path on this server."""
        return f"http://127.0.0.1:{self.port}{path}"

    async def came(self, count: int, seconds: float = 5.0) -> tuple[Asked, ...]:
        """The requests, as soon as there are so many; TimeoutError where they don't come in time."""
        async with asyncio.timeout(seconds):
            while len(self.requests) < count:
                self._came.clear()
                await self._came.wait()
        return tuple(self.requests)

    def _answer(self, asked: Asked) -> Answer:
        raise NotImplementedError

    async def _handle(self, request: web.Request) -> web.Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        asked = Asked(request.method, request.path_qs, headers, await request.read())
        self.requests.append(asked)
        self._came.set()
        answer = self._answer(asked)
        await asyncio.sleep(answer.wait)
        return _response(asked, answer)


class FeedServer(_Server):
    """Gives out what was ``set``; 404 for every other path."""

    def __init__(self) -> None:
        super().__init__()
        self._pages: dict[str, Reply] = {}

    def set(
        self,
        path: str,
        body: bytes | str | Callable[[Asked], Answer | bytes] = b"",
        headers: Mapping[str, str] | None = None,
        status: int = 200,
        *,
        conditional: bool = False,
        compressed: bool = False,
        wait: float = 0.0,
    ) -> str:
        """From now on ``path`` answers so; its address. A callable is asked each time."""
        if callable(body):
            self._pages[path] = body
        else:
            content = body.encode() if isinstance(body, str) else body
            self._pages[path] = Answer(content, status, headers or {}, wait, conditional, compressed)
        return self.url(path)

    def redirect(self, path: str, target: str, status: int = 302) -> str:
        """From now on ``path`` leads to ``target``; its address."""
        return self.set(path, headers={"Location": target}, status=status)

    def asked(self, path: str) -> tuple[Asked, ...]:
        """The requests for one path."""
        return tuple(one for one in self.requests if one.path == path)

    def _answer(self, asked: Asked) -> Answer:
        reply = self._pages.get(asked.path) or self._pages.get(asked.path.partition("?")[0])
        if reply is None:
            return Answer(b"not found", 404)
        if isinstance(reply, Answer):
            return reply
        given = reply(asked)
        return Answer(given) if isinstance(given, bytes) else given


class WebhookSink(_Server):
    """Takes whatever is sent to it: 204, or first what ``script`` says, one answer for each request."""

    def __init__(self, script: Sequence[Answer | int] = ()) -> None:
        super().__init__()
        self.script: list[Answer | int] = list(script)

    def _answer(self, asked: Asked) -> Answer:
        answer = self.script.pop(0) if self.script else 204
        return Answer(status=answer) if isinstance(answer, int) else answer


def _response(asked: Asked, answer: Answer) -> web.Response:
    body, headers = answer.body, dict(answer.headers)
    if answer.conditional:
        headers |= {"ETag": f'"{hashlib.sha256(body).hexdigest()[:16]}"', "Last-Modified": LAST_MODIFIED}
        if asked.headers.get("if-none-match") == headers["ETag"]:
            return web.Response(status=304, headers=headers)
    if answer.compressed and "gzip" in asked.headers.get("accept-encoding", ""):
        body, headers["Content-Encoding"] = gzip.compress(body), "gzip"
    return web.Response(body=body, status=answer.status, headers=headers)
