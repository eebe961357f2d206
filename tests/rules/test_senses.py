"""The two shipped rules tell a general from a general election, and a drone from a bee."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path

import pytest

from tests.bench.senses import Row, Score, rows_of, score, shipped

OWN = tomllib.loads((Path(__file__).parents[1] / "data" / "senses.toml").read_text("utf-8"))
CORPUS = os.environ.get("FEEDWATCH_CORPUS", "")


def on_own_headlines(rule: str) -> Score:
    wanted = [(text, answer == "yes") for answer in ("yes", "no") for text in OWN[rule][answer]]
    return score(shipped(rule), [Row(text, "", yes, edge=False) for text, yes in wanted])


def on_corpus(rule: str, name: str) -> Score:
    return score(shipped(rule), [row for row in rows_of(Path(CORPUS) / name) if not row.edge])


@pytest.mark.parametrize("rule", ["general", "drone"])
def test_a_shipped_rule_knows_its_sense(rule: str) -> None:
    found = on_own_headlines(rule)

    assert [row.title for row in found.false] == [], "matched in another sense"
    assert [row.title for row in found.missed] == [], "missed"


@pytest.mark.skipif(not CORPUS, reason="FEEDWATCH_CORPUS names no labelled headlines")
def test_the_rules_reach_their_targets_on_labelled_headlines() -> None:
    general = on_corpus("general", "senses_general.jsonl")
    assert min(general.precision, general.recall) >= 0.95
    abbreviated = on_corpus("general", "senses_general_abbrev.jsonl")
    assert min(abbreviated.precision, abbreviated.recall) >= 0.95
    assert on_corpus("drone", "senses_drone.jsonl").f1 >= 0.985
