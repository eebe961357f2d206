from __future__ import annotations

import ast
import functools
import subprocess
import sys
from pathlib import Path

import pytest

import feedwatch.tui

NOUNS = ("feedwatch.model", "feedwatch.events", "feedwatch.errors", "feedwatch.quantities")
ALLOWED = ("feedwatch.tui", *NOUNS, "textual", "rich", "textual_image", "PIL")
FILES = sorted(Path(feedwatch.tui.__file__).parent.rglob("*.py"))


@functools.cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def imported(path: Path) -> set[str]:
    """Every module that a file imports, anywhere in it."""
    found: set[str] = set()
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "imports are absolute"
            found.add(node.module or "")
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_the_screen_imports_only_nouns_and_textual(path: Path) -> None:
    foreign = {name for name in imported(path) if name.split(".")[0] not in sys.stdlib_module_names}
    assert not {name for name in foreign if not name.startswith(ALLOWED)}


def test_the_application_loads_nothing_of_what_stands_behind_it() -> None:
    code = (
        "import sys, feedwatch.tui.app\n"
        "others = ('core', 'rules', 'store', 'net', 'engine', 'desk', 'config', 'daemon', 'cli')\n"
        "sys.exit(any(name.startswith(tuple(f'feedwatch.{other}' for other in others)) for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_no_screen_grows_beyond_reading(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= (350 if path.parent.name == "screens" else 400)


MARKUP_SINKS = {"Static", "Label", "Button", "Option", "notify", "update", "Link"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_text_reaches_a_widget_only_as_content(path: Path) -> None:
    """A plain ``str`` would be parsed as markup, and with it what a stranger wrote."""
    for node in ast.walk(parsed(path)):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        owner = ast.unparse(node.func)
        if name in MARKUP_SINKS and ("Static" in owner or "_note" in owner or "_label" in owner or name == "notify"):
            assert ast.unparse(node.args[0]).startswith("Content"), f"{path.name}:{node.lineno}"
