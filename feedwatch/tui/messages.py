"""What the application tells its screens."""

from __future__ import annotations

from textual.message import Message

from feedwatch.tui.reading import Reading


class Heard(Message, bubble=False):
    """The store changed, and this was read again."""

    def __init__(self, reading: Reading) -> None:
        super().__init__()
        self.reading = reading


class Told(Message, bubble=False):
    """A sentence for the user."""

    def __init__(self, text: str, *, problem: bool = False) -> None:
        super().__init__()
        self.text = text
        self.problem = problem
