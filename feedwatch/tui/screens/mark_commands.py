"""The commands that mark items and alerts, and the one that takes marks back."""

from __future__ import annotations

from functools import partial

from feedwatch.model import ItemRow, replace
from feedwatch.tui import marks, steps, visual
from feedwatch.tui import state as states
from feedwatch.tui.screens.state_screen import StateScreen
from feedwatch.tui.state import Mode, ViewState
from feedwatch.tui.steps import Change
from feedwatch.tui.undo import Mark, MarkKind, Regrouping, reverse


class MarkCommands(StateScreen):
    """What a user says of what is shown."""

    def become(self, state: ViewState) -> None:
        """Show another state; the lines selected at once reach to its selection, and end with their list."""
        super().become(followed(self.state, state))

    def action_visual(self) -> None:
        """Begin to select lines at once, or end it."""
        row = states.shown_row(self.state)
        if self.state.visual is not None or row is None or self.state.mode is not Mode.ITEMS:
            self.become(replace(self.state, visual=None))
        else:
            self.become(replace(self.state, visual=visual.begun(row), message=""))

    def action_toggle_read(self) -> None:
        """Read or unread."""
        rows = meant(self.state)
        if rows:
            self._mark_rows(marks.reading(rows, by_story=self.state.view.is_by_story))

    def action_toggle_star(self) -> None:
        """Star or none."""
        rows = meant(self.state)
        if rows:
            self._mark_rows(marks.starring(rows))

    def _mark_rows(self, mark: Mark) -> None:
        if self.state.visual is not None:
            self.become(replace(self.state, visual=None))
            self.tell(marks.done(mark))
        self.mark(mark)

    def action_acknowledge(self) -> None:
        """Somebody has seen it; in the list of alerts, on to the next."""
        self._mark_alerts(MarkKind.ACKNOWLEDGED)

    def action_noise(self) -> None:
        """Not what the rule meant."""
        self._mark_alerts(MarkKind.NOISE)

    def _mark_alerts(self, kind: MarkKind) -> None:
        if self.state.visual is not None:
            self.work(partial(self._mark_alerts_of, kind, meant(self.state)), group="marks")
            self.become(replace(self.state, visual=None))
            return
        alerts = states.alerts_meant(self.state)
        mark = marks.of_alerts(kind, alerts)
        if mark.alert_ids:
            self.mark(mark)
        else:
            self.tell(marks.none_left(kind, alerts))
        if self.state.mode is Mode.ALERTS:
            self.become(states.triaged(self.state))

    async def _mark_alerts_of(self, kind: MarkKind, rows: tuple[ItemRow, ...]) -> None:
        """All alerts of the items, as one thing that can be taken back."""
        await self.take(partial(self._found_alerts, kind, rows))

    async def _found_alerts(self, kind: MarkKind, rows: tuple[ItemRow, ...]) -> Change:
        alerts = await steps.alerts_of(self.backend, rows)
        mark = marks.of_alerts(kind, alerts)
        if not mark.alert_ids:
            return partial(states.told, message=marks.none_left(kind, alerts, many=True))
        self.mark(mark)
        return partial(states.told, message=marks.done(mark))

    def action_undo(self) -> None:
        """Take back what was done last."""
        self.work(self.undo, group="marks")

    async def undo(self) -> None:
        """Take back what was done last, which the message then says; where it fails, it can be tried again."""
        if not self.state.undo:
            self.tell("Nothing to take back.")
            return
        done = self.state.undo[-1]
        state = replace(self.state, undo=self.state.undo[:-1])
        if isinstance(done, Regrouping):
            step = partial(steps.put_back, self.backend, state, done)
        else:
            state = states.marked(state, reverse(done))
            if state.mode is Mode.ALERTS and done.alert_ids:
                state = states.picked_alert(state, done.alert_ids[0])
            step = partial(steps.take_back, self.backend, done)
        self.become(state)
        await self.take(step, partial(states.not_taken_back, done=done))

    def mark(self, mark: Mark) -> None:
        """Set a mark that can be taken back: shown at once, and no more where it could not be written."""
        self.become(states.marked(states.remembered(self.state, mark), mark))
        self.ask(partial(steps.send_mark, self.backend, mark), "marks", partial(states.not_set, mark=mark))


def followed(before: ViewState, after: ViewState) -> ViewState:
    """A state whose lines selected at once reach to its selection; without them where its list is another."""
    if after.visual is None:
        return after
    if after.listing is not Mode.ITEMS or after.mode is not Mode.ITEMS or after.window.turn != before.window.turn:
        return replace(after, visual=None)
    if after.selected == before.selected:
        return after
    return replace(after, visual=visual.extended(after.visual, after.window, after.selected))


def meant(state: ViewState) -> tuple[ItemRow, ...]:
    """The lines that a mark is for: those selected at once, else the one that is shown."""
    if state.visual is not None:
        return visual.current(state.visual, state.window)
    row = states.shown_row(state)
    return () if row is None else (row,)
