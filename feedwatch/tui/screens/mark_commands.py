"""The commands that mark items and alerts, and the one that takes marks back."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from feedwatch.tui import marks, steps
from feedwatch.tui import state as states
from feedwatch.tui.screens.state_screen import StateScreen
from feedwatch.tui.state import Mode
from feedwatch.tui.undo import Mark, MarkKind, Regrouping, reverse


class MarkCommands(StateScreen):
    """What a user says of what is shown."""

    def action_toggle_read(self) -> None:
        """Read or unread."""
        row = states.shown_row(self.state)
        if row is not None:
            self.mark(marks.reading((row,), by_story=self.state.view.is_by_story))

    def action_toggle_star(self) -> None:
        """Star or none."""
        row = states.shown_row(self.state)
        if row is not None:
            self.mark(marks.starring((row,)))

    def action_acknowledge(self) -> None:
        """Somebody has seen it; in the list of alerts, on to the next."""
        self._mark_alerts(MarkKind.ACKNOWLEDGED)

    def action_noise(self) -> None:
        """Not what the rule meant."""
        self._mark_alerts(MarkKind.NOISE)

    def _mark_alerts(self, kind: MarkKind) -> None:
        meant = states.alerts_meant(self.state)
        mark = marks.of_alerts(kind, meant)
        if mark.alert_ids:
            self.mark(mark)
        else:
            self.tell(marks.none_left(kind, meant))
        if self.state.mode is Mode.ALERTS:
            self.become(states.triaged(self.state))

    def action_undo(self) -> None:
        """Take back what was done last."""
        if not self.state.undo:
            self.tell("Nothing to take back.")
            return
        done = self.state.undo[-1]
        self.become(replace(self.state, undo=self.state.undo[:-1]))
        if isinstance(done, Regrouping):
            self.ask(partial(steps.put_back, self.backend, self.state, done), "stories")
        else:
            self._send(reverse(done))
            if self.state.mode is Mode.ALERTS and done.alert_ids:
                self.become(states.picked_alert(self.state, done.alert_ids[0]))
        self.tell(marks.taken_back(done))

    def mark(self, mark: Mark) -> None:
        """Set a mark that can be taken back."""
        self.become(states.remembered(self.state, mark))
        self._send(mark)

    def _send(self, mark: Mark) -> None:
        """Show a mark at once, and write it; should that fail, show that it did not hold."""
        self.become(states.marked(self.state, mark))
        self.ask(partial(steps.send_mark, self.backend, mark), "marks", partial(states.marked, mark=reverse(mark)))
