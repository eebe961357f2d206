"""How long many rules take over many items: ``python -m tests.bench.rules``, Markdown on stdout.

30,000 items of title and summary, 27 MB, of words that occur as often as words of a language do (Zipf's law); 1,000
rules of every kind, and 10,000 plain keywords. CPU seconds of one process, beside two limits: cutting the text into
words and nothing else, and one pass of Aho-Corasick over it for the 10,000 keywords (where ``pyahocorasick`` is
installed).
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from itertools import accumulate

from feedwatch.model import Rule, Subject
from feedwatch.rules.match import find_all
from feedwatch.rules.ruleset import compile_rules
from feedwatch.rules.words import tokens

ITEMS = 30_000
TITLE, SUMMARY = 9, 90
"""Words of each; with them an item has some 900 characters."""
VOCABULARY = 60_000
RAREST_COMMON = 1_000
"""Rank from which on words are rare enough to be watched for: the 1,000th stands in one of 100 items."""
_CONSONANTS = (*"bcdfghklmnprstvw", "st", "tr", "pl", "ch", "sh", "br", "cl", "gr")
_VOWELS = ["a", "e", "i", "o", "u", "ai", "ea", "ou"]
_ENDINGS = ("", "", "", "n", "r", "s", "t", "nd", "st", "ng")
NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


def vocabulary(chance: random.Random) -> list[str]:
    """Words that look like a language's, the commonest (and shortest) first."""
    found: dict[str, None] = {}
    while len(found) < VOCABULARY:
        syllables = 1 + min(3, len(found) // 400 + chance.randrange(2))
        word = "".join(chance.choice(_CONSONANTS) + chance.choice(_VOWELS) for _ in range(syllables))
        found[word + chance.choice(_ENDINGS)] = None
    return list(found)


def items(words: Sequence[str], count: int, chance: random.Random) -> list[Subject]:
    """Items of words by their frequency; half have curly quotes, as real ones do."""
    weights = list(accumulate(1 / (rank + 2.7) for rank in range(len(words))))
    made = []
    for number in range(count):
        drawn = chance.choices(words, cum_weights=weights, k=TITLE + SUMMARY)
        text = " ".join(drawn[TITLE:]).capitalize()
        said = f"“{text}”, it’s said." if number % 2 else f"{text}, it's said."
        made.append(
            Subject(title=" ".join(drawn[:TITLE]).title(), text=said, language="en", feed="Feed", outlet="Outlet")
        )
    return made


def mixed(words: Sequence[str], count: int, chance: random.Random) -> list[Rule]:
    """Rules of every kind; their words are as rare as those that people watch for."""

    def word() -> str:
        return words[int(RAREST_COMMON * (VOCABULARY / RAREST_COMMON) ** chance.random()) - 1]

    kinds: Sequence[Callable[[], str]] = (
        word,
        word,
        lambda: f'"{word()} {word()}"',
        lambda: f"{word()} OR {word()} OR {word()}",
        lambda: f"{word()} ({word()} OR {word()})",
        lambda: f"{word()} NEAR/6 {word()}",
        lambda: f'{word()} EXCEPT ("{word()} {word()}", "{word()} {word()}")',
        lambda: f"{word()} -{word()}",
        lambda: f"title:{word()}",
        lambda: f"{word()[:6]}*",
        lambda: f"={word().title()}",
        lambda: chance.choice(("генерал", "дрон", "无人机", "طائرة")) + f" OR {word()}",
    )
    rules = [Rule(f"rule {number}", kinds[number % len(kinds)]()) for number in range(count - 3)]
    return [*rules, *(Rule(f"pattern {number}", f"/\\b{word()}{word()}\\b/") for number in range(3))]


def keywords(words: Sequence[str], count: int, chance: random.Random) -> list[Rule]:
    """A word each."""
    chosen = chance.sample(words[RAREST_COMMON:], count)
    return [Rule(word, word) for word in chosen]


def match_all(rules: Sequence[Rule], subjects: Sequence[Subject]) -> tuple[float, float, int]:
    """Seconds to read the rules, seconds to match them all, and how often one matched."""
    started = time.process_time()
    compiled = compile_rules(rules)
    read = time.process_time()
    hits = sum(found.matched for subject in subjects for _, found in find_all(compiled, subject, NOW))
    return read - started, time.process_time() - read, hits


def cut_only(subjects: Sequence[Subject]) -> tuple[float, int]:
    """The limit of cutting into words: seconds, and words."""
    started = time.process_time()
    count = sum(sum(1 for _ in tokens(text)) for subject in subjects for text in (subject.title, subject.text))
    return time.process_time() - started, count


def split_only(subjects: Sequence[Subject]) -> tuple[float, int]:
    """The same with one ``findall`` of the standard library, which knows neither possessives nor scripts."""
    started = time.process_time()
    word = re.compile(r"\w+")
    count = sum(len(word.findall(f"{subject.title}\n{subject.text}".lower())) for subject in subjects)
    return time.process_time() - started, count


def aho_corasick(rules: Sequence[Rule], subjects: Sequence[Subject]) -> tuple[float, int] | None:
    """The limit of finding the words as strings, inside of others too: seconds, and hits; None without the package."""
    try:
        import ahocorasick  # type: ignore[import-not-found, unused-ignore]  # no dependency: only a limit to show
    except ImportError:
        return None
    machine = ahocorasick.Automaton()
    for rule in rules:
        machine.add_word(rule.match, rule.match)
    machine.make_automaton()
    started = time.process_time()
    hits = sum(1 for subject in subjects for _ in machine.iter(f"{subject.title}\n{subject.text}".lower()))
    return time.process_time() - started, hits


def main() -> int:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.rules", description=__doc__)
    parser.add_argument("--items", type=int, default=ITEMS)
    options = parser.parse_args()
    chance = random.Random(26)  # a repeatable draw
    words = vocabulary(chance)
    subjects = items(words, options.items, chance)
    size = sum(len(one.title) + len(one.text) for one in subjects) / 1e6
    _say(f"{len(subjects):,} items, {size:.1f} million characters.\n\n| what | seconds | found |\n|---|--:|--:|")
    plain = keywords(words, 10_000, chance)
    for title, rules in (("1,000 rules of every kind", mixed(words, 1_000, chance)), ("10,000 plain keywords", plain)):
        reading, seconds, hits = match_all(rules, subjects)
        _say(f"| {title} (read in {reading:.2f}) | {seconds:.2f} | {hits:,} matches |")
    seconds, count = cut_only(subjects)
    _say(f"| limit: cutting into words, as rules take them | {seconds:.2f} | {count:,} words |")
    seconds, count = split_only(subjects)
    _say(f"| limit: one findall of the standard library | {seconds:.2f} | {count:,} words |")
    if found := aho_corasick(plain, subjects):
        _say(f"| limit: Aho-Corasick, 10,000 keywords as strings | {found[0]:.2f} | {found[1]:,} hits |")
    return 0


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
