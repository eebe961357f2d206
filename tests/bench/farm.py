"""The farm: feeds served on 127.0.0.1 by processes of their own, fast enough that what is measured is the reader.

Owns addresses, modes and counts. It speaks as much HTTP/1.1 as readers of feeds do: GET and HEAD, keep-alive, strong
entity tags, Last-Modified, gzip for those who accept it. Bodies are made and compressed when a mode is set, so that an
answer is a look-up and a write. Another benchmark opens it like this::

    with Farm(200) as farm:
        poll(farm.urls)
        farm.set(Mode(generation=1))
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from email.utils import format_datetime, formatdate, parsedate_to_datetime
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Self

from tests.bench.corpus import Corpus, Document, corpus_of, is_atom

PROCESSES = 2
"""By default. An answer takes one 20 to 35 µs, so that two give some 60,000 a second."""
_LEVEL = 6
"""Of gzip."""
_KEPT = 2
"""Generations whose bodies are kept, so that going back and forth costs nothing."""


@dataclass(frozen=True, slots=True)
class Mode:
    """How the farm answers."""

    generation: int = 0
    """How many entries a feed has had beyond its first thirty."""
    conditional: bool = True
    """Send ETag and Last-Modified, and honour them; otherwise every answer is a 200."""
    latency: float = 0.0
    """Seconds before each answer."""
    share: float = 1.0
    """Of the feeds that have the last of these entries already; the others are one behind."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What was asked since the farm was opened."""

    requests: int = 0
    not_modified: int = 0
    missing: int = 0
    """Answered with 404 or 405."""
    sent: int = 0
    """Bytes."""
    cpu: float = 0.0
    """Seconds that the servers were busy, with making bodies too."""

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.requests + other.requests,
            self.not_modified + other.not_modified,
            self.missing + other.missing,
            self.sent + other.sent,
            self.cpu + other.cpu,
        )

    def __sub__(self, other: Counts) -> Counts:
        return self + Counts(-other.requests, -other.not_modified, -other.missing, -other.sent, -other.cpu)


class Farm:
    """Servers and their feeds, for as long as the context is open."""

    def __init__(self, feeds: int, processes: int = PROCESSES, corpus: Corpus | None = None) -> None:
        self.corpus = corpus or corpus_of()
        self.feeds = feeds
        self.urls: tuple[str, ...] = ()
        """One a feed; they stay as they are in every mode."""
        self._count = min(processes, feeds)
        self._servers: list[tuple[multiprocessing.process.BaseProcess, Connection]] = []

    def __enter__(self) -> Self:
        try:
            self._start()
            self.set(Mode())
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def set(self, mode: Mode) -> None:
        """Answer in this way from now on; returns when every body is made."""
        self._ask(mode)

    def counts(self) -> Counts:
        """What was asked so far, in all processes."""
        return sum(self._ask(None), Counts())

    def stop(self) -> None:
        """End the servers."""
        for process, control in self._servers:
            control.close()  # they end when nobody holds the other side
            process.join(5)
            if process.exitcode is None:
                process.kill()
        self._servers.clear()

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")
        for index in range(self._count):
            ours, theirs = context.Pipe()
            feeds = range(index, self.feeds, self._count)
            process = context.Process(target=serve, args=(theirs, feeds, self.corpus), daemon=True)
            process.start()
            theirs.close()
            self._servers.append((process, ours))
        ports = [int(control.recv()) for _, control in self._servers]
        self.urls = tuple(
            f"http://127.0.0.1:{ports[feed % self._count]}{path_of(feed).decode()}" for feed in range(self.feeds)
        )

    def _ask(self, mode: Mode | None) -> list[Counts]:
        for _, control in self._servers:
            control.send(mode)
        return [control.recv() for _, control in self._servers]


def path_of(feed: int) -> bytes:
    """Where a feed is."""
    return b"/feed/%d.%s" % (feed, b"atom" if is_atom(feed) else b"xml")


@dataclass(frozen=True, slots=True)
class _Variant:
    """A body in one encoding, with every byte of the answers that carry it, up to the date."""

    etag: bytes
    body: bytes = field(repr=False)
    conditional: bytes
    """Head of a 200 with validators."""
    plain: bytes
    """Head of a 200 without."""
    unchanged: bytes
    """Head of a 304."""


@dataclass(frozen=True, slots=True)
class _Feed:
    identity: _Variant
    packed: _Variant
    changed: float
    """Seconds since 1970."""


