"""A message of mail, read back as mail programs read it."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedwatch.core.channels.mail import is_final, request
from feedwatch.core.channels.mail_message import LONGEST_SUBJECT
from feedwatch.core.channels.requests import Mail
from feedwatch.core.channels.text import cut
from feedwatch.core.characters import plain
from feedwatch.core.payload import event_body
from feedwatch.model import Channel, DeliveryId, GiveUp, Severity, replace
from tests.core.channels.events import EVENTS
from tests.core.notices import NOTICE, NOW

CHANNEL = Channel(
    "desk", "email", "smtp://mail.example.org", timeout=7.0, sender="feedwatch@example.org", to=("desk@example.org",)
)
HEADERS = [
    "Subject",
    "From",
    "To",
    "Date",
    "Message-ID",
    "References",
    "Auto-Submitted",
    "X-Priority",
    "Importance",
    "MIME-Version",
    "Content-Type",
]


def made(channel: Channel = CHANNEL, body: bytes = EVENTS["alert.raised"]) -> Mail:
    mail = request(channel, DeliveryId("msg_1"), body, NOW)
    assert isinstance(mail, Mail)
    return mail


def read(body: bytes) -> EmailMessage:
    message = message_from_bytes(made(body=body).message, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def part(message: EmailMessage, kind: str) -> str:
    found: Any = message.get_body((kind,))
    text: str = found.get_content()
    return text


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail.example.org", ("starttls", "mail.example.org", 587)),
        ("smtps://mail.example.org", ("tls", "mail.example.org", 465)),
        ("smtp+plain://127.0.0.1", ("none", "127.0.0.1", 25)),
        ("smtp+plain://[::1]:2525", ("none", "::1", 2525)),
    ],
)
def test_an_address_says_how_safe_the_way_is(url: str, expected: tuple[str, str, int]) -> None:
    mail = made(replace(CHANNEL, url=url))
    assert (mail.security, mail.host, mail.port) == expected
    assert mail.timeout == 7.0


def test_who_logs_in_stands_in_the_address_or_is_the_sender() -> None:
    named = replace(CHANNEL, url="smtp://desk%40example.org@mail.example.org", token="hunter2")
    assert (made(named).user, made(named).password) == ("desk@example.org", "hunter2")
    assert made(replace(CHANNEL, token="hunter2")).user == "feedwatch@example.org"
    assert made().user == ""
    assert "hunter2" not in repr(made(named))


def test_every_attempt_sends_the_same_bytes() -> None:
    later = request(CHANNEL, DeliveryId("msg_1"), EVENTS["alert.raised"], NOW + timedelta(days=2))
    assert isinstance(later, Mail)
    assert later.message == made().message


def test_lines_end_and_are_as_long_as_mail_wants_them() -> None:
    for body in EVENTS.values():
        lines = made(body=body).message.split(b"\r\n")
        assert all(len(line) <= 78 and line.isascii() and b"\r" not in line and b"\n" not in line for line in lines)


def test_messages_about_one_alert_have_an_ancestor_in_common() -> None:
    grown = read(event_body(replace(NOTICE, type="alert.grown", grown_at=NOW + timedelta(hours=1))))
    assert grown["References"] == read(EVENTS["alert.raised"])["References"] == "<a1@feedwatch>"
    assert "References" not in read(EVENTS["alert.digest"])


@pytest.mark.parametrize(
    ("severity", "priority", "importance"),
    [("low", "5", "low"), ("normal", "3", "normal"), ("high", "2", "high"), ("critical", "1", "high")],
)
def test_a_severity_is_said_as_mail_programs_know_it(severity: str, priority: str, importance: str) -> None:
    message = read(event_body(replace(NOTICE, severity=Severity(severity))))
    assert (message["X-Priority"], message["Importance"]) == (priority, importance)
    assert message["Auto-Submitted"] == "auto-generated"


@given(st.text(), st.text(max_size=80))
def test_no_headline_makes_a_header_or_a_part_or_loses_its_words(title: str, rule: str) -> None:
    message = read(event_body(replace(NOTICE, title=title, rule=rule)))
    assert message.keys() == HEADERS
    assert [one.get_content_type() for one in message.iter_parts()] == ["text/plain", "text/html"]
    assert not message.defects
    subject = cut(plain(f"[{rule or ' · high'}] {title or NOTICE.url}"), LONGEST_SUBJECT).replace("=?", "= ?")
    assert str(message["Subject"]) == subject
    assert part(message, "plain").splitlines()[0] == plain(f"{rule} · high: {title or NOTICE.url}")


@pytest.mark.parametrize(
    "title",
    [
        "Дрони над портом: що відомо станом на цей ранок, і чому порт закрито до неділі",
        "=?utf-8?q?a=0D=0ABcc=3A_x=40example.net?= drones",
        'Drones, "many" (of them) <seen> @ port; \'tis said',
        "口" * 150,
        "слово " * 30 + "end",
        "word " * 30 + "end",
        "x" * 180,
    ],
)
def test_a_subject_is_read_as_it_was_written(title: str) -> None:
    said = str(read(event_body(replace(NOTICE, title=title)))["Subject"])
    assert said == f"[Drones] {title}".replace("=?", "= ?")


def test_strangers_write_no_markup_and_only_links_to_the_web() -> None:
    page = part(read(EVENTS["injecting"]), "html")
    assert "<script" not in page
    assert "<img" not in page
    assert "<i>" not in page
    assert "javascript:" not in page
    assert "javascript:" not in part(read(EVENTS["injecting"]), "plain")
    assert '<a href="https://example.org/1">' in part(read(EVENTS["alert.raised"]), "html")


@pytest.mark.parametrize("address", ["дрони@example.org", "a(b@example.org", "group:a@b;c@example.org", "a@b..c"])
def test_an_address_that_no_header_can_hold_is_given_up(address: str) -> None:
    assert isinstance(
        request(replace(CHANNEL, to=(address,)), DeliveryId("msg_1"), EVENTS["alert.digest"], NOW), GiveUp
    )


@pytest.mark.parametrize(("host", "expected"), [("пошта.example", "xn--80a1acn3a.example"), ("[::1]", "::1")])
def test_a_server_may_be_named_in_any_script(host: str, expected: str) -> None:
    assert made(replace(CHANNEL, url=f"smtp://{host}")).host == expected


def test_a_server_that_no_name_can_have_is_given_up() -> None:
    channel = replace(CHANNEL, url="smtp://mail..example")
    assert isinstance(request(channel, DeliveryId("msg_1"), EVENTS["alert.digest"], NOW), GiveUp)


@pytest.mark.parametrize(
    ("code", "answer", "of_message", "expected"),
    [
        (550, "5.1.1 no such user", False, True),
        (550, "no such user", False, True),
        (554, "refused", False, False),
        (554, "refused", True, True),
        (550, "5.7.1 not allowed", True, False),
        (552, "5.2.2 mailbox full", False, False),
        (535, "5.7.8 wrong password", False, False),
        (450, "4.1.1 later", False, False),
    ],
)
def test_a_refusal_is_final_where_nobody_can_mend_it(code: int, answer: str, of_message: bool, expected: bool) -> None:
    assert is_final(code, answer, of_message=of_message) is expected
