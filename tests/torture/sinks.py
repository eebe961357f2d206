"""Receivers of webhooks on loopback that fail as receivers do, and know which answers they wrote to the end."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import socket
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from standardwebhooks import Webhook, WebhookVerificationError

from tests.torture.evidence import Call

GONE = "gone before the answer"
PORTS = range(20_000, 32_000)
"""Below those that the kernel hands out, so that nobody takes the port of a sink that is closed for a while."""
_NO_LINGER = struct.pack("ii", 1, 0)


@dataclass(frozen=True, slots=True)
class Act:
    """What to do with one request."""

    answer: str
    """A status; ``reset``; or ``closed``, without an answer."""
    wait: float = 0.0
    """Seconds before that."""
    retry_after: int | None = None


class Sink:
    """One receiver. ``act`` is asked for each request what to do with it."""

    def __init__(self, name: str, secret: str, act: Callable[[], Act]) -> None:
        self.name = name
        self.calls: list[Call] = []
        self.under_way = 0
        """Requests taken and not answered yet."""
        self.life = 0
        """The number of the daemon that runs; who moves it on declares that one dead, and it hears no answer more."""
        self.came = asyncio.Event()
        """Set by every request."""
        self.port = 0
        self._act = act
        self._webhook = Webhook(secret)
        self._server: asyncio.Server | None = None
        self._connections: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

    @property
    def url(self) -> str:
        """Where it listens, or will again."""
        return f"http://127.0.0.1:{self.port}/{self.name}"

    @property
    def is_open(self) -> bool:
        """Whether it listens."""
        return self._server is not None

    async def open(self) -> None:
        """Listen, at the same port as ever."""
        ports = [self.port] if self.port else random.sample(PORTS, 50)
        for port in ports:
            with contextlib.suppress(OSError):
                self._server = await asyncio.start_server(self._serve, "127.0.0.1", port)
                self.port = port
                return
        raise OSError(f"no port to listen at among {ports}")

    async def close(self) -> None:
        """Listen no more, and break what is under way."""
        if self._server is None:
            return
        self._server.close()
        for task, writer in list(self._connections.items()):
            task.cancel()
            writer.transport.abort()
        await asyncio.gather(*self._connections, return_exceptions=True)
        await self._server.wait_closed()
        self._server = None

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections[task] = writer
        try:
            while await self._take(reader, writer):
                pass
        except (OSError, EOFError, asyncio.CancelledError):
            pass  # the other side went, or we were closed
        finally:
            del self._connections[task]
            writer.close()

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Take one request; whether the connection goes on."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
        body = await reader.readexactly(int(headers["content-length"]))
        act, life = self._act(), self.life
        self.under_way += 1
        self.came.set()
        answer = GONE
        try:
            await asyncio.sleep(act.wait)
            if self.life == life:
                answer = await self._answer(act, reader, writer)
        finally:
            self.under_way -= 1
            self.calls.append(self._call(headers, body, answer, life))
        return answer.isdigit()

    async def _answer(self, act: Act, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> str:
        """Do it; what was done in the end."""
        if act.answer == "reset":
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
            writer.transport.abort()
        if not act.answer.isdigit():
            return act.answer
        if reader.at_eof() or writer.is_closing():
            return GONE
        more = f"Retry-After: {act.retry_after}\r\n" if act.retry_after is not None else ""
        length = "" if act.answer == "204" else "Content-Length: 0\r\n"
        writer.write(f"HTTP/1.1 {act.answer} Told\r\n{length}{more}\r\n".encode())
        await writer.drain()
        return act.answer

    def _call(self, headers: Mapping[str, str], body: bytes, answer: str, life: int) -> Call:
        try:
            alert = str(json.loads(body)["data"]["alert"]["id"])
        except (ValueError, KeyError, TypeError):
            alert = "unreadable"
        genuine = self._is_genuine(headers, body)
        return Call(self.name, headers.get("webhook-id", ""), alert, body, genuine, answer, life)

    def _is_genuine(self, headers: Mapping[str, str], body: bytes) -> bool:
        try:
            self._webhook.verify(body, dict(headers))
        except (WebhookVerificationError, ValueError):
            return False
        return True
