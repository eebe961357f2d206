"""One answer of one feed, from its bytes to the one transaction that stores all it means.

Order matters here and nowhere else: compare with what is known, find the story, match the rules, write. It is done for
one feed at a time, so that two feeds that bring the same story, or fire the same rule, see each other.
"""

from __future__ import annotations

import asyncio
import hashlib
import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from feedwatch.core import schedule, stories, update
from feedwatch.engine.metrics import Metrics
from feedwatch.engine.setup import Setup
from feedwatch.errors import NotAFeedError, ParseError, ParseTimeoutError
from feedwatch.model import (
    Applied,
    ChangedItem,
    Claim,
    Draft,
    DraftFeed,
    Failed,
    FailureKind,
    Feed,
    FeedState,
    FeedUpdate,
    Fetched,
    FetchResult,
    NewItem,
    NotModified,
    Refused,
    StoryCandidate,
    Subject,
)
from feedwatch.rules.alerts import Arrival, raise_alerts
from feedwatch.store.store import Store
from feedwatch.workers.pool import Workers


@dataclass(frozen=True, slots=True)
class Polled:
    """What one poll of one feed came to."""

    result: str
    """ok, not_modified or failed."""
    applied: Applied = Applied()  # noqa: RUF009  # frozen
    message: str = ""
    feed: str = ""
    """Its name."""


