"""A program in a pseudo-terminal, with the time at which each thing was on its screen. Measures; knows no program.

What was written is read as fast as it comes and stamped, and only then drawn by the emulator, which is slow: drawing
is not in the figures. A frame counts as shown at its last byte.
"""

from __future__ import annotations

import contextlib
import os
import re
import select
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pyte

from tests.terminal import Terminal, open_terminal

COLUMNS, LINES = 120, 40
QUIET = 0.002
"""Seconds without a byte after which what has come is drawn."""
_ASKS = b"\x1b[?2026$p"
"""Does the terminal show frames whole?"""
_ANSWER = "\x1b[?2026;2$y"
"""It does."""

Seen = Callable[[pyte.Screen], bool]


class Watched:
    """What was on the screen, and when."""

    def __init__(self, terminal: Terminal, begun: float) -> None:
        self.terminal = terminal
        self.begun = begun
        """Monotonic seconds, before the program was started."""

    @property
    def screen(self) -> pyte.Screen:
        """As it is now."""
        return self.terminal.screen

    def until(self, seen: Seen, seconds: float = 60.0) -> float:
        """Monotonic seconds at which something was on the screen. Raises TimeoutError with the screen."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            for stamp, written in self._frames(0.05):
                self.terminal.feed(written)
                if seen(self.screen):
                    return stamp
        raise TimeoutError(f"never seen:\n{self.terminal.text}")

    def press(self, keys: str, seen: Seen, seconds: float = 60.0) -> float:
        """Seconds from pressing keys to what they bring."""
        pressed = time.monotonic()
        self.terminal.type(keys)
        return self.until(seen, seconds) - pressed

    def rest(self, seconds: float) -> None:
        """Let the program be, and draw what it writes."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            for _, written in self._frames(left):
                self.terminal.feed(written)

    def _frames(self, seconds: float) -> Iterator[tuple[float, bytes]]:
        """What is written from now on until it pauses, with the time of its last byte. Raises EOFError at its end."""
        written, stamp = b"", 0.0
        while select.select([self.terminal.fd], [], [], QUIET if written else seconds)[0]:
            try:
                chunk = os.read(self.terminal.fd, 65536)
            except OSError:  # the other end is closed
                if written:
                    break
                raise EOFError(f"the program has ended:\n{self.terminal.text}") from None
            written, stamp = written + chunk, time.monotonic()
            if _ASKS in chunk:
                self.terminal.type(_ANSWER)
        if written:
            yield stamp, written


@contextlib.contextmanager
def watched(command: Sequence[str], folder: Path) -> Iterator[Watched]:
    """A program for as long as the context is open."""
    begun = time.monotonic()
    with open_terminal(command, folder, COLUMNS, LINES) as terminal:
        yield Watched(terminal, begun)


# --- what is looked for ----------------------------------------------------------------------------------------------


def shows(pattern: str, lines: int = 1) -> Seen:
    """So many lines have text of a pattern."""
    wanted = re.compile(pattern)
    return lambda screen: sum(1 for line in screen.display if wanted.search(line)) >= lines


def selected_line(screen: pyte.Screen, column: int) -> int | None:
    """The line whose ground differs from that of most others at a column, reversed ones too; None where none does."""
    grounds = [_ground(screen, line, column) for line in range(screen.lines)]
    usual = max(set(grounds), key=grounds.count)
    return next((line for line, ground in enumerate(grounds) if ground != usual and 0 < line < screen.lines - 2), None)


def selects(line: int, column: int) -> Seen:
    """A line is the selected one."""
    return lambda screen: selected_line(screen, column) == line


def lines_at(screen: pyte.Screen, lines: range, start: int, end: int) -> tuple[str, ...]:
    """A part of the screen."""
    return tuple(screen.display[line][start:end] for line in lines)


def _ground(screen: pyte.Screen, line: int, column: int) -> tuple[str, bool]:
    cell = screen.buffer[line][column]
    return cell.bg, cell.reverse
