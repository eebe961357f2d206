"""One message by SMTP. smtplib waits in a thread that holds up nobody: the time limit cuts its connection.

A mail server is the user's own choice, most often in their own network: no address is refused here.
"""

from __future__ import annotations

import asyncio
import contextlib
import smtplib
import socket
import ssl
import threading
from collections.abc import Callable

from feedwatch.core.channels.mail import is_final
from feedwatch.core.channels.requests import Mail
from feedwatch.core.characters import plain
from feedwatch.model import Delivered, DeliveryResult, FailureKind, GiveUp, TryAgain

_MOST_SHOWN = 500
_TAKEN = 250
_LATER = 1.0
"""Seconds after the time limit at which a connection that was not cut ends by itself."""


async def send_mail(request: Mail) -> DeliveryResult:
    """Send once, within the request's time; whatever happens is a value."""
    talk = _Talk(request)
    try:
        async with asyncio.timeout(request.timeout):
            return await _in_thread(talk.run)
    except TimeoutError:
        message = f"the mail server {request.host} did not take the message within {request.timeout:g} s"
        return TryAgain(message, kind=FailureKind.TIMEOUT)
    except Exception as error:  # noqa: BLE001  # the edge: whatever smtplib raises becomes a value
        return _failure(error, request)
    finally:
        talk.cut()


async def _in_thread(work: Callable[[], DeliveryResult]) -> DeliveryResult:
    """What it gives, from a thread that does not hold up the end of the program, as those of a pool do."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[DeliveryResult] = loop.create_future()

    def settle(result: DeliveryResult | None, error: Exception | None) -> None:
        if done.done():
            return
        if result is not None:
            done.set_result(result)
        else:
            done.set_exception(error or RuntimeError())

    def run() -> None:
        result, error = None, None
        try:
            result = work()
        except Exception as raised:  # noqa: BLE001  # raised again where it is awaited
            error = raised
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits
            loop.call_soon_threadsafe(settle, result, error)

    threading.Thread(target=run, name="mail", daemon=True).start()
    return await done


class _Talk:
    """One connection, which another thread may cut."""

    def __init__(self, request: Mail) -> None:
        self._request = request
        self._lock = threading.Lock()
        self._line: socket.socket | None = None
        self._is_cut = False

    def run(self) -> DeliveryResult:
        """Say all of it. Raises what smtplib raises."""
        request = self._request
        with contextlib.closing(_Client(request, self._opened)) as client:
            if request.security == "starttls":  # where it is not offered this raises: never without
                client.starttls(context=ssl.create_default_context())
            if request.password:
                client.login(request.user, request.password)
            refused = client.sendmail(request.sender, request.recipients, request.message)
            with contextlib.suppress(OSError):  # the message is taken: no answer to our goodbye is waited for
                client.putcmd("quit")
        return Delivered(_TAKEN, _partly(refused))

    def cut(self) -> None:
        """End the connection, and with it the thread that waits on it."""
        with self._lock:
            self._is_cut = True
            if self._line is not None:
                with contextlib.suppress(OSError):
                    self._line.shutdown(socket.SHUT_RDWR)
                self._line.close()
                self._line = None

    def _opened(self, line: socket.socket) -> None:
        """Keep a handle of our own: TLS moves the connection into other objects while it waits."""
        with self._lock:
            if self._is_cut:
                line.close()
                raise TimeoutError
            self._line = line.dup()


class _Client(smtplib.SMTP):
    """smtplib's client, with TLS from the start where that is asked for, and no question to DNS who we are."""

    def __init__(self, request: Mail, opened: Callable[[socket.socket], None]) -> None:
        self._is_tls = request.security == "tls"
        self._opened = opened
        super().__init__(request.host, request.port, local_hostname="[127.0.0.1]", timeout=request.timeout + _LATER)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        line = socket.create_connection((host, port), timeout)
        self._opened(line)
        self.local_hostname = _literal(line)
        return ssl.create_default_context().wrap_socket(line, server_hostname=host) if self._is_tls else line


