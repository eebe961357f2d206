"""Who may import whom: read from the source of every module, and seen in fresh interpreters.

Parts may import what stands beside them in ``MAY_IMPORT``; imports point down only.
"""

from __future__ import annotations

import ast
import functools
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import feedwatch

PACKAGE = Path(feedwatch.__file__).parent
NOUNS = {"", "model", "events", "errors", "quantities"}
"""What everybody shares; '' is the package itself, which holds the version."""

MAY_IMPORT = {
    "": set(),
    "model": set(),
    "errors": set(),
    "quantities": set(),
    "events": {"model"},
    "core": NOUNS,
    "rules": NOUNS,
    "store": NOUNS | {"core", "rules"},
    "net": NOUNS | {"core"},
    "config": NOUNS | {"core", "rules"},
    "webpages": NOUNS | {"core", "config", "net", "workers"},
    "desk": NOUNS | {"core", "rules", "config", "store", "webpages"},
    "workers": NOUNS | {"core"},
    "engine": NOUNS | {"core", "rules", "config", "store", "net", "workers"},
    "health": NOUNS | {"engine", "config", "store"},
    "daemon": NOUNS | {"engine", "config", "store", "health"},
    "tui": {"", "model", "events", "errors", "quantities"},
    "demo": {"demo"},
    "cli": None,  # composition: builds everything together
    "__main__": {"cli"},
}

SPLIT = {
    "config_channels": "config",
    "config_checks": "config",
    "config_edit": "config",
    "config_file": "config",
    "config_text": "config",
}
"""Modules that are one part in several files."""

ONLY_IN = {
    "feedparser": {"core.parse"},
    "sqlite3": {"store"},
    "sqlite_utils": {"store"},
    "pysqlite3": {"store"},
    "aiohttp": {"net", "health"},
    "textual": {"tui"},
    "rich": {"tui"},
    "trafilatura": {"core.article"},
    "prometheus_client": {"health"},
    "tomlkit": {"config", "cli"},
    "tomllib": {"config", "demo"},
    "click": {"cli"},
    "platformdirs": {"config"},
    "smtplib": {"net.mail"},
    "textual_image": {"tui.drawing"},
    "PIL": {"core.bitmap", "tui.drawing"},
    "apprise": {"net.apprise_process"},
    "subprocess": set(),
}
"""Packages that only some parts may know."""

PURE = ("core", "rules", "model", "events", "errors", "quantities")
UNREACHED_BY_PURE = {
    "asyncio", "socket", "ssl", "threading", "multiprocessing", "concurrent", "subprocess", "random", "secrets",
    "time", "pathlib", "shutil", "tempfile", "logging", "os",
}  # fmt: skip
"""No socket, file, clock, thread or randomness: all of it arrives as an argument."""
CLOCKS = {"now", "utcnow", "today", "time", "monotonic", "perf_counter"}

MODULES = sorted(PACKAGE.rglob("*.py"))


def name_of(path: Path) -> str:
    """``core.urls`` for feedwatch/core/urls.py, ``core`` for its __init__, '' for the package's own."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def part_of(module: str) -> str:
    """The row of the table that a module belongs to."""
    first = module.split(".", maxsplit=1)[0]
    return SPLIT.get(first, first)


@functools.cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imports_of(path: Path) -> Iterator[str]:
    """Full names of all that a module imports, wherever in it."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                yield full if is_module(full) else str(node.module)


def is_module(full: str) -> bool:
    place = PACKAGE.parent / Path(*full.split("."))
    return place.with_suffix(".py").is_file() or (place / "__init__.py").is_file()


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_imports_only_from_the_layers_below(path: Path) -> None:
    part = part_of(name_of(path))
    allowed = MAY_IMPORT[part]
    if allowed is None:
        return
    own = {imported.removeprefix("feedwatch").lstrip(".") for imported in imports_of(path) if is_ours(imported)}
    wrong = {module for module in own if part_of(module) not in allowed | {part}}
    assert wrong == set(), f"feedwatch/{part} must not know {', '.join(sorted(wrong))}"


def is_ours(imported: str) -> bool:
    return imported.split(".", maxsplit=1)[0] == "feedwatch"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_package_is_known_only_where_it_belongs(path: Path) -> None:
    module = name_of(path)
    for imported in imports_of(path):
        owners = ONLY_IN.get(imported.split(".")[0])
        assert owners is None or {module, part_of(module)} & owners, f"{module} must not import {imported}"


@pytest.mark.parametrize("path", [path for path in MODULES if name_of(path).split(".")[0] in PURE], ids=name_of)
def test_decisions_reach_no_clock_file_socket_thread_or_chance(path: Path) -> None:
    for imported in imports_of(path):
        assert imported.split(".")[0] not in UNREACHED_BY_PURE, f"{name_of(path)} imports {imported}"
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            named = node.func.id if isinstance(node.func, ast.Name) else ""
            assert called not in CLOCKS, f"{name_of(path)}, line {node.lineno}: calls {called}()"
            assert named != "open", f"{name_of(path)}, line {node.lineno}: opens a file"


def loaded_by(code: str) -> set[str]:
    """The modules that a fresh interpreter has loaded after running code."""
    script = f"{code}\nimport sys\nprint(*sorted(sys.modules), file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    return set(done.stderr.split())


HEAVY = {"textual", "rich", "aiohttp", "asyncio", "sqlite3", "sqlite_utils", "pysqlite3", "feedparser", "trafilatura"}


def test_help_loads_no_command_and_nothing_heavy() -> None:
    loaded = loaded_by("from feedwatch.cli import run\nrun(['--help'])")
    assert loaded & HEAVY == set()
    ours = {module for module in loaded if module.startswith("feedwatch.")}
    assert ours == {"feedwatch.cli", "feedwatch.cli.context", "feedwatch.cli.group", "feedwatch.errors"}


def test_matching_lines_opens_no_store_and_no_screen() -> None:
    loaded = loaded_by("import io, sys\nfrom feedwatch.cli import run\nsys.stdin = io.TextIOWrapper(io.BytesIO(b'x'))\n"
                       "run(['rules', 'match', 'drone'])")  # fmt: skip
    assert loaded & HEAVY == set()


def test_a_worker_process_loads_only_decisions() -> None:
    loaded = loaded_by("import feedwatch.workers.process")
    ours = {part_of(module.removeprefix("feedwatch.")) for module in loaded if module.startswith("feedwatch.")}
    assert ours <= {"core", "model", "errors", "quantities", "workers"}
    assert loaded & {"textual", "aiohttp", "sqlite3", "sqlite_utils", "pysqlite3"} == set()


def test_the_names_of_the_screens_commands_are_known_without_a_screen() -> None:
    assert "textual" not in loaded_by("import feedwatch.tui.commands")


def test_nothing_below_the_screen_loads_one() -> None:
    assert "textual" not in loaded_by("import feedwatch.desk, feedwatch.engine.engine")
