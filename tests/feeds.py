"""Feeds and configurations that tests make up."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tests.loopback import FeedServer

SECRET = "whsec_c2VjcmV0IG9mIHRoZSB0ZXN0cywgMzIgYnl0ZXM="


def rss(*titles: str, name: str = "feed", text: str = "Some text.") -> str:
    """An RSS 2.0 feed with one entry a title, identified by its place from the end, so that new ones go in front."""
    count = len(titles)
    items = "".join(
        f"<item><guid isPermaLink='false'>{name}-{count - at}</guid><title>{title}</title>"
        f"<link>https://example.org/{name}/{count - at}</link><description>{text}</description></item>"
        for at, title in enumerate(titles)
    )
    return f"<?xml version='1.0'?><rss version='2.0'><channel><title>{name}</title>{items}</channel></rss>"


def write_config(folder: Path, urls: Sequence[str], *, hook: str = "", rule: str = "drone", more: str = "") -> Path:
    """A configuration of loopback feeds, one rule and, with ``hook``, one channel."""
    text = (
        '[poll]\nallow_private = ["127.0.0.0/8"]\ntimeout = "10s"\ninterval = "0.3s"\nadaptive = false\nper_host = 64\n'
    )
    text += more
    channels = '["desk"]' if hook else "[]"
    if hook:
        text += f'[[channels]]\nname = "desk"\ntype = "webhook"\nurl = "{hook}"\nsecret = "{SECRET}"\n'
    text += f"[[rules]]\nname = \"Drones\"\nmatch = '{rule}'\nchannels = {channels}\n"
    for at, url in enumerate(urls):
        text += f'[[feeds]]\nurl = "{url}"\nname = "Feed {at}"\noutlet = "Outlet {at}"\n'
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return path


def serve(server: FeedServer, path: str, *titles: str, name: str = "feed") -> str:
    """Serve a feed with these entries from now on; its address."""
    return server.set(path, rss(*titles, name=name), {"Content-Type": "application/rss+xml"})
