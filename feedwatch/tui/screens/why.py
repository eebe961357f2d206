"""Why a rule matches an item, or why not: the verdict, and the expression with the truth of each part."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType

from feedwatch.model import Explanation, ExplanationNode, ItemId
from feedwatch.tui import steps
from feedwatch.tui.backend import Backend
from feedwatch.tui.bindings import bindings
from feedwatch.tui.cells import wrapped
from feedwatch.tui.commands import Place
from feedwatch.tui.screens.pane_screen import PaneScreen
from feedwatch.tui.typeset import Line
from feedwatch.tui.widgets.bar import Bar
from feedwatch.tui.widgets.prompt import Prompt
from feedwatch.tui.widgets.text_pane import TextPane

_HINT = "The name of a rule, or an expression: enter asks about this item, esc goes back."


class WhyScreen(PaneScreen):
    """An explanation for each rule asked about; with none, asks for one."""

    PLACE = Place.WHY
    BINDINGS: ClassVar[list[BindingType]] = bindings(PLACE)

    def __init__(
        self, backend: Backend, item_id: ItemId, title: str, rules: tuple[str, ...], *, as_written: bool
    ) -> None:
        """``as_written``: these are expressions, also where a rule is called so."""
        super().__init__()
        self._backend = backend
        self._item_id = item_id
        self._title = title
        self._rules = rules
        self._as_written = as_written
        self.pane = TextPane(id="why")
        self.prompt = Prompt(id="rule")

    def compose(self) -> ComposeResult:
        """A header, the explanation, and what asks for a rule."""
        yield Bar(id="header")
        yield self.pane
        yield self.prompt

    def on_mount(self) -> None:
        """Explain, or ask."""
        self.query_one(Bar).show((("Why", "title"), ("  ", ""), (self._title, "heading")), (("esc goes back", "dim"),))
        if self._rules:
            self.explain(self._rules, as_written=self._as_written)
        else:
            self.prompt.ask("Why does this rule match, or not?", hint=_HINT)

    def explain(self, rules: tuple[str, ...], *, as_written: bool) -> None:
        """Explain these."""
        step = partial(steps.explain, self._backend, rules, self._item_id, as_written=as_written)
        self.work(partial(self._take, step), group="why", exclusive=True)

    def say_failed(self, sentence: str) -> None:
        """Under what was typed; else in place of the explanation."""
        if self.prompt.asking:
            self.prompt.note(sentence, problem=True)
        else:
            self.pane.show_problem(sentence)

    async def _take(self, step: Callable[[], Awaitable[tuple[tuple[str, Explanation], ...]]]) -> None:
        told = await step()
        self.prompt.close()
        self.pane.show_lines(tuple(line for rule, one in told for line in lines(rule, one, self.size.width - 6)))
        self.pane.focus()

    @on(Prompt.Given)
    def _given(self, message: Prompt.Given) -> None:
        if message.value:
            self.explain((message.value,), as_written=False)

    @on(Prompt.Left)
    def _left(self) -> None:
        self.action_back()


def lines(rule: str, explanation: Explanation, width: int) -> Iterator[Line]:
    """An explanation as text; truth is told by a sign and by colour."""
    sign, style = ("✓", "good") if explanation.verdict else ("✗", "bad")
    yield Line()
    yield Line(((f"{sign} ", style), (rule, "heading")))
    for start, end in wrapped(explanation.summary, max(8, width - 2)):
        yield Line((("  ", ""), (explanation.summary[start:end], "")))
    yield Line()
    yield from _tree(explanation.tree, 0)
    if explanation.forms:
        yield Line()
        yield Line((("  Words stand for", "dim"),))
        for word, forms in explanation.forms.items():
            yield Line(((f"    {word}: ", ""), (", ".join(forms), "dim")))


def _tree(node: ExplanationNode, depth: int) -> Iterator[Line]:
    sign, style = ("✓", "good") if node.truth else ("✗", "bad")
    note = f"  {node.note}" if node.note else ""
    yield Line((("  " * (depth + 1), ""), (f"{sign} ", style), (node.label, ""), (note, "dim")))
    for child in node.children:
        yield from _tree(child, depth + 1)
