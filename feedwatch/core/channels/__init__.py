"""How each type of channel is told: the event's body in, one request out. One small module a type; nothing is sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from feedwatch.core.channels import (
    apprise,
    command,
    desktop,
    discord,
    mail,
    msteams,
    ntfy,
    slack,
    telegram,
    webhook,
)
from feedwatch.core.channels.requests import Request
from feedwatch.model import Channel, DeliveryId, GiveUp

_MAKERS: Mapping[str, Callable[[Channel, DeliveryId, bytes, datetime], Request | GiveUp]] = {
    "webhook": webhook.request,
    "slack": slack.request,
    "discord": discord.request,
    "msteams": msteams.request,
    "telegram": telegram.request,
    "ntfy": ntfy.request,
    "email": mail.request,
    "desktop": desktop.request,
    "command": command.request,
    "apprise": apprise.request,
}
TYPES = tuple(_MAKERS)
"""Channel types that can be delivered to."""


def to_request(channel: Channel, delivery_id: DeliveryId, body: bytes, now: datetime) -> Request | GiveUp:
    """The attempt at ``now``; GiveUp where it can never be made."""
    maker = _MAKERS.get(channel.type)
    if maker is None:
        return GiveUp(f'there is no channel type "{channel.type}"; use one of {", ".join(TYPES)}')
    return maker(channel, delivery_id, body, now)
