"""The ``[[channels]]`` of config.toml: which keys each type of channel has, and what may stand there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from feedwatch.config_checks import (
    Section,
    UnfitError,
    address,
    duration,
    hours,
    listed,
    name,
    one_of,
    rate,
    resolved,
    secrets,
    some_time,
    timezone,
    whole_number,
)
from feedwatch.core.channels import TYPES
from feedwatch.core.channels.ntfy import topic_of
from feedwatch.core.reports import EVENTS
from feedwatch.model import Channel

_URLS: Mapping[str, str] = {
    "webhook": "https://example.org/hook",
    "slack": "https://hooks.slack.com/services/...",
    "discord": "https://discord.com/api/webhooks/...",
    "msteams": "https://example.webhook.office.com/...",
    "ntfy": "https://ntfy.sh/my-topic",
    "email": "smtp://desk@mail.example.org:587",
    "apprise": "env:APPRISE_URL",
}
"""Types that need an address, with an example of one."""
_SECRET_ADDRESSES = frozenset({"slack", "discord", "msteams", "ntfy", "apprise"})
"""Types whose address is a secret: whoever knows it can write there."""
_TELEGRAM = "https://api.telegram.org"

Resolve = Callable[[object], str]


def read_channel(table: Section, folder: Path, environ: Mapping[str, str]) -> Channel:
    """One channel; every key that its type does not have is a problem."""
    resolve = resolved(folder, environ)
    kind = table.need("type", one_of(*TYPES), "webhook", '"webhook"')
    default = Channel("", kind)
    channel = Channel(
        name=table.need("name", name, "", '"desk"'),
        type=kind,
        url=_url(table, kind, resolve),
        url_hidden=kind in _SECRET_ADDRESSES or str(table.entries().get("url", "")).startswith(("env:", "file:")),
        secrets=table.take("secret", partial(secrets, resolve), (), shown=False) if kind == "webhook" else (),
        timeout=table.take("timeout", some_time, default.timeout),
        quiet=table.take("quiet", hours, default.quiet),
        timezone=table.take("timezone", timezone, default.timezone),
        digest=table.take("digest", duration, default.digest),
        concurrency=table.take("concurrency", whole_number(1, 64), default.concurrency),
        rate=table.take("rate", rate, default.rate),
        events=table.take("events", listed(one_of(*EVENTS)), default.events),
        token=_token(table, kind, resolve),
        sender=table.need("from", mailbox, "", '"feedwatch@example.org"') if kind == "email" else "",
        to=_recipients(table, kind),
        command=table.need("command", arguments, (), '["/usr/local/bin/tell", "--loud"]') if kind == "command" else (),
    )
    table.close()
    return channel


def _url(table: Section, kind: str, resolve: Resolve) -> str:
    if kind == "telegram":
        return table.take("url", lambda value: address(resolve(value)), _TELEGRAM)
    if kind not in _URLS:
        return ""
    fitting = {"email": mail_server, "apprise": name, "ntfy": topic}.get(kind, address)
    return table.need(
        "url", lambda value: fitting(resolve(value)), "", f'"{_URLS[kind]}"', shown=kind not in _SECRET_ADDRESSES
    )


def _token(table: Section, kind: str, resolve: Resolve) -> str:
    match kind:
        case "telegram":
            return table.need("token", lambda value: bot(resolve(value)), "", '"env:TELEGRAM_TOKEN"', shown=False)
        case "ntfy":
            return table.take("token", lambda value: token(resolve(value)), "", shown=False)
        case "email":
            return table.take("password", resolve, "", shown=False)
        case _:
            return ""


def _recipients(table: Section, kind: str) -> tuple[str, ...]:
    match kind:
        case "telegram":
            return table.need("to", chat, (), '"-1001234567890"')
        case "email":
            return table.need("to", mailboxes, (), '["desk@example.org"]')
        case _:
            return ()


# --- converters, as in config_checks ---------------------------------------------------------------------------------


def mail_server(value: object) -> str:
    """``smtp://user@host:port`` (STARTTLS), ``smtps://…`` (TLS), or ``smtp+plain://…`` (neither)."""
    from feedwatch.core.channels.mail_message import ascii_host  # loads what only mail needs

    written = name(value)
    try:
        parts = urlsplit(written)
        fits = parts.scheme in {"smtp", "smtps", "smtp+plain"} and ascii_host(parts.hostname or "") and parts.port != 0
    except ValueError:
        fits = False
    if not fits:
        raise UnfitError('is no mail server: write one like "smtp://user@mail.example.org:587" or "smtps://…"')
    if urlsplit(written).password is not None:
        raise UnfitError('holds a password: leave it out, and write password = "env:MAIL_PASSWORD"')
    return written


def mailbox(value: object) -> str:
    """One address of mail."""
    from feedwatch.core.channels.mail_message import address  # loads what only mail needs

    written = name(value)
    try:
        address(written)
    except ValueError:
        raise UnfitError('is no address of mail: write one like "desk@example.org"') from None
    return written


def mailboxes(value: object) -> tuple[str, ...]:
    """One address of mail, or a list of them."""
    found = listed(mailbox)(value if isinstance(value, list) else [value])
    if not found:
        raise UnfitError("must name somebody")
    return found


def topic(value: object) -> str:
    """The address of a topic of ntfy."""
    written = address(value)
    if not topic_of(written)[1]:
        raise UnfitError('names no topic: write one like "https://ntfy.sh/my-topic"')
    return written


def token(value: object) -> str:
    """A token that can stand in a header."""
    written = name(value)
    if not (written.isascii() and written.isprintable()) or " " in written:
        raise UnfitError("holds a character that no token has")
    return written


def bot(value: object) -> str:
    """The token of a bot, as Telegram's BotFather gives it."""
    number, _, secret = token(value).partition(":")
    if not (number.isdigit() and len(secret) >= 20 and secret.replace("-", "").replace("_", "").isalnum()):
        raise UnfitError('is no token of a bot: BotFather gives one like "123456789:AA..."')
    return token(value)


def chat(value: object) -> tuple[str, ...]:
    """The one chat that a bot writes to: its number, or ``@name``."""
    if isinstance(value, int) and not isinstance(value, bool):
        return (str(value),)
    written = name(value)
    if not (written.removeprefix("-").isascii() and written.removeprefix("-").isdigit()) and not written.startswith(
        "@"
    ):
        raise UnfitError('is no chat: write its number, like "-1001234567890", or "@name"')
    return (written,)


def arguments(value: object) -> tuple[str, ...]:
    """A program and its arguments, each as it is handed over."""
    found = listed(name)(value)
    if not found:
        raise UnfitError('must name a program: command = ["/usr/local/bin/tell", "--loud"]')
    if any("\0" in one for one in found):
        raise UnfitError("holds a NUL character, which no program can be given")
    return found
