from __future__ import annotations

import ast
from pathlib import Path

import pytest
from rich.cells import cell_len

import feedwatch
from feedwatch.model import DeliveryState, FeedHealth, Severity
from feedwatch.tui.glyphs import ASCII, is_ascii
from feedwatch.tui.sentences import _HEALTH, SEVERITY_MARKS
from feedwatch.tui.widgets.delivery_list import _SIGNS

TUI = Path(feedwatch.__file__).parent / "tui"
FAMILIES = {
    "severity": [SEVERITY_MARKS[severity] for severity in Severity],
    "health": [*(_HEALTH[health][0] for health in FeedHealth), "↻", "◔"],
    "delivery": [*(_SIGNS[state][0] for state in DeliveryState), "↻"],
    "marks of an item": ["★", "●", "✎"],
    "what became of an alert": ["✓", "~", " "],
    "verdict": ["✓", "✗"],
}


def drawn() -> set[str]:
    """Every character beyond ASCII in a text of the screen's modules; docstrings are not drawn."""
    found: set[str] = set()
    for path in TUI.rglob("*.py"):
        if path.name in ("glyphs.py", "guard.py", "cells.py"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.update(character for character in node.value if not character.isascii())
    return found


def test_every_glyph_of_the_screen_has_an_ascii_one_of_the_same_width() -> None:
    assert {glyph for glyph in drawn() | {"…"} if ord(glyph) not in ASCII} == set()
    assert {chr(number): plain for number, plain in ASCII.items() if not (len(plain) == 1 and plain.isascii())} == {}
    assert {chr(number) for number in ASCII if cell_len(chr(number)) != 1} == set()


@pytest.mark.parametrize("name", FAMILIES)
@pytest.mark.parametrize("plain", [False, True], ids=["unicode", "ascii"])
def test_signs_that_stand_in_one_place_differ_without_their_colours(name: str, plain: bool) -> None:
    signs = [sign.translate(ASCII) if plain else sign for sign in FAMILIES[name]]
    assert len(set(signs)) == len(signs)


@pytest.mark.parametrize(
    ("setting", "encoding", "wanted"),
    [
        ("auto", "UTF-8", False),
        ("auto", "utf8", False),
        ("auto", "ISO-8859-1", True),
        ("auto", "ANSI_X3.4-1968", True),
        ("auto", "no such thing", True),
        ("ascii", "UTF-8", True),
        ("unicode", "ISO-8859-1", False),
    ],
)
def test_ascii_is_for_those_who_ask_and_for_other_locales(setting: str, encoding: str, wanted: bool) -> None:
    assert is_ascii(setting, encoding) is wanted
