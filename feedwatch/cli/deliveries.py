"""``feedwatch deliveries``: the outbox."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from datetime import UTC, datetime

import click

from feedwatch.cli import parameters
from feedwatch.cli.context import Context, pass_context
from feedwatch.cli.output import Cell, heading, iso, local, say, write, write_json, write_table
from feedwatch.core.characters import plain
from feedwatch.core.urls import redact
from feedwatch.errors import UsageError
from feedwatch.model import Attempt, ChannelState, Delivery, DeliveryId, DeliveryState, Selection

_COLOURS = {DeliveryState.DELIVERED: "green", DeliveryState.DEAD: "red"}


_STATE = click.option(
    "--state", type=click.Choice([state.value for state in DeliveryState]), help="Only those in this state."
)
_CHANNEL = click.option("--channel", default="", help="Only those to this channel.")


@click.group(invoke_without_command=True)
@_STATE
@_CHANNEL
@parameters.since
@parameters.until
@parameters.limit(100)
@parameters.as_json
@click.pass_context
def deliveries(
    ctx: click.Context,
    state: str | None,
    channel: str,
    since: datetime | None,
    until: datetime | None,
    limit: int,
    *,
    as_json: bool,
) -> None:
    """Show the newest deliveries, send some again, or test a channel."""
    if ctx.invoked_subcommand is not None:
        return
    context = ctx.ensure_object(Context)
    found, out = asyncio.run(_newest(context, limit, _selection((), state, channel, since, until)))
    for one in out:
        try_it = f"'feedwatch deliveries test {one.name}' tries it now"
        say(f"channel {one.name} {_standing(one)}: {redact(one.reason)}; {try_it}")
    configured = {one.name for one in context.config.channels}
    for name in sorted({one.channel for one in found if one.state is DeliveryState.WAITING} - configured):
        say(f"channel {name} is not in the configuration: what waits for it waits until it is there again")
    if as_json:
        for delivery in found:
            write_json(_record(delivery))
    else:
        headings = ("id", "channel", "state", "attempts", "next", "created", "title")
        write_table(headings, [_line(delivery) for delivery in found])


@deliveries.command()
@click.argument("delivery_id", metavar="ID")
@parameters.as_json
@pass_context
def show(context: Context, delivery_id: str, *, as_json: bool) -> None:
    """Show one delivery with all its attempts."""
    one, attempts = asyncio.run(_one(context, DeliveryId(delivery_id)))
    if as_json:
        write_json({**_record(one), "body": json.loads(one.body), "tries": [_tried(each) for each in attempts]})
        return
    about = ", ".join(part for part in (one.rule, one.title) if part)
    write(heading(f"{one.id} to {one.channel}: {about}"))
    write(_state_words(one))
    for each in attempts:
        write(_attempt_words(each))


@deliveries.command()
@click.argument("ids", metavar="[ID]...", nargs=-1)
@_STATE
@_CHANNEL
@parameters.since
@parameters.until
@pass_context
def retry(
    context: Context,
    ids: Sequence[str],
    state: str | None,
    channel: str,
    since: datetime | None,
    until: datetime | None,
) -> None:
    """Send deliveries again; every dead one by default.

    Those named by ID and those of a time span are sent whatever became of them, also what was delivered: always with
    the same id, by which receivers know a repeat. --channel alone means its dead ones.
    """
    if not (ids or state or since or until):
        state = DeliveryState.DEAD
    count = asyncio.run(_retry(context, _selection(ids, state, channel, since, until)))
    say(f"{count} {'delivery is' if count == 1 else 'deliveries are'} due now.")


@deliveries.command()
@click.argument("channel")
@pass_context
def test(context: Context, channel: str) -> None:
    """Send a test message to CHANNEL now, and say what came back."""
    say(asyncio.run(_test(context, channel)))


def _selection(
    ids: Sequence[str], state: str | None, channel: str, since: datetime | None, until: datetime | None
) -> Selection:
    wanted = DeliveryState(state) if state else None
    return Selection(tuple(DeliveryId(one) for one in ids), wanted, channel, since, until)


async def _newest(
    context: Context, limit: int, chosen: Selection
) -> tuple[tuple[Delivery, ...], tuple[ChannelState, ...]]:
    async with context.desk() as desk:
        return await desk.deliveries(limit, chosen), await desk.channels_out()


async def _one(context: Context, delivery_id: DeliveryId) -> tuple[Delivery, tuple[Attempt, ...]]:
    async with context.desk() as desk:
        found = await desk.deliveries(1, Selection(ids=(delivery_id,)))
        if not found:
            raise UsageError(_no_such(delivery_id))
        return found[0], await desk.attempts(delivery_id)


async def _retry(context: Context, chosen: Selection) -> int:
    async with context.desk() as desk:
        count = await desk.retry_deliveries(chosen)
        if chosen.ids and not count:
            raise UsageError(f"{_no_such(chosen.ids[0])}; what is being sent at this moment is left alone")
        return count


def _no_such(delivery_id: DeliveryId) -> str:
    return f"there is no delivery {delivery_id}; 'feedwatch deliveries' shows ids"


def _standing(channel: ChannelState) -> str:
    if channel.probe_at is None:
        return "is out of service"
    return f"is paused until {local(channel.probe_at)}"


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
        "in_flight": _is_in_flight(delivery),
        "created_at": iso(delivery.created_at),
        "delivered_at": iso(delivery.delivered_at),
    }


def _is_in_flight(delivery: Delivery) -> bool:
    return delivery.leased_until is not None and delivery.leased_until > datetime.now(UTC)


def _tried(attempt: Attempt) -> dict[str, object]:
    return {
        "at": iso(attempt.at),
        "seconds": attempt.seconds,
        "status": attempt.status,
        "kind": attempt.kind,
        "error": redact(attempt.error),
        "answer": attempt.answer,
    }


def _state_words(one: Delivery) -> str:
    tries = f"{one.attempts} {'attempt' if one.attempts == 1 else 'attempts'}"
    if one.in_digest:
        return f"{one.state}: it goes in a digest"
    return f"{one.state}, {tries}" + (f", next {local(one.next_at)}" if one.next_at else "")


def _attempt_words(attempt: Attempt) -> str:
    outcome = f"{attempt.kind}: {redact(attempt.error)}" if attempt.kind else "delivered"
    status = "" if attempt.status is None else f" (status {attempt.status})"
    answer = f"\n    {plain(attempt.answer)}" if attempt.answer else ""
    return f"{local(attempt.at)}  {attempt.seconds:.2f} s  {plain(outcome)}{status}{answer}"


def _line(delivery: Delivery) -> tuple[Cell | str, ...]:
    note = f"{delivery.title} ({redact(delivery.last_error)})" if delivery.last_error else delivery.title
    return (
        delivery.id,
        delivery.channel,
        Cell("sending" if _is_in_flight(delivery) else delivery.state, colour=_COLOURS.get(delivery.state, "")),
        str(delivery.attempts),
        local(delivery.next_at),
        local(delivery.created_at),
        note,
    )
