"""A server on 127.0.0.1 that answers with whatever bytes a test scripts, whether they are HTTP or not."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

Script = Callable[[asyncio.StreamWriter], Awaitable[None]]


@dataclass(slots=True)
class Hostile:
    """One such server; every path gets the same answer."""

    port: int
    heads: list[bytes] = field(default_factory=list)
    """Of the requests that came: request line and headers."""
    connections: int = 0

    def url(self, path: str = "/feed", host: str = "127.0.0.1", scheme: str = "http") -> str:
        return f"{scheme}://{host}:{self.port}{path}"


@contextlib.asynccontextmanager
async def hostile(script: Script, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> AsyncIterator[Hostile]:
    """Run ``script`` for each request, then close its connection."""
    tasks: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        state.connections += 1
        try:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError):
                state.heads.append(await reader.readuntil(b"\r\n\r\n"))
                await script(writer)
                await writer.drain()
            writer.close()
        except BaseException:
            writer.transport.abort()
            raise

    def start(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(serve(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(start, host, 0, ssl=tls)
    state = Hostile(server.sockets[0].getsockname()[1])
    try:
        yield state
    finally:
        server.close()
        for task in tuple(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def raw(*parts: bytes) -> Script:
    """Send these bytes as they are."""

    async def script(writer: asyncio.StreamWriter) -> None:
        writer.writelines(parts)

    return script


def ok(body: bytes, *headers: str) -> Script:
    """A well-framed 200."""
    lines = "".join(f"{header}\r\n" for header in (*headers, f"Content-Length: {len(body)}", "Connection: close"))
    return raw(f"HTTP/1.1 200 OK\r\n{lines}\r\n".encode("latin-1"), body)


def drip(head: bytes, piece: bytes, pause: float) -> Script:
    """Send ``head``, then ``piece`` for ever."""

    async def script(writer: asyncio.StreamWriter) -> None:
        writer.write(head)
        while True:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(pause)

    return script
