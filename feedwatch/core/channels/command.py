"""A run of the user's own program: the event's body on its standard input, as a webhook would get it."""

from __future__ import annotations

from datetime import datetime

from feedwatch.core.channels.message import read_message
from feedwatch.core.channels.requests import Program
from feedwatch.model import Channel, DeliveryId, GiveUp


def request(channel: Channel, delivery_id: DeliveryId, body: bytes, now: datetime) -> Program | GiveUp:
    """The program with its arguments as they are configured, nothing of the event among them.

    Its environment holds words of ours only: what strangers wrote is for a parser of JSON, not for a shell.
    """
    message = read_message(body)
    environment = {
        "FEEDWATCH_DELIVERY_ID": delivery_id,
        "FEEDWATCH_TYPE": message.type,
        "FEEDWATCH_SEVERITY": message.severity.value,
    }
    return Program(channel.command, body, environment, channel.timeout)
