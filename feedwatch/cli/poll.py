"""``feedwatch poll``: one round, then exit."""

from __future__ import annotations

import asyncio

import click

from feedwatch.cli import parameters
from feedwatch.cli.context import Context, pass_context
from feedwatch.cli.logs import start_logging
from feedwatch.cli.output import say, write, write_json
from feedwatch.engine.engine import Round, open_engine
from feedwatch.engine.pauses import shorten

NOTHING_FETCHED = 3
SOME_FAILED = 4


@click.command()
@click.option("--all", "every", is_flag=True, help="Poll every feed, due or not.")
@click.option("--no-deliver", is_flag=True, help="Leave alerts in the outbox.")
@parameters.as_json
@pass_context
def poll(context: Context, *, every: bool, no_deliver: bool, as_json: bool) -> None:
    """Poll what is due once, match, deliver what is due, and exit: 3 where no feed could be fetched, 4 for some."""
    start_logging(context.verbosity)
    done = asyncio.run(_round(context, every=every, deliver=not no_deliver))
    summary = _summary(done)
    if as_json:
        write_json(summary)
    else:
        write(_sentence(summary))
        for one in done.polls:
            if one.result == "failed":
                say(f"{one.feed}: {one.message}")
    raise click.exceptions.Exit(_exit_code(done))


async def _round(context: Context, *, every: bool, deliver: bool) -> Round:
    async with open_engine(context.config, context.database, "poll") as engine:
        shorten()
        return await engine.round(every=every, deliver=deliver)


def _summary(done: Round) -> dict[str, object]:
    polls = done.polls
    return {
        "feeds": len(polls),
        "ok": sum(one.result == "ok" for one in polls),
        "not_modified": sum(one.result == "not_modified" for one in polls),
        "failed": sum(one.result == "failed" for one in polls),
        "items_new": sum(len(one.applied.new) for one in polls),
        "items_updated": sum(len(one.applied.changed) for one in polls),
        "alerts": sum(len(one.applied.alerts) for one in polls),
        "delivered": done.delivered,
        "seconds": round(done.seconds, 3),
    }


def _sentence(summary: dict[str, object]) -> str:
    return (
        "{feeds} feeds polled: {ok} with news or changes, {not_modified} unchanged, {failed} failed; "
        "{items_new} new items, {items_updated} updated, {alerts} alert{s}, {delivered} delivered in {seconds} s"
    ).format(**summary, s="" if summary["alerts"] == 1 else "s")


def _exit_code(done: Round) -> int:
    failed = sum(one.result == "failed" for one in done.polls)
    if not failed:
        return 0
    return NOTHING_FETCHED if failed == len(done.polls) else SOME_FAILED
