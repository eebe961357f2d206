"""What the numbers of a rule mean, and which change would spare its noise. Pure.

A finding is only given where it is certain. A proposal is tried with the real matcher on what the rule alerted to
before it is given, so that its numbers are what would have come.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

from feedwatch.errors import RuleError
from feedwatch.model import Alerted, Finding, Match, Proposal, RuleHealth, Subject, Subscription
from feedwatch.rules.attributes import is_true
from feedwatch.rules.match import find
from feedwatch.rules.parser import parse
from feedwatch.rules.refusals import is_countable
from feedwatch.rules.syntax import (
    And,
    Attribute,
    AttributeName,
    Except,
    Expression,
    Field,
    Near,
    Or,
    Word,
)
from feedwatch.rules.words import Token, forms, tokens

SILENT_DAYS: Final = 60.0
"""Days without an alert after which a rule is asked about."""
TOO_MUCH: Final = 0.2
"""Share of all items."""
FEWEST_TOO_MANY: Final = 20
"""Alerts below which a share says nothing yet."""
LONGEST_PHRASE: Final = 4
"""Words of a proposed exclusion; two at least."""
FEWEST_SPARED: Final = 3
MOST_LOST: Final = 0.1
"""Wanted alerts that a proposal may lose, for each noisy one that it spares."""
MOST_PROPOSALS: Final = 3
_ANY_TIME: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""What a feed is called does not depend on it."""
_TRIED: Final = 12
"""Phrases that are tried with the matcher, the most telling first."""


def findings(health: RuleHealth, subscriptions: Sequence[Subscription], now: datetime) -> tuple[Finding, ...]:
    """What there is to say of a rule; ``subscriptions`` are all that there are."""
    return tuple(_findings(health, subscriptions, now))


def _findings(health: RuleHealth, subscriptions: Sequence[Subscription], now: datetime) -> Iterator[Finding]:
    for reason in _impossible(parse(health.rule.match, rule=health.rule.name), subscriptions):
        yield Finding("never matches", reason)
    silent = health.last_fired is None or (now - health.last_fired).total_seconds() > SILENT_DAYS * 86_400
    if silent and health.archive_days >= SILENT_DAYS:
        yield Finding("never fired", f"It raised no alert in {SILENT_DAYS:.0f} days: is it still wanted?")
    if health.share > TOO_MUCH and health.alerts_30d >= FEWEST_TOO_MANY:
        yield Finding("too much", f"It alerts to {health.share:.0%} of all items: narrow it, or use a search instead.")
    if health.same_as:
        names = ", ".join(f'"{name}"' for name in health.same_as)
        yield Finding("same as another", f"It alerted to the very same items as {names}: one of them is enough.")
    if health.timeouts:
        times = f"{health.timeouts:,} time{'s' if health.timeouts != 1 else ''}"
        yield Finding("time-outs", f"A regular expression of it took too long {times} and found nothing: use words.")


# --- what can never match --------------------------------------------------------------------------------------------


def _impossible(expression: Expression, subscriptions: Sequence[Subscription]) -> Iterator[str]:
    """Parts that can't be true of any item, and that an item needs for the rule to match."""
    if isinstance(expression, Attribute) and subscriptions and not _names_any(expression, subscriptions):
        yield f"No feed has {expression.source}: is it spelled as in the configuration?"
    if isinstance(expression, Except):
        taken = next((one for one in expression.exceptions if _takes_all(one, expression.base)), None)
        if taken is not None:
            yield f'"{taken.source}" takes every form of "{expression.base.source}": use a longer phrase.'
    each = [tuple(_impossible(part, subscriptions)) for part in _needed(expression)]
    if not isinstance(expression, Or) or all(each):
        yield from (reason for reasons in each for reason in reasons)


def _needed(expression: Expression) -> tuple[Expression, ...]:
    """The parts that an expression is true by: all of them, or of an OR one."""
    match expression:
        case And() | Or():
            return expression.parts
        case Near():
            return (expression.left, expression.right)
        case Except():
            return (expression.base,)
        case Field():
            return (expression.part,)
        case _:
            return ()


def _names_any(attribute: Attribute, subscriptions: Iterable[Subscription]) -> bool:
    """Whether a feed, outlet or tag of the configuration is meant; languages are the items' own."""
    if attribute.name is AttributeName.LANG:
        return True
    return any(is_true(attribute, _item_of(one), _ANY_TIME) for one in subscriptions)


def _item_of(feed: Subscription) -> Subject:
    return Subject(title="", text="", feed=feed.name, outlet=feed.outlet, tags=feed.tags)


