"""Mail to real servers on this machine: plain, STARTTLS and TLS, and whatever can go wrong on the way."""

from __future__ import annotations

import asyncio
import ssl
import threading
import time
from email import message_from_bytes
from pathlib import Path
from typing import Literal

import pytest
import trustme

from feedwatch.core.channels.requests import Mail
from feedwatch.model import Delivered, FailureKind, GiveUp, TryAgain
from feedwatch.net.mail import send_mail
from tests.mail_server import CLOSE, DRIP, SILENCE, MailServer
from tests.program import until

MESSAGE = b"Subject: Drones\r\nMessage-ID: <msg_1@feedwatch>\r\n\r\n.Two were seen.\r\n"


def mail(port: int, security: Literal["tls", "starttls", "none"] = "none", **changes: object) -> Mail:
    fields = {
        "host": "localhost",
        "port": port,
        "security": security,
        "user": "desk",
        "password": "",
        "sender": "feedwatch@example.org",
        "recipients": ("desk@example.org", "night@example.org"),
        "message": MESSAGE,
        "timeout": 5.0,
    }
    return Mail(**{**fields, **changes})  # type: ignore[arg-type]


@pytest.fixture
def trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> trustme.CA:
    """An authority that this process believes, and no other."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path / "none"))
    return authority


def context_of(authority: trustme.CA, host: str = "localhost") -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(host).configure_cert(context)
    return context


async def test_a_relay_on_this_machine_takes_a_message_for_all_as_it_is() -> None:
    async with MailServer() as server:
        assert await send_mail(mail(server.port)) == Delivered(250)
        (taken,) = server.taken
        assert (taken.sender, taken.recipients) == (
            "feedwatch@example.org",
            ("desk@example.org", "night@example.org"),
        )
        assert taken.message == MESSAGE
        assert server.lines[0] == "ehlo [127.0.0.1]"
        await until(server.is_left, 5.0)


@pytest.mark.parametrize("security", ["tls", "starttls"])
async def test_a_password_is_said_only_within_tls(security: Literal["tls", "starttls"], trusted: trustme.CA) -> None:
    async with MailServer(context_of(trusted), security=security) as server:
        assert await send_mail(mail(server.port, security, password="hunter2")) == Delivered(250)
        (taken,) = server.taken
        assert (taken.login, taken.is_secure) == ("desk:hunter2", True)
        assert message_from_bytes(taken.message)["Message-ID"] == "<msg_1@feedwatch>"


@pytest.mark.parametrize("security", ["tls", "starttls"])
@pytest.mark.parametrize("fault", ["another authority", "another host"])
async def test_a_wrong_certificate_is_refused(
    security: Literal["tls", "starttls"], fault: str, trusted: trustme.CA
) -> None:
    context = context_of(trustme.CA()) if fault == "another authority" else context_of(trusted, "mail.example.org")
    async with MailServer(context, security=security) as server:
        result = await send_mail(mail(server.port, security, password="hunter2"))
        assert isinstance(result, TryAgain)
        assert (result.kind, server.taken) == (FailureKind.TLS, [])
        assert "the certificate of the mail server localhost" in result.message
        assert not [line for line in server.lines if line.upper().startswith(("AUTH", "MAIL"))]


async def test_where_starttls_is_not_offered_nothing_is_sent() -> None:
    async with MailServer() as server:
        result = await send_mail(mail(server.port, "starttls", password="hunter2"))
        assert isinstance(result, TryAgain)
        assert "does not offer STARTTLS" in result.message
        assert [line.partition(" ")[0] for line in server.lines] == ["ehlo"]


async def test_a_server_that_refuses_starttls_gets_nothing(trusted: trustme.CA) -> None:
    script = {"STARTTLS": "454 not now"}
    async with MailServer(context_of(trusted), security="starttls", script=script) as server:
        result = await send_mail(mail(server.port, "starttls", password="hunter2"))
        assert result == TryAgain("the mail server localhost answered with 454", 454, answer="not now")
        assert server.taken == []


async def test_a_server_that_speaks_no_tls_is_named() -> None:
    async with MailServer() as server:
        result = await send_mail(mail(server.port, "tls"))
        assert isinstance(result, TryAgain)
        assert result.kind is FailureKind.TLS


@pytest.mark.parametrize("password", ["hunter2", "пароль"])
async def test_a_password_that_is_not_taken_is_tried_again_and_never_shown(password: str) -> None:
    async with MailServer(script={"AUTH": "535 5.7.8 no: AGRlc2sAaHVudGVyMg== hunter2"}) as server:
        result = await send_mail(mail(server.port, password=password))
        assert isinstance(result, TryAgain)
        assert "password" in result.message
        for secret in ("hunter2", "AGRlc2sAaHVudGVyMg==", password):
            assert secret not in repr(result)
        assert "hunter2" not in repr(mail(server.port, password=password))


@pytest.mark.parametrize(
    ("script", "is_final", "status"),
    [
        ({"rcpt": "550 5.1.1 no such user"}, True, 550),
        ({"rcpt": "550 nobody here"}, True, 550),
        ({"rcpt": "450 4.2.0 greylisted"}, False, 450),
        ({"rcpt": "554 5.7.1 relay access denied"}, False, 554),
        ({"rcpt": "552 5.2.2 mailbox full"}, False, 552),
        ({"mail": "553 5.1.8 no such sender"}, True, 553),
        ({"mail": "530 5.7.0 log in first"}, False, 530),
        ({"mail": "550 5.4.5 daily quota exceeded"}, False, 550),
        ({"data": "451 busy"}, False, 451),
        ({".": "552 5.3.4 too large"}, True, 552),
        ({".": "554 no"}, True, 554),
        ({".": "550 5.7.1 looks like spam"}, False, 550),
        ({".": "421 going down"}, False, 421),
        ({"": "421 too busy"}, False, 421),
        ({"": "554 no service here"}, False, 554),
    ],
)
async def test_only_what_stands_for_good_is_given_up(script: dict[str, str], is_final: bool, status: int) -> None:
    async with MailServer(script=script) as server:
        result = await send_mail(mail(server.port))
        assert isinstance(result, GiveUp if is_final else TryAgain)
        assert result.status == status
        (said,) = script.values()
        assert said[4:] in result.answer
        await until(server.is_left, 5.0)


async def test_one_refused_recipient_does_not_keep_the_message_from_the_others() -> None:
    async with MailServer(script={"rcpt TO:<night": "550 5.1.1 no \x1b[2Jsuch user"}) as server:
        result = await send_mail(mail(server.port))
        assert result == Delivered(250, "taken, but not for night@example.org: 550 5.1.1 no [2Jsuch user")
        assert server.taken[0].recipients == ("desk@example.org",)


@pytest.mark.parametrize(
    ("at", "answer"),
    [("", SILENCE), ("ehlo", SILENCE), ("mail", SILENCE), (".", SILENCE), ("", DRIP), ("ehlo", DRIP), (".", DRIP)],
)
async def test_a_server_that_hangs_is_left_in_time_and_no_thread_stays(answer: str, at: str) -> None:
    async with MailServer(script={at: answer}) as server:
        began = time.monotonic()
        result = await send_mail(mail(server.port, timeout=0.2))
        assert time.monotonic() - began < 0.8
        assert isinstance(result, TryAgain)
        assert result.kind is FailureKind.TIMEOUT
        await no_threads()
        await until(server.is_left, 5.0)


@pytest.mark.parametrize("security", ["tls", "starttls"])
async def test_a_tls_handshake_that_hangs_is_left_in_time(security: Literal["tls", "starttls"]) -> None:
    script = (
        {"": SILENCE} if security == "tls" else {"ehlo": "250-me\r\n250 STARTTLS", "STARTTLS": f"220 go\r\n{SILENCE}"}
    )
    async with MailServer(script=script) as server:
        result = await send_mail(mail(server.port, security, timeout=0.2))
        assert isinstance(result, TryAgain)
        assert result.kind is FailureKind.TIMEOUT
        await no_threads()


async def test_a_message_that_was_taken_is_delivered_whatever_comes_of_the_goodbye() -> None:
    for answer in (SILENCE, CLOSE, "500 what?"):
        async with MailServer(script={"quit": answer}) as server:
            assert await send_mail(mail(server.port, timeout=2.0)) == Delivered(250)
            assert len(server.taken) == 1


async def test_a_server_that_closes_or_is_not_there_is_tried_again() -> None:
    async with MailServer(script={"mail": CLOSE}) as server:
        port = server.port
        result = await send_mail(mail(port))
        assert isinstance(result, TryAgain)
        assert result.kind is FailureKind.CONNECT
    result = await send_mail(mail(port))
    assert isinstance(result, TryAgain)
    assert result.message == f"no connection to the mail server localhost:{port}: Connection refused"


async def test_a_name_that_does_not_resolve_is_said() -> None:
    result = await send_mail(mail(25, host="mail.invalid"))
    assert result == TryAgain("the name mail.invalid does not resolve", kind=FailureKind.DNS)


async def test_an_attempt_that_is_cancelled_leaves_no_thread() -> None:
    async with MailServer(script={"mail": SILENCE}) as server:
        attempt = asyncio.create_task(send_mail(mail(server.port, timeout=30.0)))

        async def is_talking() -> bool:
            return bool(server.lines)

        await until(is_talking, 5.0)
        attempt.cancel()
        await asyncio.gather(attempt, return_exceptions=True)
        assert attempt.cancelled()
        await no_threads()


async def no_threads() -> None:
    """Wait until no thread talks to a mail server; TimeoutError where one stays."""

    async def is_none_left() -> bool:
        return not any(one.name == "mail" for one in threading.enumerate())

    await until(is_none_left, 5.0)
