"""A program in a pseudo-terminal, with the time at which each thing was on its screen. Measures; knows no program.

What was written is read and stamped as it comes, by a thread that does nothing else, and drawn by the emulator, which
takes as long as fifty milliseconds for a whole screen: drawing is not in the figures. A frame counts as shown at its
last byte.
"""

from __future__ import annotations

import contextlib
import os
import queue
import re
import sys
import threading
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
        self._written: queue.SimpleQueue[tuple[float, bytes]] = queue.SimpleQueue()
        """What was read, and when; no bytes at its end."""
        self._ended = False
        threading.Thread(target=self._read, daemon=True).start()

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
        stamp, written = self._next(seconds)
        if not written and self._ended:
            raise EOFError(f"the program has ended:\n{self.terminal.text}")
        while written:
            at, chunk = self._next(QUIET)
            if not chunk or at - stamp > QUIET:
                yield stamp, written
                written = b""
            stamp, written = at, written + chunk

    def _next(self, seconds: float) -> tuple[float, bytes]:
        """When something was written next, and what; nothing where nothing is in so many seconds, or at the end."""
        if self._ended:
            return time.monotonic(), b""
        try:
            stamp, chunk = self._written.get(timeout=seconds)
        except queue.Empty:
            return time.monotonic(), b""
        self._ended = not chunk
        return stamp, chunk

    def _read(self) -> None:
        chunk = b"begun"
        while chunk:
            try:
                chunk = os.read(self.terminal.fd, 65536)
            except OSError:  # the other end is closed
                chunk = b""
            self._written.put((time.monotonic(), chunk))
            if _ASKS in chunk:
                self.terminal.type(_ANSWER)


@contextlib.contextmanager
def watched(command: Sequence[str], folder: Path) -> Iterator[Watched]:
    """A program for as long as the context is open."""
    begun, interval = time.monotonic(), sys.getswitchinterval()
    sys.setswitchinterval(QUIET / 4)  # so that who draws lets who reads pass
    try:
        with open_terminal(command, folder, COLUMNS, LINES) as terminal:
            yield Watched(terminal, begun)
    finally:
        sys.setswitchinterval(interval)


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
