"""Whether memory grows with time: ``python -m tests.bench.churn``, a week of polling played in minutes.

One engine polls the same feeds round after round, in this very process; in every tenth round each feed has a new entry.
Printed as Markdown: the memory of the engine and its worker processes, beside what the database holds. What grows
memory and not the database is a leak. Linux only, as ``processes.py``.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from feedwatch.config import load
from feedwatch.engine.engine import Engine, open_engine
from feedwatch.model import View
from tests.bench.corpus import corpus_of
from tests.bench.farm import Farm, Mode
from tests.bench.peers import config_of
from tests.bench.processes import descendants, memory_of

NEWS_EVERY = 10
"""Rounds."""


def main() -> None:
    """Play the rounds, and print a line for each tenth of them."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.churn", description=__doc__)
    parser.add_argument("--rounds", type=int, default=1000, help="rounds (1000)")
    parser.add_argument("--feeds", type=int, default=200, help="feeds (200)")
    options = parser.parse_args()
    days = options.rounds // NEWS_EVERY // 60 + 3  # entries are 20 minutes apart: all of them lie in the past
    with Farm(options.feeds, corpus=corpus_of(datetime.now(UTC) - timedelta(days=days))) as farm:
        asyncio.run(_play(farm, options.rounds))


async def _play(farm: Farm, rounds: int) -> None:
    with tempfile.TemporaryDirectory(prefix="feedwatch-churn-") as folder:
        path = Path(folder) / "config.toml"
        path.write_text(config_of(farm.urls), encoding="utf-8")
        async with open_engine(load(path), Path(folder) / "feedwatch.db", "poll") as engine:
            print("| rounds | items | database | engine | its worker processes |\n|--:|--:|--:|--:|--:|", flush=True)  # noqa: T201  # what the program is for
            for number in range(rounds + 1):
                await asyncio.to_thread(farm.set, Mode(number // NEWS_EVERY)) if number % NEWS_EVERY == 0 else None
                await engine.round(every=True, deliver=False)
                if number % max(1, rounds // 10) == 0:
                    print(await _line(engine, number), flush=True)  # noqa: T201


async def _line(engine: Engine, number: int) -> str:
    items = await engine.store.count(View())
    size = sum(path.stat().st_size for path in engine.store.path.parent.glob("feedwatch.db*"))
    megabytes = (size, memory_of(os.getpid()), sum(memory_of(pid) for pid in _workers()))
    return f"| {number:,} | {items or 0:,} | " + " | ".join(f"{value / 1e6:.0f} MB" for value in megabytes) + " |"


def _workers() -> list[int]:
    """Processes below this one that are feedwatch's workers: the farm has some too."""
    lines = {pid: Path(f"/proc/{pid}/cmdline").read_bytes() for pid in descendants(os.getpid())}
    return [pid for pid, line in lines.items() if b"feedwatch.workers" in line]


if __name__ == "__main__":
    main()
