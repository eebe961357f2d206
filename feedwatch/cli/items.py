"""``feedwatch items``, which the bare program also runs where its output is no terminal."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime

import click

from feedwatch.cli import parameters
from feedwatch.cli.context import Context, pass_context
from feedwatch.cli.output import Cell, local, write_json, write_table
from feedwatch.cli.records import item_record
from feedwatch.errors import UsageError
from feedwatch.model import Anchor, ItemRow, Severity, View

_MOST = 50
_PAGE = 500
SEVERITY_COLOURS = {Severity.CRITICAL: "red", Severity.HIGH: "yellow"}


@click.command()
@click.argument("query", nargs=-1)
@parameters.since
@parameters.limit(_MOST)
@parameters.as_json
@pass_context
def items(context: Context, query: Sequence[str], since: datetime | None, limit: int, *, as_json: bool) -> None:
    """Show the newest items, or the newest that match QUERY, an expression of the alert language.

    A query may also say is:unread, is:starred, is:alert, is:edited, since:2d and before:2026-11-01.
    """
    list_items(context, " ".join(query), since=since, limit=limit, as_json=as_json)


def list_items(
    context: Context, query: str = "", *, since: datetime | None = None, limit: int = _MOST, as_json: bool = False
) -> None:
    """Write items, newest first."""
    if query:
        from feedwatch.rules.parser import parse

        parse(query, search=True)  # here, where its error can point at the column
    found = asyncio.run(_find(context, View(query=query), since, limit))
    if as_json:
        for row in found:
            write_json(item_record(row))
    else:
        write_table(("id", "time", "outlet", "title"), [_line(row) for row in found])


def _line(row: ItemRow) -> tuple[Cell | str, ...]:
    colour = SEVERITY_COLOURS.get(row.severity, "green") if row.severity else ""
    return (
        str(row.id),
        Cell(local(row.published or row.seen), colour=colour),
        row.outlet,
        Cell(row.title, row.title_matches),
    )


async def _find(context: Context, view: View, since: datetime | None, limit: int) -> list[ItemRow]:
    """The first rows of a view, page by page, none older than ``since``."""
    oldest = since.timestamp() * 1000 if since else 0
    found: list[ItemRow] = []
    after: Anchor | None = None
    async with context.desk() as desk:
        while len(found) < limit:
            page = await desk.items(view, min(limit - len(found), _PAGE), after=after)
            if page.error:
                raise UsageError(page.error)
            recent = [row for row in page.rows if row.anchor.at >= oldest]
            found += recent
            after = page.reached or (page.rows[-1].anchor if page.rows else None)
            if len(recent) < len(page.rows) or after is None or not (page.more or page.reached):
                break
    return found
