"""How well forms of Ukrainian and Russian words are told: ``python -m tests.bench.stems``, Markdown on stdout.

Each form of ``tests/data/stems.toml`` is a rule in turn, held against every other form of its word (*recall*: how many
match; *of the first*: where the rule is the form that dictionaries have, as most are) and against words that only begin
alike (*false*: how many match all the same). Beside the project's own matching:
Snowball's Russian stemmer alone, which is what there is for Ukrainian elsewhere, and no inflection.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from statistics import mean

import Stemmer

from feedwatch.model import Subject
from feedwatch.rules.match import find
from feedwatch.rules.parser import parse

DATA = Path(__file__).parents[1] / "data" / "stems.toml"
NOW = datetime(2026, 11, 26, tzinfo=UTC)
Matches = Callable[[str, str], bool]


def ours(language: str) -> Matches:
    """The rules' own matching of an item in that language."""
    return lambda word, other: find(parse(word), Subject(other, "", language=language), NOW).matched


def snowball(word: str, other: str) -> bool:
    """Whether two words have one Russian stem."""
    stemmer = Stemmer.Stemmer("russian")
    return bool(stemmer.stemWord(word) == stemmer.stemWord(other))


def judged(language: str, matches: Matches) -> Iterator[tuple[str, str, bool, bool]]:
    """Every word of a rule, the word of an item, whether they are forms of one word, and whether they match."""
    for paradigm in tomllib.loads(DATA.read_text("utf-8"))[language]:
        forms, others = paradigm["forms"].split(), paradigm["others"].split()
        for word in forms:
            for other in (*forms, *others):
                if word != other:
                    yield word, other, other in forms, matches(word, other)


def shares(language: str, matches: Matches) -> tuple[float, float, float]:
    """Recall, that of first forms, and the share of other words that match."""
    firsts = {paradigm["forms"].split()[0] for paradigm in tomllib.loads(DATA.read_text("utf-8"))[language]}
    every = list(judged(language, matches))
    recall = [matched for _, _, are_forms, matched in every if are_forms]
    of_first = [matched for word, _, are_forms, matched in every if are_forms and word in firsts]
    false = [matched for _, _, are_forms, matched in every if not are_forms]
    return mean(recall), mean(of_first), mean(false)


def main() -> int:
    """Measure, and print the table; with ``--errors`` what went wrong in our own matching."""
    sys.stdout.write("| language | by | recall | of the first | false |\n|---|---|--:|--:|--:|\n")
    for language in ("uk", "ru"):
        ways: dict[str, Matches] = {
            "feedwatch": ours(language),
            "Snowball Russian": snowball,
            "no inflection": lambda a, b: a == b,
        }
        for name, matches in ways.items():
            figures = " | ".join(f"{share:.3f}" for share in shares(language, matches))
            sys.stdout.write(f"| {language} | {name} | {figures} |\n")
    if "--errors" in sys.argv:
        for language in ("uk", "ru"):
            for word, other, are_forms, matched in judged(language, ours(language)):
                if are_forms != matched:
                    sys.stdout.write(f"{language} {word} {other} {'missed' if are_forms else 'false'}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
