"""The entry point: options anywhere, exit codes, errors as sentences."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from feedwatch import __version__
from feedwatch.cli import COMMANDS
from feedwatch.errors import StoreBusyError, StoreError
from tests.cli.conftest import FakeDesk

Run = Callable[..., Result]


def test_help_names_every_command(run: Run) -> None:
    result = run("--help")
    assert result.exit_code == 0
    for name, entry in COMMANDS.items():
        assert name in result.stdout
        assert entry.help in result.stdout


def test_the_version_is_told(run: Run) -> None:
    assert __version__ in run("--version").stdout


@pytest.mark.parametrize("arguments", [["itms"], ["--nope"], ["items", "--nope"], ["items", "--since", "x"], ["show"]])
def test_a_usage_error_is_2_and_on_stderr(run: Run, arguments: list[str]) -> None:
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Error" in result.stderr


def test_a_mistyped_command_is_answered_with_the_nearest(run: Run) -> None:
    assert "'items'" in run("itms").stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["--config", "other.toml", "config", "path"],
        ["config", "--config", "other.toml", "path"],
        ["config", "path", "--config", "other.toml"],
        ["config", "path", "-v", "--config=other.toml"],
    ],
)
def test_global_options_are_taken_in_every_place(run: Run, arguments: list[str]) -> None:
    assert run(*arguments).stdout == f"{Path.cwd()}/other.toml\n"


def test_the_environment_names_the_configuration_unless_the_flag_does(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FEEDWATCH_CONFIG", "env.toml")
    assert run("config", "path").stdout.endswith("/env.toml\n")
    assert run("config", "path", "--config", "flag.toml").stdout.endswith("/flag.toml\n")


@pytest.mark.parametrize(
    ("error", "code"), [(StoreError("disk full"), 1), (StoreBusyError("in use"), 5), (KeyboardInterrupt(), 130)]
)
def test_an_error_ends_with_its_exit_code(
    run: Run, desk: FakeDesk, monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(desk, "items", fail)
    result = run("items")
    assert (result.exit_code, result.stdout) == (code, "")
    assert "Traceback" not in result.stderr


def test_a_configuration_with_problems_stops_every_command_that_reads_it(run: Run) -> None:
    Path("config.toml").write_text("[pol]\n[[feeds]]\n")
    result = run("items")
    assert result.exit_code == 2
    assert "2 problems" in result.stderr
    assert "pol: unknown key" in result.stderr
    assert "feeds[1].url: is missing" in result.stderr
