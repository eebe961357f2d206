"""When a feed is polled next. Pure: clock and randomness are arguments.

How often to ask. News of a feed comes at its own pace, so an adaptive schedule learns the gap between entries (its
cadence) and asks twice in each. The gap is averaged by its logarithm: a night without news must not slow the morning
down, and a burst must not make a weekly feed an hourly one. While a silence is longer than the cadence, the geometric
mean of both counts in its place: a feed that stopped is asked ever more seldom without its cadence being forgotten,
and one that woke up after a quiet night is heard before its first entries leave its window (a feed of an entry in ten
minutes is then asked every half hour; with the silence alone it would be every four). A feed with an ``interval`` of
its own is asked at that interval: it is the user's word.

What the server says. ``Retry-After`` always wins, for fixed intervals too; it can only make polls rarer and at most 30
days. ``Cache-Control`` and ``Expires`` put polls off until an answer may have changed, and so does what the document
says of itself (``ttl``, ``sy:updatePeriod``); but never beyond the longest interval, and not those of a feed with its
own interval: where a site's default of a day hides a fast feed, that is what ``interval`` is for.

Failures. The wait doubles with each, from the normal interval to the longest. Where the server was not reached (no
name, no route, no answer, or somebody in its place: a captive portal has a private address and no certificate) it
stays within half an hour: such a try costs nobody anything, and a laptop that comes back online must not sit silent
for hours. A server that refuses us (a challenge, 401, 403) is asked from once an hour down to once a day. 410 is never
asked again by itself.

Every wait is moved by up to a tenth, so that feeds added together do not stay together.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from feedwatch.model import Draft, FailureKind, FeedState

LONGEST_RETRY_AFTER = 30 * 86400.0
"""Seconds; a server that asks for more is asked again after this all the same."""

_POLLS_PER_GAP = 2
_LEARNING = 0.3
"""Weight of the newest gap in the cadence."""
_SHORTEST_GAP = 30.0
"""Seconds; entries published together are no pace."""
_FIRST_ENTRIES = 20
_UNREACHED = frozenset(
    {FailureKind.DNS, FailureKind.CONNECT, FailureKind.TIMEOUT, FailureKind.TLS, FailureKind.ADDRESS}
)
_UNREACHED_CEILING = 1800.0
_BLOCKED_FLOOR, _BLOCKED_CEILING = 3600.0, 86400.0
_MOST_DOUBLINGS = 16
_JITTER = 0.1


@dataclass(frozen=True, slots=True)
class Policy:
    """What the configuration says of polling one feed; seconds."""

    interval: float
    """For a feed of which nothing is known, and for all where the schedule is not adaptive."""
    minimum: float
    maximum: float
    adaptive: bool = True
    fixed: float | None = None
    """The feed's own interval."""


@dataclass(frozen=True, slots=True)
class Plan:
    """When a feed is polled next."""

    due_at: datetime | None
    """None: not by itself."""
    interval: float
    """Seconds aimed at, before jitter."""
    cadence: float | None
    """Learned seconds between entries."""


def after_success(
    policy: Policy,
    state: FeedState,
    new: Sequence[Draft],
    headers: Mapping[str, str],
    refresh: float | None,
    now: datetime,
    jitter: float,
) -> Plan:
    """The next poll after a 304 or a body was read; ``state`` is the one before it, ``new`` the body's news.

    ``jitter`` is from 0 to 1.
    """
    cadence = _learned(state, new, now)
    silence = _seconds(now, state.last_news) if state.last_news and not new else 0.0
    interval = _aim(policy, cadence, silence)
    hint = min(max(_fresh_for(headers, now), refresh or 0.0), policy.maximum) if policy.fixed is None else 0.0
    interval = max(interval, hint)
    return Plan(now + timedelta(seconds=max(_jittered(interval, jitter), hint)), interval, cadence)


