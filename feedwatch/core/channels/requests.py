"""What can be asked of the outer world to deliver a message: one value for each way out. ``net/send.py`` does it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from feedwatch.model import Severity


@dataclass(frozen=True, slots=True)
class Post:
    """One HTTP POST; ``timeout`` in seconds, for the whole of it."""

    url: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    timeout: float = 10.0
    secrets: tuple[str, ...] = field(default=(), repr=False)
    """What is never to be shown, even where the receiver repeats it."""


@dataclass(frozen=True, slots=True)
class Mail:
    """One message by SMTP."""

    host: str
    port: int
    security: Literal["tls", "starttls", "none"]
    """TLS from the start, STARTTLS before anything is said, or neither."""
    user: str
    password: str = field(repr=False)
    sender: str
    recipients: tuple[str, ...]
    message: bytes = field(repr=False)
    """As RFC 5322 writes it, lines ended by CRLF."""
    timeout: float = 10.0


@dataclass(frozen=True, slots=True)
class Program:
    """One run of a program, never through a shell."""

    arguments: tuple[str, ...] = field(repr=False)
    stdin: bytes = field(repr=False)
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    """What it finds there beside our own."""
    timeout: float = 10.0


@dataclass(frozen=True, slots=True)
class Popup:
    """One notification on the desktop, or in the terminal where there is no desktop; plain text."""

    title: str
    text: str
    severity: Severity
    timeout: float = 10.0


@dataclass(frozen=True, slots=True)
class Handover:
    """One notification for the apprise library to send."""

    url: str = field(repr=False)
    """Of the service, as apprise writes it."""
    title: str
    text: str
    severity: Severity
    timeout: float = 10.0


Request = Post | Mail | Program | Popup | Handover
