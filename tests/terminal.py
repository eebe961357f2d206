"""A real pseudo-terminal with a program in it, seen through a terminal emulator."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pyte


class Terminal:
    """What a person in front of the program sees, and can type."""

    def __init__(self, pid: int, fd: int, columns: int, lines: int) -> None:
        self.pid = pid
        self.raw = b""
        self.fd = fd
        self.screen = pyte.Screen(columns, lines)
        self._stream = pyte.ByteStream(self.screen)
        self._ended = False

    @property
    def text(self) -> str:
        """The lines on the screen now."""
        return "\n".join(self.screen.display)

    def type(self, keys: str) -> None:
        """Press keys."""
        os.write(self.fd, keys.encode())

    def wait_for(self, seen: str | Callable[[str], bool], seconds: float = 20.0) -> None:
        """Read what the program writes until something is on the screen; fails with the screen where it never is."""
        wanted = seen if callable(seen) else lambda text: seen in text
        deadline = time.monotonic() + seconds
        while not wanted(self.text):
            assert time.monotonic() < deadline, f"never saw {seen!r}; the screen:\n{self.text}"
            self.read(0.1)

    def wait_for_end(self, seconds: float = 20.0) -> int:
        """The exit code; what was still written is read."""
        deadline = time.monotonic() + seconds
        while True:
            self.read(0.05)
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.read(0.05)
                self._ended = True
                return os.waitstatus_to_exitcode(status)
            assert time.monotonic() < deadline, f"the program did not end; the screen:\n{self.text}"

    def feed(self, written: bytes) -> None:
        """Take in what the program wrote."""
        self.raw += written
        self._stream.feed(written)

    def end(self) -> None:
        """End the program, however it stands."""
        if not self._ended:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self.fd)

    def read(self, seconds: float) -> None:
        """Take in what the program writes within a time; returns with the first of it."""
        ready, _, _ = select.select([self.fd], [], [], seconds)
        if not ready:
            return
        with contextlib.suppress(OSError):  # the other end is closed: the program has ended
            self.feed(os.read(self.fd, 65536))


@contextlib.contextmanager
def open_terminal(command: Sequence[str], folder: Path, columns: int = 80, lines: int = 24) -> Iterator[Terminal]:
    """A program in a terminal of its own, ended with the context."""
    pid, fd = pty.fork()
    if pid == 0:
        os.chdir(folder)
        environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": str(columns), "LINES": str(lines)}
        os.execve(command[0], list(command), environment)
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
    terminal = Terminal(pid, fd, columns, lines)
    try:
        yield terminal
    finally:
        terminal.end()
