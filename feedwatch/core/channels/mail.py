"""A message by mail: the same bytes on every attempt, so that a mail program sees a repeated one as the same."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from email.errors import MessageError
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from typing import Literal
from urllib.parse import unquote, urlsplit

from feedwatch.core.channels.letter import heading, left_out, paragraphs
from feedwatch.core.channels.message import Entry, Message, read_message
from feedwatch.core.channels.requests import Mail
from feedwatch.core.channels.text import cut
from feedwatch.core.characters import multiline, plain
from feedwatch.core.urls import safe_link
from feedwatch.model import Channel, DeliveryId, GiveUp, Severity

LONGEST_SUBJECT = 200
"""Characters."""
_SERVERS: Mapping[str, tuple[Literal["tls", "starttls", "none"], int]] = {
    "smtp": ("starttls", 587),
    "smtps": ("tls", 465),
    "smtp+plain": ("none", 25),
}
_PRIORITY: Mapping[Severity, tuple[str, str]] = {
    Severity.LOW: ("5", "low"),
    Severity.NORMAL: ("3", "normal"),
    Severity.HIGH: ("2", "high"),
    Severity.CRITICAL: ("1", "high"),
}
"""X-Priority and Importance."""
_ENHANCED = re.compile(r"5\.\d{1,3}\.\d{1,3}\b")
_FINAL_REASONS = re.compile(r"5\.(?:1\.\d+|2\.1|3\.4|6\.\d+)$")
"""A wrong address, a closed mailbox, too large, content that can't be taken (RFC 3463)."""


def request(channel: Channel, delivery_id: DeliveryId, body: bytes, now: datetime) -> Mail | GiveUp:
    """The message for all recipients at once; GiveUp where an address can't stand in one."""
    server = urlsplit(channel.url)
    security, port = _SERVERS[server.scheme]
    try:
        sender, *recipients = (_address(one) for one in (channel.sender, *channel.to))
        host = _ascii(server.hostname or "")
    except (MessageError, ValueError):
        return GiveUp(f'channel "{channel.name}" has a server, a sender or a recipient that no mail can have')
    user = unquote(server.username or "")
    return Mail(
        host=host,
        port=server.port or port,
        security=security,
        user=user or (channel.sender if channel.token else ""),
        password=channel.token,
        sender=sender.addr_spec,
        recipients=tuple(one.addr_spec for one in recipients),
        message=_written(read_message(body), delivery_id, sender, tuple(recipients)),
        timeout=channel.timeout,
    )


def is_final(code: int, answer: str, *, of_message: bool) -> bool:
    """Whether a server's refusal stands whatever a person mends: of an address, or of the message itself.

    In doubt it does not: accounts, quotas and policies (5.4, 5.7) are mended while the schedule runs.
    """
    if found := _ENHANCED.match(answer):
        return _FINAL_REASONS.match(found[0]) is not None
    return code in ({552, 554} if of_message else {550, 551, 553})


def _address(written: str) -> Address:
    """MessageError or ValueError where no header can hold it; a domain in any script is written as DNS has it."""
    local, _, domain = written.rpartition("@")
    address = Address(addr_spec=f"{local}@{_ascii(domain)}")
    address.addr_spec.encode("ascii")
    return address


def _ascii(host: str) -> str:
    """UnicodeError where it is no name."""
    return host.encode("idna").decode("ascii")


def _written(message: Message, delivery_id: DeliveryId, sender: Address, recipients: tuple[Address, ...]) -> bytes:
    mail = EmailMessage(policy=SMTP)
    priority, importance = _PRIORITY[message.severity]
    mail["From"] = sender
    mail["To"] = recipients
    mail["Date"] = datetime.fromisoformat(message.timestamp)
    mail["Message-ID"] = f"<{delivery_id}@feedwatch>"
    if message.alert_id:  # never sent itself: mail programs put together what has an ancestor in common
        mail["References"] = f"<{message.alert_id}@feedwatch>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Priority"] = priority
    mail["Importance"] = importance
    # Quoted-printable whatever the text: no line of it can then be the boundary, and none is too long.
    mail.set_content(f"{heading(message)}\n\n{paragraphs(message)}\n", cte="quoted-printable")
    mail.add_alternative(_page(message), subtype="html", cte="quoted-printable")
    mail.set_boundary(f"=_{delivery_id}")
    return _subject(message) + mail.as_bytes()


def _subject(message: Message) -> bytes:
    """The header by the older of the library's two writers: the newer one loses spaces between encoded words."""
    text = cut(plain(f"[{message.rule or message.label}] {message.title}"), LONGEST_SUBJECT)
    text = text.replace("=?", "= ?")  # else it may be read as an encoded word (RFC 2047)
    header = Header(text, "us-ascii" if text.isascii() else "utf-8", header_name="Subject")
    return f"Subject: {header.encode(linesep=SMTP.linesep)}{SMTP.linesep}".encode("ascii")


# --- HTML ------------------------------------------------------------------------------------------------------------


def _page(message: Message) -> str:
    return f"<!doctype html>\n<html><body>\n{''.join(_blocks(message))}</body></html>\n"


def _blocks(message: Message) -> Iterator[str]:
    yield f"<p>{_escaped(message.label)}</p>\n<h2>{_link(message.title, message.url)}</h2>\n"
    for paragraph in multiline(message.text).split("\n\n"):
        if paragraph:
            yield f"<p>{html.escape(paragraph).replace(chr(10), '<br>')}</p>\n"
    if message.facts:
        rows = (f"<tr><td>{_escaped(name)}</td><td>{_escaped(value)}</td></tr>\n" for name, value in message.facts)
        yield f"<table>\n{''.join(rows)}</table>\n"
    if message.entries:
        yield f"<ul>\n{''.join(map(_entry, message.entries))}</ul>\n"
    if more := left_out(message):
        yield f"<p>{more}</p>\n"


def _entry(entry: Entry) -> str:
    about = " · ".join(_escaped(part) for part in (entry.label, entry.note) if part)
    return f"<li>{_link(entry.title, entry.url)}{f'<br>{about}' if about else ''}</li>\n"


def _link(text: str, url: str) -> str:
    target = safe_link(url)
    return f'<a href="{html.escape(target)}">{_escaped(text)}</a>' if target else _escaped(text)


def _escaped(text: str) -> str:
    return html.escape(plain(text))
