"""The example of a receiver, run as a user would: it takes what is genuine, once, also over a restart."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request as HttpRequest
from urllib.request import urlopen

from feedwatch.core.channels import to_request
from feedwatch.core.channels.requests import Post
from feedwatch.core.payload import test_body
from feedwatch.model import Channel, DeliveryId

RECEIVER = Path(__file__).parents[1] / "examples" / "receiver.py"
SECRET, OTHER = ("whsec_" + base64.b64encode(letter * 32).decode() for letter in (b"k", b"x"))


@contextmanager
def receiver(folder: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """The address of a running receiver, and its process."""
    process = subprocess.Popen(
        (sys.executable, RECEIVER, "--port", "0", "--seen", folder / "seen.db"),
        env={**os.environ, "SECRET": SECRET},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    with process, process.stdout, process.stderr:
        try:
            yield process.stderr.readline().split()[-1], process
        finally:
            process.terminate()


def send(url: str, message: str, *secrets: str, ago: timedelta = timedelta(0), body: bytes = b"") -> int:
    """The answer to a message as feedwatch sends it."""
    now = datetime.now(UTC)
    made = to_request(Channel("desk", "webhook", url, secrets), DeliveryId(message), test_body(now), now - ago)
    assert isinstance(made, Post)
    try:
        with urlopen(HttpRequest(url, body or made.body, dict(made.headers)), timeout=10) as answer:
            return int(answer.status)
    except HTTPError as error:
        error.close()
        return error.code


def test_a_genuine_message_is_handled_once_also_over_a_restart(tmp_path: Path) -> None:
    with receiver(tmp_path) as (url, process):
        assert [send(url, "msg_1", SECRET), send(url, "msg_1", SECRET), send(url, "msg_2", OTHER, SECRET)] == [204] * 3
        assert process.stdout is not None
        handled = [json.loads(process.stdout.readline()) for _ in range(2)]
        assert [one["type"] for one in handled] == ["test", "test"]
    with receiver(tmp_path) as (url, process):
        assert [send(url, "msg_2", SECRET), send(url, "msg_3", SECRET)] == [204, 204]
        process.terminate()
        assert process.stdout is not None
        assert len(process.stdout.readlines()) == 1


def test_what_is_forged_old_or_changed_is_refused(tmp_path: Path) -> None:
    with receiver(tmp_path) as (url, _):
        assert send(url, "msg_1", OTHER) == 401
        assert send(url, "msg_1") == 401
        assert send(url, "msg_1", SECRET, ago=timedelta(hours=1)) == 401
        assert send(url, "msg_1", SECRET, body=b'{"type": "test"}') == 401
        assert send(url, "msg_1", SECRET) == 204
