"""The demo's loopback server, in a process of its own: invented feeds and their pages, and receivers of webhooks.

Run as ``python -m feedwatch.demo.server``: prints its port and when the demo began on one line, and ends when its
standard input closes.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from feedwatch.demo.news import DemoFeed, load_feeds, page, render

BROKEN = "/broken"
"""Where a webhook is answered with 500."""


def make_server(feeds: Mapping[str, DemoFeed], began: float) -> ThreadingHTTPServer:
    """A server on a free loopback port: feeds, the pages of their items, and a receiver that takes webhooks."""

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # http.server's name
            path, _, number = self.path.strip("/").partition("/")
            feed = feeds.get(path.removesuffix(".xml"))
            if feed is None or feed.get("fails"):
                self._answer(503 if feed else 404, b"", "text/plain")
            elif number:
                self._answer(200, page(feed, number, began, time.time()), "text/html; charset=utf-8")
            else:
                base = f"http://{self.headers.get('Host', '127.0.0.1')}"
                self._answer(200, render(feed, base, began, time.time()), "application/rss+xml")

        def do_POST(self) -> None:  # http.server's name
            self.rfile.read(min(int(self.headers.get("Content-Length") or 0), 1_000_000))
            broken = self.path == BROKEN
            self._answer(500 if broken else 200, b"the pager is switched off" if broken else b"{}", "text/plain")

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # http.server's signature
            del format, args  # the terminal belongs to the screen

        def _answer(self, status: int, body: bytes, kind: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    return ThreadingHTTPServer(("127.0.0.1", 0), Answers)


def main() -> None:
    """Serve until standard input closes."""
    began = time.time()
    server = make_server({feed["path"]: feed for feed in load_feeds()}, began)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdout.write(f"{server.server_address[1]} {began}\n")
    sys.stdout.flush()
    sys.stdin.read()
    server.shutdown()


if __name__ == "__main__":
    main()
