"""The command group: knows commands by name and imports one only when it is called, so that ``--help`` is quick."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import NamedTuple

import click

from feedwatch.cli.context import Context


class Entry(NamedTuple):
    """Where a command is: an attribute of its own name in ``module``."""

    module: str
    help: str


class LazyGroup(click.Group):
    """A group whose commands are a table."""

    def __init__(self, *args: object, entries: Mapping[str, Entry], **settings: object) -> None:
        super().__init__(*args, **settings)  # type: ignore[arg-type]  # click's own signature, handed through
        self._entries = entries
        self.params += global_options(hidden=False)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's signature
        """The names, in the order of the table."""
        return list(self._entries)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  # the same
        """The command, imported now; it takes the global options too."""
        if cmd_name not in self._entries:
            return None
        command = getattr(import_module(self._entries[cmd_name].module), cmd_name)
        if not isinstance(command, click.Command):
            raise TypeError(f"{self._entries[cmd_name].module}.{cmd_name} is no command")
        _accept_global_options(command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002  # the same
        """The list of commands, from the table alone."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.help) for name, entry in self._entries.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, with the nearest name for one that is not there."""
        if args[0] not in self._entries and not args[0].startswith("-"):
            raise click.exceptions.NoSuchCommand(args[0], possibilities=self._entries, ctx=ctx)
        return super().resolve_command(ctx, args)


def global_options(*, hidden: bool) -> list[click.Parameter]:
    """--config, --db and -v: shown by the group, accepted behind every command."""
    return [
        click.Option(
            ["--config"], metavar="PATH", hidden=hidden, expose_value=False, callback=_keeping(_set_config),
            help="The configuration to use. [env: FEEDWATCH_CONFIG; default: ./config.toml, then the XDG place]",
        ),
        click.Option(
            ["--db"], metavar="PATH", hidden=hidden, expose_value=False, callback=_keeping(_set_database),
            help="The database to use. [env: FEEDWATCH_DB; default: [store] path, then the XDG place]",
        ),
        click.Option(
            ["-v", "--verbose"], count=True, hidden=hidden, expose_value=False, callback=_keeping(_set_verbosity),
            help="Say more on stderr; -vv for everything.",
        ),
    ]  # fmt: skip


def _accept_global_options(command: click.Command) -> None:
    if not any(parameter.name == "verbose" for parameter in command.params):
        command.params += global_options(hidden=True)
    for subcommand in command.commands.values() if isinstance(command, click.Group) else ():
        _accept_global_options(subcommand)


def _keeping(
    keep: Callable[[Context, str], None],
) -> Callable[[click.Context, click.Parameter, object], None]:
    """A callback that hands a value, where one is given, to the one Context of this run."""

    def callback(ctx: click.Context, parameter: click.Parameter, value: object) -> None:
        del parameter
        if value:
            keep(ctx.ensure_object(Context), str(value))

    return callback


def _set_config(context: Context, value: str) -> None:
    context.config_name = value


def _set_database(context: Context, value: str) -> None:
    context.database_name = value


def _set_verbosity(context: Context, value: str) -> None:
    from feedwatch.cli.logs import start_logging

    context.verbosity = int(value)
    start_logging(context.verbosity)
