"""The text of the help screen: which commands have what was typed, and how they are written. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import groupby

from feedwatch.tui.cells import fit
from feedwatch.tui.commands import COMMANDS, Command, keys_of, spelled
from feedwatch.tui.typeset import Line

_KEYS = 22
"""Cells for a command's keys."""
_WORD = re.compile(r"[^\W_]+")
SIGNS = (
    ("!! ! • ·", "high", "how severe an alert is: critical, high, normal, low"),
    ("●", "accent", "not read yet; of a feed: it is well"),
    ("★ ✎", "warning", "starred; its publisher edited it"),
    ("↗ +6", "accent", "an alert's story grew: six more told it"),
    ("✓ ~", "dim", "acknowledged; noise"),
    ("◔ ✗ ⊘ †", "bad", "a feed is late, fails, is not let in, is gone"),
    ("○ ↻", "dim", "a feed was not polled yet, is being polled; a delivery is being sent"),
    ("▲", "warning", "a burst: far more stories than usual"),
)
"""What stands in lists without a word beside it."""
_FOOT = "[keys] in config.toml changes a key: the name at the right = the key."


def lines(keys: Mapping[str, str], words: str = "") -> tuple[Line, ...]:
    """The commands that have the words: first that with this key, then by group, each with keys, help and name."""
    wanted = words.casefold().split()
    found = [command for command in COMMANDS if all(_has(command, keys, word) for word in wanted)]
    pressed = [command for command in found if wanted and words.strip() in _written(command, keys)]
    out = list(_group(f"Key {words.strip()}", pressed, keys)) if pressed else []
    rest = [command for command in found if command not in pressed]
    for group, commands in groupby(rest, key=lambda command: command.group):
        out += _group(group, list(commands), keys)
    if not found:
        return (Line(), Line((("No command has these words.", "dim"),)))
    return (*out, *(_signs() if not wanted else ()), Line(), Line(((_FOOT, "dim"),)))


def shortened(words: str) -> str:
    """The words without the last."""
    return words.rstrip().rpartition(" ")[0]


def _group(name: str, commands: list[Command], keys: Mapping[str, str]) -> Iterator[Line]:
    yield from (Line(), Line(((name, "heading"),)))
    for command in commands:
        shown = fit(spelled(keys_of(command, keys)), _KEYS)
        yield Line((("  ", ""), (shown, "accent"), (command.help, ""), (f"  {command.name}", "dim")))


def _signs() -> Iterator[Line]:
    yield from (Line(), Line((("Signs", "heading"),)))
    for sign, style, meaning in SIGNS:
        yield Line((("  ", ""), (fit(sign, _KEYS), style), (meaning, "")))


def _has(command: Command, keys: Mapping[str, str], word: str) -> bool:
    """Whether it is one of the command's keys, or begins a word of its key, name, help or group; case is nothing."""
    written = _written(command, keys)
    text = " ".join((command.name, command.help, command.group, *(key for key in written if len(key) > 1)))
    begins = any(found.startswith(word) for found in _WORD.findall(text.casefold()))
    return begins or word in {key.casefold() for key in written} or (len(word) > 2 and word in text.casefold())


def _written(command: Command, keys: Mapping[str, str]) -> frozenset[str]:
    """The command's keys, as Textual and as a person writes them."""
    own = keys_of(command, keys)
    return frozenset((*own, *(spelled((key,)) for key in own)))
