"""Rules made ready, and which of them an item may match: found by its words, so that the others cost it nothing.

Of each rule one group of beginnings is filed (``terms.required_words``): whatever it matches has a word that begins
with one of them. An item's words are looked up one by one, each by one look into a dictionary once it has been met. So
the cost of an item grows with its words and the rules that they name, not with the number of rules. Rules that require
no word of the title or text (patterns, other fields) may match anything.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property

from feedwatch.model import Rule
from feedwatch.rules.letters import script_of
from feedwatch.rules.parser import parse
from feedwatch.rules.prepared import Prepared
from feedwatch.rules.screen import may_match
from feedwatch.rules.stems import inflects_as_english
from feedwatch.rules.syntax import Expression, counts_outlets
from feedwatch.rules.terms import SCRIPTS, Group, required_prefixes, required_words

FEW = 20
"""Rules up to which it is quicker to look for what each requires than to cut the text into words."""
MOST_KEPT = 100_000
"""Words whose rules are kept in mind: strangers may write any number of words."""


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """A rule with its expression read."""

    rule: Rule
    expression: Expression
    required: tuple[Group, ...] | None
    """What ``screen`` looks for first."""
    required_english: tuple[Group, ...] | None
    """The same for items whose Latin words inflect by English alone."""


class _ByWord(dict[str, tuple[int, ...]]):
    """Folded words to the places of the rules that they name, filled as words are met."""

    def __init__(self, required: Iterable[Group | None]) -> None:
        super().__init__()
        self._always: list[int] = []
        """Rules that no word is needed for."""
        self._filed: defaultdict[str, list[int]] = defaultdict(list)
        for place, group in enumerate(required):
            if group is None:
                self._always.append(place)
            else:
                for beginning in group:
                    self._filed[beginning].append(place)
        self._lengths = sorted({len(beginning) for beginning in self._filed})

    def places(self, words: AbstractSet[str]) -> list[int]:
        """The places of all rules that these words name, in order, and of those that need none."""
        if len(self) > MOST_KEPT:
            self.clear()
        return sorted(set(self._always).union(*filter(None, map(self.__getitem__, words))))

    def __missing__(self, word: str) -> tuple[int, ...]:
        beginnings = {word[:length] for length in self._lengths}
        if not word.isascii() and (script := script_of(word)) in SCRIPTS:
            beginnings.add(SCRIPTS[script])
        named = self[word] = tuple(place for one in beginnings & self._filed.keys() for place in self._filed[one])
        return named


class RuleSet:
    """The rules of a configuration, in its order."""

    def __init__(self, rules: Iterable[CompiledRule]) -> None:
        self._rules = tuple(rules)
        self._by_word = _ByWord(required_words(one.expression) for one in self._rules)
        self._by_english_word = _ByWord(required_words(one.expression, english=True) for one in self._rules)

    def __len__(self) -> int:
        return len(self._rules)

    def __iter__(self) -> Iterator[CompiledRule]:
        return iter(self._rules)

    @cached_property
    def counting_outlets(self) -> RuleSet:
        """Those of the rules that an item may come to match when its story reaches another outlet."""
        return RuleSet(one for one in self._rules if counts_outlets(one.expression))

    def that_may_match(self, item: Prepared) -> Iterator[CompiledRule]:
        """The rules that the item's words do not rule out, in order; a superset of those that match."""
        english = inflects_as_english(item.subject.language)
        is_few = len(self._rules) <= FEW
        for one in self._rules if is_few else self._named(item, english=english):
            required = one.required_english if english else one.required
            is_filed = not is_few and required is not None and len(required) == 1  # and so its words are there
            if is_filed or required is None or may_match(required, item.haystack):
                yield one

    def _named(self, item: Prepared, *, english: bool) -> Iterator[CompiledRule]:
        by_word = self._by_english_word if english else self._by_word
        return (self._rules[place] for place in by_word.places(item.words))


def compile_rules(rules: Iterable[Rule]) -> RuleSet:
    """The rules, read; raises RuleError that names the rule."""
    return RuleSet(_compile(rule) for rule in rules)


def _compile(rule: Rule) -> CompiledRule:
    expression = parse(rule.match, rule=rule.name)
    return CompiledRule(rule, expression, required_prefixes(expression), required_prefixes(expression, english=True))
