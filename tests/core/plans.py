"""Feeds and answers for which the schedule makes a plan."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from feedwatch.core.schedule import Plan, Policy, after_failure, after_success
from feedwatch.model import Document, Draft, FailureKind, FeedState

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0
POLICY = Policy(interval=15 * MINUTE, minimum=5 * MINUTE, maximum=6 * HOUR)
UNKNOWN = FeedState()
MIDDLE = 0.5
"""The jitter that moves nothing."""


def draft(age: float | None = 0.0) -> Draft:
    return Draft(
        key=b"k" * 16,
        strict_key=b"s" * 16,
        level=1,
        fingerprint=b"f" * 16,
        signature=b"g" * 16,
        title="",
        url="",
        author="",
        document=Document(),
        html="",
        published=None if age is None else NOW - timedelta(seconds=age),
        language="",
        categories=(),
        source="",
        enclosures=(),
    )


def known(cadence: float, silence: float = 0.0) -> FeedState:
    return FeedState(cadence=cadence, last_news=NOW - timedelta(seconds=silence))


def waited(plan: Plan) -> float:
    assert plan.due_at is not None
    return (plan.due_at - NOW).total_seconds()


def success(
    state: FeedState = UNKNOWN,
    *,
    policy: Policy = POLICY,
    new: tuple[Draft, ...] = (),
    headers: dict[str, str] | None = None,
    refresh: float | None = None,
    jitter: float = MIDDLE,
    skips: bytes = b"",
) -> Plan:
    return after_success(policy, state, new, headers or {}, refresh, NOW, jitter, skips)


def failure(
    kind: FailureKind,
    failures: int = 0,
    headers: dict[str, str] | None = None,
    policy: Policy = POLICY,
    jitter: float = MIDDLE,
) -> Plan:
    return after_failure(policy, FeedState(failures=failures), kind, headers or {}, NOW, jitter)
