"""In which order alerts are listed: by rule, what waits for somebody first.

What is on the screen never changes places by itself: alerts that come in stand at the top of their rule, and one that
was seen to stays where it is until the list is put in order again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from feedwatch.model import AlertId, AlertRow, Severity
from feedwatch.tui.sentences import waits

_SEVERITIES = tuple(Severity)


@dataclass(frozen=True, slots=True)
class Heading:
    """The line over the alerts of a rule."""

    rule: str
    severity: Severity
    """The highest of its alerts that wait; where none does, of all."""
    waiting: int
    count: int


AlertLine = Heading | AlertRow


def by_time(alerts: tuple[AlertRow, ...]) -> tuple[AlertRow, ...]:
    """Newest first."""
    return tuple(sorted(alerts, key=lambda row: (row.raised_at, row.id), reverse=True))


def by_rule(alerts: tuple[AlertRow, ...]) -> tuple[AlertRow, ...]:
    """Rules with alerts that wait first, the gravest before others, then by their newest; likewise within a rule."""
    rules: dict[str, list[AlertRow]] = {}
    for row in by_time(alerts):
        rules.setdefault(row.rule, []).append(row)
    groups = sorted(rules.values(), key=_urgency, reverse=True)
    return tuple(row for rows in groups for row in sorted(rows, key=lambda row: not waits(row)))


def kept(alerts: tuple[AlertRow, ...], before: tuple[AlertRow, ...]) -> tuple[AlertRow, ...]:
    """By rule, but those that were listed before in the same order: new ones above them, new rules above all."""
    places: dict[AlertId, int] = {row.id: place for place, row in enumerate(before)}
    rules = {row.rule: place for place, row in reversed([*enumerate(before)])}
    fresh = {row.id: place for place, row in enumerate(by_rule(alerts), -len(alerts))}
    return tuple(
        sorted(
            alerts, key=lambda row: (rules.get(row.rule, fresh[row.id]), row.rule, places.get(row.id, fresh[row.id]))
        )
    )


def headed(alerts: tuple[AlertRow, ...]) -> tuple[AlertLine, ...]:
    """Alerts by rule, with a line over each."""
    return tuple(_lines(alerts))


def _lines(alerts: tuple[AlertRow, ...]) -> Iterator[AlertLine]:
    for rule, group in groupby(alerts, key=lambda row: row.rule):
        rows = list(group)
        waiting = [row for row in rows if waits(row)]
        yield Heading(
            rule, max((row.severity for row in waiting or rows), key=_SEVERITIES.index), len(waiting), len(rows)
        )
        yield from rows


def _urgency(rows: list[AlertRow]) -> tuple[bool, int, float]:
    waiting = [row for row in rows if waits(row)]
    gravest = max(_SEVERITIES.index(row.severity) for row in waiting or rows)
    return bool(waiting), gravest, rows[0].raised_at.timestamp()
