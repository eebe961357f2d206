"""JSON posted to a service's own address, and what of that address is a secret."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from feedwatch.core.channels.requests import Post
from feedwatch.model import Channel, DeliveryId

_SHORTEST_SECRET = 8
"""Characters of a part of an address; a shorter one is a word like "api"."""


def json_post(
    channel: Channel, delivery_id: DeliveryId, content: Mapping[str, object], url: str = "", bearer: str = ""
) -> Post:
    """The content as a POST to ``url``, or else the channel's address; a bearer token where there is one."""
    headers = {"content-type": "application/json", "webhook-id": delivery_id}
    if bearer:
        headers["authorization"] = f"Bearer {bearer}"
    return Post(url or channel.url, headers, as_json(content), channel.timeout, secrets_of(channel))


def as_json(content: object) -> bytes:
    """Compact JSON in UTF-8."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def secrets_of(channel: Channel) -> tuple[str, ...]:
    """The token and the long parts of the address, the longest first, in each spelling that an answer may repeat."""
    parts = urlsplit(channel.url)
    values = [value for _, value in parse_qsl(parts.query)]
    user, _, password = parts.netloc.rpartition("@")[0].partition(":")
    pair = base64.b64encode(f"{unquote(user)}:{unquote(password)}".encode()).decode() if user or password else ""
    found = {channel.token, *channel.token.split(":"), *parts.path.split("/"), *values, user, password, pair}
    long = {one for one in found if len(one) >= _SHORTEST_SECRET}
    spellings = {spelled for one in long for spelled in (one, unquote(one), quote(one, safe=""))}
    return tuple(sorted(spellings, key=_length))


def _length(text: str) -> tuple[int, str]:
    return -len(text), text
