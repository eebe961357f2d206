"""A screen drawn from a ``ViewState``: how the state is exchanged, and how a step of ``steps.py`` is made."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

from feedwatch.tui import state as states
from feedwatch.tui import steps
from feedwatch.tui.backend import Backend
from feedwatch.tui.screens.pane_screen import PaneScreen
from feedwatch.tui.state import ViewState
from feedwatch.tui.steps import Change, unchanged


class StateScreen(PaneScreen):
    """Everything it shows is in ``state``; everything that changes it goes through ``become``."""

    def __init__(self, backend: Backend) -> None:
        super().__init__()
        self.backend = backend
        self.state = ViewState()

    def show(self, before: ViewState | None) -> None:
        """Draw the state; ``before`` is the one drawn last."""
        raise NotImplementedError

    def become(self, state: ViewState) -> None:
        """Show another state."""
        before, self.state = self.state, state
        if state is not before and self.is_mounted:
            self.show(before)

    def tell(self, message: str, *, problem: bool = False) -> None:
        """Say a sentence in the status bar."""
        self.become(states.told(self.state, message, problem=problem))

    def say_failed(self, sentence: str) -> None:
        """In the status bar."""
        self.tell(sentence, problem=True)

    def ask(self, step: Callable[[], Awaitable[Change]], group: str, failed: Change = unchanged) -> None:
        """Make a step; within "view" and "detail" a new one takes the place of one under way."""
        self.work(partial(self.take, step, failed), group=group, exclusive=group in ("view", "detail"))

    async def take(self, step: Callable[[], Awaitable[Change]], failed: Change = unchanged) -> None:
        """Make a step, and show the state that it ends in."""
        change = await steps.attempt(step, failed)
        self.become(change(self.state))
