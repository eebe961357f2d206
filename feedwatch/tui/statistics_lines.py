"""The statistics as lines of text: what stands where at which width."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby, zip_longest

from feedwatch.model import Activity, ChannelLine, Latency, OutletLine, StatsLine
from feedwatch.quantities import brief_duration
from feedwatch.tui.cells import Piece, bounded, fit, right
from feedwatch.tui.chart import BURST
from feedwatch.tui.sparkline import sparkline
from feedwatch.tui.typeset import Line

DAYS = 30
_TWO_COLUMNS = 150
"""Cells from which stories, engine and outlets stand beside the rest."""
_GAP = 4
_COUNT = 8
_LEGEND = (
    "Times: half of them within the first, 95 of 100 within the second.",
    "To seen from published, to raised from seen, to delivered from raised.",
)


@dataclass(frozen=True, slots=True)
class _Sizes:
    """Cells of the columns on the left, at some width."""

    name: int
    days: int
    """Days of a rule that are drawn."""
    time: int
    cells: int
    """Of a day in the line of all items."""


def _sizes(width: int) -> _Sizes:
    if width < 100:
        return _Sizes(name=max(8, width - 64), days=14, time=13, cells=1 if width < 66 else 2)
    return _Sizes(name=max(12, min(32, width - 88)), days=DAYS, time=15, cells=3)


def lines(found: Activity, days: Sequence[datetime], width: int) -> tuple[Line, ...]:
    """Everything, for the days that begin at these times (the last time ends the last day), in so many cells."""
    dates = [day.astimezone().date() for day in days[:-1]]
    if width < _TWO_COLUMNS:
        return (*_left(found, dates, width), *_right(found, width))
    left = min(116, width - 64 - _GAP)
    room = width - left - _GAP
    return tuple(_beside(_left(found, dates, left), _right(found, room), left))


def _beside(left: Iterable[Line], other: Iterable[Line], width: int) -> Iterator[Line]:
    for one, two in zip_longest(left, other, fillvalue=Line()):
        yield Line((*bounded(one.pieces, width), (" " * _GAP, ""), *two.pieces))


def _left(found: Activity, dates: Sequence[date], width: int) -> Iterator[Line]:
    sizes = _sizes(width)
    yield from _part("Items a day", _items(found.items, dates, sizes))
    yield from _part("Alerts by rule", _rules(found, sizes))
    yield from _part("Channels", _channels(found.speeds.channels, sizes))
    if found.speeds.rules:
        yield Line()
        if any(found.bursts.values()):
            yield Line((("  ", ""), (BURST, "warning"), (" a day with a burst: far more stories than usual.", "dim")))
        yield from (Line(((f"  {text}", "dim"),)) for text in _LEGEND)


def _right(found: Activity, width: int) -> Iterator[Line]:
    yield from _part("Stories of the last 30 days", _stories(found))
    yield from _part("Engine", _engine(found))
    yield from _part("Outlets of the last 7 days", _outlets(found.outlets, width))


def _part(name: str, content: Iterable[Line]) -> Iterator[Line]:
    yield Line()
    yield Line(((name, "heading"),))
    yield from content


def _nothing(text: str) -> Line:
    return Line(((f"  {text}", "dim"),))


# --- items ------------------------------------------------------------------------------------------------------------


def _items(counts: Sequence[int], dates: Sequence[date], sizes: _Sizes) -> Iterator[Line]:
    total, most = sum(counts), max(counts, default=0)
    if not total:
        yield _nothing("No item came in these 30 days.")
        return
    busiest = _day(dates[counts.index(most)], dates[-1])
    yield Line(
        (
            (f"  {total:,} in {len(counts)} days", ""),
            (f" · {counts[-1]:,} today so far · most {most:,}, {busiest}", "dim"),
        )
    )
    yield Line((("  ", ""), (_wide(sparkline(counts, len(counts)), sizes.cells), "accent")))
    length = len(counts) * sizes.cells
    yield Line(((f"  {_day(dates[0], dates[-1])}{right('today', length - len(_day(dates[0], dates[-1])))}", "dim"),))


def _wide(bars: str, cells: int) -> str:
    return "".join(bar * cells for bar in bars)


def _day(day: date, today: date) -> str:
    return "today" if day == today else f"{day.day} {day.strftime('%b')}"


# --- alerts and channels ----------------------------------------------------------------------------------------------


def _rules(found: Activity, sizes: _Sizes) -> Iterator[Line]:
    if not found.speeds.rules:
        yield _nothing("No rule raised an alert in these 30 days.")
        return
    titles = ("to seen", "to raised", "to delivered")
    yield Line(((_row("rule", f"{sizes.days} days", "alerts", titles, sizes), "dim"),))
    for rule in found.speeds.rules:
        yield Line(
            (
                (f"  {fit(rule.name, sizes.name)} ", ""),
                *_marked(found.alerts.get(rule.name, (0,) * DAYS), found.bursts.get(rule.name, frozenset()), sizes),
                (right(f"{rule.alerts:,}", _COUNT), ""),
                *_times(_steps(rule), sizes),
            )
        )


def _marked(counts: Sequence[int], bursts: AbstractSet[int], sizes: _Sizes) -> Iterator[Piece]:
    """The last days as bars; one with a burst as its sign."""
    first = max(0, len(counts) - sizes.days)
    bars = sparkline(counts[first:], sizes.days)
    for is_burst, group in groupby(
        enumerate(bars, first - max(0, sizes.days - len(counts))), lambda at: at[0] in bursts
    ):
        text = "".join(bar for _, bar in group)
        yield (BURST * len(text), "warning") if is_burst else (text, "accent")


def _steps(rule: StatsLine) -> tuple[Latency, ...]:
    return rule.published_to_seen, rule.seen_to_raised, rule.raised_to_delivered


def _channels(channels: Sequence[ChannelLine], sizes: _Sizes) -> Iterator[Line]:
    if not channels:
        yield _nothing("No alert was delivered in these 30 days.")
        return
    titles = ("", "from published", "from raised") if sizes.time > 13 else ("", "fr. publ.", "from raised")
    yield Line(((_row("channel", right("held", sizes.days), "sent", titles, sizes), "dim"),))
    for channel in channels:
        yield Line(
            (
                (f"  {fit(channel.name, sizes.name)} ", ""),
                (right(f"{channel.held:,}" if channel.held else "", sizes.days), ""),
                (right(f"{channel.delivered:,}", _COUNT), ""),
                (" " * sizes.time, ""),
                *_times((channel.published_to_delivered, channel.raised_to_delivered), sizes),
            )
        )


def _row(name: str, days: str, count: str, times: Sequence[str], sizes: _Sizes) -> str:
    shown = "".join(right(text, sizes.time) for text in times)
    return f"  {fit(name, sizes.name)} {fit(days, sizes.days)}{right(count, _COUNT)}{shown}"


def _times(latencies: Iterable[Latency], sizes: _Sizes) -> Iterator[Piece]:
    for latency in latencies:
        yield right(speed(latency), sizes.time), ""


def speed(latency: Latency) -> str:
    """Half of them within the first time, 95 of 100 within the second; a dash where nothing was measured."""
    if latency.p50 is None or latency.p95 is None:
        return "–"
    return f"{brief_duration(latency.p50)} / {brief_duration(latency.p95)}"


# --- outlets, stories, engine -----------------------------------------------------------------------------------------


def _outlets(outlets: Sequence[OutletLine], width: int) -> Iterator[Line]:
    if not outlets:
        yield _nothing("No outlet published anything that was seen.")
        return
    name = max(12, min(32, width - 24))
    bar = max(0, min(30, width - name - 24))
    most = outlets[0].items
    yield Line(((f"  {fit('outlet', name)}{right('items', _COUNT)}{right('copies', _COUNT)}", "dim"),))
    for one in outlets:
        yield Line(
            (
                (f"  {fit(one.name, name)}{right(f'{one.items:,}', _COUNT)}{right(_share(one), _COUNT)}", ""),
                ("  " + "▇" * -(-one.items * bar // most), "accent"),
            )
        )
    yield _nothing("Copies: items of stories that another outlet had told before.")


def _share(one: OutletLine) -> str:
    return f"{100 * one.copies / one.items:.0f}%" if one.items else ""


def _stories(found: Activity) -> Iterator[Line]:
    yield _counted(found.stories, "told")
    yield _counted(
        found.copies,
        "item was a copy of a story told before" if found.copies == 1 else "items were copies of stories told before",
    )
    yield _counted(
        found.spared, f"{'match' if found.spared == 1 else 'matches'} raised no alert, since the story had one"
    )


def _engine(found: Activity) -> Iterator[Line]:
    yield Line(((right(f"{found.loop_lag * 1000:,.0f}", 10), ""), (" ms behind at its last beat", "dim")))
    yield Line(((right(f"{found.loop_lag_max * 1000:,.0f}", 10), ""), (" ms at worst since it started", "dim")))


def _counted(count: int, words: str) -> Line:
    return Line(((right(f"{count:,}", 10), ""), (f" {words}", "dim")))
