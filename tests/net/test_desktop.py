"""Notifications by a notify-send of our own, and in a real pseudo-terminal where there is none."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import stat
import termios
import time
import tty
from collections.abc import Iterator
from pathlib import Path

import pytest

from feedwatch.core.channels.requests import Popup
from feedwatch.model import Delivered, FailureKind, Severity, TryAgain
from feedwatch.net.desktop import TERMINAL, has_terminal, show

POPUP = Popup("Port closed; drones seen", "Drones · high\n<b>Several</b> \\n were seen", Severity.CRITICAL, 2.0)
LINE = "\x1b]9;feedwatch: Port closed, drones seen (Drones · high)\a\a".encode()


@pytest.fixture(autouse=True)
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that holds all programs there are, no tmux, and no terminal."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv(TERMINAL, str(tmp_path / "no terminal"))
    monkeypatch.delenv("TMUX", raising=False)
    return tmp_path


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """What a terminal's emulator reads from; the terminal is the one that the program is told."""
    emulator, device = pty.openpty()
    tty.setraw(device)
    monkeypatch.setenv(TERMINAL, os.ttyname(device))
    yield emulator
    os.close(emulator)
    os.close(device)


def seen(emulator: int) -> bytes:
    """What was written to the terminal."""
    ready, _, _ = select.select([emulator], [], [], 2.0)
    return os.read(emulator, 4096) if ready else b""


def notify_send(folder: Path, text: str) -> None:
    path = folder / "notify-send"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(stat.S_IRWXU)


async def test_notify_send_gets_the_text_escaped_and_behind_all_options(bare: Path) -> None:
    notify_send(bare, f"printf '%s\\n' \"$@\" > {bare}/told")
    assert await show(POPUP) == Delivered(answer="shown on the desktop")
    assert (bare / "told").read_text().splitlines() == [
        "--app-name=feedwatch",
        "--urgency=critical",
        "--",
        "Port closed; drones seen",
        "Drones · high",
        "&lt;b&gt;Several&lt;/b&gt; \\\\n were seen",
    ]


async def test_without_notify_send_the_terminal_is_told_and_rung(terminal: int) -> None:
    assert has_terminal()
    assert await show(POPUP) == Delivered(answer=f"written to the terminal {os.environ[TERMINAL]}")
    assert seen(terminal) == LINE


@pytest.mark.parametrize("text", ["exit 1", "exec /bin/sleep 600"])
async def test_a_desktop_that_fails_or_hangs_leaves_it_to_the_terminal(text: str, bare: Path, terminal: int) -> None:
    notify_send(bare, text)
    began = time.monotonic()
    assert isinstance(await show(POPUP), Delivered)
    assert time.monotonic() - began < 1.5
    assert seen(terminal) == LINE


async def test_tmux_hands_the_sequence_on_and_rings_itself(terminal: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMUX", "/tmp/tmux-0/default,1,0")
    assert isinstance(await show(POPUP), Delivered)
    wrapped = LINE.removesuffix(b"\a").replace(b"\x1b", b"\x1b\x1b")
    assert seen(terminal) == b"\x1bPtmux;" + wrapped + b"\x1b\\\a"


async def test_without_desktop_and_terminal_it_says_so(bare: Path) -> None:
    assert not has_terminal()
    said = "no desktop and no terminal to show it on: there is no notify-send, and no terminal belongs to this program"
    assert await show(POPUP) == TryAgain(said, kind=FailureKind.PROGRAM)


async def test_a_file_is_no_terminal_and_stays_as_it_is(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (bare / "file").write_text("mine")
    monkeypatch.setenv(TERMINAL, str(bare / "file"))
    assert isinstance(await show(POPUP), TryAgain)
    assert (bare / "file").read_text() == "mine"


async def test_a_terminal_whose_output_is_stopped_is_left_in_time(terminal: int) -> None:
    device = os.open(os.environ[TERMINAL], os.O_WRONLY | os.O_NOCTTY)
    try:
        termios.tcflow(device, termios.TCOOFF)
        began = time.monotonic()
        result = await show(Popup("Stopped", "", Severity.LOW, 0.3))
        assert time.monotonic() - began < 1.0
        assert isinstance(result, TryAgain)
        assert result.kind is FailureKind.TIMEOUT
        termios.tcflow(device, termios.TCOON)
        assert isinstance(await show(POPUP), Delivered)
        assert seen(terminal) == LINE
    finally:
        os.close(device)


async def test_the_terminal_of_others_keeps_its_mode(terminal: int) -> None:
    other = os.open(os.environ[TERMINAL], os.O_WRONLY | os.O_NOCTTY)
    try:
        await show(POPUP)
        assert not fcntl.fcntl(other, fcntl.F_GETFL) & os.O_NONBLOCK
        assert seen(terminal) == LINE
    finally:
        os.close(other)
