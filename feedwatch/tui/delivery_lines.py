"""A delivery in full as lines of text: where it stands, what came of each attempt, or what its message says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime

from feedwatch.model import Attempt, ChannelState, Delivery
from feedwatch.tui import guard
from feedwatch.tui.cells import Piece, cut, fit, right, wrapped
from feedwatch.tui.delivery_state import DeliveriesShown, chosen
from feedwatch.tui.sentences import delivery_words, local_time
from feedwatch.tui.typeset import Line

_STATUS, _TOOK = 4, 9
_INDENT = "  "
_ANSWER = 4
"""Lines of the newest attempt's answer; older ones have one."""
_DEEPEST = 8
"""Levels of a message that are set in."""


def lines(state: DeliveriesShown, width: int, now: datetime) -> tuple[Line, ...]:
    """What stands under the list."""
    one, width = chosen(state), max(10, width)
    said = tuple(_set(state.answer, width, "bad" if state.problem else "accent")) if state.answer else ()
    if one is None:
        return said
    out = next((channel for channel in state.out if channel.name == one.channel), None)
    head = tuple(_head(one, width, now, out, reason=state.attempts == ()))  # else each attempt has its own
    if state.body:
        return (*said, *head, Line(), *_body(one.body, width))
    return (*said, *head, *_attempts(one, state.attempts, width, now))


def _head(one: Delivery, width: int, now: datetime, out: ChannelState | None, *, reason: bool) -> Iterator[Line]:
    rule = f"{one.rule} → " if one.rule else ""
    yield from _set(f"{rule}{one.channel}: {one.title or '(no title)'}", width, "title")
    said = f"{delivery_words(one, now, out, reason=reason)}; made {local_time(one.created_at, now)}, id {one.id}"
    yield from _set(said, width, "dim")


def _attempts(one: Delivery, attempts: tuple[Attempt, ...] | None, width: int, now: datetime) -> Iterator[Line]:
    if attempts is None:
        return
    if not attempts:
        said = "What came of its attempts is not kept any more." if one.attempts else "Not tried yet."
        yield from _set(said, width, "dim")
    times = [_moment(attempt.at, now) for attempt in attempts]
    longest = max(map(len, times), default=0)
    for number, (attempt, when) in enumerate(zip(attempts, times, strict=True)):
        yield from _attempt(attempt, fit(when, longest), width, _ANSWER if number == 0 else 1)


def _attempt(attempt: Attempt, when: str, width: int, answer_lines: int) -> Iterator[Line]:
    took = f"{attempt.seconds:.2f} s"
    status = "" if attempt.status is None else str(attempt.status)
    head: tuple[Piece, ...] = (
        (when + right(took, _TOOK) + "  ", "dim"),
        (fit(status, _STATUS), "bad" if attempt.kind else "good"),
    )
    taken = len(when) + _TOOK + 2 + _STATUS
    said = attempt.error if attempt.kind and attempt.kind in attempt.error else f"{attempt.kind}: {attempt.error}"
    text = said if attempt.kind else "delivered"
    style = "bad" if attempt.kind else "good"
    first, *rest = _broken(text, max(10, width - taken)) or [""]
    yield Line((*head, (first, style)))
    for more in rest:
        yield Line(((" " * taken, ""), (more, style)))
    room = max(10, width - taken - 2)
    answer = _broken(attempt.answer[: 2 * room * (answer_lines + 1)], room)
    for number, text in enumerate(answer[:answer_lines]):
        cut_off = number == answer_lines - 1 and len(answer) > answer_lines
        yield Line(((" " * taken, ""), ("│ " + text + ("…" if cut_off else ""), "dim")))


def _moment(when: datetime, now: datetime) -> str:
    """A time to the second where it is of today."""
    local = when.astimezone()
    today = local.date() == now.astimezone().date()
    return local.strftime("%H:%M:%S") if today else f"{local.day:>2} {local.strftime('%b %H:%M:%S')}"


# --- the message itself ----------------------------------------------------------------------------------------------


def _body(body: bytes, width: int) -> Iterator[Line]:
    if not body.strip():
        yield Line((("This delivery has no item, and its message is empty.", "dim"),))
        return
    try:
        told = list(_told(json.loads(body), 0))
    except (ValueError, RecursionError):
        told = [(0, text) for text in body.decode("utf-8", "replace").splitlines()]
    for depth, text in told:
        indent = _INDENT * min(depth, _DEEPEST)
        for part in _broken(text, max(10, width - len(indent))):
            yield Line(((indent, ""), (part, "")))


def _told(value: object, depth: int, name: str = "") -> Iterator[tuple[int, str]]:
    """A value as ``name: value`` lines with their depth; what is empty is left out."""
    label = f"{name}: " if name else ""
    if isinstance(value, dict):
        yield from [(depth, f"{name}:")] if name else []
        for key, inner in value.items():
            yield from _told(inner, depth + bool(name), str(key))
    elif isinstance(value, list):
        for number, inner in enumerate(value, 1):
            yield from _told(inner, depth, f"{name} {number}".strip())
    elif value not in (None, ""):
        yield depth, label + str(value)


def _set(text: str, width: int, style: str) -> Iterator[Line]:
    return (Line(((part, style),)) for part in _broken(text, width))


def _broken(text: str, width: int) -> list[str]:
    """The text in lines of this width; '' has none."""
    shown = guard.passage(text).strip()
    return [cut(shown[start:end], width) for start, end in wrapped(shown, width)] if shown else []
