"""A rule's trend as a chart of text: bars, what is usual as a line over them, bursts marked by a sign and in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from itertools import groupby

from feedwatch.model import Trend, TrendHour
from feedwatch.tui.cells import Piece, fit, right, wrapped
from feedwatch.tui.sentences import local_time
from feedwatch.tui.sparkline import BARS
from feedwatch.tui.typeset import Line

AXIS = 7
"""Cells at the left: a number and the axis."""
LEAST_HEIGHT = 4
MOST_BURSTS = 8
"""Bursts that are told in words, the newest."""
_TOLD = 7
"""Cells before what is told of a burst."""
_WIDEST = 4
"""Cells of one bar."""
_STEPS = (1, 2, 3, 4, 6, 8, 12, 24, 48, 72, 120, 168, 336)
"""Hours that a bar may stand for."""


class Span(Enum):
    """How far back a chart goes: days, and the hours of its bars where there is room."""

    DAY = (1, 1, "24 h")
    WEEK = (7, 1, "7 d")
    MONTH = (30, 24, "30 d")
    QUARTER = (90, 24, "90 d")

    def __init__(self, days: int, hours: int, words: str) -> None:
        self.length = timedelta(days=days)
        self.hours = hours
        self.words = words

    def next(self, step: int) -> Span:
        """The span so many places on, around the end."""
        every = list(Span)
        return every[(every.index(self) + step) % len(every)]

    def since(self, now: datetime) -> datetime:
        """The start of its first hour."""
        return now - self.length + timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Column:
    """One bar: some hours together."""

    start: datetime
    stories: int
    expected: float | None
    burst: bool


def columns(hours: Sequence[TrendHour], step: int) -> tuple[Column, ...]:
    """Bars of so many hours, which begin where the local day does (as far as a day has 24 hours)."""
    return tuple(_column(list(group)) for _, group in groupby(hours, lambda one: _place(one.start) // step))


def _place(when: datetime) -> int:
    local = when.astimezone()
    return local.toordinal() * 24 + local.hour


def _column(hours: Sequence[TrendHour]) -> Column:
    usual = [one.expected for one in hours if one.expected is not None]
    return Column(
        hours[0].start,
        sum(one.stories for one in hours),
        sum(usual) * len(hours) / len(usual) if usual else None,
        any(one.burst for one in hours),
    )


USUAL, BURST = "─", "▲"
"""What a chart is drawn with, beside bars."""


def step_of(span: Span, width: int) -> int:
    """The hours of a bar such that all bars fit into so many cells; a bar more, as the first may be cut."""
    hours = int(span.length.total_seconds()) // 3600
    fitting = (step for step in _STEPS if step >= span.hours and hours // step + 1 <= width)
    return next(fitting, _STEPS[-1])


def lines(trend: Trend, span: Span, size: tuple[int, int], now: datetime) -> Iterator[Line]:
    """The chart in so many cells by lines; what is told of its bursts comes under it and may need more."""
    width, height = size
    step = step_of(span, width - AXIS)
    bars = columns(trend.hours, step)
    cells = max(1, min(_WIDEST, (width - AXIS) // max(1, len(bars))))
    yield Line((_summary(trend, step),))
    yield Line()
    yield from _rows(bars, cells, max(LEAST_HEIGHT, height))
    yield Line(((right("0", AXIS - 2) + " └" + USUAL * (len(bars) * cells), "dim"),))
    yield Line(((" " * AXIS + "".join(fit(BURST if one.burst else "", cells) for one in bars), "warning"),))
    yield Line(((" " * AXIS + _labels(bars, cells, step), "dim"),))
    yield Line()
    yield Line(((f"{USUAL} usual at these hours   {BURST} burst", "dim"),))
    yield from _told(trend, width, now)


def _summary(trend: Trend, step: int) -> Piece:
    count = sum(one.stories for one in trend.hours)
    bar = "an hour" if step == 1 else f"{step} hours" if step % 24 else "a day" if step == 24 else f"{step // 24} days"
    return (f"{count:,} {'story' if count == 1 else 'stories'}; a bar is {bar}", "dim")


def _rows(bars: Sequence[Column], cells: int, height: int) -> Iterator[Line]:
    """From the top down; the numbers stand at the top and in the middle: each is that of its row's upper edge."""
    height -= height % 2
    most = _rounded(max((max(one.stories, one.expected or 0.0) for one in bars), default=0.0))
    labelled = {height - 1: most, height // 2 - 1: most / 2}
    for row in range(height - 1, -1, -1):
        label = right(_number(labelled[row]), AXIS - 2) if row in labelled else " " * (AXIS - 2)
        drawn = (_cell(one, row, height / most, cells) for one in bars)
        yield Line(((f"{label} │", "dim"), *_joined(drawn)))


def _rounded(most: float) -> float:
    """The least number that is not less and has a plain half: 2, 4, 6, 8, 10, 12, 16, 20, 30, 40, 60, 80 and so on."""
    unit = 10.0 ** max(0, len(str(int(most))) - 2)
    return next(step * unit for step in (2, 4, 6, 8, 10, 12, 16, 20, 30, 40, 60, 80, 100) if step * unit >= most)


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 or value == int(value) else f"{value:.1f}"


def _cell(one: Column, row: int, scale: float, cells: int) -> Piece:
    """What one bar has in one row: of itself, and the line of what is usual, which goes through it."""
    gap = " " if cells > 1 else ""
    full = min(1.0, one.stories * scale - row)
    if one.expected is not None and row == max(0, round(one.expected * scale) - 1):
        if full < 1:
            return (USUAL * cells, "accent")
        return (USUAL * (cells - len(gap)) + gap, "warningline" if one.burst else "goodline")
    if full <= 0:
        return (" " * cells, "")
    sign = BARS[max(0, round(full * len(BARS)) - 1)]
    return (sign * (cells - len(gap)) + gap, "warning" if one.burst else "good")


def _joined(pieces: Iterator[Piece]) -> Iterator[Piece]:
    """Neighbours of one style as one piece."""
    for style, group in groupby(pieces, lambda piece: piece[1]):
        yield ("".join(text for text, _ in group), style)


def _labels(bars: Sequence[Column], cells: int, step: int) -> str:
    """Times under the bars, as many as do not touch: hours of the day, or days."""
    text = ""
    for at in range(len(bars)):
        label = _label(bars, at, step)
        if label and len(text) <= at * cells and at * cells + len(label) <= len(bars) * cells:
            text = text.ljust(at * cells) + label + " "
    return text


def _label(bars: Sequence[Column], at: int, step: int) -> str:
    """The hour where the chart is of one day, else the day, at its first bar."""
    local = bars[at].start.astimezone()
    if bars[-1].start - bars[0].start <= timedelta(days=1) and step < 24:
        return local.strftime("%H:%M")
    if at and bars[at - 1].start.astimezone().date() == local.date():
        return ""
    return f"{local.day} {local.strftime('%b')}"


def _told(trend: Trend, width: int, now: datetime) -> Iterator[Line]:
    """The bursts in words, the newest first: one that goes on for hours is one."""
    found = [list(group) for burst, group in groupby(trend.hours, lambda one: one.burst) if burst]
    yield Line()
    if not found:
        yield Line((("No burst in this time.", ""),))
    for hours in reversed(found[-MOST_BURSTS:]):
        words = burst_words(hours, now)
        for number, (start, end) in enumerate(wrapped(words, max(8, width - _TOLD))):
            head = "" if number else "burst"
            yield Line(((fit(head, _TOLD), "warning"), (words[start:end], "")))


def burst_words(hours: Sequence[TrendHour], now: datetime) -> str:
    """A burst in a sentence."""
    stories, usual = sum(one.stories for one in hours), sum(one.expected or 0.0 for one in hours)
    length = "in an hour" if len(hours) == 1 else f"in {len(hours)} hours"
    outlets = max(one.outlets for one in hours)
    told = f", told by {outlets} outlets" if outlets > 1 else ""
    return f"{local_time(hours[0].start, now)}: {stories:,} stories {length}{told}; {usual:.1f} are usual"
