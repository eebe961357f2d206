"""``feedwatch demo``: the screen on a throw-away database, fed by a loopback server with invented news."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import secrets
import sys
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import click

from feedwatch.cli.context import Context
from feedwatch.errors import FeedwatchError, UsageError

START = 10.0
"""Seconds that the server may take to start."""


@click.command()
def demo() -> None:
    """Open the screen on sample feeds with items trickling in; no network needed, nothing kept."""
    if not sys.stdout.isatty():
        raise UsageError("the demo is a screen: run it in a terminal")
    run()


def run() -> None:
    """Play the demo until the user quits it."""
    asyncio.run(_play())


async def _play() -> None:
    from feedwatch.cli.screen import show

    with tempfile.TemporaryDirectory(prefix="feedwatch-demo-") as folder:
        async with demo_server() as server:
            context = await prepare(Path(folder), server)
            await show(context, keeps=False)


@dataclass(frozen=True, slots=True)
class Server:
    """The demo's server, at work."""

    port: int
    began: float
    """Seconds since 1970."""


async def prepare(folder: Path, server: Server) -> Context:
    """A configuration for the demo in a folder, and a database that knows two weeks of its news."""
    from feedwatch.cli.demo_history import play

    config = write_config(folder, server.port)
    context = Context(config_name=str(config), database_name=str(folder / "demo.db"))
    async with context.desk() as desk:
        await play(desk.store, context.config, f"http://127.0.0.1:{server.port}", server.began)
    return context


@contextlib.asynccontextmanager
async def demo_server() -> AsyncIterator[Server]:
    """The loopback server in a process of its own. It ends with the context, or with us."""
    server = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "feedwatch.demo.server"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    assert server.stdin is not None  # noqa: S101  # asked for above; this tells the type checker
    assert server.stdout is not None  # noqa: S101
    try:
        port, _, began = (await asyncio.wait_for(server.stdout.readline(), START)).partition(b" ")
        if not port.isdigit():
            raise FeedwatchError("the demo's server did not start")
        yield Server(int(port), float(began))
    finally:
        server.stdin.close()
        await server.wait()


def write_config(folder: Path, port: int) -> Path:
    """The demo's configuration: its feeds, the shipped rules and two more, a channel that works and one that fails."""
    from feedwatch.config import default_text, read_config
    from feedwatch.demo.news import load_feeds, load_rules
    from feedwatch.demo.server import BROKEN

    secret = "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
    text = '[poll]\ninterval = "2s"\nmin_interval = "2s"\nadaptive = false\nper_host = 8\n'
    text += 'allow_private = ["127.0.0.0/8"]\n'
    text += '[delivery]\nschedule = ["1s", "2s"]\n'
    for name, hook in (("desk", "/desk"), ("pager", BROKEN)):
        text += f'[[channels]]\nname = "{name}"\ntype = "webhook"\nurl = "http://127.0.0.1:{port}{hook}"\n'
        text += f'secret = "{secret}"\n'
    shipped = read_config(default_text(), folder / "default.toml", None, {}).rules
    rules = [(rule.name, rule.match, str(rule.severity)) for rule in shipped]
    for name, match, severity in [*rules, *((one["name"], one["match"], one["severity"]) for one in load_rules())]:
        channels = '["desk", "pager"]' if severity == "critical" else '["desk"]'
        text += f"[[rules]]\nname = {_quoted(name)}\nmatch = {_quoted(match)}\n"
        text += f'severity = "{severity}"\nchannels = {channels}\nburst = true\n'
    for feed in load_feeds():
        text += f'[[feeds]]\nurl = "http://127.0.0.1:{port}/{feed["path"]}.xml"\nname = {_quoted(feed["name"])}\n'
        text += f"outlet = {_quoted(feed['outlet'])}\ntags = [{', '.join(map(_quoted, feed['tags']))}]\n"
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return path


def _quoted(text: str) -> str:
    import json

    return json.dumps(text)  # a JSON string is a TOML basic string
