"""Names to addresses, by the system's own resolver in threads of ours. Judges nothing: ``session`` does, at the socket.

The event loop's executor has a handful of threads, so that a few dead name servers would make hundreds of feeds wait;
and whoever ends the loop waits for it. These threads are daemons: a look-up that hangs delays no exit.
"""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable
from functools import partial

from aiohttp.abc import AbstractResolver, ResolveResult

THREADS = 32
"""Look-ups under way at once; more wait in line."""

_Found = list[ResolveResult]


class Resolver(AbstractResolver):
    """``getaddrinfo`` for aiohttp. Belongs to the event loop that first uses it."""

    def __init__(self, threads: int = THREADS) -> None:
        self._places = asyncio.Semaphore(threads)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The addresses of a host. Raises OSError where it has none."""
        return await self._in_thread(partial(_look_up, host, port, family))

    async def close(self) -> None:
        """Nothing to wait for."""

    async def _in_thread(self, look_up: Callable[[], _Found]) -> _Found:
        """The place in line is given back when the thread ends, also where nobody waits for it any more."""
        await self._places.acquire()
        loop = asyncio.get_running_loop()
        future: asyncio.Future[_Found] = loop.create_future()

        def finish(found: _Found | OSError) -> None:
            self._places.release()
            if future.done():
                return
            if isinstance(found, OSError):
                future.set_exception(found)
            else:
                future.set_result(found)

        def run() -> None:
            found = _caught(look_up)
            try:
                loop.call_soon_threadsafe(finish, found)
            except RuntimeError:
                return  # the loop is closed: nobody asks any more

        threading.Thread(target=run, name="feedwatch-dns", daemon=True).start()
        return await future


def _look_up(host: str, port: int, family: socket.AddressFamily) -> _Found:
    flags = socket.AI_ADDRCONFIG
    found = socket.getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM, flags=flags)
    return [
        ResolveResult(hostname=host, host=str(address[0]), port=port, family=kind, proto=protocol, flags=0)
        for kind, _, protocol, _, address in found
    ]


def _caught(look_up: Callable[[], _Found]) -> _Found | OSError:
    try:
        return look_up()
    except OSError as error:
        return error
    except UnicodeError as error:  # a label that IDNA can't encode
        return OSError(socket.EAI_NONAME, str(error))
