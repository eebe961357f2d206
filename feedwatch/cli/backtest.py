"""How a backtest is written: one JSON object, or lines for people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from feedwatch.cli.output import Cell, heading, iso, local, write, write_json, write_table
from feedwatch.cli.records import match_record
from feedwatch.model import Backtest, Hit, Tally

BUSIEST = 10
"""Feeds that are shown."""
_BAR = 40
"""Characters of the longest bar."""


def write_record(done: Backtest) -> None:
    """The whole of it as JSON."""
    record: dict[str, object] = {
        "match": done.rule.match,
        "since": iso(done.since),
        "items": done.items,
        "matched": done.matched,
        "stories": done.stories,
        "alerts": done.raised,
        "grown": done.grown,
        "suppressed": dict(done.suppressed),
        "by_day": [{"day": day.isoformat(), **_tally(tally)} for day, tally in done.by_day],
        "by_feed": [{"feed": feed, **_tally(tally)} for feed, tally in done.by_feed],
        "first": [_hit(hit) for hit in done.first],
        "timeouts": done.timeouts,
    }
    if (found := done.difference) is not None:
        record["gained"] = {"count": found.gained, "first": [_hit(hit) for hit in found.first_gained]}
        record["lost"] = {"count": found.lost, "first": [_hit(hit) for hit in found.first_lost]}
    write_json(record)


def write_lines(done: Backtest) -> None:
    """What it comes to, by day, by feed, the first matches, and the difference."""
    for line in _sums(done):
        write(line)
    if done.by_day:
        _section("By day")
        write_table(("day", "alerts", ""), list(_days(done.by_day)))
        _section("By feed")
        write_table(("feed", "alerts"), [(feed, _words(tally)) for feed, tally in done.by_feed[:BUSIEST]])
        _section("First matches")
        _write_hits(done.first)
    if (found := done.difference) is not None:
        for name, count, first in (
            ("Gained", found.gained, found.first_gained),
            ("Lost", found.lost, found.first_lost),
        ):
            _section(f"{name}: {count}")
            _write_hits(first)


def _sums(done: Backtest) -> Iterator[str]:
    seen = f"{_number(done.items, 'item')} since {local(done.since)}"
    yield f"{seen}: {done.matched:,} match, in {_stories(done.stories)}"
    grown = f", {done.grown:,} more as stories grow" if done.grown else ""
    yield f"{_number(done.raised, 'alert')}{grown}"
    for reason, count in done.suppressed.items():
        yield f"{count:,} suppressed: {reason}"
    if done.timeouts:
        yield f"{_number(done.timeouts, 'search', 'es')} of a regular expression took too long and found nothing"


def _days(by_day: Sequence[tuple[object, Tally]]) -> Iterator[tuple[str, str, str]]:
    most = max(tally.raised + tally.grown for _, tally in by_day)
    for day, tally in by_day:
        told = tally.raised + tally.grown
        bar = "▇" * -(-told * _BAR // most) if most else ""
        yield str(day), str(told), bar + (f" ({tally.suppressed} suppressed)" if tally.suppressed else "")


def _words(tally: Tally) -> str:
    suppressed = f" ({tally.suppressed} suppressed)" if tally.suppressed else ""
    return f"{tally.raised + tally.grown}{suppressed}"


def _section(name: str) -> None:
    write("")
    write(heading(name))


def _write_hits(hits: Iterable[Hit]) -> None:
    rows = [
        (str(hit.item_id), local(hit.seen), hit.feed, hit.suppressed or "alert", Cell(hit.title, _in_title(hit)))
        for hit in hits
    ]
    write_table(("id", "seen", "feed", "comes to", "title"), rows)


def _in_title(hit: Hit) -> tuple[tuple[int, int], ...]:
    return tuple((match.start, match.end) for match in hit.matches if match.field == "title")


def _tally(tally: Tally) -> dict[str, int]:
    return {"alerts": tally.raised, "grown": tally.grown, "suppressed": tally.suppressed}


def _hit(hit: Hit) -> dict[str, object]:
    return {
        "item": hit.item_id,
        "title": hit.title,
        "feed": hit.feed,
        "seen": iso(hit.seen),
        "suppressed": hit.suppressed,
        "matches": [match_record(match) for match in hit.matches],
    }


def _number(count: int, noun: str, plural: str = "s") -> str:
    return f"{count:,} {noun}{'' if count == 1 else plural}"


def _stories(count: int) -> str:
    return f"{count:,} {'story' if count == 1 else 'stories'}"
