"""``feedwatch doctor``: is everything needed there, and does it work? Ends with a canary through the whole machine."""

from __future__ import annotations

import asyncio
import importlib.util
import shutil
import socket
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import click

from feedwatch.cli import parameters
from feedwatch.cli.context import Context, load_config, pass_context
from feedwatch.cli.output import write, write_json
from feedwatch.core.addresses import refusal
from feedwatch.errors import FeedwatchError
from feedwatch.model import Channel

SAFE_SQLITE = (3, 51, 3)
"""Below it, two processes that write can corrupt a database (sqlite.org/wal.html, "WAL-reset bug")."""
SAFE_BACKPORTS = ((3, 44, 6), (3, 50, 7))
OLDEST_NOW = datetime(2026, 1, 1, tzinfo=UTC)
"""A clock that shows less is wrong: this program was not written then."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check came to."""

    check: str
    ok: bool
    message: str


@click.command()
@parameters.as_json
@pass_context
def doctor(context: Context, *, as_json: bool) -> None:
    """Check configuration, database, clock, DNS, channels, and send a canary through feed, rule and webhook."""
    findings = asyncio.run(_examine(context))
    for one in findings:
        if as_json:
            write_json({"check": one.check, "ok": one.ok, "message": one.message})
        else:
            write(f"{'ok  ' if one.ok else 'FAIL'}  {one.check}: {one.message}")
    if not all(one.ok for one in findings):
        raise click.exceptions.Exit(1)


async def _examine(context: Context) -> list[Finding]:
    return [one async for one in _checks(context)]


async def _checks(context: Context) -> AsyncIterator[Finding]:
    yield _configuration(context)
    yield await _database(context)
    yield _sqlite()
    yield _clock(datetime.now(UTC))
    hosts = {urlsplit(feed.url).hostname or "" for feed in context.config.feeds[:5]}
    for host in sorted(hosts):
        yield await _name(f"DNS {host}", host)
    for channel in context.config.channels:
        yield await _channel(channel, context.config.poll.allow_private)
    yield await _canary()


def _configuration(context: Context) -> Finding:
    if context.config_path is None:
        return Finding("configuration", ok=False, message="there is none; 'feedwatch config init' writes one")
    config = context.config
    counts = f"{len(config.feeds)} feeds, {len(config.rules)} rules, {len(config.channels)} channels"
    return Finding("configuration", ok=True, message=f"{context.config_path}: {counts}")


async def _database(context: Context) -> Finding:
    try:
        async with context.desk() as desk:
            said = await desk.store.integrity_check()
    except FeedwatchError as error:
        return Finding("database", ok=False, message=str(error))
    return Finding("database", ok=said == "ok", message=f"{context.database}: {said}")


def _sqlite() -> Finding:
    from feedwatch.store.connection import SQLITE_VERSION

    version = ".".join(map(str, SQLITE_VERSION))
    mended = any(one <= SQLITE_VERSION and one[:2] == SQLITE_VERSION[:2] for one in SAFE_BACKPORTS)
    if mended or SQLITE_VERSION >= SAFE_SQLITE:
        return Finding("SQLite", ok=True, message=version)
    advice = "can corrupt a database that two processes write: install pysqlite3"
    return Finding("SQLite", ok=False, message=f"{version} {advice}")


def _clock(now: datetime) -> Finding:
    right = now >= OLDEST_NOW
    return Finding(
        "clock", ok=right, message=now.isoformat(timespec="seconds") + ("" if right else " lies in the past")
    )


async def _name(check: str, host: str) -> Finding:
    found = await _addresses(host)
    message = f"{host} resolves" if found else f"the name {host} does not resolve; is the network up?"
    return Finding(check, ok=bool(found), message=message)


async def _addresses(host: str) -> tuple[str, ...]:
    """What a name resolves to; empty where it does not."""
    asking = asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    try:
        found = await asyncio.wait_for(asking, 10)
    except (OSError, TimeoutError, UnicodeError):
        return ()
    return tuple(str(info[4][0]) for info in found)


async def _reach(check: str, url: str, allow_private: tuple[str, ...]) -> Finding:
    """Whether an address may be dialled, as far as its name tells."""
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or {"http": 80}.get(parts.scheme, 443)
    refused = [refusal(address, port, allow_private) for address in await _addresses(host)]
    if not refused or not all(refused):
        return await _name(check, host)
    return Finding(check, ok=False, message=refused[0])


async def _channel(channel: Channel, allow_private: tuple[str, ...] = ()) -> Finding:
    """Whether the way out of a channel is there; nothing is sent."""
    check = f"channel {channel.name}"
    match channel.type:
        case "command":
            found = shutil.which(channel.command[0])
            message = f"{found} can be run" if found else f"{channel.command[0]} is no program that can be run"
            return Finding(check, ok=bool(found), message=message)
        case "desktop":
            return _desktop(check)
        case "apprise":
            found_spec = importlib.util.find_spec("apprise")
            message = "apprise is installed" if found_spec else "apprise is missing: pip install 'feedwatch[apprise]'"
            return Finding(check, ok=found_spec is not None, message=message)
        case "email":
            return await _name(check, urlsplit(channel.url).hostname or "")
        case _:
            return await _reach(check, channel.url, allow_private)


def _desktop(check: str) -> Finding:
    from feedwatch.net.desktop import has_terminal, notifier, terminal

    if program := notifier():
        return Finding(check, ok=True, message=f"{program} is there")
    if has_terminal():
        return Finding(check, ok=True, message=f"there is no notify-send: notifications go to {terminal()}")
    return Finding(check, ok=False, message="there is no notify-send and no terminal to show notifications on")


async def _canary() -> Finding:
    """A loopback feed with one item that a rule matches, and a loopback webhook that takes the alert."""
    from feedwatch.cli.demo import demo_server, write_config
    from feedwatch.engine.engine import open_engine

    started = datetime.now(UTC)
    with tempfile.TemporaryDirectory(prefix="feedwatch-doctor-") as folder:
        async with demo_server() as server:
            path = write_config(Path(folder), server.port)
            text = path.read_text(encoding="utf-8")
            path.write_text(text.replace("[poll]\n", "[poll]\nbaseline = false\n"), encoding="utf-8")
            async with open_engine(load_config(path), Path(folder, "canary.db"), "poll") as engine:
                done = await engine.round(every=True, deliver=True)
    seconds = (datetime.now(UTC) - started) / timedelta(seconds=1)
    alerts = sum(len(one.applied.alerts) for one in done.polls)
    message = f"{len(done.polls)} feeds polled, {alerts} alerts raised, {done.delivered} delivered in {seconds:.1f} s"
    return Finding("canary", ok=0 < alerts == done.delivered, message=message)
