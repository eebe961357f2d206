"""Who runs beside a process, as /proc tells: nobody where the system has none."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from pathlib import Path


def children(pid: int) -> dict[int, str]:
    """The processes that a process started, each with when it was started; none where the system does not say."""
    found = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        fields = _stat(int(stat.parent.name))
        if fields is not None and fields[1] == str(pid):
            found[int(stat.parent.name)] = fields[19]
    return found


def _stat(pid: int) -> list[str] | None:
    """The fields of proc(5) from the state on; None where there is no such process."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return None


async def left_after(processes: dict[int, str], seconds: float) -> list[str]:
    """Those that still run after so long; they are ended."""
    until = time.monotonic() + seconds
    while left := [pid for pid, since in processes.items() if _runs(pid, since)]:
        if time.monotonic() > until:
            for pid in left:
                os.kill(pid, signal.SIGKILL)
            return [f"process {pid}" for pid in left]
        await asyncio.sleep(0.02)
    return []


def _runs(pid: int, since: str) -> bool:
    fields = _stat(pid)
    return fields is not None and fields[19] == since and fields[0] != "Z"
