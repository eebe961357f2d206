"""How long polling takes, side by side: ``python -m tests.bench.ingest``, or ``make bench`` for all of it.

Owns the command line and the report, which is Markdown on stdout; what is going on goes to stderr. The exit code is 1
where any tool did not ask for every feed or did not store every entry.
"""

from __future__ import annotations

import argparse
import os
import platform
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from tests.bench import tables
from tests.bench.corpus import SHOWN
from tests.bench.farm import Farm, Mode
from tests.bench.peers import TOOLS, Feedwatch
from tests.bench.runs import MODES, run_all, run_mode
from tests.bench.tables import OURS, Results

LATENCY = 0.2
"""Seconds that a slow server takes."""


def main() -> int:
    """Measure what was asked for, and print it part by part; 1 where something went wrong."""
    options = _options()
    if sys.platform != "linux":
        sys.exit("The benchmark reads memory from /proc, so it runs on Linux only.")
    tools = [tool for tool in TOOLS if tool.name in options.tools and tool.version()]
    _print(f"# Polling, measured on {_today()}\n\n{_machine()}\n\n{_versions(options.tools)}\n")
    problems: list[str] = []
    sizes: list[tuple[int, Results]] = []
    for feeds in filter(None, (options.feeds, options.small)):
        with Farm(feeds) as farm:
            results = Results(run_all(farm, tools, options.modes, options.runs, bare=options.limits))
            _print(_report(feeds, results, options.runs))
            problems += results.problems()
            if feeds == options.feeds and options.latency:
                problems += _latency(farm, options.runs)
        sizes.append((feeds, results))
    if options.growth:
        problems += _growth(sizes[:1], options)
    if problems:
        _print("## What went wrong\n\n" + "".join(f"- {problem}\n" for problem in dict.fromkeys(problems)))
    return 1 if problems else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.ingest", description=__doc__)
    names = [tool.name for tool in TOOLS]
    parser.add_argument("--feeds", type=int, default=1000, help="feeds of the main table (1000)")
    parser.add_argument("--runs", type=int, default=3, help="runs that medians are taken of (3)")
    parser.add_argument("--tools", type=_among(names), default=names, help=f"of {','.join(names)} (all installed)")
    parser.add_argument("--modes", type=_among(list(MODES)), default=list(MODES), help=f"of {','.join(MODES)} (all)")
    parser.add_argument("--small", type=int, default=0, help="a second table, of so many feeds")
    parser.add_argument("--growth", type=_numbers, default=[], help="numbers of feeds for feedwatch alone: 5000,10000")
    parser.add_argument("--latency", action="store_true", help="feedwatch on a server that takes 200 ms an answer")
    parser.add_argument("--no-limits", dest="limits", action="store_false", help="leave the limits out")
    return parser.parse_args()


def _among(known: Sequence[str]) -> Callable[[str], list[str]]:
    """Reads names with commas between them, each one of those known."""

    def names(text: str) -> list[str]:
        given = [name.strip() for name in text.split(",")]
        if unknown := [name for name in given if name not in known]:
            raise argparse.ArgumentTypeError(f"{', '.join(unknown)}: not among {', '.join(known)}")
        return given

    return names


def _numbers(text: str) -> list[int]:
    return [int(part) for part in text.split(",") if part.strip()]


def _report(feeds: int, results: Results, runs: int) -> str:
    """The tables of one number of feeds."""
    many = f"medians of {runs} runs" if runs > 1 else "one run"
    parts = (tables.walls(results), tables.cpus(results), tables.memories(results), _farm(results))
    return f"## {feeds:,} feeds of {SHOWN} entries, {many}\n\n" + "\n".join(filter(None, parts))


def _farm(results: Results) -> str:
    """How much faster the farm serves than feedwatch asks: by how long its servers were busy meanwhile."""
    found = []
    for mode in results.modes:
        wall, busy = results.wall(OURS, mode), results.of(OURS, mode, lambda sample: sample.served)
        if wall and busy:
            found.append(f"{tables.TITLES[mode]}: {busy:.2f} of {tables.seconds(wall)} s, {wall / busy:.0f} times")
    if not found:
        return ""
    return (
        "CPU time that the whole farm spent on feedwatch, and so how many times as fast as feedwatch asks it serves at "
        f"least: {'; '.join(found)}.\n"
    )


def _latency(farm: Farm, runs: int) -> list[str]:
    """Unchanged feeds on a slow server; what went wrong."""
    tool = Feedwatch()
    with tempfile.TemporaryDirectory(prefix="feedwatch-bench-") as name:
        folder = Path(name)
        tool.prepare(folder, farm.urls)
        first = run_mode(farm, tool, folder, "cold", MODES["cold"])
        slow = [run_mode(farm, tool, folder, "304", Mode(latency=LATENCY)) for _ in range(runs)]
    wall, cpu = median(one.wall for one in slow), median(one.cpu for one in slow)
    _print(
        f"## A slow server\n\n{farm.feeds:,} unchanged feeds, 304, each answered after {LATENCY * 1000:.0f} ms: "
        f"feedwatch takes {tables.seconds(wall)} s, {tables.seconds(cpu)} s of CPU.\n"
    )
    return [f"slow server, {one.mode}: {one.problem}" for one in (first, *slow) if one.problem]


def _growth(sizes: Sequence[tuple[int, Results]], options: argparse.Namespace) -> list[str]:
    """feedwatch alone with more and more feeds; what went wrong."""
    found = [(feeds, results) for feeds, results in sizes if OURS in results.tools]
    for feeds in options.growth:
        with Farm(feeds) as farm:
            found.append((feeds, Results(run_all(farm, [Feedwatch()], options.modes, options.runs, bare=False))))
    _print(f"## feedwatch as feeds grow\n\n{tables.growth(found)}")
    return [f"{feeds:,} feeds: {problem}" for feeds, results in found for problem in results.problems()]


def _today() -> str:
    today = datetime.now(UTC)
    return f"{today.day} {today:%B %Y}"


def _machine() -> str:
    cpus = len(os.sched_getaffinity(0))
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return (
        f"{cpus} CPUs ({platform.machine()}), {platform.system()}, {python}, "
        f"SQLite {_sqlite()}; feeds from a loopback server on the same CPUs."
    )


def _sqlite() -> str:
    """The version that feedwatch uses, and Python's own where that is another."""
    own = sqlite3.sqlite_version
    try:
        import pysqlite3
    except ImportError:
        return own
    return f"{pysqlite3.sqlite_version} in feedwatch, {own} in Python"


def _versions(names: Sequence[str]) -> str:
    """What is measured, and what is not because it is not installed."""
    versions = {tool.name: tool.version() for tool in TOOLS if tool.name in names}
    text = ", ".join(f"{name} {version}" for name, version in versions.items() if version)
    missing = ", ".join(name for name, version in versions.items() if not version)
    return f"{text}." + (f" Not installed, so not measured: {missing} (see `make bench-peers`)." if missing else "")


def _print(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
