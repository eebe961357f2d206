"""Feeds that an engine polls beside something else that is measured: so many, with news that arrives evenly."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench.farm import Farm, Mode

_STEPS = 20
"""Seconds in which every feed gets one new entry, a part of them each second."""


@dataclass(frozen=True, slots=True)
class Load:
    """What was done meanwhile."""

    feeds: int
    seconds: float
    requests: int
    items: int

    @property
    def words(self) -> str:
        """A sentence."""
        return (
            f"Polled: {self.feeds:,} feeds of the loopback address without a pause, {self.requests / self.seconds:,.0f}"
            f" requests and {self.items / self.seconds:.0f} new items a second for {self.seconds:.0f} s."
        )


class PolledFarm:
    """Feeds on the loopback address."""

    def __init__(self, farm: Farm) -> None:
        self._farm = farm
        self.urls = farm.urls

    def fill(self, config: Path, database: Path) -> None:
        """Poll every feed once, in a process of its own."""
        places = ("--config", str(config), "--db", str(database))
        command = (sys.executable, "-P", "-m", "feedwatch", *places, "poll", "--all", "--no-deliver")
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)

    @contextmanager
    def arriving(self, database: Path) -> Iterator[Callable[[], Load]]:
        """Have entries arrive within the context; afterwards it can be asked what was done."""
        ended = threading.Event()
        begun, before, stored = time.monotonic(), self._farm.counts().requests, _items(database)
        thread = threading.Thread(target=self._publish, args=(ended,))
        thread.start()
        loads: list[Load] = []
        try:
            yield lambda: loads[0]
        finally:
            ended.set()
            thread.join()
            seconds, asked = time.monotonic() - begun, self._farm.counts().requests - before
            loads.append(Load(len(self.urls), seconds, asked, _items(database) - stored))

    def _publish(self, ended: threading.Event) -> None:
        for step in range(1, _STEPS + 1):
            self._farm.set(Mode(generation=1, share=step / _STEPS))
            if ended.wait(1):
                return


@contextmanager
def polling(feeds: int) -> Iterator[PolledFarm]:
    """Feeds for as long as the context is open, with an entry more for each at hand."""
    with Farm(feeds) as farm:
        farm.set(Mode(generation=1))
        farm.set(Mode(generation=0))
        yield PolledFarm(farm)


def _items(database: Path) -> int:
    with closing(sqlite3.connect(database)) as connection:
        (count,) = connection.execute("SELECT count(*) FROM items").fetchone()
        return int(count)