class _Site:
    """What a server process knows: its feeds as they are now, the mode, and counts. No sockets."""

    def __init__(self, feeds: Sequence[int], corpus: Corpus) -> None:
        self.mode = Mode()
        self._feeds = feeds
        self._corpus = corpus
        self._made: dict[int, dict[bytes, _Feed]] = {}
        self._now: dict[bytes, _Feed] = {}
        self._requests = self._not_modified = self._missing = self._sent = 0
        self._date = (0, b"")

    def set(self, mode: Mode) -> None:
        if mode.generation not in self._made:
            self._made[mode.generation] = {path_of(feed): self._make(feed, mode.generation) for feed in self._feeds}
        while len(self._made) > _KEPT:
            del self._made[next(iter(self._made))]
        self._now = self._made[mode.generation]
        if mode.share < 1 and mode.generation - 1 in self._made:
            ahead = round(len(self._now) * mode.share)
            self._now = self._made[mode.generation - 1] | dict(list(self._now.items())[:ahead])
        self.mode = mode

    def counts(self) -> Counts:
        return Counts(self._requests, self._not_modified, self._missing, self._sent, time.process_time())

    def answer(self, head: bytes) -> bytes:
        """The answer to a request's head, which is lower-case from its first header on."""
        method, _, rest = head.partition(b" ")
        feed = self._now.get(rest.partition(b" ")[0])
        self._requests += 1
        if feed is None or method not in {b"GET", b"HEAD"}:
            self._missing += 1
            status = b"405 Method Not Allowed\r\nAllow: GET, HEAD" if feed else b"404 Not Found"
            return b"HTTP/1.1 %b\r\nContent-Length: 0\r\nDate: %b\r\n\r\n" % (status, self._today())
        variant = feed.packed if _accepts_gzip(head) else feed.identity
        answer = self._of(variant, feed.changed, head, b"" if method == b"HEAD" else variant.body)
        self._sent += len(answer)
        return answer

    def _of(self, variant: _Variant, changed: float, head: bytes, body: bytes) -> bytes:
        if not self.mode.conditional:
            return b"%b%b\r\n\r\n%b" % (variant.plain, self._today(), body)
        if _is_known(head, variant.etag, changed):
            self._not_modified += 1
            return b"%b%b\r\n\r\n" % (variant.unchanged, self._today())
        return b"%b%b\r\n\r\n%b" % (variant.conditional, self._today(), body)

    def _today(self) -> bytes:
        second = int(time.time())
        if self._date[0] != second:
            self._date = (second, formatdate(second, usegmt=True).encode())
        return self._date[1]

    def _make(self, feed: int, generation: int) -> _Feed:
        document = self._corpus.document(feed, generation)
        digest = hashlib.blake2b(document.body, digest_size=12).hexdigest()
        return _Feed(
            _variant(document, f'"{digest}"', "", document.body),
            _variant(document, f'"{digest}-gzip"', "gzip", gzip.compress(document.body, _LEVEL, mtime=0)),
            document.changed.timestamp(),
        )


def _variant(document: Document, etag: str, encoding: str, body: bytes) -> _Variant:
    changed = format_datetime(document.changed, usegmt=True)
    validators = f"ETag: {etag}\r\nLast-Modified: {changed}\r\nVary: Accept-Encoding\r\nDate: "
    entity = f"HTTP/1.1 200 OK\r\nContent-Type: {document.content_type}\r\nContent-Length: {len(body)}\r\n"
    if encoding:
        entity += f"Content-Encoding: {encoding}\r\n"
    return _Variant(
        etag.encode(),
        body,
        (entity + validators).encode(),
        f"{entity}Vary: Accept-Encoding\r\nDate: ".encode(),
        f"HTTP/1.1 304 Not Modified\r\n{validators}".encode(),
    )


def header(head: bytes, name: bytes) -> bytes:
    """A header of a request's head whose names are lower-case, or nothing."""
    at = head.find(b"\r\n" + name + b":")
    if at < 0:
        return b""
    start = at + len(name) + 3
    end = head.find(b"\r\n", start)
    return head[start : end if end >= 0 else len(head)].strip()


def _accepts_gzip(head: bytes) -> bool:
    accepted = header(head, b"accept-encoding")
    return b"gzip" in accepted and b"gzip;q=0" not in accepted.replace(b" ", b"")


def _is_known(head: bytes, etag: bytes, changed: float) -> bool:
    """If-None-Match decides where it is sent, otherwise If-Modified-Since (RFC 9110, 13.2.2)."""
    if known := header(head, b"if-none-match"):
        return known == b"*" or etag in known
    since = header(head, b"if-modified-since")
    try:
        return bool(since) and parsedate_to_datetime(since.decode()).timestamp() >= changed
    except ValueError:
        return False


class _Protocol(asyncio.Protocol):
    """One connection."""

    def __init__(self, site: _Site) -> None:
        self._site = site
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._unread = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._unread += data
        while (end := self._unread.find(b"\r\n\r\n")) >= 0:
            first, _, headers = self._unread[:end].partition(b"\r\n")
            self._unread = self._unread[end + 4 :]
            self._take(first + b"\r\n" + headers.lower())

    def _take(self, head: bytes) -> None:
        if latency := self._site.mode.latency:
            self._loop.call_later(latency, self._give, head)
        else:
            self._give(head)

    def _give(self, head: bytes) -> None:
        if self._transport is None or self._transport.is_closing():
            return
        self._transport.write(self._site.answer(head))
        asked = header(head, b"connection")
        if b"close" in asked or (b" HTTP/1.0\r\n" in head and b"keep-alive" not in asked):
            self._transport.close()


def serve(control: Connection, feeds: Sequence[int], corpus: Corpus) -> None:
    """Be a server: say the port, then follow what the other side of ``control`` says until it is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a key press ends the benchmark, which then ends its servers
    asyncio.run(_serve(control, _Site(feeds, corpus)))


async def _serve(control: Connection, site: _Site) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Protocol(site), "127.0.0.1", 0, backlog=1024)
    ended = asyncio.Event()
    loop.add_reader(control.fileno(), _obey, control, site, ended)
    control.send(server.sockets[0].getsockname()[1])
    await ended.wait()
    os._exit(0)  # open connections are nobody's loss


def _obey(control: Connection, site: _Site, ended: asyncio.Event) -> None:
    try:
        mode = control.recv()
        if mode is not None:
            site.set(mode)
        control.send(site.counts())
    except (EOFError, OSError):
        ended.set()


def main() -> None:
    """Serve a number of feeds until interrupted, and print their addresses."""
    with Farm(int(sys.argv[1]) if len(sys.argv) > 1 else 100) as farm:
        sys.stdout.write("\n".join(farm.urls) + "\n")
        sys.stdout.flush()
        try:
            while True:
                time.sleep(3600)
        except KeyboardInterrupt:
            pass


if __name__ == "__main__":
    main()
