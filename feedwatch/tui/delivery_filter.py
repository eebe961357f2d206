"""The filter of the deliveries as it is typed: ``dead channel:desk since:2d drone``. Pure: text in, values out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from feedwatch.model import DeliveryState, Selection, replace
from feedwatch.quantities import parse_moment

HINT = "dead, waiting, delivered, channel:desk, since:2d, until:1h or since:08:30, and words of rule or title"
_TOKEN = re.compile(r'[A-Za-z]+:"[^"]*"?|"[^"]*"?|\S+')
_EXAMPLES = {"channel": "channel:desk", "since": "since:2d", "until": "until:1h"}


@dataclass(frozen=True, slots=True)
class DeliveryFilter:
    """Which deliveries are to be shown: those to which all that is given applies."""

    words: str = ""
    """As typed; '' shows all."""
    state: DeliveryState | None = None
    channel: str = ""
    since: datetime | timedelta | None = None
    """A time, or how long ago."""
    until: datetime | timedelta | None = None
    text: str = ""

    def selection(self, now: datetime) -> Selection:
        """What the store is asked for at this time."""
        return Selection((), self.state, self.channel, _at(self.since, now), _at(self.until, now), self.text)


ALL = DeliveryFilter()
DEAD = DeliveryFilter("dead", DeliveryState.DEAD)


def parse(words: str, channels: Iterable[str], now: datetime) -> DeliveryFilter:
    """What was typed, the name of one of ``channels`` meaning that; ValueError with a sentence otherwise."""
    named = {name.casefold(): name for name in channels}
    found, text = DeliveryFilter(" ".join(words.split())), []
    for token in _TOKEN.findall(words):
        word, value = _split(token)
        if word in _EXAMPLES or token.lower() in _STATES or token.casefold() in named:
            name = token if token.casefold() in named else value
            found = _narrowed(found, word, named.get(name.casefold(), name), now)
        elif token.lower() == "sending":
            raise ValueError('what is being sent is among the waiting: write waiting, or "sending" for the word')
        else:
            text.append(token.strip('"'))
    found = replace(found, text=" ".join(filter(None, text)))
    chosen = found.selection(now)
    if chosen.since is not None and chosen.until is not None and chosen.since >= chosen.until:
        raise ValueError("nothing lies between these: since: is to be the earlier, as in since:2d until:1h")
    return found


_STATES = frozenset(state.value for state in DeliveryState)


def _split(token: str) -> tuple[str, str]:
    word, colon, value = token.partition(":")
    return (word.lower(), value.strip('"').strip()) if colon else ("", token)


def _narrowed(found: DeliveryFilter, word: str, value: str, now: datetime) -> DeliveryFilter:
    """The filter with one word more."""
    if not value:
        raise ValueError(f"{word}: wants something after it, as in {_EXAMPLES[word]}")
    if word in ("since", "until"):
        when = _time(word, value, now)
        return replace(found, since=when) if word == "since" else replace(found, until=when)
    if not word and value.lower() in _STATES:
        if found.state not in (None, value.lower()):
            raise ValueError(f"no delivery is {found.state} and {value.lower()} at once: write one of them")
        return replace(found, state=DeliveryState(value.lower()))
    if found.channel not in ("", value):
        raise ValueError(f"no delivery goes to {found.channel} and to {value}: write one of them")
    return replace(found, channel=value)


def _time(word: str, value: str, now: datetime) -> datetime | timedelta:
    try:
        return parse_moment(value, now)
    except ValueError as error:
        raise ValueError(f'{word}:"{value}" {error}') from error


def _at(when: datetime | timedelta | None, now: datetime) -> datetime | None:
    return now - when if isinstance(when, timedelta) else when
