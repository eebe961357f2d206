"""A notification for the apprise library, which writes it as each of its services wants it."""

from __future__ import annotations

from datetime import datetime

from feedwatch.core.channels.letter import heading, paragraphs
from feedwatch.core.channels.message import read_message
from feedwatch.core.channels.requests import Handover
from feedwatch.core.channels.text import cut
from feedwatch.model import Channel, DeliveryId, GiveUp

LONGEST_TITLE = 200
LONGEST_TEXT = 2_000
"""Characters: many of the services take no more, and refuse longer ones whole."""


def request(channel: Channel, delivery_id: DeliveryId, body: bytes, now: datetime) -> Handover | GiveUp:
    """The message as plain text; a service that has none is given its title in the text by apprise."""
    message = read_message(body)
    return Handover(
        url=channel.url,
        title=cut(heading(message), LONGEST_TITLE),
        text=cut(paragraphs(message) or heading(message), LONGEST_TEXT),
        severity=message.severity,
        timeout=channel.timeout,
    )
