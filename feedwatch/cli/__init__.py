"""The commands: composition, one small file per command group; each imports what it needs when it runs.

``main`` is the entry point. It alone turns errors into sentences on stderr and exit codes.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence

import click

from feedwatch import __version__
from feedwatch.cli.context import Context
from feedwatch.cli.group import Entry, LazyGroup
from feedwatch.errors import FeedwatchError, RuleError

COMMANDS = {
    "daemon": Entry("feedwatch.cli.daemon", "Poll, match and deliver without a screen, until told to stop."),
    "poll": Entry("feedwatch.cli.poll", "One round of polling, matching and delivering, then exit."),
    "items": Entry("feedwatch.cli.items", "The newest items, or those that match a query."),
    "show": Entry("feedwatch.cli.show", "One item as text."),
    "alerts": Entry("feedwatch.cli.alerts", "The newest alerts."),
    "stories": Entry("feedwatch.cli.alerts", "Stories, with how many outlets tell them."),
    "rules": Entry("feedwatch.cli.rules", "Rules and their health; try, match and explain an expression."),
    "feeds": Entry("feedwatch.cli.feeds", "Feeds and their health; add, remove, import, export."),
    "deliveries": Entry("feedwatch.cli.deliveries", "The outbox; show, retry or test a delivery."),
    "config": Entry("feedwatch.cli.config", "Write, find, check and show the configuration."),
    "stats": Entry("feedwatch.cli.stats", "Items, alerts and latencies, by feed, rule and channel."),
    "doctor": Entry("feedwatch.cli.doctor", "Check that everything needed is there and works."),
    "demo": Entry("feedwatch.cli.demo", "The screen on sample feeds, no network needed."),
}


@click.group(
    cls=LazyGroup,
    entries=COMMANDS,
    invoke_without_command=True,
    context_settings={"help_option_names": ["--help", "-h"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="feedwatch")
@click.pass_context
def feedwatch(ctx: click.Context) -> None:
    """Watch news feeds; be alerted once, soon, with the reason.

    Without a command: the screen on a terminal, else the newest items as lines.
    """
    if ctx.invoked_subcommand is None:
        _run_front(ctx.ensure_object(Context))


def main() -> None:
    """The program."""
    code = run(sys.argv[1:])
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        _forget_stdout()
    sys.exit(code)


def run(arguments: Sequence[str]) -> int:
    """Run one command; its exit code."""
    _take_any_text()
    try:
        return _invoke(arguments)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except FeedwatchError as error:
        from feedwatch.cli.output import say
        from feedwatch.core.urls import redact

        say(f"feedwatch: {error.pointed() if isinstance(error, RuleError) else redact(str(error))}")
        return error.exit_code
    except BrokenPipeError:
        _forget_stdout()
        return 0
    except (KeyboardInterrupt, click.Abort):
        return 130


def _invoke(arguments: Sequence[str]) -> int:
    if instruction := os.environ.get("_FEEDWATCH_COMPLETE"):
        from click.shell_completion import shell_complete

        return shell_complete(feedwatch, {}, "feedwatch", "_FEEDWATCH_COMPLETE", instruction)
    try:
        with feedwatch.make_context("feedwatch", list(arguments)) as ctx:
            feedwatch.invoke(ctx)
    except click.exceptions.Exit as end:
        return end.exit_code
    return 0


def _run_front(context: Context) -> None:
    """What the bare program does."""
    if sys.stdout.isatty():
        gc.disable()  # until the screen stands: what is loaded stays, and looking for garbage in it takes time
        from feedwatch.cli.screen import run as run_screen

        run_screen(context)
    else:
        from feedwatch.cli.items import list_items

        list_items(context)


def _take_any_text() -> None:
    """A terminal without UTF-8 shows a question mark for what it can't, instead of ending the program."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def _forget_stdout() -> None:
    """Nobody reads any more: what is still in the buffer goes nowhere, also when the interpreter ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
