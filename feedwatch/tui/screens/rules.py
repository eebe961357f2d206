"""The rules and how they do; enter edits one, ``a`` begins another."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType

from feedwatch.model import RuleHealth, Trend
from feedwatch.tui.backend import Backend
from feedwatch.tui.bindings import bindings
from feedwatch.tui.cells import Piece, fit, right
from feedwatch.tui.chart import burst_words
from feedwatch.tui.commands import Place
from feedwatch.tui.messages import Heard
from feedwatch.tui.screens.backtest import BacktestScreen
from feedwatch.tui.screens.chart import ChartScreen
from feedwatch.tui.screens.rule_editor import RuleEditor
from feedwatch.tui.screens.table_screen import TableScreen
from feedwatch.tui.sentences import NO_RULES, SEVERITY_MARKS, ago
from feedwatch.tui.sparkline import sparkline
from feedwatch.tui.widgets.prompt import Prompt
from feedwatch.tui.widgets.row_list import RowList

_SEVERITY = 12
_NAME = 24
_TINY = 70
"""Cells under which a line has no room for the share."""
_COUNT = 8
_FIRED = 12
AGAIN = 5.0
"""Seconds from an alert until the rules are read again: with many alerts, no more often."""
STALE = 60.0
"""Seconds after which they are read again where nothing happens."""
_HOURS = 24
"""Of the small chart, a cell each."""
_ROOM = 140
"""Cells of a screen from which on there is room for it."""


def _name_width(width: int) -> int:
    return max(12, min(_NAME, width // 4))


class RuleTable(RowList):
    """A rule per line."""

    def __init__(self) -> None:
        super().__init__(id="table", empty=NO_RULES)
        self.rules: tuple[RuleHealth, ...] = ()
        self._now: datetime | None = None
        self._trends: dict[str, Trend] = {}

    def show_trends(self, trends: tuple[Trend, ...]) -> None:
        """Draw these beside the rules from now on."""
        self._trends = {one.rule: one for one in trends}
        self.refresh()

    def trend(self, rule: str) -> Trend | None:
        """The last day of a rule; None before it is read."""
        return self._trends.get(rule)

    def show(self, rules: tuple[RuleHealth, ...], now: datetime) -> None:
        """Draw these from now on, the same rule selected."""
        chosen = None if self.chosen is None else self.chosen.rule.name
        self.rules, self._now = rules, now
        self.resize_to(len(rules))
        place = next((place for place, one in enumerate(rules) if one.rule.name == chosen), 0 if rules else None)
        self.select(place, follow=False)
        self.refresh()

    @property
    def chosen(self) -> RuleHealth | None:
        """The selected rule."""
        return self.rules[self.place] if self.place is not None and self.place < len(self.rules) else None

    def pieces(self, place: int, width: int) -> tuple[Piece, ...]:
        """Severity, name, counts, and what is odd about it."""
        one, now = self.rules[place], self._now
        if now is None:
            return ()
        said = [*(each.text for each in one.findings), *(each.text for each in one.proposals)]
        odd = (f" {said[0]}" if width >= _TINY + _NAME else "") if said else None
        severity = one.rule.severity
        return (
            (f" {fit(f'{SEVERITY_MARKS[severity]:<2} {severity.value}', _SEVERITY)}", severity.value),
            (f"{fit(one.rule.name, _name_width(width))} ", ""),
            (right(f"{one.alerts_30d:,}", _COUNT), "dim"),
            (right(f"{one.share:.1%}", _COUNT) if width >= _TINY else "", "dim"),
            (right(f"{one.noise_share:.0%}", _COUNT) + "  ", "warning" if one.noise_share else "dim"),
            (fit(ago(one.last_fired, now), _FIRED), "dim"),
            *self._trend_pieces(one.rule.name, width),
            (" ".join(one.rule.match.split()) if odd is None else f"!{odd}", "dim" if odd is None else "warning"),
        )

    def _trend_pieces(self, rule: str, width: int) -> tuple[Piece, ...]:
        """The last day as a small chart, where there is room, and the word burst."""
        trend = self.trend(rule)
        shown = [one.stories for one in trend.hours] if trend else []
        small = sparkline(shown, _HOURS)
        return (
            (f"{small}  " if width >= _ROOM else "", "accent"),
            ("burst  " if trend and trend.burst else "", "warning"),
        )


class RulesScreen(TableScreen):
    """The table, and what asks for a name."""

    PLACE = Place.RULES
    VIEW = "show_rules"
    BINDINGS: ClassVar[list[BindingType]] = bindings(PLACE)

    def __init__(self, backend: Backend, now: Callable[[], datetime]) -> None:
        super().__init__(backend, now)
        self.table, self.prompt = RuleTable(), Prompt(id="ask")
        self._stale = False

    def compose(self) -> ComposeResult:
        """Header, headings, table, what is said of the selected rule, prompt, status."""
        yield self.header
        yield self.headings
        yield self.table
        yield self.detail
        yield self.prompt
        yield self.status

    async def load(self) -> None:
        """Read how the rules do."""
        rules = await self.backend.rule_health()
        self.table.show(rules, self.now())
        self.know(await self.backend.status())
        self._describe()
        odd = sum(bool(one.findings or one.proposals) for one in rules)
        note = f"{len(rules)} {'rule' if len(rules) == 1 else 'rules'}, {f'{odd} to look at' if odd else 'all well'}"
        self.header.show((("feedwatch", "title"), ("  ", ""), ("Rules", "heading")), ((note, "dim"),))
        self.table.show_trends(await self.backend.trends(self.now() - timedelta(hours=_HOURS - 1)))
        self._describe()

    def on_mount(self) -> None:
        """Read for the first time, and now and then: the last hours go by without an alert too."""
        super().on_mount()
        self.set_interval(STALE, partial(self.work, self.load))

    def on_resize(self) -> None:
        """Set the headings over their columns."""
        width = self.size.width - 1
        columns = (
            fit("severity", _SEVERITY),
            fit("name", _name_width(width) + 1),
            right("alerts", _COUNT),
            right("share", _COUNT) if width >= _TINY else "",
            right("noise", _COUNT),
            "  ",
            fit("last fired", _FIRED),
            fit("last 24 hours", _HOURS + 2) if width >= _ROOM else "",
            "what is odd, or the rule" if width >= _TINY + _NAME else "",
        )
        self.headings.show((("".join(columns), "dim"),))

    def action_open(self) -> None:
        """Edit the selected rule."""
        if self.table.chosen is not None:
            self._edit(self.table.chosen.rule.name, self.table.chosen.rule.match)

    def action_add_rule(self) -> None:
        """Ask for the name of a new rule."""
        self.prompt.ask("Name of the new rule", hint="As alerts will show it: enter goes on to its expression.")

    def action_use_proposal(self) -> None:
        """Edit the selected rule with the change that would have spared noise."""
        chosen = self.table.chosen
        if chosen is None or not chosen.proposals:
            self.tell("Nothing is proposed for this rule: mark its noise with ! and come back.")
        else:
            self._edit(chosen.rule.name, chosen.proposals[0].match, saved=chosen.rule.match)

    def action_backtest(self) -> None:
        """The selected rule over the archive."""
        if self.table.chosen is not None:
            self.app.push_screen(BacktestScreen(self.backend, self.now, self.table.chosen.rule.name))

    def action_chart(self) -> None:
        """The selected rule's stories over time."""
        if self.table.chosen is not None:
            self.app.push_screen(ChartScreen(self.backend, self.now, self.table.chosen.rule.name))

    def _edit(self, name: str, match: str, *, saved: str | None = None) -> None:
        saved = match if saved is None else saved
        editor = RuleEditor(self.backend, self.now, name, match, saved=saved, on_saved=self._saved)
        self.app.push_screen(editor)

    def _saved(self, sentence: str) -> None:
        self.tell(f"{sentence[0].upper()}{sentence[1:]}.")
        self.work(self.load)

    @on(Prompt.Given)
    def _named(self, message: Prompt.Given) -> None:
        known = {one.rule.name for one in self.table.rules}
        if message.value in known:
            self.prompt.note("There is a rule of this name: enter in the list edits it.", problem=True)
        elif message.value:
            self.prompt.close()
            self.table.focus()
            self._edit(message.value, "", saved="")

    @on(Prompt.Left)
    def _left(self) -> None:
        self.prompt.close()
        self.table.focus()

    @on(RowList.Opened)
    def _opened(self) -> None:
        self.action_open()

    @on(RowList.Chosen)
    def _describe(self) -> None:
        one = self.table.chosen
        if one is None:
            self.describe("")
            return
        said = [*self._burst(one.rule.name), *(finding.text for finding in one.findings)]
        said += (f"{each.text} p uses it." for each in one.proposals)
        self.describe("\n".join(said) or " ".join(one.rule.match.split()))

    def _burst(self, rule: str) -> list[str]:
        trend = self.table.trend(rule)
        return [f"Burst: {burst_words([trend.burst], self.now())}."] if trend and trend.burst else []

    @on(Heard)
    def _heard(self, message: Heard) -> None:
        if message.reading.status is not None:
            self.know(message.reading.status)
        if (message.reading.alerts is not None or message.reading.config is not None) and not self._stale:
            self._stale = True
            self.set_timer(AGAIN, self._read_again)

    def _read_again(self) -> None:
        self._stale = False
        self.work(self.load)