def _literal(line: socket.socket) -> str:
    """Our own address, as EHLO takes it (RFC 5321, 4.1.3)."""
    address = str(line.getsockname()[0]).partition("%")[0]
    return f"[IPv6:{address}]" if ":" in address else f"[{address}]"


# --- what it means ---------------------------------------------------------------------------------------------------


def _failure(error: Exception, request: Mail) -> DeliveryResult:
    """What smtplib raised, as a value: never its own text, which may hold what was said to log in."""
    server = f"the mail server {request.host}"
    match error:
        case smtplib.SMTPAuthenticationError():
            return TryAgain(f"{server} does not accept the user and the password", error.smtp_code)
        case smtplib.SMTPRecipientsRefused():
            return _all_refused(server, error.recipients)
        case smtplib.SMTPSenderRefused():
            return _refused(f"{server} refuses the sender", error.smtp_code, error.smtp_error, of_message=False)
        case smtplib.SMTPDataError():
            return _refused(f"{server} refuses the message", error.smtp_code, error.smtp_error, of_message=True)
        case smtplib.SMTPResponseException():
            answer = _shown(error.smtp_error)
            return TryAgain(f"{server} answered with {error.smtp_code}", error.smtp_code, answer=answer)
        case smtplib.SMTPNotSupportedError():
            if "STARTTLS" in str(error):
                return TryAgain(
                    f"{server} does not offer STARTTLS, without which nothing is sent", kind=FailureKind.TLS
                )
            return TryAgain(f"{server} takes no password here")
        case _:
            return _no_connection(error, request)


def _no_connection(error: Exception, request: Mail) -> DeliveryResult:
    server = f"the mail server {request.host}:{request.port}"
    match error:
        case ssl.SSLCertVerificationError():
            return TryAgain(f"the certificate of {server} is not valid: {error.verify_message}", kind=FailureKind.TLS)
        case ssl.SSLError():
            reason = (error.reason or "").replace("_", " ").lower()
            return TryAgain(f"no secure connection to {server}: {reason}", kind=FailureKind.TLS)
        case socket.gaierror():
            return TryAgain(f"the name {request.host} does not resolve", kind=FailureKind.DNS)
        case smtplib.SMTPServerDisconnected():
            return TryAgain(f"{server} closed the connection", kind=FailureKind.CONNECT)
        case smtplib.SMTPException():
            return TryAgain(f"{server} knows no way to log in that is known here")
        case UnicodeError():
            return TryAgain("the user or the password holds letters that can't be sent: only ASCII can")
        case OSError():
            return TryAgain(f"no connection to {server}: {error.strerror or 'broken'}", kind=FailureKind.CONNECT)
        case _:
            return TryAgain(f"{server}: {type(error).__name__}", kind=FailureKind.PROTOCOL)


def _all_refused(server: str, recipients: dict[str, tuple[int, bytes]]) -> DeliveryResult:
    """For good only where each of them is refused for good."""
    answers = list(recipients.values())
    final = all(is_final(code, _shown(said), of_message=False) for code, said in answers)
    message, answer = f"{server} refuses every recipient", _listed(recipients)
    return (GiveUp if final else TryAgain)(message, answers[0][0], answer=answer)


def _refused(message: str, code: int, said: bytes | str, *, of_message: bool) -> DeliveryResult:
    answer = _shown(said)
    return (GiveUp if is_final(code, answer, of_message=of_message) else TryAgain)(message, code, answer=answer)


def _partly(refused: dict[str, tuple[int, bytes]]) -> str:
    return f"taken, but not for {_listed(refused)}"[:_MOST_SHOWN] if refused else ""


def _listed(refused: dict[str, tuple[int, bytes]]) -> str:
    return "; ".join(f"{one}: {code} {_shown(said)}" for one, (code, said) in refused.items())[:_MOST_SHOWN]


def _shown(said: bytes | str) -> str:
    return plain(said.decode("utf-8", "replace") if isinstance(said, bytes) else said)[:_MOST_SHOWN]
