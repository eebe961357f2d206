"""A rule over stored items: what it would have raised, by the same matching and cooldown as when they came in. Pure.

Stories are those that the items are in now. What an item said before its publisher changed it is not looked at.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Final

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
)
from feedwatch.rules.alerts import state_of
from feedwatch.rules.match import Found, find
from feedwatch.rules.prepared import prepare
from feedwatch.rules.syntax import Expression

FIRST: Final = 20
"""Matches that are kept whole, and of gained and lost ones so many each."""


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

    @property
    def alerted(self) -> tuple[StoryId, ...]:
        """The stories that an alert was raised for: their tellings are what ``result`` asks for."""
        return tuple(self._raised)

    def look(self, items: Iterable[ArchivedItem]) -> None:
        """Let items pass."""
        for item in items:
            at = item.subject.seen
            assert at is not None  # noqa: S101  # every stored item was seen
            prepared = prepare(item.subject)
            found = find(self._expression, prepared, at)
            self._timeouts += found.timeouts
            hit = self._take(item, found, at) if found.matched else None
            if self._before is not None:
                self._compare(item, hit, find(self._before, prepared, at), at)

    def result(self, since: datetime, items: int, tellings: Mapping[StoryId, Sequence[Telling]]) -> Backtest:
        """What came of it; ``tellings`` are those of the stories that were alerted."""
        grown = [one for story, at in self._raised.items() for one in self._growth(tellings.get(story, ()), at)]
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

    def _take(self, item: ArchivedItem, found: Found, at: datetime) -> Hit:
        """What comes of a match."""
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
        return hit

    def _compare(self, item: ArchivedItem, now: Hit | None, before: Found, at: datetime) -> None:
        if (now is not None) == before.matched:
            return
        self._differing[now is None] += 1
        samples = self._lost if now is None else self._gained
        if len(samples) < FIRST:
            samples.append(now or _hit(item, before, at, ""))

    def _growth(self, tellings: Sequence[Telling], raised_at: datetime) -> list[Telling]:
        """The tellings with which an alerted story came to a number of outlets that its rule tells of again."""
        outlets: set[str] = set()
        grown = []
        for telling in sorted(tellings, key=lambda one: one.seen):
            before = len(outlets)
            outlets.add(telling.outlet)
            if telling.seen > raised_at and len(outlets) > before and len(outlets) in self._rule.grow:
                grown.append(telling)
        return grown

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


def _hit(item: ArchivedItem, found: Found, at: datetime, reason: str) -> Hit:
    return Hit(item.item_id, item.subject.title, item.subject.feed, at, found.matches, reason)


def _day(at: datetime) -> date:
    return at.astimezone(UTC).date()


def _busiest(line: tuple[str, Tally]) -> tuple[int, int, str]:
    name, tally = line
    return -(tally.raised + tally.grown), -tally.suppressed, name
