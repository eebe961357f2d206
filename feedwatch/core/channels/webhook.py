"""A webhook's request: the event's own body, with headers by the Standard Webhooks specification.

See https://www.standardwebhooks.com.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from datetime import datetime

from feedwatch.core.channels.posting import secrets_of
from feedwatch.core.channels.requests import Post
from feedwatch.model import Channel, DeliveryId, GiveUp

_SECRET_PREFIX = "whsec_"  # noqa: S105  # the specification's mark of a secret, not one


def request(channel: Channel, delivery_id: DeliveryId, body: bytes, now: datetime) -> Post | GiveUp:
    """The body as it is, signed with each of the channel's secrets."""
    stamp = str(int(now.timestamp()))
    headers = {"content-type": "application/json", "webhook-id": delivery_id, "webhook-timestamp": stamp}
    if channel.secrets:
        keys = [_key(secret) for secret in channel.secrets]
        if not all(keys):
            return GiveUp(f"its secret can't sign: {secret_problem('')}")
        signed = f"{delivery_id}.{stamp}.".encode() + body
        headers["webhook-signature"] = " ".join(f"v1,{_signature(key, signed)}" for key in keys)
    return Post(channel.url, headers, body, channel.timeout, secrets_of(channel))


def secret_problem(secret: str) -> str:
    """What is wrong with a webhook's signing secret, never showing it; '' where nothing is."""
    if _key(secret):
        return ""
    return (
        f'it must be "{_SECRET_PREFIX}" and then base64; make one with: echo {_SECRET_PREFIX}$(openssl rand -base64 32)'
    )


def _signature(key: bytes, signed: bytes) -> str:
    return base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


def _key(secret: str) -> bytes:
    """The bytes of a ``whsec_`` secret, padded or not; empty where it is none."""
    if not secret.startswith(_SECRET_PREFIX):
        return b""
    text = secret.removeprefix(_SECRET_PREFIX).rstrip("=")
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        return b""
