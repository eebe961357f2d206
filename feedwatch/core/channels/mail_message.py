"""A message by mail: the same bytes on every attempt, so that a mail program sees a repeated one as the same."""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping
from datetime import datetime
from email.errors import MessageError
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from feedwatch.core.channels.letter import heading, left_out, paragraphs
from feedwatch.core.channels.message import Entry, Message
from feedwatch.core.channels.text import cut
from feedwatch.core.characters import multiline, plain
from feedwatch.core.urls import safe_link
from feedwatch.model import DeliveryId, Severity

LONGEST_SUBJECT = 200
"""Characters."""
_PRIORITY: Mapping[Severity, tuple[str, str]] = {
    Severity.LOW: ("5", "low"),
    Severity.NORMAL: ("3", "normal"),
    Severity.HIGH: ("2", "high"),
    Severity.CRITICAL: ("1", "high"),
}
"""X-Priority and Importance."""


def address(text: str) -> Address:
    """As headers hold it, a domain in any script as DNS has it; ValueError where none can hold it."""
    local, _, domain = text.rpartition("@")
    try:
        made = Address(addr_spec=f"{local}@{ascii_host(domain)}")
    except MessageError as error:
        raise ValueError(str(error)) from error
    made.addr_spec.encode("ascii")
    return made


def ascii_host(host: str) -> str:
    """As DNS has it; ValueError where it is no name."""
    return host.encode("idna").decode("ascii")


def written(message: Message, delivery_id: DeliveryId, sender: Address, recipients: tuple[Address, ...]) -> bytes:
    """The message as RFC 5322 has it."""
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
