"""The list of alerts: severity as a mark and a word, what is not acknowledged stands out."""

from __future__ import annotations

from datetime import UTC, datetime

from textual.message import Message

from feedwatch.model import AlertId, AlertRow, AlertState
from feedwatch.tui.cells import Piece, cut, fit, right, width_of
from feedwatch.tui.sentences import NO_ALERTS, SEVERITY_MARKS, short_time, story_words, waits
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
        self._alerts: tuple[AlertRow, ...] = ()
        self._now = datetime.now(UTC)

    def show(self, alerts: tuple[AlertRow, ...], selected: AlertId | None, now: datetime) -> None:
        """Draw these from now on; the selected one stays on its line of the screen where the list is scrolled."""
        self._now = now
        place = next((place for place, row in enumerate(alerts) if row.id == selected), None)
        if alerts != self._alerts:
            pushed = 0 if place is None or self.place is None or not self.first else place - self.place
            self._alerts = alerts
            self.resize_to(len(alerts))
            if pushed > 0:
                self.shift(self.first + pushed)
        if place != self.place:
            self.select(place, follow=self.has_focus)
        self.redraw()

    def choose(self, place: int) -> None:
        """Select an alert as the user, and say which."""
        self.select(place)
        if place < len(self._alerts):
            self.post_message(self.Picked(self._alerts[place].id))

    def pieces(self, place: int, width: int) -> tuple[Piece, ...]:
        """Severity, time, rule, title, outlet."""
        row = self._alerts[place]
        style = "" if waits(row) else "read"
        rule_width = 0 if width < 46 else min(18, width // 5)
        head = (
            *_severity(row, wide=width >= 60),
            (right(short_time(row.raised_at, self._now), 6) + " ", "dim"),
            (f"{fit(row.rule, rule_width)} " if rule_width else "", style or "heading"),
            (_state(row), "dim"),
        )
        tail = (
            (f"  {cut(row.outlet or row.feed, 18)}" if width >= 90 else "", "dim"),
            (f" {story_words(row, wide=width >= 120)} ", "dim"),
        )
        room = max(0, width - width_of(head) - width_of(tail))
        return (*head, (fit(row.title or "(no title)", room), style), *tail)


def _severity(row: AlertRow, *, wide: bool) -> tuple[Piece, ...]:
    """A mark and a word; one that waits for nobody keeps both and loses the colour."""
    style = row.severity.value if waits(row) else "read"
    done = "✓" if row.acknowledged else "~" if row.noise else " "
    word = f" {row.severity.value:<8}" if wide else f" {row.severity.value[:4]:<4}"
    return ((f"{done}{SEVERITY_MARKS[row.severity]:<2}{word} ", style),)


def _state(row: AlertRow) -> str:
    words = {AlertState.BASELINE: "(first poll) ", AlertState.SUPPRESSED: "(not sent) "}
    return ("(noise) " if row.noise else "") + words.get(row.state, "")
