"""Samples as Markdown: medians in tables, what went wrong beneath them. Measures nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import median

from tests.bench import limits
from tests.bench.runs import Sample

TITLES = {
    "cold": "cold",
    "304": "unchanged, 304",
    "no-etag": "unchanged, server ignores ETag",
    "one-new": "one new entry a feed",
}
"""Of columns."""
OURS = "feedwatch"


class Results:
    """Medians of samples, by tool and mode."""

    def __init__(self, samples: Sequence[Sample]) -> None:
        self._samples = samples
        self.tools = tuple(dict.fromkeys(sample.tool for sample in samples))
        found = {sample.mode for sample in samples}
        self.modes = tuple(mode for mode in TITLES if mode in found)

    def of(self, tool: str, mode: str, what: Callable[[Sample], float]) -> float | None:
        """The median of one measure, or None where there is no sample."""
        values = [what(sample) for sample in self._samples if (sample.tool, sample.mode) == (tool, mode)]
        return median(values) if values else None

    def wall(self, tool: str, mode: str) -> float | None:
        """Median seconds."""
        return self.of(tool, mode, lambda sample: sample.wall)

    def problems(self) -> tuple[str, ...]:
        """Each thing that went wrong, once."""
        wrong = (f"{one.tool}, {TITLES[one.mode]}: {one.problem}" for one in self._samples if one.problem)
        return tuple(dict.fromkeys(wrong))

    def is_wrong(self, tool: str, mode: str) -> bool:
        """Some run went wrong, so that the figure says nothing."""
        return any(one.problem for one in self._samples if (one.tool, one.mode) == (tool, mode))

    def best_peer(self, mode: str) -> tuple[str, float] | None:
        """The fastest of the others that did what it should, and its seconds."""
        peers = [tool for tool in self.tools if tool != OURS and tool not in limits.STEPS.values()]
        walls = [(tool, self.wall(tool, mode)) for tool in peers if not self.is_wrong(tool, mode)]
        known = [(tool, wall) for tool, wall in walls if wall is not None]
        return min(known, key=lambda one: one[1], default=None)


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table; figures in all columns but the first."""
    lines = [header, ["---", *("---:" for _ in header[1:])], *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def walls(results: Results) -> str:
    """Wall seconds of every tool, and how many times faster than the best other one feedwatch is."""
    rows = _rows(results, lambda sample: sample.wall, seconds)
    if any(results.best_peer(mode) and results.wall(OURS, mode) for mode in results.modes):
        rows.append(["**best other one ÷ feedwatch**", *(_ratio(results, mode) for mode in results.modes)])
    return table(_header("wall seconds", results), rows)


def cpus(results: Results) -> str:
    """CPU seconds of every tool."""
    return table(_header("CPU seconds", results), _rows(results, lambda sample: sample.cpu, seconds))


def memories(results: Results) -> str:
    """Peak memory of every tool."""
    return table(_header("MB at peak", results), _rows(results, lambda sample: sample.memory / 1e6, "{:.0f}".format))


def growth(sizes: Sequence[tuple[int, Results]]) -> str:
    """Wall seconds of feedwatch for each number of feeds, and what one feed takes."""
    modes = sizes[0][1].modes
    rows = []
    for feeds, results in sizes:
        cells = [_per_feed(results, mode, feeds) for mode in modes]
        peak = max(results.of(OURS, mode, lambda sample: sample.memory / 1e6) or 0.0 for mode in modes)
        rows.append([f"{feeds:,}", *cells, f"{peak:.0f}"])
    return table(["feeds: seconds (ms a feed)", *(TITLES[mode] for mode in modes), "MB at peak"], rows)


def seconds(value: float) -> str:
    """Two digits that count, or more."""
    return f"{value:.2f}" if value < 10 else f"{value:.1f}"


def _header(measure: str, results: Results) -> list[str]:
    return [measure, *(TITLES[mode] for mode in results.modes)]


def _rows(results: Results, what: Callable[[Sample], float], form: Callable[[float], str]) -> list[list[str]]:
    return [
        [f"**{tool}**" if tool == OURS else tool, *(_cell(results, tool, mode, what, form) for mode in results.modes)]
        for tool in results.tools
    ]


def _cell(results: Results, tool: str, mode: str, what: Callable[[Sample], float], form: Callable[[float], str]) -> str:
    value = results.of(tool, mode, what)
    if value is None:
        return "–"
    return f"WRONG ({form(value)})" if results.is_wrong(tool, mode) else form(value)


def _ratio(results: Results, mode: str) -> str:
    best, ours = results.best_peer(mode), results.wall(OURS, mode)
    if not best or not ours or results.is_wrong(OURS, mode):
        return "–"
    return f"{best[1] / ours:.1f} ({best[0]})"


def _per_feed(results: Results, mode: str, feeds: int) -> str:
    wall = results.wall(OURS, mode)
    if wall is None:
        return "–"
    wrong = "WRONG " if results.is_wrong(OURS, mode) else ""
    return f"{wrong}{seconds(wall)} ({wall / feeds * 1000:.2f})"
