"""``feedwatch demo``: the screen on a throw-away database, fed by a loopback server with invented news."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import secrets
import sys
import tempfile
from collections.abc import AsyncIterator
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
        async with demo_server() as port:
            config = write_config(Path(folder), port)
            await show(Context(config_name=str(config), database_name=str(Path(folder, "demo.db"))), keeps=False)


@contextlib.asynccontextmanager
async def demo_server() -> AsyncIterator[int]:
    """The loopback server in a process of its own; gives its port. It ends with the context, or with us."""
    server = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "feedwatch.demo.server"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    assert server.stdin is not None  # noqa: S101  # asked for above; this tells the type checker
    assert server.stdout is not None  # noqa: S101
    try:
        line = await asyncio.wait_for(server.stdout.readline(), START)
        if not line.strip().isdigit():
            raise FeedwatchError("the demo's server did not start")
        yield int(line)
    finally:
        server.stdin.close()
        await server.wait()


def write_config(folder: Path, port: int) -> Path:
    """The demo's configuration: its feeds, the two shipped rules, and a channel to its own sink."""
    from feedwatch.config import default_text, read_config
    from feedwatch.demo.server import load_feeds

    secret = "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
    text = '[poll]\ninterval = "2s"\nmin_interval = "2s"\nadaptive = false\nper_host = 8\n'
    text += 'allow_private = ["127.0.0.0/8"]\n'
    text += (
        f'[[channels]]\nname = "sink"\ntype = "webhook"\nurl = "http://127.0.0.1:{port}/hook"\nsecret = "{secret}"\n'
    )
    for rule in read_config(default_text(), folder / "default.toml", None, {}).rules:
        text += f"[[rules]]\nname = {_quoted(rule.name)}\nmatch = {_quoted(rule.match)}\n"
        text += f'severity = "{rule.severity}"\nchannels = ["sink"]\n'
    for feed in load_feeds():
        text += f'[[feeds]]\nurl = "http://127.0.0.1:{port}/{feed["path"]}.xml"\nname = {_quoted(feed["name"])}\n'
        text += f"outlet = {_quoted(feed['outlet'])}\ntags = [{', '.join(map(_quoted, feed['tags']))}]\n"
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return path


def _quoted(text: str) -> str:
    import json

    return json.dumps(text)  # a JSON string is a TOML basic string
