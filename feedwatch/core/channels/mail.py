"""A message by mail: who gets it, by which way; and which refusals of a server stand for good."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Literal
from urllib.parse import unquote, urlsplit

from feedwatch.core.channels.message import read_message
from feedwatch.core.channels.requests import Mail
from feedwatch.model import Channel, DeliveryId, GiveUp

_SERVERS: Mapping[str, tuple[Literal["tls", "starttls", "none"], int]] = {
    "smtp": ("starttls", 587),
    "smtps": ("tls", 465),
    "smtp+plain": ("none", 25),
}
_ENHANCED = re.compile(r"5\.\d{1,3}\.\d{1,3}\b")
_FINAL_REASONS = re.compile(r"5\.(?:1\.\d+|2\.1|3\.4|6\.\d+)$")
"""A wrong address, a closed mailbox, too large, content that can't be taken (RFC 3463)."""


def request(channel: Channel, delivery_id: DeliveryId, body: bytes, now: datetime) -> Mail | GiveUp:
    """The message for all recipients at once; GiveUp where an address can't stand in one."""
    from feedwatch.core.channels.mail_message import address, ascii_host, written  # loads what only mail needs

    server = urlsplit(channel.url)
    security, port = _SERVERS[server.scheme]
    try:
        sender, *recipients = (address(one) for one in (channel.sender, *channel.to))
        host = ascii_host(server.hostname or "")
    except ValueError:
        return GiveUp("its server, sender or a recipient is none that mail can have: see url, from and to")
    user = unquote(server.username or "")
    return Mail(
        host=host,
        port=server.port or port,
        security=security,
        user=user or (channel.sender if channel.token else ""),
        password=channel.token,
        sender=sender.addr_spec,
        recipients=tuple(one.addr_spec for one in recipients),
        message=written(read_message(body), delivery_id, sender, tuple(recipients)),
        timeout=channel.timeout,
    )


def is_final(code: int, answer: str, *, of_message: bool) -> bool:
    """Whether a server's refusal stands whatever a person mends: of an address, or of the message itself.

    In doubt it does not: accounts, quotas and policies (5.4, 5.7) are mended while the schedule runs.
    """
    if found := _ENHANCED.match(answer):
        return _FINAL_REASONS.match(found[0]) is not None
    return code in ({552, 554} if of_message else {550, 551, 553})
