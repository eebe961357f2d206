"""An expression against an item: does it match, where, and why. Pure; ``now`` and the item arrive as arguments."""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass
from datetime import datetime

from feedwatch.model import Match, Subject
from feedwatch.rules.evaluate import Evaluation
from feedwatch.rules.explain import explain
from feedwatch.rules.prepared import Prepared, prepare
from feedwatch.rules.ruleset import CompiledRule, RuleSet
from feedwatch.rules.spans import to_matches
from feedwatch.rules.syntax import Expression


@dataclass(frozen=True, slots=True)
class Found:
    """What a rule says of an item."""

    matched: bool
    matches: tuple[Match, ...] = ()
    """What made it true, field by field, in order, without overlaps; nothing from negated or excluded parts."""
    timeouts: int = 0
    """Searches of regular expressions that took too long, and so found nothing."""


def find(expression: Expression, subject: Subject | Prepared, now: datetime) -> Found:
    """Whether ``subject`` matches, and where; ``prepare`` it once where many rules ask."""
    item = subject if isinstance(subject, Prepared) else prepare(subject)
    evaluation = Evaluation(item, now)
    truth = evaluation.truth(expression)
    matches = to_matches(truth.occurrences) if truth.true else ()
    return Found(truth.true, matches, evaluation.timeouts)


def find_all(
    rules: RuleSet, subject: Subject, now: datetime, without: Container[str] = ()
) -> Iterator[tuple[CompiledRule, Found]]:
    """What each rule that the item may match says of it, in order; all other rules don't match.

    Rules whose names are in ``without`` are not asked. The item is cut into words once.
    """
    item = prepare(subject)
    for one in rules.that_may_match(item):
        if one.rule.name not in without:
            yield one, find(one.expression, item, now)


__all__ = ["Found", "explain", "find", "find_all", "prepare"]
