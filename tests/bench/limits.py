"""What no reader on this machine could beat, one step at a time: fetching alone, parsing alone, storing alone.

Each limit is a program of its own, ``python -m tests.bench.limits STEP MODE FOLDER``, that prints the wall and CPU
seconds of its one step: starting Python and reading the input are left out, so it is a limit indeed.
"""

from __future__ import annotations

import asyncio
import json
import pickle
import re
import sqlite3
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from xml.parsers import expat

from tests.bench.corpus import Corpus
from tests.bench.peers import ROOT
from tests.bench.processes import Command, Cost, measure

STEPS = {
    "fetch": "limit: aiohttp fetches and drops the bytes",
    "parse": "limit: expat over the same bytes",
    "store": "limit: the same rows into SQLite by one executemany",
}
"""And how each is called in a table."""
MODES = {
    "fetch": ("cold", "304", "no-etag", "one-new"),
    "parse": ("cold", "no-etag", "one-new"),
    "store": ("cold", "one-new"),
}
"""Where each step has something to do."""
CONNECTIONS = 128
_TAGS = re.compile("<[^>]*>")


def prepare(folder: Path, urls: Sequence[str], corpus: Corpus) -> None:
    """Lay out what the steps read: addresses, the bodies of both generations, and the rows that they come to."""
    (folder / "urls").write_text("\n".join(urls), encoding="utf-8")
    for generation, name in enumerate(("cold", "one-new")):
        bodies = [corpus.document(feed, generation).body for feed in range(len(urls))]
        (folder / f"bodies.{name}").write_bytes(pickle.dumps(bodies))
    for name, numbers in (("cold", range(30)), ("one-new", range(30, 31))):
        entries = (corpus.entry(feed, number) for feed in range(len(urls)) for number in numbers)
        rows = [(entry.title, entry.link, _TAGS.sub("", entry.text)) for entry in entries]
        (folder / f"rows.{name}").write_bytes(pickle.dumps(rows))


def cost_of(step: str, mode: str, folder: Path) -> Cost:
    """What one step took: its own seconds, and the memory of the whole process."""
    arguments = (sys.executable, "-m", "tests.bench.limits", step, mode, str(folder))
    cost = measure(Command(arguments, folder, {"PYTHONPATH": str(ROOT)}))
    if cost.code:
        return cost
    wall, cpu = json.loads(cost.output.splitlines()[-1])
    return Cost(wall, cpu, cost.memory, cost.code, cost.output)


def fetch(mode: str, folder: Path) -> tuple[float, float]:
    """Ask for every feed, with the entity tags of the last time, and forget what is answered."""
    import aiohttp

    urls = (folder / "urls").read_text(encoding="utf-8").split()
    kept = folder / "etags.json"
    etags: dict[str, str] = json.loads(kept.read_text(encoding="utf-8")) if mode != "cold" else {}

    async def one(session: aiohttp.ClientSession, url: str) -> None:
        known = {"If-None-Match": etags[url]} if url in etags else {}
        async with session.get(url, headers=known) as response:
            await response.read()
            etags[url] = response.headers.get("ETag", "")

    async def every() -> None:
        connector = aiohttp.TCPConnector(limit=CONNECTIONS)
        async with aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar()) as session:
            await asyncio.gather(*(one(session, url) for url in urls))

    start = _clocks()
    asyncio.run(every())
    took = _since(start)
    if mode == "cold":
        kept.write_text(json.dumps(etags), encoding="utf-8")
    return took


def parse(mode: str, folder: Path) -> tuple[float, float]:
    """Take every body apart, with nobody listening."""
    name = "one-new" if mode == "one-new" else "cold"
    bodies: list[bytes] = pickle.loads((folder / f"bodies.{name}").read_bytes())
    start = _clocks()
    for body in bodies:
        expat.ParserCreate().Parse(body, True)
    return _since(start)


def store(mode: str, folder: Path) -> tuple[float, float]:
    """Write every row at once, into a table without an index."""
    rows: list[tuple[str, str, str]] = pickle.loads((folder / f"rows.{mode}").read_bytes())
    database = folder / "rows.db"
    database.unlink(missing_ok=True)
    connection = sqlite3.connect(database)
    connection.execute("CREATE TABLE entries (title TEXT, url TEXT, text TEXT)")
    start = _clocks()
    connection.executemany("INSERT INTO entries VALUES (?, ?, ?)", rows)
    connection.commit()
    took = _since(start)
    connection.close()
    return took


def _clocks() -> tuple[float, float]:
    return time.perf_counter(), time.process_time()


def _since(start: tuple[float, float]) -> tuple[float, float]:
    return time.perf_counter() - start[0], time.process_time() - start[1]


if __name__ == "__main__":
    _, STEP, MODE, FOLDER = sys.argv
    took = {"fetch": fetch, "parse": parse, "store": store}[STEP](MODE, Path(FOLDER))
    json.dump(took, sys.stdout)
