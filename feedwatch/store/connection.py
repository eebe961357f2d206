"""Connections and the threads that they live in: one that writes, a few that only read. Knows SQLite, not the schema.

SQLite lets one connection write at a time, and a transaction that reads first and writes later fails at once where
another process wrote in between, whatever the busy timeout. So every unit of work that writes begins with BEGIN
IMMEDIATE, waits its turn there and nowhere else, and has no ``await`` inside.
"""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

if TYPE_CHECKING:
    import sqlite3
else:
    try:
        import pysqlite3 as sqlite3
    except ImportError:  # no wheel for this machine: then the one that Python brings
        import sqlite3

from feedwatch.errors import StoreBusyError, StoreConflictError, StoreError
from feedwatch.rules.words import searchable

READERS = 3
BUSY_MILLISECONDS = 2_000
"""How long SQLite itself waits for a lock, before we look whether our patience is over."""
WRITER_CACHE, READER_CACHE = 32_000, 8_000
"""KiB of pages that a connection may keep: an insert touches many places of a large database."""
PATIENCE = 30.0
"""Seconds that a writer waits for other processes before it gives up."""
RUN = 100
"""Values that one statement takes at most: SQLite compiles each length anew, and keeps what it compiled."""
PAUSE = 0.02
"""Seconds between two attempts where SQLite itself does not wait (a change of the journal mode)."""

SQLITE_VERSION: tuple[int, ...] = sqlite3.sqlite_version_info
"""Of the SQLite that runs: the stdlib's or pysqlite3's."""
Connection = sqlite3.Connection
Row = sqlite3.Row
SqlError = sqlite3.Error
P = ParamSpec("P")
T = TypeVar("T")
Stopped = Callable[[], bool]
"""Whether nobody waits for the answer any more."""


def connect(path: Path, *, write: bool) -> Connection:
    """A connection in autocommit mode, set up the way every connection of ours is. Creates nothing.

    It may be handed from thread to thread, for one to use at a time.
    """
    mode = "rw" if write else "ro"
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}",
        uri=True,
        timeout=BUSY_MILLISECONDS / 1000,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=256,
    )
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA mmap_size = 0")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute(f"PRAGMA cache_size = -{(WRITER_CACHE if write else READER_CACHE):d}")
    connection.create_function("casefold", 1, str.casefold, deterministic=True)
    if write:
        connection.execute("PRAGMA synchronous = FULL")
        connection.create_function("searchable", 1, searchable, deterministic=True)
    else:
        connection.execute("PRAGMA query_only = ON")
    return connection


def patiently(connection: Connection, path: Path, statement: str = "BEGIN IMMEDIATE") -> None:
    """Run a statement that needs a lock; raises StoreBusyError where others hold the file for longer than PATIENCE."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            connection.execute(statement)
            return
        except sqlite3.OperationalError as error:
            if not _is_busy(error):
                raise
            if time.monotonic() > until:
                raise StoreBusyError(
                    f"{path}: another program has held the database for {PATIENCE:.0f} s; try again when it is done"
                ) from error
            time.sleep(PAUSE)


def in_transaction(
    connection: Connection, path: Path, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
) -> T:
    """The result of ``work`` in one transaction: all of it is written, or nothing."""
    patiently(connection, path)
    try:
        result = work(connection, *args, **kwargs)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    return result


def next_change(connection: Connection) -> int:
    """The number to stamp rows with that a screen should read again; only inside a transaction that writes."""
    (number,) = connection.execute("UPDATE change SET number = number + 1 RETURNING number").fetchone()
    return int(number)


def in_runs(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """The values in order, as many at once as one statement takes."""
    return (values[start : start + RUN] for start in range(0, len(values), RUN))


def sentence(path: Path, error: Exception) -> StoreError:
    """What a person is told of an error of SQLite."""
    text = str(error)
    if isinstance(error, sqlite3.OperationalError) and _is_busy(error):
        return StoreBusyError(f"{path}: another program holds the database; try again when it is done")
    if isinstance(error, sqlite3.IntegrityError):
        return StoreConflictError(
            f"{path}: what was to be written contradicts what is there ({text}); please report this"
        )
    reason = _reason(text)
    return StoreError(f"{path}: {reason}", reason)


def _reason(text: str) -> str:
    if "full" in text:
        return "the disk is full; nothing was lost, make room and go on"
    if "I/O error" in text:
        return f"the disk is full, failing or read-only ({text}); nothing was lost, put it right and go on"
    if "readonly" in text:
        return f"the file is read-only ({text}); make it and its folder writable"
    if "not a database" in text or "malformed" in text:
        return f"the database is damaged ({text}); move it away, or put a backup in its place"
    return f"the database can't be used: {text}"


def _is_busy(error: sqlite3.OperationalError) -> bool:
    return "locked" in str(error) or "busy" in str(error)


class Connections:
    """The threads and connections of one open database."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._writer = ThreadPoolExecutor(1, "store-write")
        self._readers = ThreadPoolExecutor(READERS, "store-read")
        self._watcher = ThreadPoolExecutor(1, "store-watch")
        self._writing = connect(path, write=True)
        self._watching = connect(path, write=False)
        self._idle: queue.SimpleQueue[Connection] = queue.SimpleQueue()
        for _ in range(READERS):
            self._idle.put(connect(path, write=False))
        self._closed = False

    async def write(self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The result of ``work`` in a transaction of the writer thread, which finishes it even when cancelled."""
        job = partial(in_transaction, self._writing, self.path, work, *args, **kwargs)
        return await self._run(self._writer, job)

    async def maintain(self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The result of ``work`` on the writer's connection, without a transaction."""
        return await self._run(self._writer, partial(work, self._writing, *args, **kwargs))

    async def read(self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The result of ``work`` on one state of the database, which no writer changes meanwhile."""
        return await self._run(self._readers, partial(self._lend, _on_one_state, work, *args, **kwargs))

    async def read_until(
        self, work: Callable[Concatenate[Connection, Stopped, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """The result of ``work`` for long reading: it holds no state between its statements, and hears when to stop."""
        stopped = threading.Event()
        try:
            return await self._run(self._readers, partial(self._lend, work, stopped.is_set, *args, **kwargs))
        finally:
            stopped.set()

    async def watch(self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """As ``read``, in a thread of its own, which no long search keeps waiting."""
        return await self._run(self._watcher, partial(_on_one_state, self._watching, work, *args, **kwargs))

    async def close(self) -> None:
        """Wait for what runs, then close; SQLite empties the write-ahead log with the last connection of all."""
        if self._closed:
            return
        self._closed = True
        for executor in (self._readers, self._watcher, self._writer):
            await asyncio.to_thread(executor.shutdown, wait=True)
        while not self._idle.empty():
            self._idle.get().close()
        self._watching.close()
        await asyncio.to_thread(self._writing.close)

    def _lend(self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        connection = self._idle.get()
        try:
            return work(connection, *args, **kwargs)
        finally:
            self._idle.put(connection)

    async def _run(self, executor: Executor, job: Callable[[], T]) -> T:
        if self._closed:
            raise StoreError(f"{self.path}: the database was closed")
        try:
            return await asyncio.get_running_loop().run_in_executor(executor, job)
        except sqlite3.Error as error:
            raise sentence(self.path, error) from error


def _on_one_state(
    connection: Connection, work: Callable[Concatenate[Connection, P], T], /, *args: P.args, **kwargs: P.kwargs
) -> T:
    connection.execute("BEGIN")
    try:
        return work(connection, *args, **kwargs)
    finally:
        connection.execute("COMMIT")