class Ingest:
    """Turns what a server answered into one applied update."""

    def __init__(
        self,
        store: Store,
        workers: Workers,
        setup: Callable[[], Setup],
        clock: Callable[[], datetime],
        metrics: Metrics,
    ) -> None:
        self._store = store
        self._workers = workers
        self._setup = setup
        self._clock = clock
        self._metrics = metrics
        self._one_at_a_time = asyncio.Lock()

    async def take(self, claim: Claim, result: FetchResult) -> Polled:
        """Store what an answer means; the claim's lease ends with it."""
        match result:
            case Fetched():
                return await self._body(claim, result)
            case NotModified():
                return await self._unchanged(claim, result)
            case Refused():
                return await self.fail(claim, result.kind, result.message, result.headers)
            case Failed():
                return await self.fail(claim, result.kind, result.message)
            case _:
                assert_never(result)

    async def fail(
        self, claim: Claim, kind: FailureKind, message: str, headers: Mapping[str, str] | None = None
    ) -> Polled:
        """Note a poll that gave nothing usable."""
        now = self._clock()
        state = claim.feed.state
        plan = schedule.after_failure(self._policy(claim.feed), state, kind, headers or {}, now, _jitter())
        after = update.after_failure(state, kind, message, plan, now)
        return Polled("failed", await self._write(claim, after, now), message)

    async def _unchanged(self, claim: Claim, result: Fetched | NotModified) -> Polled:
        now = self._clock()
        state = claim.feed.state
        plan = schedule.after_success(
            self._policy(claim.feed), state, (), result.headers, state.refresh, now, _jitter()
        )
        after = update.after_not_modified(state, result, plan, now)
        return Polled("not_modified", await self._write(claim, after, now))

    async def _body(self, claim: Claim, result: Fetched) -> Polled:
        body_hash = hashlib.sha256(result.body).digest()
        if body_hash == claim.feed.state.body_hash:
            return await self._unchanged(claim, result)
        started = time.perf_counter()
        try:
            drafted = await self._workers.parse(
                result.body, result.headers, result.url, claim.feed.state.paragraphs, self._clock()
            )
        except ParseTimeoutError as error:
            return await self.fail(claim, FailureKind.PARSE_TIMEOUT, str(error))
        except NotAFeedError as error:
            return await self.fail(claim, FailureKind.NOT_A_FEED, str(error))
        except ParseError as error:
            return await self.fail(claim, FailureKind.PARSER, str(error))
        finally:
            self._metrics.parse_seconds += time.perf_counter() - started
        async with self._one_at_a_time:
            return await self._news(claim, result, drafted, body_hash)

    async def _news(self, claim: Claim, result: Fetched, drafted: DraftFeed, body_hash: bytes) -> Polled:
        """Decide and write. Nothing is decided on what another feed's write could change in between."""
        feed, now = claim.feed, self._clock()
        known = await self._store.known(feed.id, drafted.drafts)
        news = update.compare(drafted.drafts, known)
        candidates = await self._candidates(news.new, now)
        new = stories.assign(news.new, feed.id, candidates)
        plan = schedule.after_success(
            self._policy(feed), feed.state, news.new, result.headers, drafted.refresh, now, _jitter()
        )
        state = update.after_body(feed.state, result, drafted, plan, news, body_hash, now)
        rules = self._setup().rules
        raised = await asyncio.to_thread(  # a long text and many rules take longer than the event loop may stand still
            raise_alerts,
            rules,
            await self._arrivals(feed, state, new, news.changed, candidates, now),
            await self._last_raised(bool(new or news.changed)),
            now,
            baseline=feed.subscription.baseline and not feed.state.baseline_done,
        )
        applied = await self._apply(
            FeedUpdate(claim, now, state, new, news.changed, news.aliased, raised.alerts, rule_timeouts=raised.timeouts)
        )
        return Polled("ok", applied, state.warning)

    async def _candidates(self, new: Sequence[Draft], now: datetime) -> Mapping[bytes, tuple[StoryCandidate, ...]]:
        return await self._store.story_candidates(new, now - stories.WINDOW) if new else {}

    async def _arrivals(
        self,
        feed: Feed,
        state: FeedState,
        new: Sequence[NewItem],
        changed: Sequence[ChangedItem],
        candidates: Mapping[bytes, tuple[StoryCandidate, ...]],
        now: datetime,
    ) -> tuple[Arrival, ...]:
        joined = [one.story_id for one in new if one.story_id is not None]
        by_story, by_item = await self._store.told(joined, [one.item_id for one in changed])
        nobody: frozenset[str] = frozenset()
        arrivals = []
        for one in new:
            subject = _subject(feed, state, one.draft, now, _outlets(feed, one, candidates))
            told = by_story.get(one.story_id, nobody) if one.story_id is not None else nobody
            arrivals.append(Arrival(one.draft.key, subject, told=told))
        for change in changed:
            subject = _subject(feed, state, change.draft, now, 1)
            told = by_item.get(change.item_id, nobody)
            arrivals.append(Arrival(change.draft.key, subject, _as_it_was(subject, change), told))
        return tuple(arrivals)

    async def _last_raised(self, anything: bool) -> Mapping[str, datetime]:  # noqa: FBT001  # private, one caller
        limited = tuple(one.rule.name for one in self._setup().rules if one.rule.cooldown)
        return await self._store.last_raised(limited) if anything and limited else {}

    async def _write(self, claim: Claim, state: FeedState, now: datetime) -> Applied:
        async with self._one_at_a_time:
            return await self._apply(FeedUpdate(claim, now, state))

    async def _apply(self, change: FeedUpdate) -> Applied:
        started = time.perf_counter()
        (applied,) = await self._store.apply((change,))
        self._metrics.write_seconds += time.perf_counter() - started
        return applied

    def _policy(self, feed: Feed) -> schedule.Policy:
        poll = self._setup().poll
        return schedule.Policy(
            interval=poll.interval,
            minimum=poll.min_interval,
            maximum=poll.max_interval,
            adaptive=poll.adaptive,
            fixed=feed.subscription.interval,
        )


def _jitter() -> float:
    return random.random()  # noqa: S311  # spreads requests over time; nothing secret


def _subject(feed: Feed, state: FeedState, draft: Draft, now: datetime, outlets: int) -> Subject:
    said = feed.subscription
    return Subject(
        title=draft.title,
        text=draft.document.text,
        author=draft.author,
        categories=draft.categories,
        url=draft.url,
        feed=said.name,
        outlet=said.outlet,
        tags=said.tags,
        language=draft.language or state.language,
        outlets=outlets,
        seen=now,
        published=draft.published,
    )


def _as_it_was(subject: Subject, change: ChangedItem) -> Subject:
    return Subject(
        title=change.earlier.title,
        text=change.earlier.text,
        author=subject.author,
        categories=subject.categories,
        url=change.earlier.url,
        feed=subject.feed,
        outlet=subject.outlet,
        tags=subject.tags,
        language=subject.language,
        outlets=subject.outlets,
        seen=subject.seen,
        published=change.earlier.published,
    )


def _outlets(feed: Feed, one: NewItem, candidates: Mapping[bytes, tuple[StoryCandidate, ...]]) -> int:
    others = {c.outlet for c in candidates.get(one.draft.key, ()) if c.story_id == one.story_id}
    return len(others | {feed.subscription.outlet})
