"""How well the two shipped rules tell senses apart: ``python -m tests.bench.senses``, Markdown on stdout.

Reads labelled headlines from the folder that FEEDWATCH_CORPUS names: a "text" of title and summary, a "label" of 1
where the rule should match, "edge" where people would not agree. ``--errors`` lists the rows that went wrong.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from feedwatch.config import default_text, read_config
from feedwatch.model import Subject
from feedwatch.rules.match import find
from feedwatch.rules.parser import parse
from feedwatch.rules.syntax import Expression

FILES = {
    "general": ("senses_general.jsonl", "senses_general_abbrev.jsonl"),
    "drone": ("senses_drone.jsonl",),
}
"""The rule, and the files that it is measured on."""
JOINT = " — "
"""What stands between title and summary in a row."""


@dataclass(frozen=True, slots=True)
class Row:
    """One labelled headline."""

    title: str
    text: str
    wanted: bool
    edge: bool


@dataclass(frozen=True, slots=True)
class Score:
    """How a rule did on some rows."""

    rows: int
    hits: int
    false: tuple[Row, ...]
    missed: tuple[Row, ...]

    @property
    def precision(self) -> float:
        """The share of what matched that was wanted."""
        matched = self.hits + len(self.false)
        return self.hits / matched if matched else 1.0

    @property
    def recall(self) -> float:
        """The share of what was wanted that matched."""
        wanted = self.hits + len(self.missed)
        return self.hits / wanted if wanted else 1.0

    @property
    def f1(self) -> float:
        """The harmonic mean of the two."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def shipped(rule: str) -> Expression:
    """The expression of a rule of the default configuration."""
    config = read_config(default_text(), Path("config.toml"))
    return parse(next(one.match for one in config.rules if one.name == rule), rule=rule)


def rows_of(path: Path) -> Iterator[Row]:
    """The rows of a file."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            found = json.loads(line)
            title, _, text = found["text"].partition(JOINT)
            yield Row(title, text, bool(found["label"]), bool(found["edge"]))


def score(expression: Expression, rows: Sequence[Row]) -> Score:
    """How an expression does on rows."""
    now = datetime.now(UTC)
    found = [find(expression, Subject(title=row.title, text=row.text, language="en"), now).matched for row in rows]
    pairs = list(zip(rows, found, strict=True))
    return Score(
        len(rows),
        sum(row.wanted and matched for row, matched in pairs),
        tuple(row for row, matched in pairs if matched and not row.wanted),
        tuple(row for row, matched in pairs if row.wanted and not matched),
    )


def main() -> int:
    """Measure both rules; the exit code is 2 where there is nothing to measure on."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.senses", description=__doc__)
    parser.add_argument("--errors", action="store_true", help="list the rows that went wrong")
    options = parser.parse_args()
    folder = os.environ.get("FEEDWATCH_CORPUS", "")
    if not folder:
        sys.stderr.write("FEEDWATCH_CORPUS names no folder of labelled headlines: nothing to measure on\n")
        return 2
    _say("| rule | rows | edge cases | precision | recall | F1 |\n|---|--:|---|--:|--:|--:|")
    for rule, names in FILES.items():
        expression = shipped(rule)
        for name in names:
            _report(rule, expression, list(rows_of(Path(folder) / name)), errors=options.errors)
    return 0


def _report(rule: str, expression: Expression, rows: Sequence[Row], *, errors: bool) -> None:
    for kind, chosen in (("without", [row for row in rows if not row.edge]), ("with", rows)):
        found = score(expression, chosen)
        _say(f"| {rule} | {found.rows} | {kind} | {found.precision:.3f} | {found.recall:.3f} | {found.f1:.3f} |")
    if errors:
        found = score(expression, rows)
        for word, wrong in (("matched", found.false), ("missed", found.missed)):
            for row in wrong:
                _say(f"    {word}{' (edge)' if row.edge else ''}: {row.title} | {row.text}")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    sys.exit(main())
