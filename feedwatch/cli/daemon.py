"""``feedwatch daemon``: the engine without a screen."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import click

from feedwatch.cli.context import Context, pass_context
from feedwatch.cli.logs import start_logging

if TYPE_CHECKING:
    from feedwatch.engine.engine import Kind


@click.command()
@click.option("--health", metavar="HOST:PORT", default="", help="Serve /healthz, /readyz and /metrics there.")
@click.option("--for-screen", is_flag=True, hidden=True, help="Run as the engine of a screen: end with its input.")
@pass_context
def daemon(context: Context, health: str, *, for_screen: bool) -> None:
    """Poll, match and deliver until SIGTERM or SIGINT; SIGHUP reads the configuration again, SIGUSR1 polls now."""
    from feedwatch.daemon import run_daemon

    start_logging(max(context.verbosity, 1))
    kind: Kind = "screen" if for_screen else "daemon"
    asyncio.run(run_daemon(context.configuration(), context.database, kind=kind, health=health))
