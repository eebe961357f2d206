"""One conditional GET of a feed, or one GET of a page. Every failure that the network can bring is a value.

Redirects are followed by hand: each hop is judged like the first, and what was meant for one server (a password,
validators) never goes to another.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import quote, urldefrag, urljoin, urlsplit

import aiohttp

from feedwatch.core.addresses import url_refusal
from feedwatch.core.characters import plain, without_unsafe
from feedwatch.core.urls import redact
from feedwatch.model import Failed, FailureKind, Fetched, FetchResult, NotModified, Refused, Validators, replace
from feedwatch.net.failures import failure
from feedwatch.net.session import Client, Heard, split_credentials, unheard

MAX_REDIRECTS = 5
LONGEST_HEADER = 2048
"""Characters of a header value that are kept."""

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({301, 308})
_WHOLE = frozenset({200, 203})
"""203: a proxy changed the body on its way (RFC 9110, 15.3.4); it is still the feed."""
_VALIDATORS = frozenset({"etag", "last-modified"})
_FEED_TYPES = (
    "application/atom+xml, application/rss+xml, application/rdf+xml, application/feed+json, "
    "application/xml;q=0.9, application/json;q=0.8, text/xml;q=0.8, */*;q=0.5"
)
_UNASKED = Failed(FailureKind.PROTOCOL, "the server answered that nothing changed (304), which it was not asked")
_PICTURE_TYPES = "image/webp, image/png, image/jpeg, image/gif;q=0.9, image/*;q=0.2"
_PAGE_TYPES = "text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.8"


@dataclass(frozen=True, slots=True)
class _Hop:
    """Where a fetch stands on its way through redirects."""

    url: str
    accept: str
    validators: Validators
    authorization: str
    permanent: bool
    """Every hop so far was permanent and none left https."""
    count: int = 0
    heard: Heard = unheard
    """Is told how many bytes of the body have come."""


async def fetch_feed(client: Client, url: str, validators: Validators) -> FetchResult:
    """One conditional GET within the client's time for a fetch (RFC 9110, 13.1 and 15.4).

    A user name and password in the URL are sent as Basic authorization and are in no result.
    """
    return await _fetch(client, url, _FEED_TYPES, validators)


async def fetch_page(client: Client, url: str, heard: Heard = unheard) -> Fetched | Refused | Failed:
    """One plain GET of a page; ``heard`` is told how many bytes of it have come."""
    result = await _fetch(client, url, _PAGE_TYPES, Validators(), heard)
    return _UNASKED if isinstance(result, NotModified) else result


async def fetch_picture(client: Client, url: str, heard: Heard = unheard) -> Fetched | Refused | Failed:
    """One plain GET of a picture, as ``fetch_page``."""
    result = await _fetch(client, url, _PICTURE_TYPES, Validators(), heard)
    return _UNASKED if isinstance(result, NotModified) else result


async def _fetch(client: Client, url: str, accept: str, validators: Validators, heard: Heard = unheard) -> FetchResult:
    bare, authorization = split_credentials(urldefrag(url).url)
    # Where it moved to is kept without the password, and would be asked without it.
    hop = _Hop(bare, accept, validators, authorization, permanent=not authorization, heard=heard)
    try:
        async with asyncio.timeout(client.settings.timeout):
            return await _follow(client, hop)
    except Exception as error:  # noqa: BLE001  # the edge: whatever aiohttp raises becomes a value
        return failure(error, client.settings)


async def _follow(client: Client, hop: _Hop) -> FetchResult:
    while True:
        if reason := url_refusal(hop.url):
            return _refused_address(hop, reason)
        result = await _ask(client, hop)
        if not isinstance(result, _Hop):
            return result
        if result.count > MAX_REDIRECTS:
            return Failed(FailureKind.REDIRECT, f"more than {MAX_REDIRECTS} redirects")
        hop = result


async def _ask(client: Client, hop: _Hop) -> FetchResult | _Hop:
    """One request: the answer, or the next hop."""
    conditions = _conditions(hop)
    authorization = {"Authorization": hop.authorization} if hop.authorization else {}
    response = await client.request("GET", hop.url, {"Accept": hop.accept, **conditions, **authorization})
    async with response:
        if response.status in _REDIRECTS:
            return _next_hop(hop, response.status, response.headers.get("Location", ""))
        headers = clean_headers(response)
        permanent = hop.url if hop.count and hop.permanent else ""
        if response.status == HTTPStatus.NOT_MODIFIED:
            return NotModified(hop.url, headers, permanent) if conditions else _UNASKED
        if response.status in _WHOLE:
            return Fetched(hop.url, await client.body(response, hop.heard), headers, permanent)
        return _refused(response.status, headers)


def _conditions(hop: _Hop) -> dict[str, str]:
    """The validators, byte for byte, and only to the very address that gave them."""
    if hop.validators.url != hop.url:
        return {}
    conditions = {"If-None-Match": hop.validators.etag, "If-Modified-Since": hop.validators.last_modified}
    return {name: value for name, value in conditions.items() if value}


def _next_hop(hop: _Hop, status: int, location: str) -> _Hop | Failed:
    if not (place := _escaped(location.strip())):
        return Failed(FailureKind.REDIRECT, f"a redirect ({_named(status)}) that does not say where to")
    try:
        target = urldefrag(urljoin(hop.url, place)).url
    except ValueError:
        return Failed(FailureKind.REDIRECT, f"a redirect ({_named(status)}) to what is no address")
    before, after = urlsplit(hop.url), urlsplit(target)
    same_origin = (before.scheme, before.netloc) == (after.scheme, after.netloc)
    left_https = before.scheme == "https" and after.scheme != "https"
    return replace(
        hop,
        url=target,
        authorization=hop.authorization if same_origin else "",
        permanent=hop.permanent and status in _PERMANENT and not left_https,
        count=hop.count + 1,
    )


def _escaped(location: str) -> str:
    """As browsers read it: spaces, bytes that are not UTF-8, and characters that no eye sees are escaped."""
    sent = ((one, one.encode("utf-8", "surrogateescape")) for one in location)
    return "".join(one if one.isprintable() and one != " " else quote(octets) for one, octets in sent)


def _refused_address(hop: _Hop, reason: str) -> Failed:
    where = f"redirected to {redact(plain(hop.url))[:200]}: " if hop.count else ""
    return Failed(FailureKind.ADDRESS, where + reason)


def _refused(status: int, headers: Mapping[str, str]) -> Refused:
    challenged = headers.get("cf-mitigated", "").lower() == "challenge"
    if status == HTTPStatus.GONE:
        return Refused(
            FailureKind.GONE, status, f"the server says that it is gone for good ({_named(status)})", headers
        )
    if challenged:
        return Refused(FailureKind.BLOCKED, status, f"a bot challenge stands before it ({_named(status)})", headers)
    if status in {401, 403}:
        return Refused(FailureKind.BLOCKED, status, f"the server does not let us in ({_named(status)})", headers)
    if status == HTTPStatus.TOO_MANY_REQUESTS or (
        status == HTTPStatus.SERVICE_UNAVAILABLE and "retry-after" in headers
    ):
        return Refused(FailureKind.THROTTLED, status, f"the server asks us to wait ({_named(status)})", headers)
    return Refused(FailureKind.STATUS, status, f"the server answered {_named(status)}", headers)


def _named(status: int) -> str:
    """The status with its own phrase: the one that a server sends can carry anything."""
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def clean_headers(response: aiohttp.ClientResponse) -> Mapping[str, str]:
    """The first value of each header, lower-case names, bounded, without control characters; cookies left out.

    Cache-Control is a list (RFC 9110, 5.3): a second one may take back what the first allows. A validator that is not
    whole and clean is left out: it goes back byte for byte or not at all.
    """
    headers: dict[str, str] = {}
    for name, value in response.headers.items():
        lower, kept = name.lower(), without_unsafe(value)[:LONGEST_HEADER]
        if lower != "set-cookie" and not (lower in _VALIDATORS and kept != value):
            joined = lower == "cache-control" and lower in headers
            headers[lower] = f"{headers[lower]}, {kept}" if joined else headers.get(lower, kept)
    return headers
