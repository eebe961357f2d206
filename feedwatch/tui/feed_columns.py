"""A feed as a line of the table of feeds: what stands where at which width."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from feedwatch.model import FeedRow
from feedwatch.tui.cells import Piece, fit, right
from feedwatch.tui.sentences import ago, duration, health, late_words, until
from feedwatch.tui.sparkline import sparkline

DAYS = 14
"""Days whose items are drawn, where there is room."""
_STATE = 16
_TIME = 9
_COUNT = 7
_EVERY = 7
_TINY = 72
"""Cells under which a line has no room for the number of items and the cadence."""
_ROOMY = 104
"""Cells from which days and what is wrong are drawn; under the table stands what is wrong with the selected feed."""


def headings(width: int) -> tuple[Piece, ...]:
    """What stands over the columns of a table of this width, from its second cell on."""
    columns = (
        fit("  state", _STATE - 1),
        fit("name", _name_width(width) + 1),
        right("unread", _COUNT),
        right("items", _COUNT) if width >= _TINY else "",
        f"  {fit(f'{DAYS} days', DAYS)}" if width >= _ROOMY else "",
        right("every", _EVERY) if width >= _TINY else "",
        "  ",
        fit("success", _TIME + 1),
        fit("next", _TIME + 1),
        "what is wrong" if width >= _ROOMY else "",
    )
    return (("".join(columns), "dim"),)


def pieces(row: FeedRow, days: Sequence[int] | None, now: datetime, width: int) -> tuple[Piece, ...]:
    """State, name, counts, days, cadence, times, what is wrong; ``days`` are None until they have been counted."""
    state = row.feed.state
    glyph, word, style = health(row)
    note = state.last_error if style == "bad" else late_words(row, now) if row.late else state.warning
    drawn = "" if days is None else sparkline(days, DAYS)
    return (
        (f" {glyph} {fit(word, _STATE - 4)} ", style),
        (fit(name_of(row), _name_width(width)) + " ", ""),
        (right(f"{row.unread:,}" if row.unread else "", _COUNT), "dim"),
        (right(f"{row.items:,}", _COUNT) if width >= _TINY else "", "dim"),
        (f"  {fit(drawn, DAYS)}" if width >= _ROOMY else "", "accent"),
        (right(duration(state.cadence) if state.cadence else "", _EVERY) if width >= _TINY else "", "dim"),
        ("  ", ""),
        (fit(ago(state.last_success, now), _TIME) + " ", "dim"),
        (fit(until(state.due_at, now), _TIME) + " ", "dim"),
        (note if width >= _ROOMY else "", "bad" if style == "bad" else "warning"),
    )


def name_of(row: FeedRow) -> str:
    """What the reader calls a feed."""
    return row.feed.subscription.name or row.feed.state.title or row.feed.subscription.url


def _name_width(width: int) -> int:
    taken = 60 if width >= _TINY else 60 - _COUNT - _EVERY
    return min(40, width // 5) if width >= _ROOMY else max(12, min(40, width - taken))
