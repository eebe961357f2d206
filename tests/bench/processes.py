"""What a command costs, its children included: wall time, CPU time and peak memory. Linux only, since it reads /proc.

Owns the measuring and nothing of what is measured. This file, run as a program, stands between: orphans of the command
become its children (a "subreaper"), so that the kernel's own account of CPU time is whole, and it samples memory beside
the command without slowing it.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import resource
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

INTERVAL = 0.02
"""Seconds between two samples, where a sample is cheap."""
_SHARE = 25
"""A sample's cost is at most one part in so many of the time between samples."""
_LINGER = 5.0
"""Seconds that what the command leaves behind may take to end before it is killed."""
_SUBREAPER = 36
"""PR_SET_CHILD_SUBREAPER of prctl(2)."""


@dataclass(frozen=True, slots=True)
class Command:
    """What to run, and where."""

    arguments: Sequence[str]
    folder: Path
    """Working directory; the command's output goes to ``out.log`` in it."""
    variables: Mapping[str, str] = field(default_factory=dict)
    """Of the environment, beside those of this process."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run took."""

    wall: float
    """Seconds, from the start of the command to its end."""
    cpu: float
    """Seconds of user and system time, in all processes."""
    memory: int
    """Bytes at the highest sample: shared pages are divided among those who share them."""
    code: int
    """The command's exit code; negative for a signal."""
    output: str = field(repr=False)
    """Stdout and stderr."""


class MeasureError(Exception):
    """The measuring process failed; not the command."""


def measure(command: Command, seconds: float = 1800.0) -> Cost:
    """Run a command to its end, or for so many seconds, and tell what it cost. Raises MeasureError."""
    log = command.folder / "out.log"
    variables = {**os.environ, **command.variables}
    arguments = (sys.executable, "-I", __file__, str(log), str(seconds), *command.arguments)
    done = subprocess.run(arguments, cwd=command.folder, env=variables, capture_output=True, text=True, check=False)
    if done.returncode:
        raise MeasureError(done.stderr)
    seen = json.loads(done.stdout)
    return Cost(**seen, output=log.read_text(encoding="utf-8", errors="replace"))


def main() -> None:
    """``processes.py LOG SECONDS COMMAND…``: run it, and print its cost as JSON."""
    log, seconds, *arguments = sys.argv[1:]
    ctypes.CDLL(None, use_errno=True).prctl(_SUBREAPER, 1, 0, 0, 0)
    with Path(log).open("wb") as output:
        start = time.monotonic()
        child = subprocess.Popen(arguments, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        peak = _watch(child, start + float(seconds))
        wall = time.monotonic() - start
        code = child.wait()
    _reap()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    json.dump({"wall": wall, "cpu": used.ru_utime + used.ru_stime, "memory": peak, "code": code}, sys.stdout)


def _watch(child: subprocess.Popen[bytes], deadline: float) -> int:
    """Sample memory until the child has ended, killing it at the deadline; the highest sample."""
    watched = os.pidfd_open(child.pid)
    ended = select.poll()
    ended.register(watched, select.POLLIN)
    peak, wait = 0, 0.005
    try:
        while not ended.poll(wait * 1000):
            before = time.monotonic()
            if before > deadline:
                _kill_all()
            peak = max(peak, sum(memory_of(pid) for pid in descendants(os.getpid())))
            wait = max(INTERVAL, _SHARE * (time.monotonic() - before))
    finally:
        os.close(watched)
    return peak


def _reap() -> None:
    """Wait for what the command left behind, so that its CPU time counts; what stays is killed."""
    deadline = time.monotonic() + _LINGER
    with contextlib.suppress(ChildProcessError):
        while True:
            pid, _ = os.waitpid(-1, os.WNOHANG)
            if not pid:
                if time.monotonic() > deadline:
                    _kill_all()
                time.sleep(0.005)


def _kill_all() -> None:
    for pid in descendants(os.getpid()):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def descendants(pid: int) -> Iterator[int]:
    """Children of a process, theirs, and so on."""
    with contextlib.suppress(OSError):  # it may end at any moment
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text(encoding="ascii").split():
                yield int(child)
                yield from descendants(int(child))


def cpu_of(pid: int) -> float:
    """Seconds that a process has computed so far, its children left out."""
    ticks = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[11:13]
    return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")


def memory_of(pid: int) -> int:
    """Bytes of a process: its proportional share where the kernel tells, else what is resident."""
    with contextlib.suppress(OSError, ValueError):
        words = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").split()
        return int(words[words.index("Pss:") + 1]) * 1024
    with contextlib.suppress(OSError, IndexError):
        return int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * resource.getpagesize()
    return 0


if __name__ == "__main__":
    main()
