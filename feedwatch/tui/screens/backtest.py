"""What a rule would have alerted to in the last 30 days: asked for by its name or as an expression."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType

from feedwatch.model import Backtest, Hit, Tally
from feedwatch.tui.backend import Backend
from feedwatch.tui.bindings import bindings
from feedwatch.tui.cells import Piece, fit, highlighted, right
from feedwatch.tui.commands import Place
from feedwatch.tui.screens.pane_screen import PaneScreen
from feedwatch.tui.sentences import alerts_words, short_time
from feedwatch.tui.typeset import Line
from feedwatch.tui.widgets.bar import Bar
from feedwatch.tui.widgets.prompt import Prompt
from feedwatch.tui.widgets.text_pane import TextPane

SPAN = timedelta(days=30)
BUSIEST = 8
"""Feeds that are shown."""
_BAR = 60
"""Cells of the longest bar, where there is room."""
_HINT = "The name of a rule, or an expression: enter tests it on the last 30 days, esc goes back."


class BacktestScreen(PaneScreen):
    """A rule over the archive; esc ends it, also while it runs."""

    PLACE = Place.BACKTEST
    BINDINGS: ClassVar[list[BindingType]] = bindings(PLACE)

    def __init__(self, backend: Backend, now: Callable[[], datetime], rule: str, *, as_written: bool = False) -> None:
        """``as_written``: it is an expression, also where a rule is called so."""
        super().__init__()
        self._backend = backend
        self._now = now
        self._rule = rule
        self._as_written = as_written
        self.header = Bar(id="header")
        self.pane = TextPane(id="backtest")
        self.prompt = Prompt(id="rule")

    def compose(self) -> ComposeResult:
        """A header, the result, and what asks for a rule."""
        yield self.header
        yield self.pane
        yield self.prompt

    def on_mount(self) -> None:
        """Test, or ask."""
        self._head("")
        if self._rule:
            self._test(self._rule, as_written=self._as_written)
        else:
            self.prompt.ask("What would this rule have alerted to?", hint=_HINT)

    def _test(self, rule: str, *, as_written: bool) -> None:
        self.work(partial(self._run, rule, as_written=as_written), group="backtest", exclusive=True)

    async def _run(self, rule: str, *, as_written: bool) -> None:
        since = self._now() - SPAN
        done = await self._backend.backtest(rule, since, as_written=as_written, progress=self._progress)
        self.prompt.close()
        self._head(rule)
        self.pane.show_lines(tuple(lines(done, self.size.width - 6, self._now())))
        self.pane.focus()

    def say_failed(self, sentence: str) -> None:
        """Under what was typed; else in place of the result."""
        self._head("")
        if self.prompt.asking:
            self.prompt.note(sentence, problem=True)
        else:
            self.pane.show_problem(sentence)

    def _progress(self, done: int, total: int) -> None:
        percent = 100 * done // total if total else 100
        self._head(f"{percent} % of {total:,} items looked at")

    def _head(self, said: str) -> None:
        self.header.show((("Backtest", "title"), ("  ", ""), (said, "heading")), (("esc goes back", "dim"),))

    @on(Prompt.Given)
    def _given(self, message: Prompt.Given) -> None:
        if message.value:
            self._test(message.value, as_written=False)

    @on(Prompt.Left)
    def _left(self) -> None:
        self.action_back()


def lines(done: Backtest, width: int, now: datetime) -> Iterator[Line]:
    """The result as text."""
    yield Line()
    raised, _, rest = alerts_words(done.raised).partition(" ")
    yield Line(((raised, "heading"), (f" {rest}, {_rest(done)}", "")))
    yield Line(((f"{done.items:,} items, {done.matched:,} match, in {done.stories:,} stories", "dim"),))
    for reason, count in done.suppressed.items():
        yield Line(((f"{count:,} suppressed: {reason}", "dim"),))
    if done.timeouts:
        yield Line(((f"{done.timeouts:,} searches of a regular expression took too long", "warning"),))
    yield from _part("By day", _days(done, width))
    yield from _part("By feed", _feeds(done, width))
    yield from _part("First matches", (_hit(hit, width, now) for hit in done.first))


def _rest(done: Backtest) -> str:
    return f"{done.grown:,} more as their stories grow" if done.grown else "no story grew further"


def _part(name: str, content: Iterable[Line]) -> Iterator[Line]:
    found = tuple(content)
    if found:
        yield Line()
        yield Line(((name, "heading"),))
        yield from found


def _days(done: Backtest, width: int) -> Iterator[Line]:
    most = max((_told(tally) for _, tally in done.by_day), default=0)
    longest = max(8, min(_BAR, width - 40))
    for day, tally in done.by_day:
        bar = "▇" * -(-_told(tally) * longest // most) if most else ""
        yield Line(((f"  {day}  ", ""), (right(f"{_told(tally)}", 5) + "  ", ""), (bar, "accent"), _held(tally)))


def _feeds(done: Backtest, width: int) -> Iterator[Line]:
    for feed, tally in done.by_feed[:BUSIEST]:
        yield Line(((f"  {fit(feed, min(40, width // 2))}", ""), (right(f"{_told(tally)}", 6), ""), _held(tally)))


def _hit(hit: Hit, width: int, now: datetime) -> Line:
    feed_width = min(20, width // 5)
    fate = fit(hit.suppressed or "alert", min(24, width // 4))
    return Line(
        (
            (right(short_time(hit.seen, now), 8) + "  ", "dim"),
            (fate + " ", "dim" if hit.suppressed else "accent"),
            (fit(hit.feed, feed_width) + " ", "source"),
            *highlighted(hit.title, _in_title(hit), "", "match"),
        )
    )


def _in_title(hit: Hit) -> Iterator[tuple[int, int]]:
    return ((match.start, match.end) for match in hit.matches if match.field == "title")


def _told(tally: Tally) -> int:
    return tally.raised + tally.grown


def _held(tally: Tally) -> Piece:
    return (f"  {tally.suppressed} suppressed" if tally.suppressed else "", "dim")