def after_failure(
    policy: Policy, state: FeedState, kind: FailureKind, headers: Mapping[str, str], now: datetime, jitter: float
) -> Plan:
    """The next poll after one that gave nothing usable; ``state`` is the one before it. ``jitter`` is from 0 to 1."""
    silence = _seconds(now, state.last_news) if state.last_news else 0.0
    normal = _aim(policy, state.cadence, silence)
    asked = retry_after(headers, now)
    if kind is FailureKind.GONE:
        return Plan(None, normal, state.cadence)
    if kind is FailureKind.THROTTLED and asked is not None:
        interval = max(normal, asked)
    else:
        interval = max(_backoff(policy, normal, kind, state.failures), asked or 0.0)
    wait = max(_jittered(interval, jitter), asked or 0.0)
    return Plan(now + timedelta(seconds=wait), interval, state.cadence)


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds that a server asks to wait (RFC 9110, 10.2.3), at most 30 days; None where it says nothing readable.

    A date is relative to the server's own ``Date``, so that its wrong clock does no harm. Header names
    are lower case.
    """
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return min(float(value[:12]), LONGEST_RETRY_AFTER)
    until = _http_date(value)
    if until is None:
        return None
    seconds = _seconds(until, _http_date(headers.get("date", "")) or now)
    return min(seconds, LONGEST_RETRY_AFTER) if seconds >= 0 else None


def _aim(policy: Policy, cadence: float | None, silence: float) -> float:
    """The interval before anything that a server says."""
    if policy.fixed is not None:
        return policy.fixed
    if not policy.adaptive or cadence is None:
        return policy.interval
    gap = math.sqrt(cadence * max(cadence, silence))
    return min(max(gap / _POLLS_PER_GAP, policy.minimum), max(policy.minimum, policy.maximum))


def _backoff(policy: Policy, normal: float, kind: FailureKind, failures: int) -> float:
    """Seconds to wait after one more failure than ``failures``."""
    doublings = min(failures, _MOST_DOUBLINGS)
    if kind is FailureKind.BLOCKED:
        first = max(normal, _BLOCKED_FLOOR)
        return min(first * 2.0**doublings, max(normal, policy.maximum, _BLOCKED_CEILING))
    if kind is FailureKind.THROTTLED:
        doublings += 1
    ceiling = min(policy.maximum, _UNREACHED_CEILING) if kind in _UNREACHED else policy.maximum
    return min(normal * 2.0**doublings, max(ceiling, normal))


def _jittered(interval: float, jitter: float) -> float:
    return interval * (1 - _JITTER + 2 * _JITTER * jitter)


def _learned(state: FeedState, new: Sequence[Draft], now: datetime) -> float | None:
    """The cadence after this poll."""
    if not new:
        return state.cadence
    if state.cadence is None:
        return _pace(tuple(draft.published for draft in new if draft.published is not None), now)
    if state.last_news is None:
        return state.cadence
    gap = max(_seconds(now, state.last_news) / len(new), _SHORTEST_GAP)
    weight = 1 - (1 - _LEARNING) ** len(new)
    return math.exp((1 - weight) * math.log(max(state.cadence, _SHORTEST_GAP)) + weight * math.log(gap))


def _pace(published: tuple[datetime, ...], now: datetime) -> float | None:
    """The mean gap between a first body's newest entries; its oldest quarter may be pinned, and does not count."""
    newest = sorted((when for when in published if when <= now), reverse=True)[:_FIRST_ENTRIES]
    counted = newest[: max(2, len(newest) * 3 // 4)]
    if len(counted) < 2:  # a gap has two ends
        return None
    return max(_seconds(counted[0], counted[-1]) / (len(counted) - 1), _SHORTEST_GAP)


def _fresh_for(headers: Mapping[str, str], now: datetime) -> float:
    """Seconds for which an answer says that it will not change (RFC 9111, 4.2.1); 0 where it does not say."""
    directives = _directives(headers.get("cache-control", ""))
    if "no-store" in directives or "no-cache" in directives:
        return 0.0
    if "max-age" in directives:
        return max(_whole(directives["max-age"]) - _whole(headers.get("age", "")), 0.0)
    expires = _http_date(headers.get("expires", ""))
    if expires is None:
        return 0.0
    return max(_seconds(expires, _http_date(headers.get("date", "")) or now), 0.0)


def _directives(value: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in value.split(","))
    return {name.strip().lower(): argument.strip().strip('"') for name, _, argument in pairs}


def _whole(text: str) -> float:
    text = text.strip()
    return float(text[:12]) if text.isascii() and text.isdigit() else 0.0


def _http_date(text: str) -> datetime | None:
    try:
        when = parsedate_to_datetime(text)
        return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
    except (TypeError, ValueError, OverflowError, IndexError):
        return None


def _seconds(later: datetime, earlier: datetime) -> float:
    return (later - earlier).total_seconds()
