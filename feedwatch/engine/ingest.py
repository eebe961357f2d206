"""One answer of one feed, from its bytes to what is to be written: read, not yet compared with anything."""

from __future__ import annotations

import asyncio
import hashlib
import random
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import assert_never

from feedwatch.core import schedule, update
from feedwatch.engine.decisions import Reading
from feedwatch.engine.metrics import Metrics
from feedwatch.engine.setup import Setup
from feedwatch.errors import NotAFeedError, ParseError, ParseTimeoutError
from feedwatch.model import (
    Claim,
    Failed,
    FailureKind,
    Feed,
    FeedUpdate,
    Fetched,
    FetchResult,
    NotModified,
    Refused,
)
from feedwatch.workers.pool import Workers

LARGE = 500_000
"""Bytes of a body from which hashing it would hold the event loop for more than a millisecond."""


class Ingest:
    """Turns what a server answered into what the writer takes."""

    def __init__(
        self, workers: Workers, setup: Callable[[], Setup], clock: Callable[[], datetime], metrics: Metrics
    ) -> None:
        self._workers = workers
        self._setup = setup
        self._clock = clock
        self._metrics = metrics

    async def read(self, claim: Claim, result: FetchResult) -> FeedUpdate | Reading:
        """What an answer means; a body that can't be read is a failure."""
        match result:
            case Fetched():
                return await self._body(claim, result)
            case NotModified():
                return self._unchanged(claim, result)
            case Refused():
                return self.fail(claim, result.kind, result.message, result.headers)
            case Failed():
                return self.fail(claim, result.kind, result.message)
            case _:
                assert_never(result)

    def fail(
        self, claim: Claim, kind: FailureKind, message: str, headers: Mapping[str, str] | None = None
    ) -> FeedUpdate:
        """A poll that gave nothing usable."""
        now = self._clock()
        state = claim.feed.state
        plan = schedule.after_failure(self._policy(claim.feed), state, kind, headers or {}, now, _jitter())
        return FeedUpdate(claim, now, update.after_failure(state, kind, message, plan, now))

    def _unchanged(self, claim: Claim, result: Fetched | NotModified) -> FeedUpdate:
        now = self._clock()
        state = claim.feed.state
        plan = schedule.after_success(
            self._policy(claim.feed), state, (), result.headers, state.refresh, now, _jitter(), state.skips
        )
        return FeedUpdate(claim, now, update.after_not_modified(state, result, plan, now))

    async def _body(self, claim: Claim, result: Fetched) -> FeedUpdate | Reading:
        body_hash = await _hashed(result.body)
        if body_hash == claim.feed.state.body_hash:
            return self._unchanged(claim, result)
        started = time.perf_counter()
        try:
            state = claim.feed.state
            drafted = await self._workers.parse(
                result.body, result.headers, result.url, state.paragraphs, self._clock(), state.skim
            )
        except ParseTimeoutError as error:
            return self.fail(claim, FailureKind.PARSE_TIMEOUT, str(error))
        except NotAFeedError as error:
            return self.fail(claim, FailureKind.NOT_A_FEED, str(error))
        except ParseError as error:
            return self.fail(claim, FailureKind.PARSER, str(error))
        finally:
            self._metrics.parse_seconds += time.perf_counter() - started
        return Reading(claim, result, drafted, body_hash, self._policy(claim.feed), self._clock(), _jitter())

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


async def _hashed(body: bytes) -> bytes:
    """SHA-256 of a body."""
    if len(body) < LARGE:
        return hashlib.sha256(body).digest()
    return (await asyncio.to_thread(hashlib.sha256, body)).digest()
