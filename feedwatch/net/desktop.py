"""One notification on the desktop; where there is none, in the terminal that the program or its screen runs in."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
from collections.abc import Iterator

from feedwatch.core.channels.desktop import notify_arguments, terminal_sequence
from feedwatch.core.channels.requests import Popup
from feedwatch.model import Delivered, DeliveryResult, FailureKind, TryAgain
from feedwatch.net.programs import run_to_end

TERMINAL = "FEEDWATCH_TTY"
"""Where a screen tells its engine, which has no terminal, the path of its own."""
_LOOK = 0.05


async def show(request: Popup) -> DeliveryResult:
    """Show it once, within the request's time; whatever happens is a value."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + request.timeout
    if (program := notifier()) and await _is_shown(program, request):
        return Delivered(answer="shown on the desktop")
    try:
        async with asyncio.timeout_at(deadline):
            await _write(terminal(), terminal_sequence(request, in_tmux="TMUX" in os.environ))
    except TimeoutError:
        return TryAgain("the terminal takes no output (was it stopped with ctrl+s?)", kind=FailureKind.TIMEOUT)
    except OSError:
        why = "notify-send failed" if program else "there is no notify-send"
        message = f"no desktop and no terminal to show it on: {why}, and no terminal belongs to this program"
        return TryAgain(message, kind=FailureKind.PROGRAM)
    return Delivered(answer=f"written to the terminal {terminal()}")


def notifier() -> str:
    """The path of ``notify-send``; '' where there is none."""
    return shutil.which("notify-send") or ""


def terminal() -> str:
    """The path of the terminal to write to: the screen's, or the one that controls this process."""
    return os.environ.get(TERMINAL) or "/dev/tty"


def has_terminal() -> bool:
    """Whether it can be opened now."""
    try:
        os.close(_open(terminal()))
    except OSError:
        return False
    return True


async def _is_shown(program: str, request: Popup) -> bool:
    """It waits long where no notification server answers, so half of the time is kept for the terminal."""
    try:
        run = await run_to_end((program, *notify_arguments(request)), b"", {}, request.timeout / 2)
    except (OSError, ValueError):
        return False
    return run.code == 0


async def _write(path: str, content: bytes) -> None:
    """All of it, in one piece where the terminal takes that, so that a screen's own output is not torn."""
    terminal = _open(path)
    try:
        while content:
            with contextlib.suppress(BlockingIOError), _unstopped():
                content = content[os.write(terminal, content) :]
            if content:
                await asyncio.sleep(_LOOK)
    finally:
        os.close(terminal)


def _open(path: str) -> int:
    """OSError where it is no terminal, or not ours."""
    found = os.open(path, os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK)
    if not os.isatty(found):
        os.close(found)
        raise OSError
    return found


@contextlib.contextmanager
def _unstopped() -> Iterator[None]:
    """A terminal may stop what writes to it from the background (``stty tostop``): not here."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTTOU})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
