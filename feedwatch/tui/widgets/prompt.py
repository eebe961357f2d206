"""One line to type into, with a label before it and a sentence under it: searches and addresses are typed here."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Input, Static

from feedwatch.tui.guard import line, passage

PAUSE = 0.15
"""Seconds without a key after which what was typed is taken up."""


class Prompt(Vertical):
    """Hidden until it asks."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Leave", show=False)]

    class Typed(Message):
        """The user paused in typing."""

        def __init__(self, value: str) -> None:
            super().__init__()
            self.value = value

    class Given(Message):
        """The user pressed enter."""

        def __init__(self, value: str) -> None:
            super().__init__()
            self.value = value

    class Left(Message):
        """The user pressed escape."""

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's name for it
        super().__init__(id=id)
        self._label = Static(Content(""), classes="prompt-label")
        self._input = Input(compact=True, select_on_focus=False)
        self._input.cursor_blink = False
        self._note = Static(Content(""), classes="prompt-note")
        self._pause: Timer | None = None
        self._quiet = ""
        """The value that was put in, not typed."""
        self._hint = ""
        self._noted = ""

    def compose(self) -> ComposeResult:
        """Label and input in a line, the sentence under them."""
        yield Horizontal(self._label, self._input, classes="prompt-line")
        yield self._note

    @property
    def asking(self) -> bool:
        """It is on the screen."""
        return bool(self.display)

    def ask(self, label: str, value: str = "", hint: str = "") -> None:
        """Come onto the screen and take the keys."""
        self.display = True
        self._quiet, self._hint = value, hint
        self._label.update(Content(line(label) + " "))
        self._input.value = value
        self._input.cursor_position = len(value)
        self.note("")
        self.screen.set_focus(self._input)  # at once: Widget.focus comes after keys that were typed on

    def close(self) -> None:
        """Leave the screen."""
        self._stop()
        self.display = False

    def note(self, text: str, *, problem: bool = False) -> None:
        """The sentence under the input; the hint where it is empty."""
        shown = passage(text or self._hint)
        if shown != self._noted:
            self._noted = shown
            self._note.update(Content(shown))
        self._note.set_class(problem and bool(text), "-problem")
        if self.asking:
            self.call_after_refresh(self.scroll_visible, animate=False)

    def action_leave(self) -> None:
        """Escape."""
        self._stop()
        self.post_message(self.Left())

    @on(Input.Changed)
    def _changed(self, message: Input.Changed) -> None:
        message.stop()
        self._stop()
        if message.value != self._quiet:
            self._pause = self.set_timer(PAUSE, lambda: self.post_message(self.Typed(message.value)))
        self._quiet = "\0"  # what is typed from now on counts, also the value that stood here at first

    @on(Input.Submitted)
    def _submitted(self, message: Input.Submitted) -> None:
        message.stop()
        self._stop()
        self.post_message(self.Given(message.value.strip()))

    def _stop(self) -> None:
        if self._pause is not None:
            self._pause.stop()
            self._pause = None
