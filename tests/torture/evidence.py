"""What a run saw, and what it says about the promises. Reads and asks nothing: all of it arrives as arguments."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

SHARE = 0.01
"""Of all deliveries, how many may come twice over a whole run: a kill between an answer and its record makes one."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request as a sink took it."""

    sink: str
    id: str
    """Its ``webhook-id``."""
    alert: str
    """The alert's id, from its body."""
    body: bytes
    genuine: bool
    """Its signature was right."""
    answer: str
    """What the sink did: a status, or another way to fail."""
    life: int = 0
    """The number of the daemon that ran."""

    @property
    def delivered(self) -> bool:
        """Whether the whole of a 2xx answer was written."""
        return self.answer.startswith("2")


@dataclass(frozen=True, slots=True)
class AlertRow:
    """An alert as it is stored."""

    id: str
    state: str
    title: str
    """Of its item."""


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """A message as it is stored."""

    id: str
    alert: str
    channel: str
    state: str
    leased: bool


@dataclass(frozen=True, slots=True)
class Kill:
    """One end of a daemon."""

    phase: str
    """starting, polling or delivering."""
    seconds: float
    """After it was started."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that is known after the last daemon ended."""

    matching: Sequence[str]
    """Titles of the items that should have raised an alert each."""
    sinks: Sequence[str]
    calls: Sequence[Call]
    alerts: Sequence[AlertRow]
    outbox: Sequence[OutboxRow]
    items: Sequence[str]
    """Titles, as stored."""
    published: int
    """Items, of both kinds."""
    leased_feeds: int
    integrity: Sequence[str]
    """What ``PRAGMA integrity_check`` says."""
    broken_references: int
    kills: Sequence[Kill] = ()
    orphans: Sequence[str] = ()
    """Processes that outlived the daemon they worked for."""
    faults: Sequence[str] = ()
    """Lines of the daemons' logs that tell of a fault in the program, and ends that were not asked for."""

    @property
    def expected(self) -> int:
        """Deliveries, each to one sink."""
        return len(self.matching) * len(self.sinks)

    @property
    def duplicates(self) -> int:
        """Requests answered 2xx beyond the first of an id."""
        times = Counter((call.sink, call.id) for call in self.calls if call.delivered)
        return times.total() - len(times)


def violations(evidence: Evidence, duplicates_allowed: int | None = None) -> tuple[str, ...]:
    """A line for each promise that was broken, with what breaks it; empty where all were kept."""
    allowed = int(evidence.expected * SHARE) if duplicates_allowed is None else duplicates_allowed
    found = [line for check in _CHECKS for line in check(evidence)]
    if evidence.duplicates > allowed:
        found.append(f"{evidence.duplicates} deliveries came again after a 2xx answer; {allowed} may")
    return tuple(found)


def _every_item_is_stored_once(evidence: Evidence) -> Iterator[str]:
    yield from _twice(evidence.items, "stored")
    if len(evidence.items) != evidence.published:
        yield f"{evidence.published} items were published, {len(evidence.items)} are stored"


def _every_match_has_one_alert(evidence: Evidence) -> Iterator[str]:
    titles = [alert.title for alert in evidence.alerts]
    yield from _some("no alert was raised for", set(evidence.matching) - set(titles))
    yield from _some("an alert was raised without a match:", set(titles) - set(evidence.matching))
    yield from _twice(titles, "an alert")
    yield from _some("not raised but kept back:", {one.id for one in evidence.alerts if one.state != "raised"})


def _every_alert_reached_every_sink(evidence: Evidence) -> Iterator[str]:
    reached = {(call.sink, call.alert) for call in evidence.calls if call.delivered}
    for sink in evidence.sinks:
        yield from _some(
            f"{sink} was never told of", {one.id for one in evidence.alerts if (sink, one.id) not in reached}
        )
    known = {alert.id for alert in evidence.alerts}
    yield from _some("told of an alert that is not stored:", {one.alert for one in evidence.calls} - known)


def _a_message_is_the_same_each_time(evidence: Evidence) -> Iterator[str]:
    ids, bodies, alerts = defaultdict(set), defaultdict(set), defaultdict(set)
    for call in evidence.calls:
        ids[call.sink, call.alert].add(call.id)
        bodies[call.sink, call.alert].add(call.body)
        alerts[call.id].add(call.alert)
    yield from _some("more than one webhook-id at one sink for", {key[1] for key, of in ids.items() if len(of) > 1})
    yield from _some("more than one body at one sink for", {key[1] for key, of in bodies.items() if len(of) > 1})
    yield from _some("one webhook-id for several alerts:", {key for key, of in alerts.items() if len(of) > 1})


