"""When a feed is polled next. Pure: clock and randomness are arguments.

How often to ask. A request is worth making when enough waits for it: the next poll is when the entries that have come
unseen are expected to have waited half an ``interval``, summed over them. At a steady rate that is the geometric mean
of the feed's gap and ``interval`` (an entry an hour and 15 minutes: 30 minutes), so polls go with the square root of
the rate. That is how a number of requests is split over many feeds so that the summed delay is least (Sia, Cho and Cho,
Efficient Monitoring Algorithm for Fast News Alerts, TKDE 2007): a poll every T costs rate * T / 2 of delay in a second
and 1 / T requests, and the two trade at one price everywhere where T is proportional to 1 / sqrt(rate). Where the rate
changes, what waits is summed along it, so that no feed is slept over that wakes at six. The rates are those of
``core/rhythm.py``; ``tests/bench/schedule.py`` measures what comes of it. A feed with an ``interval`` of its own is
asked at that interval: it is the user's word.

What the server says. ``Retry-After`` always wins, for fixed intervals too; it can only make polls rarer and at most 30
days. ``Cache-Control`` and ``Expires`` put polls off until an answer may have changed, and so does what the document
says of itself (``ttl``, ``sy:updatePeriod``); but never beyond the longest interval, and not those of a feed with its
own interval: where a site's default of a day hides a fast feed, that is what ``interval`` is for. In hours and on days
that the document asks to skip (``skipHours``, ``skipDays``) it is not asked, for the same feeds, nor tried again where
it failed.

Failures. The wait doubles with each, from the normal interval to the longest. Where the server was not reached (no
name, no route, no answer, or somebody in its place: a captive portal has a private address and no certificate) it
stays within half an hour: such a try costs nobody anything, and a laptop that comes back online must not sit silent
for hours. A server that refuses us (a challenge, 401, 403) is asked from once an hour down to once a day. 410 is never
asked again by itself.

Every wait is moved by up to a tenth, so that feeds added together do not stay together; so is the end of hours to skip.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from feedwatch.core import rhythm
from feedwatch.core.rhythm import Rhythm
from feedwatch.model import Draft, FailureKind, FeedState

LONGEST_RETRY_AFTER = 30 * 86400.0
"""Seconds; a server that asks for more is asked again after this all the same."""

_UNREACHED = frozenset(
    {FailureKind.DNS, FailureKind.CONNECT, FailureKind.TIMEOUT, FailureKind.TLS, FailureKind.ADDRESS}
)
_UNREACHED_CEILING = 1800.0
_BLOCKED_FLOOR, _BLOCKED_CEILING = 3600.0, 86400.0
_MOST_DOUBLINGS = 16
_JITTER = 0.1
_SPREAD = 3000.0
"""Seconds, less than an hour, over which feeds are spread at most that were not to be asked before it."""
_LONGEST_CADENCE = 10 * 365 * 86400.0


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
    rhythm: bytes = b""
    """Learned, as ``core/rhythm.py`` packs it."""
    late: bool = False
    """Quiet for much longer than is usual for it, and was so since its last news."""


def after_success(
    policy: Policy,
    state: FeedState,
    new: Sequence[Draft],
    headers: Mapping[str, str],
    refresh: float | None,
    now: datetime,
    jitter: float,
    skips: bytes = b"",
) -> Plan:
    """The next poll after a 304 or a body was read; ``state`` is the one before it, ``new`` the body's news.

    ``jitter`` is from 0 to 1; ``refresh`` and ``skips`` are what the document asks for.
    """
    learned = _learned(state, new, policy.interval, now)
    interval = _aim(policy, learned, now)
    hint = min(max(_fresh_for(headers, now), refresh or 0.0), policy.maximum) if policy.fixed is None else 0.0
    interval = max(interval, hint)
    due_at = _due(policy, now, max(_jittered(interval, jitter), hint), skips, interval * jitter)
    late = not new and (state.late or _is_quiet(learned, state.last_news, now, state.interval or interval))
    return Plan(due_at, interval, rhythm.cadence(learned), rhythm.pack(learned), late)


def after_failure(
    policy: Policy, state: FeedState, kind: FailureKind, headers: Mapping[str, str], now: datetime, jitter: float
) -> Plan:
    """The next poll after one that gave nothing usable; ``state`` is the one before it. ``jitter`` is from 0 to 1."""
    normal, late = _aim(policy, _known(state, now), now), is_late(state, now)
    asked = retry_after(headers, now)
    if kind is FailureKind.GONE:
        return Plan(None, normal, state.cadence, state.rhythm, late)
    if kind is FailureKind.THROTTLED and asked is not None:
        interval = max(normal, asked)
    else:
        interval = max(_backoff(policy, normal, kind, state.failures), asked or 0.0)
    due_at = _due(policy, now, max(_jittered(interval, jitter), asked or 0.0), state.skips, interval * jitter)
    return Plan(due_at, interval, state.cadence, state.rhythm, late)


def allowed(now: datetime, skips: bytes) -> bool:
    """Whether a document's hours of the week to skip let it be asked now."""
    when = now.astimezone(UTC)
    hour = when.weekday() * 24 + when.hour
    return not (len(skips) > hour // 8 and skips[hour // 8] >> hour % 8 & 1)


def _due(policy: Policy, now: datetime, wait: float, skips: bytes, jittered: float) -> datetime:
    """When a wait is over, or the hours to skip after it are, where not all of a week are to be skipped."""
    due_at = now + timedelta(seconds=wait)
    if policy.fixed is not None or allowed(due_at, skips):
        return due_at
    hours = (due_at.replace(minute=0, second=0, microsecond=0) + timedelta(hours=ahead) for ahead in range(1, 169))
    first = next((hour for hour in hours if allowed(hour, skips)), None)
    spread = timedelta(seconds=min(2 * _JITTER * jittered, _SPREAD))
    return due_at if first is None else first + spread


def is_late(state: FeedState, now: datetime) -> bool:
    """Whether a feed is quiet for more than LATE times its usual silence; right between two polls too.

    Silence is measured by what the feed's rhythm makes one expect in its hours, in entries: a weekend without news, of
    a feed that never has any, is no silence, and a night weighs what a night weighs. The usual silence is 1 expected
    entry for a feed like a clock, 2 where entries know nothing of each other, more for one that publishes in batches.

    Only time in which somebody listened counts: up to the next poll that is due, or the last that succeeded where polls
    fail. And what takes less than LATE polls cannot be told from chance.

    No flapping: the silence only grows until there is news, and once a poll found a feed late (``state.late``) nothing
    but news clears it. A poll finds what a reading just before it found: it judges by the interval at which the feed
    was asked until then, and one that fails keeps the verdict. After news the silence is counted from that entry on.
    """
    if state.late:
        return True
    known, until = _known(state, now), _listened(state, now)
    return known is not None and until is not None and _is_quiet(known, state.last_news, until, state.interval or 0.0)


def _is_quiet(known: Rhythm, last_news: datetime | None, until: datetime, interval: float) -> bool:
    if last_news is None or _seconds(until, last_news) <= rhythm.LATE * interval:
        return False
    return rhythm.is_late(known, until.timestamp())


def _listened(state: FeedState, now: datetime) -> datetime | None:
    """Until when a feed's silence is known to be one."""
    if state.failures or state.due_at is None:
        return state.last_success
    return min(now, state.due_at)


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


def _aim(policy: Policy, known: Rhythm | None, now: datetime) -> float:
    """The interval before anything that a server says."""
    if policy.fixed is not None:
        return policy.fixed
    if not policy.adaptive or known is None:
        return policy.interval
    longest = max(policy.minimum, policy.maximum)
    return max(rhythm.wait(known, policy.interval / 2, now.timestamp(), longest), policy.minimum)


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


def _learned(state: FeedState, new: Sequence[Draft], guess: float, now: datetime) -> Rhythm:
    """The rhythm after this poll."""
    known = _known(state, now)
    if known is None:
        return rhythm.begun(_first_dates(new, now), guess, now.timestamp())
    return rhythm.observed(known, _dates(new, known.at, now.timestamp()), now.timestamp())


def _known(state: FeedState, now: datetime) -> Rhythm | None:
    """The rhythm before this poll; of a state that has none, what its cadence tells."""
    known = rhythm.unpack(state.rhythm, now.timestamp())
    if known is not None or state.cadence is None:
        return known
    heard = state.last_news or state.last_success or now
    return rhythm.even(min(max(1.0, state.cadence), _LONGEST_CADENCE), min(heard, now).timestamp())


def _first_dates(new: Sequence[Draft], now: datetime) -> list[float]:
    """When a first body's newest entries came; its oldest quarter may be pinned, and does not count."""
    dates = sorted(draft.published.timestamp() for draft in new if draft.published and draft.published <= now)
    return dates[-max(2, len(dates) * 3 // 4) :]


def _dates(new: Sequence[Draft], start: float, end: float) -> list[float]:
    """When entries came; one that is not dated between two polls came somewhere between them."""
    middle = (start + end) / 2
    dates = (middle if draft.published is None else draft.published.timestamp() for draft in new)
    return sorted(date if start <= date <= end else middle for date in dates)


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
