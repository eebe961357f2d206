"""A rule over stored items: what it would have raised, by the same matching and cooldown as when they came in. Pure.

Stories are those that the items are in now. What an item said before its publisher changed it is not looked at:
it counts as edited from the start.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Final, NamedTuple

from feedwatch.model import (
    STORY_TOLD,
    AlertState,
    ArchivedItem,
    Backtest,
    Difference,
    Hit,
    Rule,
    StoryId,
    Tally,
    Telling,
    replace,
)
from feedwatch.rules.alerts import state_of
from feedwatch.rules.match import Found, find
from feedwatch.rules.prepared import prepare
from feedwatch.rules.syntax import Expression, counts_outlets

FIRST: Final = 20
"""Matches that are kept whole, and of gained and lost ones so many each."""


class _Match(NamedTuple):
    at: datetime
    item: ArchivedItem
    found: Found


class Replay:
    """A rule as items pass it, in the order in which they came; ``before`` is its present version, to compare with."""

    def __init__(self, rule: Rule, expression: Expression, before: Expression | None = None) -> None:
        self._rule = rule
        self._expression = expression
        self._before = before
        self._told: set[StoryId] = set()
        self._stories: set[StoryId] = set()
        self._raised: dict[StoryId, datetime] = {}
        self._last: datetime | None = None
        self._hits: Counter[tuple[date, str, str]] = Counter()
        """Day, feed, and why nothing was raised ('' where something was)."""
        self._first: list[Hit] = []
        self._gained: list[Hit] = []
        self._lost: list[Hit] = []
        self._differing = [0, 0]
        self._timeouts = 0
        self._counts_outlets = counts_outlets(expression)
        self._found: list[_Match] = []
        """Where outlets count, matches are taken at the end: an item may match once its story has grown."""
        self._waiting: list[ArchivedItem] = []
        """Items that did not match when they came, and whose stories grew."""

    @property
    def stories_to_ask(self) -> tuple[StoryId, ...]:
        """The stories that an alert was, or may be, raised for: their tellings are what ``result`` asks for."""
        items = (*(one.item for one in self._found), *self._waiting)
        return tuple({*self._raised, *(item.story_id for item in items)})

    def look(self, items: Iterable[ArchivedItem]) -> None:
        """Let items pass."""
        for item in items:
            at = item.subject.seen
            assert at is not None  # noqa: S101  # every stored item was seen
            prepared = prepare(item.subject)
            found = find(self._expression, prepared, at)
            self._timeouts += found.timeouts
            reason = self._keep(_Match(at, item, found))
            if self._before is not None:
                self._compare(_Match(at, item, found), reason)

    def result(self, since: datetime, items: int, tellings: Mapping[StoryId, Sequence[Telling]]) -> Backtest:
        """What came of it; ``tellings`` are those of ``stories_to_ask``."""
        later = (self._once_grown(item, tellings.get(item.story_id, ())) for item in self._waiting)
        self._found += [one for one in later if one is not None]
        for match in sorted(self._found, key=lambda one: one.at):
            self._take(match)
        self._found, self._waiting = [], []
        grown = [one for story, at in self._raised.items() for one in self._told_again(tellings.get(story, ()), at)]
        days, feeds = self._tallies(grown)
        return Backtest(
            rule=self._rule,
            since=since,
            items=items,
            matched=self._hits.total(),
            stories=len(self._stories),
            raised=len(self._raised),
            grown=len(grown),
            suppressed=self._reasons(),
            by_day=tuple(sorted(days.items())),
            by_feed=tuple(sorted(feeds.items(), key=_busiest)),
            first=tuple(self._first),
            timeouts=self._timeouts,
            difference=None if self._before is None else self._difference(),
        )

    def _keep(self, match: _Match) -> str:
        """Take a match now, or keep it, or what may become one, for the end; why it raises nothing."""
        if not self._counts_outlets:
            return self._take(match) if match.found.matched else ""
        if match.found.matched:
            self._found.append(match)
        elif match.item.outlets > match.item.subject.outlets:
            self._waiting.append(match.item)
        return ""

    def _once_grown(self, item: ArchivedItem, tellings: Sequence[Telling]) -> _Match | None:
        """The first match of an item with as many outlets as its story came to after it."""
        for telling, outlets in _growth(tellings):
            at = telling.seen
            if item.subject.seen is not None and at > item.subject.seen:
                found = find(self._expression, replace(item.subject, outlets=outlets), at)
                if found.matched:
                    return _Match(at, item, found)
        return None

    def _take(self, match: _Match) -> str:
        """Let a match count; why it raises nothing, '' where it does."""
        at, item, found = match
        self._stories.add(item.story_id)
        state, reason = state_of(self._rule, self._last, at, baseline=item.first_poll)
        if item.story_id in self._told:
            reason = STORY_TOLD
        elif state is not AlertState.BASELINE:
            self._told.add(item.story_id)
        if not reason:
            self._last = self._raised[item.story_id] = at
        hit = _hit(item, found, at, reason)
        self._hits[_day(at), hit.feed, reason] += 1
        if len(self._first) < FIRST:
            self._first.append(hit)
        return reason

    def _compare(self, match: _Match, reason: str) -> None:
        """Whether the present version says otherwise of an item, whose story is as large as it is by now."""
        at, item, found = match
        assert self._before is not None  # noqa: S101  # who calls this has one
        if self._counts_outlets or counts_outlets(self._before):
            grown = prepare(replace(item.subject, outlets=item.outlets))
            found, before = find(self._expression, grown, at), find(self._before, grown, at)
        else:
            before = find(self._before, item.subject, at)
        if found.matched != before.matched:
            self._differing[before.matched] += 1
            samples = self._lost if before.matched else self._gained
            if len(samples) < FIRST:
                samples.append(_hit(item, before if before.matched else found, at, reason))

    def _told_again(self, tellings: Sequence[Telling], raised_at: datetime) -> list[Telling]:
        """The tellings with which an alerted story came to a number of outlets that its rule tells of again."""
        grow = self._rule.grow
        return [one for one, outlets in _growth(tellings) if one.seen > raised_at and outlets in grow]

    def _reasons(self) -> dict[str, int]:
        found: Counter[str] = Counter()
        for (_, _, reason), count in self._hits.items():
            if reason:
                found[reason] += count
        return dict(found.most_common())

    def _tallies(self, grown: Sequence[Telling]) -> tuple[dict[date, Tally], dict[str, Tally]]:
        """By day and by feed."""
        days: defaultdict[date, Counter[str]] = defaultdict(Counter)
        feeds: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for (day, feed, reason), count in self._hits.items():
            kind = "suppressed" if reason else "raised"
            days[day][kind] += count
            feeds[feed][kind] += count
        for telling in grown:
            days[_day(telling.seen)]["grown"] += 1
            feeds[telling.feed]["grown"] += 1
        return {day: Tally(**count) for day, count in days.items()}, {
            feed: Tally(**count) for feed, count in feeds.items()
        }

    def _difference(self) -> Difference:
        gained, lost = self._differing
        return Difference(gained, lost, tuple(self._gained), tuple(self._lost))


def _growth(tellings: Iterable[Telling]) -> Iterator[tuple[Telling, int]]:
    """The tellings that brought a story another outlet, and how many had told it with them."""
    outlets: set[str] = set()
    for telling in sorted(tellings, key=lambda one: one.seen):
        if telling.outlet not in outlets:
            outlets.add(telling.outlet)
            yield telling, len(outlets)


def _hit(item: ArchivedItem, found: Found, at: datetime, reason: str) -> Hit:
    return Hit(item.item_id, item.subject.title, item.subject.feed, at, found.matches, reason)


def _day(at: datetime) -> date:
    return at.astimezone(UTC).date()


def _busiest(line: tuple[str, Tally]) -> tuple[int, int, str]:
    name, tally = line
    return -(tally.raised + tally.grown), -tally.suppressed, name
