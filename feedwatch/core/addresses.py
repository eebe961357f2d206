"""Which URLs, ports and IP addresses may be dialled. Decides on what it is handed; resolves and dials nothing.

``refusal`` is asked about the very address that is about to be dialled, after DNS and on every hop of a redirect:
judging a name earlier can be answered by another address later (DNS rebinding).
The tables are IANA's special-purpose registries (RFC 6890), since ``ipaddress.is_global`` differs between Python
versions and calls multicast, NAT64 and 6to4 forms of 127.0.0.1 global.
"""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

from feedwatch.core.urls import LONGEST_URL

_Address = IPv4Address | IPv6Address
_Network = IPv4Network | IPv6Network

_SPECIAL_4 = tuple(
    (IPv4Network(network), what)
    for network, what in (
        ("0.0.0.0/8", "an address of this host"),
        ("10.0.0.0/8", "a private address"),
        ("100.64.0.0/10", "a carrier's internal address"),
        ("127.0.0.0/8", "a loopback address"),
        ("169.254.0.0/16", "a link-local address"),
        ("172.16.0.0/12", "a private address"),
        ("192.0.0.0/24", "a protocol's own address"),
        ("192.0.2.0/24", "an address for examples"),
        ("192.88.99.0/24", "a 6to4 relay"),
        ("192.168.0.0/16", "a private address"),
        ("198.18.0.0/15", "an address for benchmarks"),
        ("198.51.100.0/24", "an address for examples"),
        ("203.0.113.0/24", "an address for examples"),
        ("224.0.0.0/4", "a multicast address"),
        ("240.0.0.0/4", "a reserved address"),
    )
)
_SPECIAL_6 = tuple(
    (IPv6Network(network), what)
    for network, what in (
        ("::/128", "an address of this host"),
        ("::1/128", "a loopback address"),
        ("64:ff9b:1::/48", "a private address"),
        ("fc00::/7", "a private address"),
        ("fe80::/10", "a link-local address"),
        ("fec0::/10", "a private address"),
        ("ff00::/8", "a multicast address"),
        ("2001::/23", "a protocol's own address"),
        ("2001:db8::/32", "an address for examples"),
        ("3fff::/20", "an address for examples"),
    )
)
_PUBLIC_6 = IPv6Network("2000::/3")
"""All that IANA has given out as global unicast; whatever else exists is special."""
_NAT64 = IPv6Network("64:ff9b::/96")
_ISATAP = (0x00005EFE, 0x02005EFE)
"""RFC 5214, 6.1: an interface identifier that begins so ends in an IPv4 address."""

_NOT_WEB = frozenset(
    {0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103}
    | {104, 109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514}
    | {515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723}
    | {2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080}
)
"""Ports that browsers do not dial either, since other protocols listen there (Fetch Standard, 2.9 "port blocking")."""


def refusal(address: str, port: int, allowed: tuple[str, ...]) -> str:
    """Why ``address`` may not be dialled, or '' where it may. ``allowed``: networks that may be, beside public ones.

    An IPv4 address inside an IPv6 one is judged too: mapped, NAT64, 6to4, Teredo, ISATAP.
    """
    if port in _NOT_WEB:
        return f"port {port} belongs to another protocol than HTTP"
    try:
        outer = _read(address)
    except ValueError:
        return f"{address!r} is no IP address"
    networks = _networks(allowed)
    if _is_within(outer, networks):
        return ""
    for one in _meant(outer):
        if (what := _special(one)) and not _is_within(one, networks):
            named = address if one is outer else f"{address} stands for {one} and"
            return f"{named} is {what}; [poll] allow_private can allow its network"
    return ""


def url_refusal(url: str) -> str:
    """Why this URL may not be asked for, or '' where it may, as far as the URL alone tells.

    User names in it are refused: ``https://example.org@evil.example/`` leads elsewhere than it seems.
    """
    if len(url) > LONGEST_URL:
        return f"the address is longer than {LONGEST_URL} characters"
    if not url.isprintable() or any(character.isspace() or character == "\\" for character in url):
        return "the address holds a space, a backslash or a control character"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "the address can't be read"
    if parts.scheme not in {"http", "https"}:
        return f"only http and https addresses are fetched, not {parts.scheme or 'one without a scheme'}"
    if not parts.hostname:
        return "the address names no host"
    if "@" in parts.netloc:
        return "the address holds a user name before its host"
    return f"port {port} belongs to another protocol than HTTP" if port in _NOT_WEB else ""


def is_literal(host: str) -> bool:
    """The host is an IP address as it stands, so that no other answer of DNS will change it."""
    try:
        _read(host.strip("[]"))
    except ValueError:
        return False
    return True


@lru_cache(maxsize=8)
def _networks(allowed: tuple[str, ...]) -> tuple[_Network, ...]:
    return tuple(ip_network(network, strict=False) for network in allowed)


def _read(address: str) -> _Address:
    """The address without its zone ("%eth0"): the zone says which cable, not whose address."""
    return ip_address(address.partition("%")[0])


def _is_within(address: _Address, networks: tuple[_Network, ...]) -> bool:
    return any(address in network for network in networks)  # False where the versions differ


def _special(address: _Address) -> str:
    """What an address is, if it is not simply one on the internet."""
    if isinstance(address, IPv4Address):
        return next((what for network, what in _SPECIAL_4 if address in network), "")
    what = next((what for network, what in _SPECIAL_6 if address in network), "")
    return what or ("" if address in _PUBLIC_6 else "a reserved address")


def _meant(address: _Address) -> tuple[_Address, ...]:
    """The addresses to judge: what an IPv6 form stands for or leads to through a tunnel, or the address itself."""
    if isinstance(address, IPv4Address):
        return (address,)
    number = int(address)
    last = IPv4Address(number & 0xFFFFFFFF)
    if address.ipv4_mapped is not None or address in _NAT64:
        return (last,)
    if address.sixtofour is not None:
        return (address.sixtofour,)
    if address.teredo is not None:
        return address.teredo
    return (address, last) if (number >> 32) & 0xFFFFFFFF in _ISATAP else (address,)
