"""The demo's loopback server, in a process of its own: invented feeds, and a sink that takes webhooks.

Run as ``python -m feedwatch.demo.server``: prints its port on one line and ends when its standard input closes.
"""

from __future__ import annotations

import sys
import threading
import time
import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from typing import TypedDict


class Entry(TypedDict):
    """One piece of invented news."""

    at: int
    """Seconds after the demo began at which it is published; negative for what was there before."""
    title: str
    text: str


class DemoFeed(TypedDict):
    """One invented feed."""

    path: str
    name: str
    outlet: str
    tags: list[str]
    language: str
    items: list[Entry]


def load_feeds() -> tuple[DemoFeed, ...]:
    """The bundled feeds."""
    text = files("feedwatch.demo").joinpath("news.toml").read_text(encoding="utf-8")
    return tuple(tomllib.loads(text)["feeds"])


def render(feed: DemoFeed, base: str, began: float, now: float) -> bytes:
    """A feed as RSS 2.0, with what has been published by ``now`` (seconds since 1970)."""
    entries = [one for one in feed["items"] if began + one["at"] <= now]
    items = "".join(_item(feed, base, one, began) for one in reversed(entries))
    return (
        f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>{escape(feed["name"])}</title>'
        f"<link>{base}/</link><language>{feed['language']}</language>{items}</channel></rss>"
    ).encode()


def _item(feed: DemoFeed, base: str, entry: Entry, began: float) -> str:
    number = feed["items"].index(entry)
    published = format_datetime(datetime.fromtimestamp(began + entry["at"], UTC))
    return (
        f"<item><guid isPermaLink='false'>{feed['path']}-{number}</guid><title>{escape(entry['title'])}</title>"
        f"<link>{base}/{feed['path']}/{number}</link><pubDate>{published}</pubDate>"
        f"<description>{escape(entry['text'])}</description></item>"
    )


def make_server(feeds: Mapping[str, DemoFeed], began: float) -> ThreadingHTTPServer:
    """A server on a free loopback port: GET of a feed's path gives it, any POST is taken as a webhook."""

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # http.server's name
            feed = feeds.get(self.path.strip("/").removesuffix(".xml"))
            if feed is None:
                self.send_error(404)
                return
            base = f"http://{self.headers.get('Host', '127.0.0.1')}"
            self._answer(200, render(feed, base, began, time.time()))

        def do_POST(self) -> None:  # http.server's name
            self.rfile.read(min(int(self.headers.get("Content-Length") or 0), 1_000_000))
            self._answer(200, b"{}")

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # http.server's signature
            del format, args  # the terminal belongs to the screen

        def _answer(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/rss+xml")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    return ThreadingHTTPServer(("127.0.0.1", 0), Answers)


def main() -> None:
    """Serve until standard input closes."""
    server = make_server({feed["path"]: feed for feed in load_feeds()}, time.time())
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdout.write(f"{server.server_address[1]}\n")
    sys.stdout.flush()
    sys.stdin.read()
    server.shutdown()


if __name__ == "__main__":
    main()
