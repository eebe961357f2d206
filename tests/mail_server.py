"""A real SMTP server on 127.0.0.1 for tests, with STARTTLS or TLS where it is given a context; answers by script."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Literal, Self

from feedwatch.model import replace

SILENCE = "silence"
"""As an answer, or the end of one: no more comes, and the connection stays."""
DRIP = "drip"
"""As an answer: it begins, and never ends."""
CLOSE = "close"
"""As an answer: the connection is closed."""


@dataclass(frozen=True, slots=True)
class Taken:
    """One message, with how it came."""

    sender: str = ""
    recipients: tuple[str, ...] = ()
    message: bytes = field(default=b"", repr=False)
    login: str = ""
    """User and password, parted by a colon."""
    is_secure: bool = False


class MailServer:
    """Takes every message, or answers a line that begins with a key of ``script`` as that says."""

    def __init__(
        self,
        context: ssl.SSLContext | None = None,
        *,
        security: Literal["tls", "starttls", "none"] = "none",
        script: Mapping[str, str] | None = None,
    ) -> None:
        self.taken: list[Taken] = []
        self.lines: list[str] = []
        """All that was said to it, messages left out."""
        self.port = 0
        self._context = context
        self._security = security
        self._script = dict(script or {})
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()

    async def __aenter__(self) -> Self:
        context = self._context if self._security == "tls" else None
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=context)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()
        for writer in self._open:
            writer.transport.abort()
        await asyncio.sleep(0)

    async def is_left(self) -> bool:
        """Whether nobody is connected."""
        return not self._open

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        with contextlib.suppress(OSError, ssl.SSLError, asyncio.IncompleteReadError):
            await self._talk(reader, writer)
        self._open.discard(writer)
        writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        mail = Taken(is_secure=self._security == "tls")
        await self._say(writer, reader, self._script.get("", "220 hello"))
        while line := (await reader.readline()).decode("ascii").rstrip("\r\n"):
            self.lines.append(line)
            verb = line.partition(" ")[0].upper()
            scripted = next((say for begin, say in self._script.items() if begin and line.startswith(begin)), "")
            if scripted:
                await self._say(writer, reader, scripted)
            elif verb == "EHLO":
                await self._say(writer, reader, self._offers(is_secure=mail.is_secure))
            elif verb == "STARTTLS":
                await self._say(writer, reader, "220 go ahead")
                await writer.start_tls(self._context)  # type: ignore[arg-type]  # offered only with a context
                mail = Taken(is_secure=True)
            elif verb == "AUTH":
                said = base64.b64decode(line.split(" ")[2]).decode().split("\0")
                mail = replace(mail, login=":".join(said[1:]))
                await self._say(writer, reader, "235 welcome")
            elif verb == "MAIL":
                mail = replace(mail, sender=_address(line))
                await self._say(writer, reader, "250 fine")
            elif verb == "RCPT":
                mail = replace(mail, recipients=(*mail.recipients, _address(line)))
                await self._say(writer, reader, "250 fine")
            elif verb == "DATA":
                await self._say(writer, reader, "354 go on")
                content = await reader.readuntil(b"\r\n.\r\n")
                answer = self._script.get(".", "250 taken")
                if answer.startswith("250"):
                    self.taken.append(replace(mail, message=content[:-3].replace(b"\r\n..", b"\r\n.")))
                await self._say(writer, reader, answer)
            else:
                await self._say(writer, reader, "221 bye" if verb == "QUIT" else "250 fine")

    def _offers(self, *, is_secure: bool) -> str:
        offers = ["feedwatch.test", "8BITMIME"]
        if self._security == "starttls" and not is_secure:
            offers.append("STARTTLS")
        else:
            offers.append("AUTH PLAIN")
        return "\r\n".join([*(f"250-{one}" for one in offers[:-1]), f"250 {offers[-1]}"])

    async def _say(self, writer: asyncio.StreamWriter, reader: asyncio.StreamReader, answer: str) -> None:
        if answer.endswith(SILENCE):
            writer.write(answer.removesuffix(SILENCE).encode())
            await reader.readuntil(b"never")
        elif answer == DRIP:
            while not writer.is_closing():
                writer.write(b"250-slowly\r\n")
                await writer.drain()
                await asyncio.sleep(0.02)
        elif answer == CLOSE:
            raise ConnectionError
        else:
            writer.write(f"{answer}\r\n".encode())
            await writer.drain()


def _address(line: str) -> str:
    return line.partition("<")[2].partition(">")[0]
