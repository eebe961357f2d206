"""``feedwatch stats``: counts and latencies."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import click

from feedwatch.cli import parameters
from feedwatch.cli.context import Context, pass_context
from feedwatch.cli.output import heading, iso, write, write_json, write_table
from feedwatch.model import ChannelLine, Latency, Stats, StatsLine
from feedwatch.quantities import brief_duration

_USUAL = timedelta(days=30)
_HEADINGS = ("items", "alerts", "to seen", "to raised", "to delivered", "skewed", "name")
_CHANNEL_HEADINGS = ("delivered", "held", "from raised", "from published", "skewed", "name")


@click.command()
@parameters.since
@parameters.as_json
@pass_context
def stats(context: Context, since: datetime | None, *, as_json: bool) -> None:
    """Show items, alerts and how long each step took (published, seen, raised, delivered), for the last 30 days."""
    found = asyncio.run(_read(context, since or datetime.now(UTC) - _USUAL))
    if as_json:
        write_json(_record(found))
        return
    for title, lines in (("All", (found.total,)), ("Feeds", found.feeds), ("Rules", found.rules)):
        write(heading(title))
        write_table(_HEADINGS, [stats_line(line) for line in lines])
    write(heading("Channels"))
    write_table(_CHANNEL_HEADINGS, [_channel_line(line) for line in found.channels])
    write(heading("Stories"))
    write(
        f"{found.stories:,} told; {found.copies:,} items were copies of stories told before,"
        f" and {found.spared:,} matches raised no alert since their story had one"
    )
    write(heading("Engine"))
    last, most = found.loop_lag * 1000, found.loop_lag_max * 1000
    write(f"its event loop ran late by {last:.0f} ms at last, {most:.0f} ms at most")


async def _read(context: Context, since: datetime) -> Stats:
    async with context.desk() as desk:
        return await desk.store.stats(since)


def _record(found: Stats) -> dict[str, object]:
    return {
        "since": iso(found.since),
        **_counts(found.total),
        "feeds": [{"name": line.name, **_counts(line)} for line in found.feeds],
        "stories": {"told": found.stories, "copies": found.copies, "alerts_spared": found.spared},
        "rules": [{"name": line.name, **_counts(line)} for line in found.rules],
        "channels": [_channel(line) for line in found.channels],
        "engine": {"loop_lag": round(found.loop_lag, 4), "loop_lag_max": round(found.loop_lag_max, 4)},
    }


def _counts(line: StatsLine) -> dict[str, object]:
    return {
        "items": line.items,
        "alerts": line.alerts,
        "latency": {
            "published_to_seen": _latency(line.published_to_seen),
            "seen_to_raised": _latency(line.seen_to_raised),
            "raised_to_delivered": _latency(line.raised_to_delivered),
        },
    }


def _channel(line: ChannelLine) -> dict[str, object]:
    return {
        "name": line.name,
        "delivered": line.delivered,
        "held": line.held,
        "latency": {
            "raised_to_delivered": _latency(line.raised_to_delivered),
            "published_to_delivered": _latency(line.published_to_delivered),
        },
    }


def _latency(latency: Latency) -> dict[str, object]:
    return {"count": latency.count, "p50": latency.p50, "p95": latency.p95, "skewed": latency.skewed}


def stats_line(line: StatsLine) -> tuple[str, ...]:
    """The cells of a line over a feed, a rule, or all."""
    steps = (line.published_to_seen, line.seen_to_raised, line.raised_to_delivered)
    return str(line.items), str(line.alerts), *map(_shown, steps), str(line.published_to_seen.skewed), line.name


def _channel_line(line: ChannelLine) -> tuple[str, ...]:
    latencies = (line.raised_to_delivered, line.published_to_delivered)
    skewed = str(line.published_to_delivered.skewed)
    return str(line.delivered), str(line.held), *map(_shown, latencies), skewed, line.name


def _shown(latency: Latency) -> str:
    """Half of them within the first time, 95 of 100 within the second."""
    if latency.p50 is None or latency.p95 is None:
        return "-"
    return f"{brief_duration(latency.p50)} / {brief_duration(latency.p95)}"
