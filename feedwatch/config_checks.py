"""What a value of config.toml may be: converters that give the typed value or say in words what is wrong.

``Section`` takes values out of one table, notes every problem instead of stopping at the first, and in the end says
which keys nobody took. It knows no key by name: ``config.py`` does.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from feedwatch.config_text import place_lines
from feedwatch.core.urls import redact, safe_link
from feedwatch.model import QuietSpan, Rate
from feedwatch.quantities import parse_duration, parse_hours, parse_rate, parse_size

T = TypeVar("T")


class UnfitError(ValueError):
    """A value that may not stand there; its text ends a sentence that begins with the value."""


class Problems:
    """Everything that is wrong with one config.toml, by place."""

    def __init__(self) -> None:
        self._found: list[tuple[str, str]] = []

    def __bool__(self) -> bool:
        return bool(self._found)

    def add(self, place: str, sentence: str) -> None:
        """Note a problem of ``place`` ("feeds[2].interval", the second feed's)."""
        self._found.append((place, sentence))

    def sentences(self, text: str) -> tuple[str, ...]:
        """One text per problem, in the order of the file, each with its line."""
        lines = place_lines(text)
        located = [(_line_of(place, lines), f"{place}: {sentence}") for place, sentence in self._found]
        located.sort(key=lambda found: found[0])
        return tuple(f"line {line}: {sentence}" if line else sentence for line, sentence in located)


class Section:
    """One table while it is read."""

    def __init__(self, raw: object, place: str, problems: Problems) -> None:
        self._raw: Mapping[str, object] = raw if isinstance(raw, dict) else {}
        self._place = place
        self._problems = problems
        self._known: list[str] = []
        if not isinstance(raw, dict):
            problems.add(place, f"must be a table: write [{place}] on a line of its own, and its keys below")

    def place(self, key: str) -> str:
        """How a problem names a key of this table."""
        return f"{self._place}.{key}" if self._place else key

    def has(self, key: str) -> bool:
        """The key is written, rightly or not."""
        return key in self._raw

    def take(self, key: str, convert: Callable[[object], T], default: T, *, shown: bool = True) -> T:
        """The key's value; ``default`` where it is not written or, with a problem noted, wrong."""
        self._known.append(key)
        if key not in self._raw:
            return default
        value = self._raw[key]
        try:
            return convert(value)
        except ValueError as error:
            self.refuse(key, f"{_shown(value)} {error}" if shown else str(error))
            return default

    def need(self, key: str, convert: Callable[[object], T], default: T, example: str, *, shown: bool = True) -> T:
        """As ``take``, but a missing key is a problem too."""
        if key not in self._raw:
            self.refuse(key, f"is missing: add a line like {key} = {example}")
        return self.take(key, convert, default, shown=shown)

    def refuse(self, key: str, sentence: str) -> None:
        """Note a problem of a key."""
        self._problems.add(self.place(key), sentence)

    def tables(self, key: str) -> list[Section]:
        """The ``[[key]]`` entries, numbered from 1."""
        self._known.append(key)
        raw = self._raw.get(key, [])
        if not isinstance(raw, list):
            self.refuse(key, f"must be a list: write [[{key}]] with two brackets, once for each")
            return []
        sections = []
        for number, entry in enumerate(raw, 1):
            if isinstance(entry, dict):
                sections.append(Section(entry, f"{self.place(key)}[{number}]", self._problems))
            else:
                self.refuse(f"{key}[{number}]", f"must be a table: write [[{key}]] on a line of its own, keys below")
        return sections

    def table(self, key: str) -> Section:
        """The ``[key]`` table, empty where it is not written."""
        self._known.append(key)
        return Section(self._raw.get(key, {}), self.place(key), self._problems)

    def entries(self) -> Mapping[str, object]:
        """Everything in the table, for one whose keys are the user's own."""
        return self._raw

    def close(self) -> None:
        """Note each key that nobody asked for."""
        for key in self._raw:
            if key not in self._known:
                self.refuse(key, f"unknown key; {nearest(key, self._known)}")


def nearest(word: str, known: Iterable[str]) -> str:
    """'did you mean "interval"?', or all that are known where none is near."""
    from difflib import get_close_matches

    names = sorted(known)
    close = get_close_matches(word.lower(), names, n=1, cutoff=0.6)
    return f'did you mean "{close[0]}"?' if close else f"known are {', '.join(names)}"


# --- converters: object -> value, or UnfitError with the end of a sentence that begins with the value -----------------


def text(value: object) -> str:
    """Any text."""
    if not isinstance(value, str):
        raise UnfitError("must be a text in quotes")
    return value


def name(value: object) -> str:
    """A text with something visible in it, its outer spaces cut."""
    if not (stripped := text(value).strip()):
        raise UnfitError("must not be empty")
    return stripped


def flag(value: object) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise UnfitError("must be true or false, without quotes")
    return value


def whole_number(low: int, high: int) -> Callable[[object], int]:
    """A converter for whole numbers from ``low`` to ``high``."""

    def convert(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise UnfitError(f"must be a whole number from {low} to {high}")
        return value

    return convert


def duration(value: object) -> float:
    """Seconds, 0 included."""
    return parse_duration(value if isinstance(value, str) else "")


def some_time(value: object) -> float:
    """Seconds, more than 0."""
    if (seconds := duration(value)) <= 0:
        raise UnfitError("must be longer than no time")
    return seconds


def hours(value: object) -> tuple[QuietSpan, ...]:
    """A span of hours, or a list of them."""
    return tuple(QuietSpan(*parse_hours(text(one))) for one in (value if isinstance(value, list) else [value]))


def rate(value: object) -> Rate:
    """At most so many in a time."""
    return Rate(*parse_rate(text(value)))


def timezone(value: object) -> str:
    """The name of a time zone; '' for the machine's own."""
    zone = text(value).strip()
    try:
        if zone:
            ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UnfitError('is no time zone: write a name like "Europe/Kyiv" (see the IANA time zone database)') from None
    return zone


def size(value: object) -> int:
    """Bytes, a KB at least."""
    if (count := parse_size(value if isinstance(value, str) else "")) < 1024:
        raise UnfitError("is too small: 1KB is the least")
    return count


def listed(convert: Callable[[object], T]) -> Callable[[object], tuple[T, ...]]:
    """A converter for a list of what ``convert`` takes."""

    def convert_all(value: object) -> tuple[T, ...]:
        if not isinstance(value, list):
            raise UnfitError("must be a list in square brackets")
        return tuple(_converted(convert, entry) for entry in value)

    return convert_all


def address(value: object) -> str:
    """An http or https URL with a host, as written."""
    written = text(value).strip()
    if not safe_link(written):
        raise UnfitError('is no address: write a whole one that begins with "https://" or "http://"')
    return written


def network(value: object) -> str:
    """An IP network, host bits cleared."""
    try:
        return str(ip_network(text(value).strip(), strict=False))
    except ValueError:
        raise UnfitError('is no network: write one like "127.0.0.0/8" or "::1/128"') from None


def one_of(*allowed: str) -> Callable[[object], str]:
    """A converter for one of a few words."""

    def convert(value: object) -> str:
        if value not in allowed:
            raise UnfitError(f"must be one of {', '.join(allowed)}")
        return str(value)

    return convert


def resolved(folder: Path, environ: Mapping[str, str]) -> Callable[[object], str]:
    """A converter for a literal, ``env:NAME`` or ``file:PATH`` (relative to ``folder``)."""

    def convert(value: object) -> str:
        written = name(value)
        kind, _, place = written.partition(":")
        if kind == "env":
            if not environ.get(place, "").strip():
                raise UnfitError(
                    f"needs the environment variable {place}, which is not set or empty: set it, then try again"
                )
            return environ[place].strip()
        if kind == "file":
            return _file_text(folder / Path(place).expanduser())
        return written

    return convert


def secrets(resolve: Callable[[object], str], value: object) -> tuple[str, ...]:
    """One signing secret, or a list of them, newest first; what it says never holds one."""
    from feedwatch.core.channels.webhook import secret_problem  # loads every type of channel

    found = tuple(resolve(one) for one in (value if isinstance(value, list) else [value]))
    if not 1 <= len(found) <= 2:
        raise UnfitError("must be one secret, or a list of two while they are rotated")
    for one in found:
        if problem := secret_problem(one):
            raise UnfitError(f"can't sign: {problem}")
    return found


def _file_text(path: Path) -> str:
    try:
        content = path.read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise UnfitError(f"needs the file {path}, which can't be read: {reason}") from None
    if not content:
        raise UnfitError(f"needs the file {path}, which is empty")
    return content


def _converted(convert: Callable[[object], T], entry: object) -> T:
    try:
        return convert(entry)
    except ValueError as error:
        raise UnfitError(f"has {_shown(entry)}, which {error}") from None


def _shown(value: object) -> str:
    """A value for a sentence: short, one line, its credentials hidden."""
    written = json.dumps(value, ensure_ascii=False, default=str)
    return redact(written if len(written) <= 80 else f"{written[:79]}…")


def _line_of(place: str, lines: Mapping[str, int]) -> int:
    """The line of a place or, where it is not written, of the table that it belongs in; 0: unknown."""
    while place and place not in lines:
        place = place.rpartition(".")[0]
    return lines.get(place, 0)
