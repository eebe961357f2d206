"""Changes to config.toml by the program: feeds are added and removed, and every other character stays.

An edit works on lines, and is proved before it replaces the file: parsed again, it must say exactly what was meant,
and be a configuration without problems. tomlkit quotes the values; it does not write the file, since it counts the
comment above a table as part of the table before, and removes it with that.
"""

from __future__ import annotations

import contextlib
import io
import os
import stat
import tempfile
import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path

from feedwatch.config import default_text, read_config, read_text
from feedwatch.config_text import Statement, statements
from feedwatch.core.characters import plain
from feedwatch.core.urls import canonical, redact
from feedwatch.errors import ConfigError, UsageError
from feedwatch.model import Subscription

_BY_HAND = "its feeds are not written as [[feeds]] tables, so they can't be edited here: change them by hand"


def create(path: Path) -> None:
    """Write the commented default configuration; UsageError where there is a file already."""
    if path.exists():
        raise UsageError(f"{path} exists and was left as it is: edit it, or name another place with --config")
    _replace(path, default_text())


def add_feeds(path: Path, feeds: Iterable[Subscription]) -> tuple[Subscription, ...]:
    """Add feeds behind those in the file; which were new. Only address, name, outlet and tags are written, where given.

    Where there is no file, it is made: the default without its feeds.
    """
    before = read_text(path) if path.exists() else _empty_text()
    known = {canonical(str(entry.get("url", ""))) for entry in _entries(before, path)}
    added: list[Subscription] = []
    for feed in feeds:
        if canonical(feed.url) not in known:
            known.add(canonical(feed.url))
            added.append(feed)
    if added:
        _write(path, before, _with_feeds(before, added), [*_entries(before, path), *map(_entry, added)])
    return tuple(added)


def remove_feed(path: Path, url: str) -> None:
    """Take a feed out; UsageError where there is none."""
    before = read_text(path)
    entries = _entries(before, path)
    addresses = [canonical(str(entry["url"])) for entry in entries]
    if canonical(url) not in addresses:
        raise UsageError(f"{path} has no feed {redact(url)}: 'feedwatch feeds' lists them")
    number = addresses.index(canonical(url))
    _write(path, before, _without_feed(before, number), entries[:number] + entries[number + 1 :])


def _entries(text: str, path: Path) -> list[dict[str, object]]:
    """The ``[[feeds]]`` of a file as they are written; ConfigError where it has problems or they can't be edited."""
    read_config(text, path)
    found: list[dict[str, object]] = tomllib.loads(text).get("feeds", [])
    if len(found) != len(_feed_blocks(text)):
        raise ConfigError(str(path), (_BY_HAND,))
    return found


def _entry(feed: Subscription) -> dict[str, object]:
    """A feed as TOML says it; its texts may be a stranger's."""
    tags = [tag for tag in map(plain, feed.tags) if tag]
    values: dict[str, object] = {"url": feed.url, "name": plain(feed.name), "outlet": plain(feed.outlet), "tags": tags}
    return {key: value for key, value in values.items() if value}


def _empty_text() -> str:
    """The default configuration without its feeds: somebody who adds a first one has chosen."""
    text = default_text()
    blocks, lines = _feed_blocks(text), _lines(text)
    return "".join(lines[: blocks[0][0].first - 1] + lines[blocks[-1][-1].last :])


# --- lines -----------------------------------------------------------------------------------------------------------


def _with_feeds(text: str, feeds: Sequence[Subscription]) -> str:
    """The text with entries behind the last feed, or at its end."""
    import tomlkit

    newline = "\r\n" if "\r\n" in text else "\n"
    lines = _lines(text)
    blocks = _feed_blocks(text)
    at = blocks[-1][-1].last if blocks else len(lines)
    new: list[str] = []
    for feed in feeds:
        values = [f"{key} = {tomlkit.item(value).as_string()}" for key, value in _entry(feed).items()]
        new += ["", "[[feeds]]", *values]
    if at and not lines[at - 1].endswith("\n"):
        lines[at - 1] += newline
    return "".join([*lines[:at], *(line + newline for line in new), *lines[at:]])


def _without_feed(text: str, number: int) -> str:
    """The text without the entry (from 0): from its header to its last key, and the empty lines before it."""
    block = _feed_blocks(text)[number]
    lines = _lines(text)
    start = block[0].first - 1
    while start and not lines[start - 1].strip():
        start -= 1
    return "".join(lines[:start] + lines[block[-1].last :])


def _lines(text: str) -> list[str]:
    """Lines with their ends; only LF ends one, as TOML and ``statements`` count (``splitlines`` knows eight more)."""
    return [*io.StringIO(text, newline="\n")]


def _feed_blocks(text: str) -> list[list[Statement]]:
    """The statements of each ``[[feeds]]`` entry, header first."""
    blocks: list[list[Statement]] = []
    inside = False
    for statement in statements(text.replace("\r\n", "\n")):
        if table := statement.table:
            inside = table == "feeds"
            if inside:
                blocks.append([])
        if inside:
            blocks[-1].append(statement)
    return blocks


# --- files -----------------------------------------------------------------------------------------------------------


def _write(path: Path, before: str, after: str, feeds: list[dict[str, object]]) -> None:
    """Replace the file by a text that says what the old one said, but for the feeds."""
    wanted = {**tomllib.loads(before), "feeds": feeds}
    if {"feeds": [], **tomllib.loads(after)} != wanted:
        raise ConfigError(str(path), (_BY_HAND,))
    read_config(after, path)
    if path.exists() and read_text(path) != before:
        raise ConfigError(str(path), ("was changed by somebody else meanwhile: try again",))
    _replace(path, after)


def _replace(path: Path, text: str) -> None:
    """Write a file so that at every moment either the old or the new one is there, whole. Links and mode stay."""
    target = path.resolve()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else 0o600
        descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=".config-", suffix=".toml")
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
                file.write(text)
                file.flush()
                os.fchmod(file.fileno(), mode)
                os.fsync(file.fileno())
            Path(name).replace(target)
        except BaseException:
            with contextlib.suppress(OSError):
                Path(name).unlink()
            raise
    except OSError as error:
        raise ConfigError(str(path), (f"can't be written: {error.strerror}; check the folder's permissions",)) from None
