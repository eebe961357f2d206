from __future__ import annotations

import logging
import ssl
from unittest.mock import Mock

import aiohttp
import pytest

from feedwatch.model import Failed, FailureKind
from feedwatch.net.failures import LONGEST_MESSAGE, failure
from feedwatch.net.session import REFUSED, BodyEncodingError, BodyTooLargeError, NetSettings

SETTINGS = NetSettings(timeout=30.0, max_body=10_000_000)
KEY = Mock(host="example.org", port=443)


@pytest.mark.parametrize(
    ("error", "failed"),
    [
        (TimeoutError(), Failed(FailureKind.TIMEOUT, "no complete answer within 30 s")),
        (aiohttp.ConnectionTimeoutError(), Failed(FailureKind.TIMEOUT, "no connection within 10 s")),
        (
            aiohttp.ClientConnectorDNSError(KEY, OSError(-2, "Name or service not known")),
            Failed(FailureKind.DNS, "the name example.org does not resolve"),
        ),
        (
            aiohttp.ClientConnectorError(KEY, OSError(111, "Connect call failed")),
            Failed(FailureKind.CONNECT, "no connection to example.org: Connect call failed"),
        ),
        (
            aiohttp.ClientConnectorError(KEY, OSError(REFUSED, "10.0.0.1 is a private address")),
            Failed(FailureKind.ADDRESS, "10.0.0.1 is a private address"),
        ),
        (
            aiohttp.ClientConnectorError(
                KEY, OSError(REFUSED, f"Multiple exceptions: [Errno {REFUSED}] a, [Errno {REFUSED}] b")
            ),
            Failed(FailureKind.ADDRESS, "a, b"),
        ),
        (ssl.SSLError(1, "broken"), Failed(FailureKind.TLS, "the secure connection broke: broken")),
        (aiohttp.ServerDisconnectedError(), Failed(FailureKind.CONNECT, "the server closed the connection")),
        (ConnectionResetError(), Failed(FailureKind.CONNECT, "the server closed the connection")),
        (
            BodyTooLargeError(),
            Failed(FailureKind.TOO_LARGE, "the body is larger than 10,000,000 bytes, [poll] max_body"),
        ),
        (
            BodyEncodingError("gzip, \x1b]52;c"),
            Failed(FailureKind.ENCODING, 'the body is encoded as "gzip, ]52;c", which was not asked for'),
        ),
    ],
)
def test_an_exception_becomes_a_kind_and_a_sentence(error: Exception, failed: Failed) -> None:
    assert failure(error, SETTINGS) == failed


def test_an_exception_that_nobody_expected_is_a_value_too_and_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        assert failure(AssertionError("x"), SETTINGS).message == "the request failed: AssertionError"
    assert caplog.records[0].exc_info is not None


def test_a_sentence_is_short_and_shows_no_credentials() -> None:
    reason = "https://me:hunter2@example.org/?token=hunter2 " + "x" * 1000
    message = failure(aiohttp.ClientConnectorError(KEY, OSError(1, reason)), SETTINGS).message
    assert "hunter2" not in message
    assert len(message) == LONGEST_MESSAGE
