"""The list of alerts, by rule or not: severity as a mark and a word, what is not acknowledged stands out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from textual.message import Message

from feedwatch.model import AlertId, AlertRow, AlertState, Severity
from feedwatch.tui.alert_order import AlertLine, Heading
from feedwatch.tui.cells import Piece, cut, fit, right, width_of
from feedwatch.tui.sentences import NO_ALERTS, SEVERITY_MARKS, grown_words, short_time, waits
from feedwatch.tui.widgets.row_list import RowList


class AlertList(RowList):
    """Alerts in the order given."""

    class Picked(Message):
        """The user selected an alert."""

        def __init__(self, alert_id: AlertId) -> None:
            super().__init__()
            self.alert_id = alert_id

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's name for it
        super().__init__(id=id, empty=NO_ALERTS)
        self._lines: tuple[AlertLine, ...] = ()
        self._now = datetime.now(UTC)
        self._longest = 0
        """Cells of the longest name of a rule."""

    def show(self, lines: Sequence[AlertLine], selected: AlertId | None, now: datetime) -> None:
        """Draw these from now on; the selected one stays on its line of the screen where the list is scrolled."""
        self._now = now
        place = next((place for place, row in enumerate(lines) if _id(row) == selected), None)
        if tuple(lines) != self._lines:
            pushed = 0 if place is None or self.place is None or not self.first else place - self.place
            self._lines = tuple(lines)
            rules = {row.rule for row in self._lines}
            self._longest = max((width_of(((rule, ""),)) for rule in rules), default=0)
            self.resize_to(len(lines))
            if pushed > 0:
                self.shift(self.first + pushed)
        if place != self.place:
            self.select(place, follow=self.has_focus)
        self.redraw()

    def choose(self, place: int) -> None:
        """Select an alert as the user, and say which; over a heading the selection goes on to the next alert."""
        step = -1 if self.place is not None and 0 < place < self.place else 1
        while 0 <= place < len(self._lines) and isinstance(self._lines[place], Heading):
            place += step
        picked = _id(self._lines[place]) if 0 <= place < len(self._lines) else None
        if picked is not None:
            self.select(place)
            self.post_message(self.Picked(picked))

    def reveal(self, place: int) -> None:
        """Scroll no more than needed to have an alert on the screen, and the heading over it."""
        super().reveal(place)
        if 0 < place == self.first and isinstance(self._lines[place - 1], Heading):
            super().reveal(place - 1)

    def pieces(self, place: int, width: int) -> tuple[Piece, ...]:
        """Severity, time, rule, title, outlet; of a heading what is beneath it."""
        row = self._lines[place]
        if isinstance(row, Heading):
            return _heading(row)
        style = "" if waits(row) else "read"
        headed = isinstance(self._lines[0], Heading)
        rule_width = 0 if headed or width < 46 else min(18, width // 5, self._longest)
        head = (
            *_severity(row, wide=width >= 60),
            (right(short_time(row.raised_at, self._now), 6) + " ", "dim"),
            (f"{fit(row.rule, rule_width)} " if rule_width else "", style or "heading"),
            (_state(row), "dim"),
        )
        tail = (
            (f"  {cut(row.outlet or row.feed, 18)}" if width >= 90 else "", "dim"),
            (f" {grown_words(row, wide=width >= 100)} ", "accent" if waits(row) else "dim"),
        )
        room = max(0, width - width_of(head) - width_of(tail))
        return (*head, (fit(row.title or "(no title)", room), style), *tail)


def _id(line: AlertLine) -> AlertId | None:
    return None if isinstance(line, Heading) else line.id


def _heading(line: Heading) -> tuple[Piece, ...]:
    waiting = f"{line.waiting} of {line.count} to acknowledge" if line.waiting else f"{line.count} seen to"
    severity = Severity.HIGH if line.severity is Severity.CRITICAL else line.severity  # no ground: it is no alert
    mark = (f" {SEVERITY_MARKS[line.severity]:<2} ", severity.value if line.waiting else "read")
    return (mark, (line.rule, "heading"), (f"  {waiting}", "dim"))


def _severity(row: AlertRow, *, wide: bool) -> tuple[Piece, ...]:
    """A mark and a word; one that waits for nobody keeps both and loses the colour."""
    style = row.severity.value if waits(row) else "read"
    done = "✓" if row.acknowledged else "~" if row.noise else " "
    word = f" {row.severity.value:<8}" if wide else f" {row.severity.value[:4]:<4}"
    return ((f"{done}{SEVERITY_MARKS[row.severity]:<2}{word} ", style),)


def _state(row: AlertRow) -> str:
    words = {AlertState.BASELINE: "(first poll) ", AlertState.SUPPRESSED: "(not sent) "}
    return ("(noise) " if row.noise else "") + words.get(row.state, "")
