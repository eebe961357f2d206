"""What every command starts from: configuration, database, and a desk on them, each opened when asked for."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from feedwatch.config import Config
    from feedwatch.config_file import ConfigFile
    from feedwatch.desk import Desk


@dataclass
class Context:
    """One run of the program."""

    config_name: str | None = None
    """--config."""
    database_name: str | None = None
    """--db."""
    verbosity: int = 0
    """How often -v was given."""

    @cached_property
    def config_path(self) -> Path | None:
        """The configuration in use; None where there is none."""
        from feedwatch.config import find_config

        return find_config(self.config_name, os.environ)

    @cached_property
    def config(self) -> Config:
        """The configuration, checked; all defaults where there is none. Raises ConfigError."""
        from feedwatch.config import Config

        return load_config(self.config_path) if self.config_path is not None else Config()

    @property
    def database(self) -> Path:
        """The database in use; it need not exist."""
        from feedwatch.config import find_database

        return find_database(self.database_name, os.environ, self.config)

    @asynccontextmanager
    async def desk(self) -> AsyncIterator[Desk]:
        """A desk on the database, closed at the end."""
        from feedwatch.desk import open_desk

        async with open_desk(self.database, self.configuration()) as desk:
            yield desk

    def configuration(self) -> ConfigFile:
        """The configuration file in force, watched and edited."""
        from feedwatch.config import default_config_path
        from feedwatch.config_file import ConfigFile

        return ConfigFile(self.config_path or default_config_path(), self.config, load_config)


def load_config(path: Path) -> Config:
    """A configuration, checked also against the commands of the screen. Raises ConfigError."""
    from feedwatch.config import load
    from feedwatch.tui.commands import names

    return load(path, names())


pass_context = click.make_pass_decorator(Context, ensure=True)
"""Hands the Context of this run to a command as its first argument."""
