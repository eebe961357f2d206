"""``feedwatch deliveries``: the outbox."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import click

from feedwatch.cli import parameters
from feedwatch.cli.context import Context, pass_context
from feedwatch.cli.output import Cell, iso, local, say, write_json, write_table
from feedwatch.core.urls import redact
from feedwatch.errors import UsageError
from feedwatch.model import ChannelState, Delivery, DeliveryId, DeliveryState

_COLOURS = {DeliveryState.DELIVERED: "green", DeliveryState.DEAD: "red"}


@click.group(invoke_without_command=True)
@click.option("--state", type=click.Choice([state.value for state in DeliveryState]), help="Only those in this state.")
@parameters.limit(100)
@parameters.as_json
@click.pass_context
def deliveries(ctx: click.Context, state: str | None, limit: int, *, as_json: bool) -> None:
    """Show the newest deliveries, send some again, or test a channel."""
    if ctx.invoked_subcommand is not None:
        return
    wanted = DeliveryState(state) if state else None
    context = ctx.ensure_object(Context)
    found, disabled = asyncio.run(_newest(context, limit, wanted))
    for one in disabled:
        say(f"channel {one.name} is out of service: {one.reason}; 'feedwatch deliveries retry' tries it again")
    configured = {channel.name for channel in context.config.channels}
    for name in sorted({one.channel for one in found if one.state is DeliveryState.WAITING} - configured):
        say(f"channel {name} is not in the configuration: what waits for it waits until it is there again")
    if as_json:
        for delivery in found:
            write_json(_record(delivery))
    else:
        headings = ("id", "channel", "state", "attempts", "next", "created", "title")
        write_table(headings, [_line(delivery) for delivery in found])


@deliveries.command()
@click.argument("ids", metavar="[ID]...", nargs=-1)
@pass_context
def retry(context: Context, ids: Sequence[str]) -> None:
    """Send deliveries again, whatever became of them; without ID, every dead one."""
    count = asyncio.run(_retry(context, [DeliveryId(one) for one in ids]))
    say(f"{count} {'delivery is' if count == 1 else 'deliveries are'} due now.")


@deliveries.command()
@click.argument("channel")
@pass_context
def test(context: Context, channel: str) -> None:
    """Send a signed test message to CHANNEL now, and say what came back."""
    say(asyncio.run(_test(context, channel)))


async def _newest(
    context: Context, limit: int, state: DeliveryState | None
) -> tuple[tuple[Delivery, ...], tuple[ChannelState, ...]]:
    async with context.desk() as desk:
        return await desk.deliveries(limit, state), await desk.disabled_channels()


async def _retry(context: Context, ids: list[DeliveryId]) -> int:
    async with context.desk() as desk:
        count = await desk.retry_deliveries(ids or None)
        if ids and not count:
            raise UsageError(f"there is no delivery {ids[0]}; 'feedwatch deliveries' shows ids")
        return count


async def _test(context: Context, channel: str) -> str:
    async with context.desk() as desk:
        return await desk.test_channel(channel)


def _record(delivery: Delivery) -> dict[str, object]:
    return {
        "id": delivery.id,
        "alert": delivery.alert_id,
        "channel": delivery.channel,
        "state": delivery.state,
        "attempts": delivery.attempts,
        "next_at": iso(delivery.next_at),
        "last_status": delivery.last_status,
        "last_error": redact(delivery.last_error),
    }


def _line(delivery: Delivery) -> tuple[Cell | str, ...]:
    note = f"{delivery.title} ({redact(delivery.last_error)})" if delivery.last_error else delivery.title
    return (
        delivery.id,
        delivery.channel,
        Cell(delivery.state, colour=_COLOURS.get(delivery.state, "")),
        str(delivery.attempts),
        local(delivery.next_at),
        local(delivery.created_at),
        note,
    )
