"""The screen beside newsboat, which most people use to read feeds in a terminal: the same items in both.

100 feeds of 1,000 items are served from the loopback address and polled by both; then each is started in a terminal.
Called by ``tests.bench.tui``.
"""

from __future__ import annotations

import contextlib
import random
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median

from tests.bench.processes import memory_of
from tests.bench.watched import Watched, selected_line, selects, shows, watched

FEEDS = 100
_NEWS = ("harbour", "council", "market", "bridge", "storm", "vote", "strike", "budget", "school", "river", "night")
_NEWSBOAT = "auto-reload no\nreload-threads 2\nmax-items 0\nbind-key j down\nbind-key k up\n"
_COLUMN = 60
"""Where the ground of the selected line is looked at."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of them; seconds and bytes."""

    name: str
    start: float
    keys: tuple[float, ...]
    memory: int


def beside_newsboat(folder: Path, items: int, runs: int, keys: int) -> tuple[Side, ...] | None:
    """feedwatch and newsboat on so many items, and newsboat after ANALYZE; None where it is missing."""
    if shutil.which("newsboat") is None:
        return None
    pages = folder / "www"
    pages.mkdir()
    for feed in range(FEEDS):
        (pages / f"{feed}.xml").write_text(_rss(feed, items // FEEDS), encoding="utf-8")
    with _served(pages) as base:
        ours, theirs = _fill_feedwatch(folder, base), _fill_newsboat(folder, base)
    sides = [
        _measure("feedwatch", ours, folder, r"Outlet \d+ ", runs, keys),
        _measure("newsboat", theirs, folder, r"Feed \d+", runs, keys),
    ]
    with contextlib.closing(sqlite3.connect(folder / "newsboat.db")) as cache:
        cache.execute("ANALYZE")
    return (*sides, _measure("newsboat, ANALYZEd by hand", theirs, folder, r"Feed \d+", runs, keys))


def _rss(feed: int, items: int) -> str:
    drawn = random.Random(feed)
    entries = (
        f"<item><guid isPermaLink='false'>{feed}-{number}</guid><title>{number} {_words(drawn, 8)}</title>"
        f"<link>http://127.0.0.1/{feed}/{number}</link><description>{_words(drawn, 40)}</description></item>"
        for number in range(items)
    )
    channel = f"<channel><title>Feed {feed}</title>{''.join(entries)}</channel>"
    return f"<?xml version='1.0'?><rss version='2.0'>{channel}</rss>"


def _words(drawn: random.Random, count: int) -> str:
    return " ".join(drawn.choices(_NEWS, k=count))


@contextlib.contextmanager
def _served(folder: Path) -> Iterator[str]:
    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # http.server's signature
            del format, args

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()


def _fill_feedwatch(folder: Path, base: str) -> tuple[str, ...]:
    config, database = folder / "beside.toml", folder / "beside.db"
    text = '[poll]\nallow_private = ["127.0.0.0/8"]\ninterval = "6h"\nadaptive = false\n[store]\nkeep = "3650d"\n'
    for feed in range(FEEDS):
        text += f'[[feeds]]\nurl = "{base}/{feed}.xml"\nname = "Feed {feed}"\noutlet = "Outlet {feed}"\n'
    config.write_text(text, encoding="utf-8")
    program = (sys.executable, "-P", "-m", "feedwatch", "--config", str(config), "--db", str(database))
    subprocess.run([*program, "poll", "--all"], check=True, capture_output=True)
    return ("/usr/bin/env", f"XDG_STATE_HOME={folder}", *program)


def _fill_newsboat(folder: Path, base: str) -> tuple[str, ...]:
    (folder / "urls").write_text("".join(f"{base}/{feed}.xml\n" for feed in range(FEEDS)), encoding="utf-8")
    (folder / "newsboat.conf").write_text(_NEWSBOAT, encoding="utf-8")
    names = {"-u": "urls", "-c": "newsboat.db", "-C": "newsboat.conf"}
    options = [part for flag, name in names.items() for part in (flag, str(folder / name))]
    home = ("/usr/bin/env", f"HOME={folder}", "newsboat", *options)
    subprocess.run([*home, "-x", "reload"], check=True, capture_output=True)
    return home


def _measure(name: str, command: tuple[str, ...], folder: Path, row: str, runs: int, keys: int) -> Side:
    starts: list[float] = []
    presses: tuple[float, ...] = ()
    memory = 0
    for run in range(runs + 1):
        with watched(command, folder) as seen:
            start = seen.until(shows(row, 5)) - seen.begun
            if run:  # before it the caches were cold
                starts.append(start)
            if run == runs:
                seen.rest(2.5)
                presses = tuple(_moves(seen, keys))
                memory = memory_of(seen.terminal.pid)
            seen.terminal.type("Q")
            seen.terminal.wait_for_end(60)
    return Side(name, median(starts), presses, memory)


def _moves(seen: Watched, count: int) -> Iterator[float]:
    """Seconds from pressing a key to the moved selection, up and down in turn, at odd moments."""
    seen.terminal.type("jjj")
    seen.rest(1)
    here = selected_line(seen.screen, _COLUMN)
    assert here, f"nothing is selected:\n{seen.terminal.text}"
    moments = random.Random(1)
    for number in range(count):
        up = number % 2 == 0
        yield seen.press("k" if up else "j", selects(here - 1 if up else here, _COLUMN), 5)
        seen.rest(moments.uniform(0.03, 0.15))