def _takes_all(exception: Expression, base: Expression) -> bool:
    """Whether an exception is a word that takes every English form of the base."""
    if not isinstance(base, Word) or not isinstance(exception, Word) or base.prefix or exception.exact:
        return False
    mine = {base.text.lower()} if base.exact else forms(base.text)
    if exception.prefix:
        return all(form.startswith(exception.text.lower()) for form in mine)
    return mine <= forms(exception.text)


# --- what would spare noise ------------------------------------------------------------------------------------------


def proposals(match: str, alerted: Sequence[Alerted], now: datetime) -> tuple[Proposal, ...]:
    """Exclusions that would have spared noisy alerts and kept the wanted ones, the most sparing first.

    ``match`` is the rule's expression, ``alerted`` what it alerted to. Each is a phrase around noisy matches.
    """
    noisy = [one for one in alerted if one.noise]
    wanted = [one for one in alerted if not one.noise]
    made = [proposal for phrase in _phrases(noisy, wanted) if (proposal := _tried(match, phrase, noisy, wanted, now))]
    made.sort(key=lambda one: -one[0])
    return tuple(proposal for _, proposal in made[:MOST_PROPOSALS])


def _tried(
    match: str, phrase: str, noisy: Sequence[Alerted], wanted: Sequence[Alerted], now: datetime
) -> tuple[int, Proposal] | None:
    """How many noisy alerts a phrase spares, and the proposal; None where it spares too few or loses too many."""
    changed = _without(match, phrase)
    if changed is None:
        return None
    expression = parse(changed)
    spared = sum(not find(expression, one.subject, now).matched for one in noisy)
    lost = sum(not find(expression, one.subject, now).matched for one in wanted)
    if spared < FEWEST_SPARED or lost > MOST_LOST * spared:
        return None
    hits = f'{spared} of {len(noisy)} noisy hits stand in "{phrase}"'
    return spared, Proposal(f"{hits}; without it {lost} of {len(wanted)} other alerts would be lost.", changed)


def _without(match: str, phrase: str) -> str | None:
    """The expression without occurrences in a phrase, or where it has none, without items that have it."""
    expression = parse(match)
    changed = f'({match}) EXCEPT ("{phrase}")' if is_countable(expression) else f'({match}) -"{phrase}"'
    if isinstance(expression, Except) and match.rstrip().endswith(")"):
        changed = f'{match.rstrip()[:-1].rstrip().rstrip(",")}, "{phrase}")'
    try:
        parse(changed)
    except RuleError:
        return None
    return changed


def _phrases(noisy: Sequence[Alerted], wanted: Sequence[Alerted]) -> list[str]:
    """Phrases around matches that more noisy alerts have than wanted ones, the most telling first."""
    among_noise: Counter[str] = Counter()
    written: dict[str, str] = {}
    for one in noisy:
        around = dict(_around(one))
        among_noise.update(around.keys())
        written = {**around, **written}
    among_wanted = Counter(folded for one in wanted for folded in dict(_around(one)))
    worth = {folded: count - 3 * among_wanted[folded] for folded, count in among_noise.items()}
    best = sorted((one for one in worth if worth[one] >= FEWEST_SPARED), key=lambda one: (-worth[one], len(one), one))
    return [written[folded] for folded in _each_once(best)][:_TRIED]


def _each_once(phrases: Iterable[str]) -> Iterator[str]:
    """Without phrases that hold a better one: they spare no more."""
    kept: list[str] = []
    for phrase in phrases:
        if not any(f" {other} " in f" {phrase} " for other in kept):
            kept.append(phrase)
            yield phrase


def _around(one: Alerted) -> Iterator[tuple[str, str]]:
    """Folded and as written: the phrases of some words that a match stands in."""
    for name, text in (("title", one.subject.title), ("text", one.subject.text)):
        spans = [match for match in one.matches if match.field == name]
        if spans:
            found = list(tokens(text))
            for match in spans:
                yield from _around_match(found, match)


def _around_match(found: Sequence[Token], match: Match) -> Iterator[tuple[str, str]]:
    inside = [place for place, token in enumerate(found) if token.start < match.end and token.end > match.start]
    if not inside:
        return
    first, last = inside[0], inside[-1]
    for length in range(max(2, last - first + 2), LONGEST_PHRASE + 1):
        for start in range(max(0, last - length + 1), min(first, len(found) - length) + 1):
            words = found[start : start + length]
            yield " ".join(word.folded for word in words), " ".join(word.exact for word in words)
