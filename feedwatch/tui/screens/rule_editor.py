"""One rule's expression: what is wrong with it, and what it would have found, while it is typed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Static, TextArea

from feedwatch.errors import RuleError
from feedwatch.model import Backtest, Hit
from feedwatch.tui.backend import Backend
from feedwatch.tui.bindings import bindings
from feedwatch.tui.cells import fit, highlighted, right
from feedwatch.tui.commands import Place
from feedwatch.tui.guard import passage
from feedwatch.tui.screens.backtest import SPAN
from feedwatch.tui.screens.pane_screen import PaneScreen
from feedwatch.tui.sentences import alerts_words, short_time
from feedwatch.tui.typeset import Line
from feedwatch.tui.widgets.bar import Bar
from feedwatch.tui.widgets.text_pane import TextPane

HINT = 'a b, a OR b, -not, "a phrase", a NEAR/5 b, a EXCEPT ("a phrase"), title:…, outlets>=3'
"""What may be written, as long as nothing is wrong with what is."""
PAUSE = 0.3
"""Seconds without a key after which the archive is asked."""


class RuleEditor(PaneScreen):
    """The expression, its problem under the column, and matches of the last 30 days."""

    PLACE = Place.EDITOR
    BINDINGS: ClassVar[list[BindingType]] = bindings(PLACE)
    AUTO_FOCUS = "#expression"

    def __init__(
        self,
        backend: Backend,
        now: Callable[[], datetime],
        name: str,
        match: str,
        *,
        saved: str,
        on_saved: Callable[[str], None],
    ) -> None:
        """``saved`` is the expression that stands in the configuration; ``on_saved`` is told what was done."""
        super().__init__()
        self._backend = backend
        self._now = now
        self._rule = name
        self._saved = saved.strip()
        self._on_saved = on_saved
        self._warned = ""
        self._done: Backtest | None = None
        self._pause: Timer | None = None
        self.header = Bar(id="header")
        self.area = TextArea(match.strip(), id="expression", soft_wrap=True, show_line_numbers=False)
        self.area.cursor_blink = False
        self.problem = Static(Content(""), id="problem")
        self.pane = TextPane(id="found")

    def compose(self) -> ComposeResult:
        """A header, the expression, what is wrong, what it finds."""
        yield self.header
        yield self.area
        yield self.problem
        yield self.pane

    def on_mount(self) -> None:
        """Ask about what stands there."""
        self._head("")
        self._ask()

    def action_save(self) -> None:
        """Write it into the configuration."""
        self.work(partial(self._save, self.area.text), group="save", exclusive=True)

    def action_back(self) -> None:
        """Leave; with changes that were not saved only when asked twice."""
        text = self.area.text
        if text.strip() not in (self._saved, self._warned):
            self._warned = text.strip()
            self._say("Not saved yet: esc again leaves it, ctrl+s saves.")
        else:
            self.dismiss(None)

    async def _save(self, match: str) -> None:
        if not match.strip():
            self._say("There is nothing to save: type an expression, as in  drone -toy")
            return
        sentence = await self._backend.save_rule(self._rule, match)
        self.dismiss(None)
        self._on_saved(sentence)

    @on(TextArea.Changed)
    def _changed(self) -> None:
        if self._pause is not None:
            self._pause.stop()
        self._pause = self.set_timer(PAUSE, self._ask)

    def _ask(self) -> None:
        self.work(partial(self._try, self.area.text), group="try", exclusive=True)

    async def _try(self, match: str) -> None:
        if not match.strip():
            self._say("")
            self._done = None
            self.pane.show_lines(())
            self._head("")
            return
        try:
            done = await self._backend.backtest(
                match,
                self._now() - SPAN,
                instead_of=self._rule if self._saved else "",
                as_written=not self._saved,
                progress=self._progress,
            )
        except RuleError as error:
            self._say("\n".join(pointed(match, error, self.size.width - 4)))
            self._head("it can't be read yet")
        else:
            self._say("")
            self._head(f"{done.matched:,} of {done.items:,} items match, {alerts_words(done.raised)}")
            self._done = done
            self._show()

    def on_resize(self) -> None:
        """Set what was found anew."""
        self._show()

    def _show(self) -> None:
        if self._done is not None:
            self.pane.show_lines(tuple(_found(self._done, self.size.width, self._now())))

    def _progress(self, done: int, total: int) -> None:
        if done < total:
            self._head(f"{100 * done // total} % looked at …")

    def say_failed(self, sentence: str) -> None:
        """Under the expression."""
        self._say(sentence)

    def _say(self, text: str) -> None:
        self.problem.update(Content(passage(text or HINT)))
        self.problem.set_class(not text, "-hint")

    def _head(self, said: str) -> None:
        left = (("Rule", "title"), ("  ", ""), (self._rule, "heading"), (f"  {said}", "dim"))
        self.header.show(left, (("ctrl+s saves, esc leaves", "dim"),))


def pointed(match: str, error: RuleError, width: int) -> Iterator[str]:
    """The line that a problem is in, as much of it as fits, a caret under its column, and what is wrong."""
    before = match[: error.column - 1]
    line = match.split("\n")[before.count("\n")]
    column = len(before) - (before.rfind("\n") + 1)
    first = max(0, column - width // 2) if len(line) > width else 0
    yield line[first : first + width].replace("\t", " ")
    yield f"{' ' * (column - first)}^"
    yield f"{error.problem}; expected {error.expected}" if error.expected else error.problem


def _found(done: Backtest, width: int, now: datetime) -> Iterator[Line]:
    if done.first:
        yield Line((("  First matches of what could be read", "heading"),))
    for hit in done.first:
        yield _line(hit, width, now)


def _line(hit: Hit, width: int, now: datetime) -> Line:
    titled = ((match.start, match.end) for match in hit.matches if match.field == "title")
    elsewhere = next((match.text for match in hit.matches if match.field != "title"), "")
    return Line(
        (
            (right(short_time(hit.seen, now), 7) + "  ", "dim"),
            (fit(hit.feed, min(20, width // 5)) + " ", "source"),
            *highlighted(hit.title, titled, "", "match"),
            (f"  … {elsewhere}" if elsewhere else "", "match"),
        )
    )
