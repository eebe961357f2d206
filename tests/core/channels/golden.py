"""The requests that each type of channel makes of the same events, kept for people to review in tests/data/channels.

``python -m tests.core.channels.golden`` writes them anew, invisible characters as escapes: look at what ``git diff``
says before you keep it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, assert_never

from feedwatch.core.channels import to_request
from feedwatch.core.channels.desktop import notify_arguments, terminal_sequence
from feedwatch.core.channels.requests import Handover, Mail, Popup, Post, Program, Request
from feedwatch.model import Channel, DeliveryId, GiveUp
from tests.core.channels.events import EVENTS
from tests.core.notices import NOW

FOLDER = Path(__file__).parents[2] / "data" / "channels"
DELIVERY = DeliveryId("msg_1")
CHANNELS = {
    one.type: one
    for one in (
        Channel("desk", "slack", "https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX"),
        Channel("desk", "discord", "https://discord.com/api/webhooks/123456789012345678/s3cret-t0ken"),
        Channel("desk", "msteams", "https://example.webhook.office.com/webhookb2/s3cret-t0ken?sig=s3cret-signature"),
        Channel(
            "desk",
            "telegram",
            "https://api.telegram.org",
            token="123456789:AAs3cret-t0ken_AAAAAAAAA",
            to=("-1001234567890",),
        ),
        Channel(
            "desk",
            "email",
            "smtp://desk@mail.example.org",
            token="hunter2",
            sender="feedwatch@example.org",
            to=("desk@example.org", "night@bücher.example"),
        ),
        Channel("desk", "desktop"),
        Channel("desk", "command", command=("/usr/local/bin/tell", "--loud")),
        Channel("desk", "apprise", "json://example.org/"),
        Channel("desk", "ntfy", "https://ntfy.sh/newsroom-desk", token="tk_s3cret"),
    )
}


def request_of(kind: str, body: bytes) -> Request:
    """The request of a type for an event."""
    made = to_request(CHANNELS[kind], DELIVERY, body, NOW)
    assert not isinstance(made, GiveUp), made
    return made


def post_of(kind: str, body: bytes) -> Post:
    """The same, where it is an HTTP POST."""
    made = request_of(kind, body)
    assert isinstance(made, Post)
    return made


def content_of(kind: str, body: bytes) -> Any:
    """The JSON of the request of a type for an event."""
    return json.loads(post_of(kind, body).body)


def golden(kind: str) -> Mapping[str, object]:
    """Every event's request of one type, for people to read."""
    return {name: shown(request_of(kind, body)) for name, body in EVENTS.items()}


def shown(made: Request) -> Mapping[str, object]:
    """What a request asks for, its bytes as what they mean."""
    match made:
        case Post():
            return {"url": made.url, "headers": made.headers, "body": json.loads(made.body)}
        case Mail():
            return {**asdict(made), "message": made.message.decode("ascii").split("\r\n")}
        case Program():
            return {**asdict(made), "stdin": json.loads(made.stdin)}
        case Popup():
            sequence = terminal_sequence(made).decode()
            return {**asdict(made), "notify-send": list(notify_arguments(made)), "terminal": sequence}
        case Handover():
            return asdict(made)
        case _:
            assert_never(made)


def main() -> None:
    """Write the file of each type."""
    FOLDER.mkdir(exist_ok=True)
    for kind in CHANNELS:
        text = json.dumps(golden(kind), indent=1, ensure_ascii=False)
        seen = "".join(one if one.isprintable() or one == "\n" else json.dumps(one)[1:-1] for one in text)
        (FOLDER / f"{kind}.json").write_text(f"{seen}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
