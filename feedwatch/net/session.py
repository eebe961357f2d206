"""The guarded client: the one way out. Owns connections, limits and names; knows nothing of feeds or webhooks.

Every address is judged as its socket is made: after DNS, on every hop, literals included. A guard any earlier is got
around by literals and by names that change their answer. Bodies are counted while they stream, as sent and as
decoded, since neither aiohttp nor a Content-Length bounds them.
"""

from __future__ import annotations

import asyncio
import base64
import re
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Self
from urllib.parse import unquote_to_bytes, urlsplit, urlunsplit

import aiohttp
from aiohappyeyeballs import AddrInfoType
from aiohttp.abc import AbstractResolver
from yarl import URL

from feedwatch import __version__
from feedwatch.core.addresses import refusal
from feedwatch.net.resolver import Resolver

CONNECT_TIMEOUT = 10.0
"""Seconds for one connection and its TLS handshake; broken IPv6 leaves time for IPv4 within a fetch's total."""
CHUNK = 65536
ENCODINGS = ("gzip", "deflate", "br", "zstd")
LONGEST_FIELD = 32768
"""Bytes of one header as sent: security policies and preload lists outgrow aiohttp's 8,190 beside a fine feed."""
REFUSED = -1
"""The errno of a refused address: happy eyeballs and aiohttp wrap and join errors, and keep a common errno."""

_PLAIN = frozenset({"", "identity", "none", "utf-8"})
"""Names of no encoding; the last two by a common mistake."""
_WRITTEN = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+")
"""Only characters that RFC 3986 lets stand in a URL."""


Heard = Callable[[int], None]
"""Is told how many bytes of a body have come so far."""


def unheard(received: int) -> None:
    """Nobody wants to know how much has come."""


class BodyTooLargeError(Exception):
    """More bytes came, or were announced, than are allowed."""


class BodyEncodingError(Exception):
    """A Content-Encoding that was not asked for, or several: aiohttp hands such a body over undecoded."""


@dataclass(frozen=True, slots=True)
class NetSettings:
    """Limits of the client; seconds and bytes."""

    timeout: float = 30.0
    """For a whole fetch, redirects and body included: nothing less ends a server that sends a byte a second."""
    max_body: int = 10_000_000
    """As sent, and again decoded."""
    concurrency: int = 64
    allow_private: tuple[str, ...] = ()
    """Networks that may be dialled beside public addresses."""
    user_agent: str = f"feedwatch/{__version__}"


class Client:
    """An aiohttp session that dials only what may be dialled. Use as an async context manager."""

    def __init__(self, settings: NetSettings, resolver: AbstractResolver | None = None) -> None:
        self.settings = settings
        self._resolver = resolver
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        connector = aiohttp.TCPConnector(
            limit=0,  # poller and courier count what is under way; here a wait would eat into the time of a fetch
            socket_factory=self._socket,
            resolver=self._resolver or Resolver(),
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_TIMEOUT),
            headers={"User-Agent": self.settings.user_agent, "Accept-Encoding": ", ".join(ENCODINGS)},
            max_field_size=LONGEST_FIELD,
            trust_env=False,
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()

    async def request(
        self, method: str, url: str, headers: Mapping[str, str], data: bytes | None = None
    ) -> aiohttp.ClientResponse:
        """One request, redirects not followed; the caller closes the response and sets the deadline.

        A URL goes out as it is written: a server that redirects to its own spelling of an escape would never be content
        with ours.
        """
        if self._session is None:
            raise RuntimeError("the client is not open")
        target = URL(url, encoded=_WRITTEN.fullmatch(url) is not None)
        return await self._session.request(method, target, headers=headers, data=data, allow_redirects=False)

    async def body(self, response: aiohttp.ClientResponse, heard: Heard = unheard) -> bytes:
        """The decoded body, under the cap both as sent and decoded. Raises BodyTooLargeError, BodyEncodingError.

        ``heard`` is told how many decoded bytes have come, with each chunk.
        """
        _check_encoding(response)
        most = self.settings.max_body
        if (response.content_length or 0) > most:
            raise BodyTooLargeError
        chunks: list[bytes] = []
        size = 0
        async for chunk in response.content.iter_chunked(CHUNK):
            size += len(chunk)
            if size > most or response.content.total_raw_bytes > most:
                raise BodyTooLargeError
            chunks.append(chunk)
            heard(size)
            await asyncio.sleep(0)  # reading what has come never waits: 20 bombs at once held the loop for 0.5 s
        return b"".join(chunks)

    def _socket(self, info: AddrInfoType) -> socket.socket:
        family, kind, protocol, _, address = info
        if reason := refusal(str(address[0]), int(address[1]), self.settings.allow_private):
            raise OSError(REFUSED, reason)
        return socket.socket(family, kind, protocol)


def split_credentials(url: str) -> tuple[str, str]:
    """The URL without its user name and password, and the Authorization that they make (RFC 7617), or ''."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url, ""
    user, at, host = parts.netloc.rpartition("@")
    if not at:
        return url, ""
    pair = unquote_to_bytes(user if ":" in user else f"{user}:")
    return urlunsplit(parts._replace(netloc=host)), f"Basic {base64.b64encode(pair).decode()}"


def _check_encoding(response: aiohttp.ClientResponse) -> None:
    encodings = [one.strip().lower() for one in response.headers.getall("Content-Encoding", [])]
    if len(encodings) > 1 or any(one not in _PLAIN.union(ENCODINGS) for one in encodings):
        raise BodyEncodingError(", ".join(encodings))
