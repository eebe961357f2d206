"""Runs of the benchmark: every tool through every mode, one after the other, and whether each did what it should.

Owns the order of things. A tool starts on nothing, and goes through the modes on the same state; run 1 of all tools
comes before run 2 of any, so that whatever else the machine does is shared among them.
"""

from __future__ import annotations

import os
import sqlite3
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.bench import limits
from tests.bench.corpus import SHOWN
from tests.bench.farm import Counts, Farm, Mode
from tests.bench.peers import Tool
from tests.bench.processes import Cost, MeasureError, measure

MODES = {
    "cold": Mode(),
    "304": Mode(),
    "no-etag": Mode(conditional=False),
    "one-new": Mode(generation=1),
}
"""In the order in which a tool goes through them."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One tool in one mode, once."""

    tool: str
    mode: str
    wall: float
    """Seconds."""
    cpu: float
    """Seconds, in all its processes."""
    memory: int
    """Bytes at peak, in all its processes."""
    served: float = 0.0
    """Seconds of CPU that the farm spent on it."""
    problem: str = ""
    """What it did wrong, in a few words."""


def run_all(farm: Farm, tools: Sequence[Tool], modes: Sequence[str], runs: int, *, bare: bool = True) -> list[Sample]:
    """Every run of every tool, and with ``bare`` of the limits."""
    samples: list[Sample] = []
    for number in range(1, runs + 1):
        for tool in tools:
            _say(f"{farm.feeds} feeds, run {number} of {runs}: {tool.name}")
            samples += run_tool(farm, tool, modes)
        if bare:
            _say(f"{farm.feeds} feeds, run {number} of {runs}: limits")
            samples += run_limits(farm, modes)
    return samples


def run_tool(farm: Farm, tool: Tool, modes: Sequence[str]) -> Iterator[Sample]:
    """One run of a tool: the first update of all, measured or not, then the other modes on what it left."""
    with tempfile.TemporaryDirectory(prefix="feedwatch-bench-") as name:
        folder = Path(name)
        tool.prepare(folder, farm.urls)
        for title, mode in MODES.items():
            if title != "cold" and title not in modes:
                continue
            sample = run_mode(farm, tool, folder, title, mode)
            if title in modes:
                yield sample
            if title == "cold" and not sample.problem:
                tool.settle(folder)


def run_mode(farm: Farm, tool: Tool, folder: Path, name: str, mode: Mode) -> Sample:
    """One update of every feed."""
    farm.set(mode)
    before = farm.counts()
    os.sync()  # what the last one left to be written is not for this one to wait for
    try:
        cost = measure(tool.command(folder))
    except MeasureError as error:
        return Sample(tool.name, name, 0.0, 0.0, 0, 0.0, f"not measured: {error}")
    asked = farm.counts() - before
    problem = _problem(tool, folder, cost, asked, farm.feeds, name, SHOWN + mode.generation)
    return Sample(tool.name, name, cost.wall, cost.cpu, cost.memory, asked.cpu, problem)


def run_limits(farm: Farm, modes: Sequence[str]) -> Iterator[Sample]:
    """One run of each limit."""
    with tempfile.TemporaryDirectory(prefix="feedwatch-bench-") as name:
        folder = Path(name)
        limits.prepare(folder, farm.urls, farm.corpus)
        for step, title in limits.STEPS.items():
            for mode in limits.MODES[step]:
                if mode in modes or (step == "fetch" and mode == "cold"):
                    farm.set(MODES[mode])
                    os.sync()
                    cost = limits.cost_of(step, mode, folder)
                    problem = _last_line(cost) if cost.code else ""
                    yield Sample(title, mode, cost.wall, cost.cpu, cost.memory, problem=problem)


def _problem(tool: Tool, folder: Path, cost: Cost, asked: Counts, feeds: int, mode: str, expected: int) -> str:
    """What is wrong with an update: how it ended, how often it asked, what it stored; '' where nothing is."""
    if cost.code:
        return f"exit code {cost.code}: {_last_line(cost)}"
    if asked.requests < feeds:
        return f"asked for {asked.requests} of {feeds} feeds"
    if mode == "304" and asked.not_modified < feeds:
        return f"{asked.not_modified} of {feeds} answers were 304"
    try:
        stored = tool.entries(folder)
    except (OSError, ValueError, KeyError, sqlite3.Error) as error:
        return f"its store can't be read: {error}"
    return "" if stored == feeds * expected else f"{stored} entries stored, not {feeds * expected}"


def _last_line(cost: Cost) -> str:
    lines = cost.output.strip().splitlines()
    return lines[-1].strip() if lines else "no output"


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()
