"""What is asked of the outer world for each event, as files to read.

``python -m tests.core.channels.golden`` writes them. A message of mail is
kept as it is but for its line ends, everything else as JSON.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from feedwatch.core.channels import to_request
from feedwatch.core.channels.desktop import notify_arguments, terminal_sequence
from feedwatch.core.channels.requests import Handover, Mail, Popup, Program
from feedwatch.model import Channel, DeliveryId
from tests.core.channels.events import EVENTS
from tests.core.notices import NOW

FOLDER = Path(__file__).parents[2] / "data" / "channels"
CHANNELS: Mapping[str, Channel] = {
    "email": Channel(
        "desk",
        "email",
        "smtp://desk@mail.example.org",
        token="hunter2",
        sender="feedwatch@example.org",
        to=("desk@example.org", "night@bücher.example"),
    ),
    "desktop": Channel("desk", "desktop"),
    "command": Channel("desk", "command", command=("/usr/local/bin/tell", "--loud")),
    "apprise": Channel("desk", "apprise", "json://example.org/"),
}


def written(kind: str, event: str) -> str:
    """The request of a channel of this type for an event, as it stands in its file."""
    made = to_request(CHANNELS[kind], DeliveryId("msg_1"), EVENTS[event], NOW)
    if isinstance(made, Mail):
        return made.message.decode("ascii").replace("\r\n", "\n")
    assert isinstance(made, Program | Popup | Handover), made
    fields = asdict(made)
    if isinstance(made, Program):
        fields["stdin"] = json.loads(made.stdin)
    if isinstance(made, Popup):
        fields |= {"notify-send": notify_arguments(made), "terminal": terminal_sequence(made).decode()}
    return f"{json.dumps(fields, ensure_ascii=False, indent=2)}\n"


def file_of(kind: str, event: str) -> Path:
    """Where that is kept."""
    return FOLDER / kind / f"{event}.{'eml' if kind == 'email' else 'json'}"


def main() -> None:
    for kind in CHANNELS:
        for event in EVENTS:
            file_of(kind, event).parent.mkdir(parents=True, exist_ok=True)
            file_of(kind, event).write_text(written(kind, event), encoding="utf-8", newline="")


if __name__ == "__main__":
    main()
