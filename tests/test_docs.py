"""README.md names everything that there is to know: commands, keys, settings, metrics."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

import click
import pytest

import feedwatch
from feedwatch.cli import feedwatch as program
from feedwatch.cli.config import as_toml
from feedwatch.config import Config
from feedwatch.model import Channel, Rate, Rule, Subscription
from feedwatch.tui.commands import COMMANDS, spelled

PACKAGE = Path(feedwatch.__file__).parent


@pytest.fixture(scope="module")
def readme() -> str:
    return (PACKAGE.parent / "README.md").read_text(encoding="utf-8")


def command_paths(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command below a group, as it is typed."""
    ctx = click.Context(group)
    for name in group.list_commands(ctx):
        command = group.get_command(ctx, name)
        assert command is not None
        yield (*path, name), command
        if isinstance(command, click.Group):
            yield from command_paths(command, (*path, name))


def test_every_command_is_in_the_readme(readme: str) -> None:
    missing = [" ".join(path) for path, _ in command_paths(program) if " ".join(path) not in readme]
    assert missing == [], "commands that README.md does not name"


def test_every_option_of_a_command_is_in_the_readme(readme: str) -> None:
    options = {
        option
        for _, command in command_paths(program)
        for parameter in command.params
        if isinstance(parameter, click.Option) and not parameter.hidden
        for option in parameter.opts
        if option.startswith("--")
    }
    assert sorted(option for option in options if option not in readme) == [], "options that README.md does not name"


def test_every_command_of_the_screen_and_its_keys_are_in_the_readme(readme: str) -> None:
    rows = {line for line in readme.splitlines() if line.startswith("|")}
    missing = []
    for command in COMMANDS:
        named = [row for row in rows if f"`{command.name}`" in row]
        keys = spelled(command.keys).split()
        if not any(all(f"`{key}`" in row for key in keys) for row in named):
            missing.append(f"{command.name} ({' '.join(keys)})")
    assert missing == [], "screen commands that README.md does not name in a table row with their keys"


def test_every_key_of_the_configuration_is_in_the_readme(readme: str) -> None:
    whole = Config(
        feeds=(Subscription("https://a.example/", "A", "B", ("t",), 60.0),),
        rules=(Rule("R", "drone"),),
        channels=(
            Channel(
                "c",
                "webhook",
                "https://a.example/",
                ("s",),
                rate=Rate(1, 1.0),
                token="t",
                sender="a@b.example",
                to=("c@d.example",),
                command=("e",),
            ),
        ),
        keys={"quit": "Q"},
    )
    written = tomllib.loads(as_toml(whole, Path("x.db")))
    missing = [name for name in setting_names(written) if not re.search(rf"(?<!\w){name}(?!\w)", readme)]
    assert missing == [], "settings that README.md does not name"


def setting_names(settings: Mapping[str, object]) -> Iterator[str]:
    for section, values in settings.items():
        yield section
        table = values[0] if isinstance(values, list) else values
        if isinstance(table, dict) and section != "keys":
            yield from table


def test_every_metric_is_in_the_readme(readme: str) -> None:
    source = (PACKAGE / "health.py").read_text(encoding="utf-8")
    metrics = set(re.findall(r"""["'](feedwatch_[a-z_]+)["']""", source))
    assert metrics, "health.py names its metrics in full: feedwatch_…"
    assert sorted(metric for metric in metrics if metric not in readme) == [], "metrics that README.md does not name"
