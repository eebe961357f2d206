"""``feedwatch feeds``: the list with health, and changes to the subscriptions."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from feedwatch.cli import parameters
from feedwatch.cli.context import Context, pass_context
from feedwatch.cli.output import Cell, iso, local, say, write_json, write_table
from feedwatch.core.urls import redact
from feedwatch.errors import FeedwatchError, UsageError
from feedwatch.model import FeedHealth, FeedRow, FeedState, Subscription
from feedwatch.quantities import format_duration

_COLOURS = {FeedHealth.OK: "green", FeedHealth.FAILING: "red", FeedHealth.BLOCKED: "red", FeedHealth.GONE: "red"}


@click.group(invoke_without_command=True)
@parameters.as_json
@click.pass_context
def feeds(ctx: click.Context, *, as_json: bool) -> None:
    """Show every feed with its health, or change the subscriptions."""
    if ctx.invoked_subcommand is not None:
        return
    rows = asyncio.run(_rows(ctx.ensure_object(Context)))
    if as_json:
        for row in rows:
            write_json(_record(row))
    else:
        headings = ("feed", "state", "unread", "items", "last success", "next", "every", "news every", "note")
        now = datetime.now(UTC)
        write_table(headings, [_line(row, now) for row in rows])


@feeds.command()
@click.argument("addresses", metavar="URL...", nargs=-1, required=True)
@click.option("--name", default="", help="What to call the feed.")
@click.option("--tag", "tags", multiple=True, help="A tag for it; may be given more than once.")
@pass_context
def add(context: Context, addresses: Sequence[str], name: str, tags: Sequence[str]) -> None:
    """Subscribe to feeds. URL may also be a site: its feeds are found."""
    asyncio.run(_add(context, addresses, name, tags))


@feeds.command()
@click.argument("url", metavar="URL")
@pass_context
def remove(context: Context, url: str) -> None:
    """End a subscription, by its URL or its name. Its items stay until they are old."""
    asyncio.run(_remove(context, url))


@feeds.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@pass_context
def import_(context: Context, file: Path) -> None:
    """Subscribe to all feeds of an OPML file; folders become tags."""
    asyncio.run(_import(context, file))


@feeds.command()
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
@pass_context
def export(context: Context, file: Path | None) -> None:
    """Write all subscriptions as OPML, to FILE or stdout. Addresses are written whole, secrets in them too."""
    from feedwatch.core.opml import write

    body = write(context.config.feeds)
    if file is None or str(file) == "-":
        sys.stdout.write(body.decode())
        return
    try:
        file.write_bytes(body)
    except OSError as error:
        raise UsageError(f"{file} can't be written: {error.strerror}") from None
    say(f"Wrote {len(context.config.feeds)} feeds to {file}.")


async def _rows(context: Context) -> tuple[FeedRow, ...]:
    async with context.desk() as desk:
        await desk.sync_feeds()
        return await desk.feeds()


async def _add(context: Context, addresses: Sequence[str], name: str, tags: Sequence[str]) -> None:
    failed: list[FeedwatchError] = []
    async with context.desk() as desk:
        for address in addresses:
            try:
                say(await desk.add_feeds(address, name=name, tags=tuple(tags)))
            except FeedwatchError as error:
                failed.append(error)
    for one in failed[:-1]:
        say(f"feedwatch: {one}")
    if failed:
        raise failed[-1]


async def _remove(context: Context, url: str) -> None:
    async with context.desk() as desk:
        say(await desk.remove_feed(_address(url, context.config.feeds)))


async def _import(context: Context, file: Path) -> None:
    async with context.desk() as desk:
        say(await desk.import_opml(file))


def _address(wanted: str, subscriptions: Sequence[Subscription]) -> str:
    """The address of the feed that is named, or listed with its secrets hidden, as ``wanted``; else that itself."""
    named = [feed.url for feed in subscriptions if wanted in (feed.name, redact(feed.url))]
    if len(named) > 1:
        raise UsageError(f'there are {len(named)} feeds named "{wanted}": say which by its address')
    return named[0] if named else wanted


def _record(row: FeedRow) -> dict[str, object]:
    subscription, state = row.feed.subscription, row.feed.state
    return {
        "url": redact(subscription.url),
        "name": subscription.name,
        "outlet": subscription.outlet,
        "tags": list(subscription.tags),
        "state": state.health,
        "items": row.items,
        "unread": row.unread,
        "last_success": iso(state.last_success),
        "last_error": state.last_error,
        "next_due": iso(state.due_at),
        "cadence": state.cadence,
        "late": row.late,
    }


def _line(row: FeedRow, now: datetime) -> tuple[Cell | str, ...]:
    subscription, state = row.feed.subscription, row.feed.state
    late = row.late and state.health is FeedHealth.OK
    return (
        subscription.name,
        Cell("late", colour="yellow") if late else Cell(state.health, colour=_COLOURS.get(state.health, "")),
        str(row.unread),
        str(row.items),
        local(state.last_success),
        local(state.due_at),
        _about(state.interval),
        _about(state.cadence),
        redact(_late_words(state, now) if late else _note(state)),
    )


def _note(state: FeedState) -> str:
    return state.warning if state.health in (FeedHealth.OK, FeedHealth.NEW) else state.last_error


def _late_words(state: FeedState, now: datetime) -> str:
    usual = f"usually every {_about(state.cadence)}, " if state.cadence else ""
    quiet = (now - state.last_news).total_seconds() if state.last_news else None
    return f"late: {usual}last {_about(quiet)} ago" if quiet is not None else "late"


def _about(seconds: float | None) -> str:
    """A length of time in whole units of its largest; - for none."""
    if not seconds:
        return "-"
    size = next((size for size in (86_400, 3_600, 60) if seconds >= size), 1)
    return format_duration(seconds // size * size)
