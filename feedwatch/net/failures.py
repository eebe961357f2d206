"""What an exception of a request means: a kind, and one sentence for the user. Raises nothing itself."""

from __future__ import annotations

import logging
import ssl

import aiohttp

from feedwatch.core.characters import plain
from feedwatch.core.urls import redact
from feedwatch.model import Failed, FailureKind
from feedwatch.net.session import CONNECT_TIMEOUT, REFUSED, BodyEncodingError, BodyTooLargeError, NetSettings

LONGEST_MESSAGE = 300

log = logging.getLogger(__name__)


def failure(error: Exception, settings: NetSettings) -> Failed:
    """The value for an exception of a request under these settings."""
    kind, message = _judge(error, settings)
    return Failed(kind, redact(plain(message))[:LONGEST_MESSAGE])


def _judge(error: Exception, settings: NetSettings) -> tuple[FailureKind, str]:  # noqa: C901  # a table, in order
    match error:
        case BodyTooLargeError():
            return FailureKind.TOO_LARGE, f"the body is larger than {settings.max_body:,} bytes, [poll] max_body"
        case BodyEncodingError():
            return FailureKind.ENCODING, f'the body is encoded as "{error}", which was not asked for'
        case aiohttp.ConnectionTimeoutError():
            return FailureKind.TIMEOUT, f"no connection within {min(CONNECT_TIMEOUT, settings.timeout):g} s"
        case TimeoutError():
            return FailureKind.TIMEOUT, f"no complete answer within {settings.timeout:g} s"
        case aiohttp.ClientConnectorDNSError():
            return FailureKind.DNS, f"the name {error.host} does not resolve"
        case aiohttp.ClientConnectorCertificateError():
            return FailureKind.TLS, f"the certificate of {error.host} is not valid: {_certificate_fault(error)}"
        case aiohttp.ClientConnectorSSLError():
            return FailureKind.TLS, f"no secure connection to {error.host}: {_tls_fault(error.os_error)}"
        case ssl.SSLError():
            return FailureKind.TLS, f"the secure connection broke: {_tls_fault(error)}"
        case aiohttp.ClientConnectorError():
            return _connection(error)
        case aiohttp.ClientPayloadError():
            return FailureKind.PROTOCOL, "the body was cut off or is damaged"
        case aiohttp.InvalidURL():
            return FailureKind.ADDRESS, "the address is none that can be dialled"
        case aiohttp.ClientResponseError():
            return _ill_formed(error)
        case aiohttp.ClientConnectionError() | OSError():
            return FailureKind.CONNECT, "the server closed the connection"
        case _:
            log.warning("a request failed in an unexpected way", exc_info=error)
            return FailureKind.PROTOCOL, f"the request failed: {type(error).__name__}"


def _connection(error: aiohttp.ClientConnectorError) -> tuple[FailureKind, str]:
    reason = (error.os_error.strerror or str(error.os_error) or "refused").removeprefix("Multiple exceptions: ")
    if error.os_error.errno == REFUSED:
        return FailureKind.ADDRESS, reason.replace(f"[Errno {REFUSED}] ", "")
    return FailureKind.CONNECT, f"no connection to {error.host}: {reason}"


def _ill_formed(error: aiohttp.ClientResponseError) -> tuple[FailureKind, str]:
    """The parser's first line: those after it show the server's bytes."""
    first = error.message.strip().partition("\n")[0].partition(": b'")[0].rstrip(":")
    if "Can not decode content-encoding" in error.message:
        return FailureKind.PROTOCOL, "the body is not encoded as its headers say, or is damaged"
    return FailureKind.PROTOCOL, f"the answer is not valid HTTP: {first}"


def _certificate_fault(error: aiohttp.ClientConnectorCertificateError) -> str:
    fault = error.certificate_error
    return str(getattr(fault, "verify_message", "") or fault)


def _tls_fault(error: OSError) -> str:
    return str(getattr(error, "reason", "") or error.strerror or type(error).__name__).replace("_", " ").lower()