def _every_request_is_signed(evidence: Evidence) -> Iterator[str]:
    yield from _some("a wrong signature on", {call.id for call in evidence.calls if not call.genuine})


def _no_daemon_repeats_itself(evidence: Evidence) -> Iterator[str]:
    times = Counter((call.sink, call.id, call.life) for call in evidence.calls if call.delivered)
    yield from _some("delivered twice by one daemon:", {key[1] for key, count in times.items() if count > 1})


def _nothing_is_left(evidence: Evidence) -> Iterator[str]:
    yield from _some("not delivered in the end:", {one.id for one in evidence.outbox if one.state != "delivered"})
    yield from _some("a lease is left on", {one.id for one in evidence.outbox if one.leased})
    if len(evidence.outbox) != evidence.expected:
        yield f"{evidence.expected} messages are due in all, {len(evidence.outbox)} are in the outbox"
    if evidence.leased_feeds:
        yield f"a lease is left on {evidence.leased_feeds} feeds"


def _nothing_is_recorded_that_was_not_answered(evidence: Evidence) -> Iterator[str]:
    answered = {(call.sink, call.id) for call in evidence.calls if call.delivered}
    recorded = {one.id for one in evidence.outbox if one.state == "delivered" and (one.channel, one.id) not in answered}
    yield from _some("recorded as delivered without a 2xx answer:", recorded)


def _the_database_is_sound(evidence: Evidence) -> Iterator[str]:
    if list(evidence.integrity) != ["ok"]:
        yield f"the database is damaged: {'; '.join(evidence.integrity)}"
    if evidence.broken_references:
        yield f"{evidence.broken_references} rows refer to rows that are not there"


def _nobody_is_left_behind(evidence: Evidence) -> Iterator[str]:
    yield from _some("a worker outlived its daemon:", set(evidence.orphans))
    yield from _some("a fault in the program:", set(evidence.faults))


_CHECKS: tuple[Callable[[Evidence], Iterator[str]], ...] = (
    _every_item_is_stored_once,
    _every_match_has_one_alert,
    _every_alert_reached_every_sink,
    _a_message_is_the_same_each_time,
    _every_request_is_signed,
    _no_daemon_repeats_itself,
    _nothing_is_left,
    _nothing_is_recorded_that_was_not_answered,
    _the_database_is_sound,
    _nobody_is_left_behind,
)


def _some(what: str, which: set[str]) -> Iterator[str]:
    if which:
        shown = ", ".join(sorted(which)[:3])
        yield f"{what} {shown}" + (f" and {len(which) - 3} more" if len(which) > 3 else "")


def _twice(titles: Sequence[str], what: str) -> Iterator[str]:
    yield from _some(f"{what} more than once:", {title for title, times in Counter(titles).items() if times > 1})


def report(evidence: Evidence) -> str:
    """The counts as a Markdown table."""
    rows: list[tuple[str, object]] = [
        ("daemons killed", len(evidence.kills)),
        *(
            (f"killed while {phase}", count)
            for phase, count in sorted(Counter(k.phase for k in evidence.kills).items())
        ),
        ("items published / stored", f"{evidence.published} / {len(evidence.items)}"),
        ("items that match / alerts", f"{len(evidence.matching)} / {len(evidence.alerts)}"),
        ("deliveries due / recorded", f"{evidence.expected} / {sum(o.state == 'delivered' for o in evidence.outbox)}"),
        *((f"sink {sink}", _answers(evidence, sink)) for sink in evidence.sinks),
        ("requests with a right signature", f"{sum(c.genuine for c in evidence.calls)} of {len(evidence.calls)}"),
        (
            "delivered again after a 2xx",
            f"{evidence.duplicates} ({evidence.duplicates / max(evidence.expected, 1):.2%})",
        ),
        ("leases left", sum(one.leased for one in evidence.outbox) + evidence.leased_feeds),
        ("integrity_check", "; ".join(evidence.integrity)),
        ("foreign_key_check", f"{evidence.broken_references} broken" if evidence.broken_references else "ok"),
        ("workers that outlived a daemon", len(evidence.orphans)),
        ("faults in the log", len(evidence.faults)),
    ]
    width = max(len(name) for name, _ in rows)
    lines = [f"| {name:{width}} | {value} |" for name, value in rows]
    return "\n".join([f"| {'':{width}} | |", f"|{'-' * (width + 2)}|---|", *lines])


def _answers(evidence: Evidence, sink: str) -> str:
    answers = Counter(call.answer for call in evidence.calls if call.sink == sink)
    return ", ".join(f"{count} x {answer}" for answer, count in sorted(answers.items()))
