from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedwatch.core.addresses import is_literal, refusal, url_refusal

PUBLIC = (
    "1.1.1.1",
    "8.8.8.8",
    "93.184.216.34",
    "100.63.255.255",
    "100.128.0.1",
    "172.15.0.1",
    "172.32.0.1",
    "192.169.0.1",
    "198.17.255.255",
    "223.255.255.255",
    "2606:4700:4700::1111",
    "2a00:1450:4001:81b::200e",
    "2620:4f:8000::1",
    "::ffff:8.8.8.8",
    "64:ff9b::8.8.8.8",
    "2002:808:808::1",
    "2001:0:808:808:0:ffff:f7f7:f7f7",
)
REFUSED = (
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "100.64.0.1",
    "100.127.255.255",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.8",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.7",
    "203.0.113.7",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::2",
    "::127.0.0.1",
    "::8.8.8.8",
    "::ffff:127.0.0.1",
    "::ffff:7f00:1",
    "::ffff:10.0.0.1",
    "::ffff:0:127.0.0.1",
    "64:ff9b::127.0.0.1",
    "64:ff9b::a00:1",
    "64:ff9b::169.254.169.254",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:0:7f00:1::",
    "2001:0:808:808:0:ffff:80ff:fffe",
    "2001:20::1",
    "2001:db8::1",
    "2002:7f00:1::1",
    "2002:a00:1::",
    "2002:c0a8:101::1",
    "2a00:1450::5efe:10.0.0.1",
    "2a00:1450::200:5efe:127.0.0.1",
    "3fff::1",
    "fd00::5efe:8.8.8.8",
    "fe80::200:5efe:8.8.8.8",
    "4000::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "",
    "localhost",
    "127.1",
    "0x7f.0.0.1",
    "2130706433",
    "0177.0.0.1",
    "127。0。0。1",
)


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_may_be_dialled(address: str) -> None:
    assert refusal(address, 443, ()) == ""


@pytest.mark.parametrize("address", REFUSED)
def test_an_address_that_is_not_public_may_not_be_dialled(address: str) -> None:
    assert refusal(address, 443, ()) != ""


def test_a_refusal_says_what_the_address_is_and_what_to_do() -> None:
    said = refusal("::ffff:127.0.0.1", 80, ())
    assert (
        said
        == "::ffff:127.0.0.1 stands for 127.0.0.1 and is a loopback address; [poll] allow_private can allow its network"
    )


@pytest.mark.parametrize("address", ["127.0.0.1", "::ffff:127.0.0.1", "64:ff9b::127.0.0.1", "2002:7f00:1::"])
def test_an_allowed_network_may_be_dialled_in_every_spelling(address: str) -> None:
    assert refusal(address, 8080, ("127.0.0.0/8",)) == ""


def test_an_allowed_network_allows_no_other() -> None:
    allowed = ("127.0.0.0/8", "fd00::/8")
    assert refusal("::1", 80, allowed)
    assert refusal("0.0.0.0", 80, allowed)
    assert refusal("169.254.169.254", 80, allowed)
    assert refusal("fd12::1", 80, allowed) == ""


def test_an_allowed_tunnel_network_is_the_users_word_whatever_it_leads_to() -> None:
    assert refusal("2002:7f00:1::", 80, ("2002::/16",)) == ""


@pytest.mark.parametrize("port", [0, 22, 25, 6000, 6667, 10080])
def test_ports_of_other_protocols_are_refused_even_where_the_network_is_allowed(port: int) -> None:
    assert "another protocol" in refusal("127.0.0.1", port, ("127.0.0.0/8",))


@given(st.integers(0, 2**32 - 1), st.integers(0, 2**64 - 1))
@settings(max_examples=300)
def test_a_special_ipv4_address_is_refused_in_every_ipv6_form(number: int, filling: int) -> None:
    inner = ipaddress.IPv4Address(number)
    refused = bool(refusal(str(inner), 80, ()))
    if not inner.is_global:
        assert refused
    forms = (0xFFFF << 32 | number, 0x64FF9B << 96 | number, 0x2002 << 112 | number << 80 | filling)
    for form in forms:
        assert bool(refusal(str(ipaddress.IPv6Address(form)), 80, ())) == refused


@given(st.text(max_size=40), st.integers(-1, 70000))
@settings(max_examples=200)
def test_whatever_is_no_address_is_refused_and_nothing_is_raised(text: str, port: int) -> None:
    try:
        ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        assert refusal(text, port, ())


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org",
        "https://example.org/feed.xml?a=1#b",
        "HTTPS://EXAMPLE.ORG/",
        "http://example.org:8080/",
        "http://[2606:4700::1]/",
        "http://пример.рф/новости",
    ],
)
def test_an_http_address_may_be_asked(url: str) -> None:
    assert url_refusal(url) == ""


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("file:///etc/passwd", "not file"),
        ("ftp://example.org/", "not ftp"),
        ("gopher://example.org/", "not gopher"),
        ("javascript:alert(1)", "not javascript"),
        ("data:text/xml,<rss/>", "not data"),
        ("unix:///run/x.sock", "not unix"),
        ("//example.org/", "without a scheme"),
        ("/etc/passwd", "without a scheme"),
        ("", "without a scheme"),
        ("http:///feed", "no host"),
        ("http://", "no host"),
        ("https://bbc.co.uk@evil.example/", "user name"),
        ("https://a:b@evil.example/", "user name"),
        ("http://example.org\\@evil.example/", "backslash"),
        ("http://example.org/\nHost: evil", "control"),
        ("http://example.org/\x1b]52;", "control"),
        ("http://exam ple.org/", "space"),
        ("http://example.org:99999/", "can't be read"),
        ("http://[::1/", "can't be read"),
        ("http://example.org:25/", "port 25"),
        ("http://example.org:0/", "port 0"),
        ("http://example.org/" + "a" * 5000, "longer"),
    ],
)
def test_any_other_address_is_refused_with_the_reason(url: str, reason: str) -> None:
    assert reason in url_refusal(url)


@given(st.text(max_size=60))
@settings(max_examples=200)
def test_judging_a_url_never_raises(text: str) -> None:
    assert isinstance(url_refusal(text), str)
    assert isinstance(url_refusal(f"http://{text}"), str)


def test_a_literal_is_told_from_a_name() -> None:
    assert is_literal("127.0.0.1")
    assert is_literal("[::1]")
    assert not is_literal("localhost")
    assert not is_literal("")
