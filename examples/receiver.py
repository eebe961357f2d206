"""A receiver of feedwatch's webhooks: the standard library only, to copy and change.

    SECRET=whsec_... python examples/receiver.py --port 8700 --seen seen.db

It takes a message whose signature is right and whose time is at most five minutes away (Standard Webhooks), prints it
once, however often it is sent, and answers 204 each time. What is wrong is answered with 401, what can't be read
with 400; feedwatch tries both again later. Ids that were seen are kept in a file, so that a restart repeats nothing.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import hmac
import json
import os
import sqlite3
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

TOLERANCE = 300
"""Seconds that a message's time may be away from ours: an old one may be somebody's recording."""
LARGEST = 1_000_000
"""Bytes of a body."""


def is_genuine(secret: str, headers: dict[str, str], body: bytes, now: float) -> bool:
    """Whether one of the signatures is that of our secret, and the message is of now."""
    message, stamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not message or not stamp.isdecimal() or abs(now - int(stamp)) > TOLERANCE:
        return False
    key = base64.b64decode(secret.removeprefix("whsec_"))
    right = base64.b64encode(hmac.digest(key, f"{message}.{stamp}.".encode() + body, hashlib.sha256)).decode()
    given = headers.get("webhook-signature", "").split()
    return any(hmac.compare_digest(one.encode(), f"v1,{right}".encode()) for one in given)


class Seen:
    """The ids of messages that were handled."""

    def __init__(self, path: str) -> None:
        self._db = sqlite3.connect(path)
        self._db.execute("CREATE TABLE IF NOT EXISTS seen (id TEXT PRIMARY KEY)")

    def is_new(self, message: str) -> bool:
        """Whether a message has not been handled before."""
        return self._db.execute("SELECT 1 FROM seen WHERE id = ?", (message,)).fetchone() is None

    def add(self, message: str) -> None:
        """Remember a message, once it was handled."""
        with self._db:
            self._db.execute("INSERT OR IGNORE INTO seen VALUES (?)", (message,))


def handle(event: dict[str, object]) -> None:
    """Do what the message is for; here, print it. Whatever raises is sent again later."""
    sys.stdout.write(json.dumps(event, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def handler(secret: str, seen: Seen) -> type[BaseHTTPRequestHandler]:
    """The answers of a server with this secret and memory."""

    class Receiver(BaseHTTPRequestHandler):
        """One message after another."""

        def do_POST(self) -> None:
            """Check, handle, remember, answer: in this order, so that a crash repeats and loses nothing."""
            length = self.headers.get("content-length", "")
            if not length.isdecimal() or int(length) > LARGEST:
                return self._answer(400)
            body = self.rfile.read(int(length))
            headers = {name.lower(): value for name, value in self.headers.items()}
            if not is_genuine(secret, headers, body, time.time()):
                return self._answer(401)
            try:
                event = json.loads(body)
            except ValueError:
                return self._answer(400)
            if seen.is_new(headers["webhook-id"]):
                handle(event)
                seen.add(headers["webhook-id"])
            return self._answer(204)

        def _answer(self, status: int) -> None:
            self.send_response(status)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing of each request."""

    return Receiver


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(description="Receive feedwatch's webhooks; the secret is read from SECRET.")
    parser.add_argument("--port", type=int, default=8700)
    parser.add_argument("--seen", default="seen.db", help="where the ids of handled messages are kept")
    options = parser.parse_args()
    secret = os.environ.get("SECRET", "")
    if not secret.startswith("whsec_"):
        parser.error("set SECRET to the channel's secret: whsec_ and then base64")
    server = HTTPServer(("127.0.0.1", options.port), handler(secret, Seen(options.seen)))
    sys.stderr.write(f"listening on http://127.0.0.1:{server.server_port}/\n")
    sys.stderr.flush()
    server.serve_forever()


if __name__ == "__main__":
    main()
