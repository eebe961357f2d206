"""``feedwatch alerts`` and ``feedwatch stories``."""

from __future__ import annotations

import asyncio
from datetime import datetime

import click

from feedwatch.cli import parameters
from feedwatch.cli.context import Context, pass_context
from feedwatch.cli.items import SEVERITY_COLOURS
from feedwatch.cli.output import Cell, iso, local, write_json, write_table
from feedwatch.cli.records import match_record
from feedwatch.model import AlertRow, Story


@click.command()
@click.option("--rule", default="", metavar="NAME", help="Only those of one rule.")
@click.option("--all", "every", is_flag=True, help="Also matches in stories that had an alert already.")
@parameters.since
@parameters.limit(100)
@parameters.as_json
@pass_context
def alerts(context: Context, rule: str, since: datetime | None, limit: int, *, every: bool, as_json: bool) -> None:
    """Show the newest alerts: raised, found at a feed's first poll (baseline), or suppressed with the reason."""
    found = asyncio.run(_alerts(context, rule, since, limit, every=every))
    if as_json:
        for row in found:
            write_json(_alert_record(row))
    else:
        headings = ("raised", "severity", "rule", "state", "outlets", "item", "title")
        write_table(headings, [_alert_line(row) for row in found])


@click.command()
@parameters.since
@parameters.limit(100)
@parameters.as_json
@pass_context
def stories(context: Context, since: datetime | None, limit: int, *, as_json: bool) -> None:
    """Show stories, the most recently told first, and how many independent outlets tell each."""
    found = asyncio.run(_stories(context, since, limit))
    if as_json:
        for story in found:
            write_json(_story_record(story))
    else:
        headings = ("id", "last told", "outlets", "sources", "items", "title")
        write_table(headings, [_story_line(story) for story in found])


async def _alerts(
    context: Context, rule: str, since: datetime | None, limit: int, *, every: bool
) -> tuple[AlertRow, ...]:
    async with context.desk() as desk:
        return await desk.store.alerts(limit, rule=rule, since=since, every=every)


async def _stories(context: Context, since: datetime | None, limit: int) -> tuple[Story, ...]:
    async with context.desk() as desk:
        return await desk.store.stories(since, limit)


def _alert_record(row: AlertRow) -> dict[str, object]:
    return {
        "id": row.id,
        "rule": row.rule,
        "severity": row.severity,
        "state": row.state,
        "reason": row.reason,
        "acknowledged": row.acknowledged,
        "noise": row.noise,
        "raised": iso(row.raised_at),
        "latency": {
            "published_to_seen": row.latency.published_to_seen,
            "seen_to_raised": row.latency.seen_to_raised,
            "raised_to_delivered": row.latency.raised_to_delivered,
        },
        "story": row.story_id,
        "outlets": row.outlets,
        "sources": row.sources,
        "item": {
            "id": row.item_id,
            "title": row.title,
            "url": row.url,
            "feed": row.feed,
            "outlet": row.outlet,
            "published": iso(row.published),
        },
        "matches": [match_record(match) for match in row.matches],
    }


def _alert_line(row: AlertRow) -> tuple[Cell | str, ...]:
    spans = tuple((match.start, match.end) for match in row.matches if match.field == "title")
    state = "acknowledged" if row.acknowledged else f"{row.state}: {row.reason}" if row.reason else str(row.state)
    severity = Cell(row.severity, colour=SEVERITY_COLOURS.get(row.severity, ""))
    return (
        local(row.raised_at), severity, row.rule, state, str(row.outlets), str(row.item_id), Cell(row.title, spans)
    )  # fmt: skip


def _story_record(story: Story) -> dict[str, object]:
    return {
        "id": story.id,
        "title": story.title,
        "outlets": len(story.outlets),
        "sources": story.sources,
        "outlet_names": list(story.outlets),
        "items": story.items,
        "first_seen": iso(story.first_seen),
        "last_seen": iso(story.last_seen),
    }


def _story_line(story: Story) -> tuple[str, ...]:
    counts = (len(story.outlets), story.sources, story.items)
    return str(story.id), local(story.last_seen), *map(str, counts), story.title
