"""One notification by the apprise library, which runs in a process of its own; of that only the exit code is read."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping

from feedwatch.core.channels.requests import Handover
from feedwatch.model import Delivered, DeliveryResult, FailureKind, GiveUp, Severity, TryAgain
from feedwatch.net.apprise_process import NOT_INSTALLED, NOT_SENT, NOT_UNDERSTOOD, SENT
from feedwatch.net.programs import run_to_end

_PROGRAM = (sys.executable, "-P", "-m", "feedwatch.net.apprise_process")
_TYPES: Mapping[Severity, str] = {
    Severity.LOW: "info",
    Severity.NORMAL: "info",
    Severity.HIGH: "warning",
    Severity.CRITICAL: "failure",
}
"""Apprise's words."""


async def hand_over(request: Handover) -> DeliveryResult:
    """Hand it over once, within the request's time; whatever happens is a value, and shows nothing of the address."""
    asked = {"url": request.url, "title": request.title, "text": request.text, "type": _TYPES[request.severity]}
    try:
        run = await run_to_end(_PROGRAM, json.dumps(asked).encode(), {}, request.timeout)
    except OSError as error:
        return TryAgain(f"no process for apprise: {error.strerror}", kind=FailureKind.PROGRAM)
    match run.code:
        case None:
            return TryAgain(f"apprise did not end within {request.timeout:g} s", kind=FailureKind.TIMEOUT)
        case code if code == SENT:
            return Delivered()
        case code if code == NOT_SENT:
            return TryAgain("apprise could not hand it over; 'apprise -vv' with the same address says why")
        case code if code == NOT_UNDERSTOOD:
            return GiveUp("apprise does not understand the channel's address", kind=FailureKind.ADDRESS)
        case code if code == NOT_INSTALLED:
            return TryAgain("apprise is not installed: pip install 'feedwatch[apprise]'", kind=FailureKind.PROGRAM)
        case code:
            return TryAgain(f"apprise failed (exit code {code})", kind=FailureKind.PROGRAM)
