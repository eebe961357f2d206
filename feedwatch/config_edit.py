"""Changes to config.toml by the program: feeds and rules are added and changed, and every other character stays.

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

_BY_HAND = "its {name} are not written as [[{name}]] tables, so they can't be edited here: change them by hand"


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
        feeds_now = [*_entries(before, path), *map(_entry, added)]
        _write(path, before, _with_feeds(before, added), "feeds", feeds_now)
    return tuple(added)


def remove_feed(path: Path, url: str) -> None:
    """Take a feed out; UsageError where there is none."""
    before = read_text(path)
    entries = _entries(before, path)
    addresses = [canonical(str(entry["url"])) for entry in entries]
    if canonical(url) not in addresses:
        raise UsageError(f"{path} has no feed {redact(url)}: 'feedwatch feeds' lists them")
    number = addresses.index(canonical(url))
    _write(path, before, _without_feed(before, number), "feeds", entries[:number] + entries[number + 1 :])


def save_rule(path: Path, name: str, match: str) -> bool:
    """Give a rule another expression, or add it behind the last; whether it is new.

    ConfigError where the file or the expression has a problem.
    """
    before = read_text(path) if path.exists() else default_text()
    match = _tidy(match)
    entries = _entries(before, path, "rules")
    number = next((place for place, entry in enumerate(entries) if entry.get("name") == name), None)
    changed: list[dict[str, object]]
    if number is None:
        after, changed = _with_rule(before, name, match), [*entries, {"name": name, "match": match}]
    else:
        after = _with_match(before, number, match)
        changed = [*entries[:number], {**entries[number], "match": match}, *entries[number + 1 :]]
    _write(path, before, after, "rules", changed)
    return number is None


def _entries(text: str, path: Path, name: str = "feeds") -> list[dict[str, object]]:
    """The ``[[name]]`` of a file as they are written; ConfigError where it has problems or they can't be edited."""
    read_config(text, path)
    found: list[dict[str, object]] = tomllib.loads(text).get(name, [])
    if len(found) != len(_blocks(text, name)):
        raise ConfigError(str(path), (_BY_HAND.format(name=name),))
    return found


def _entry(feed: Subscription) -> dict[str, object]:
    """A feed as TOML says it; its texts may be a stranger's."""
    tags = [tag for tag in map(plain, feed.tags) if tag]
    values: dict[str, object] = {"url": feed.url, "name": plain(feed.name), "outlet": plain(feed.outlet), "tags": tags}
    return {key: value for key, value in values.items() if value}


def _empty_text() -> str:
    """The default configuration without its feeds: somebody who adds a first one has chosen."""
    text = default_text()
    blocks, lines = _blocks(text, "feeds"), _lines(text)
    return "".join(lines[: blocks[0][0].first - 1] + lines[blocks[-1][-1].last :])


# --- lines -----------------------------------------------------------------------------------------------------------


def _with_feeds(text: str, feeds: Sequence[Subscription]) -> str:
    """The text with entries behind the last feed, or at its end."""
    import tomlkit

    newline = "\r\n" if "\r\n" in text else "\n"
    lines = _lines(text)
    blocks = _blocks(text, "feeds")
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
    block = _blocks(text, "feeds")[number]
    lines = _lines(text)
    start = block[0].first - 1
    while start and not lines[start - 1].strip():
        start -= 1
    return "".join(lines[:start] + lines[block[-1].last :])


def _lines(text: str) -> list[str]:
    """Lines with their ends; only LF ends one, as TOML and ``statements`` count (``splitlines`` knows eight more)."""
    return [*io.StringIO(text, newline="\n")]


def _tidy(match: str) -> str:
    """An expression as it is written: without blank ends, and with a line break at the end of several lines."""
    match = match.replace("\r\n", "\n").strip()
    return f"{match}\n" if "\n" in match else match


def _with_rule(text: str, name: str, match: str) -> str:
    """The text with a rule behind the last, or at its end."""
    import tomlkit

    lines = _lines(text)
    blocks = _blocks(text, "rules")
    at = blocks[-1][-1].last if blocks else len(lines)
    new = f"\n[[rules]]\nname = {tomlkit.item(name).as_string()}\nmatch = {_quoted(match)}\n"
    if at and not lines[at - 1].endswith("\n"):
        lines[at - 1] += "\n"
    return "".join([*lines[:at], _with_ends_of(text, new), *lines[at:]])


def _with_match(text: str, number: int, match: str) -> str:
    """The text with another expression in the rule (from 0); what stands behind the old one stays."""
    statement = next(one for one in _blocks(text, "rules")[number] if one.text.startswith("match"))
    lines = _lines(text)
    written = "".join(lines[statement.first - 1 : statement.last])
    plain_ends = written.replace("\r\n", "\n")
    start = plain_ends.index(statement.text)
    end = start + len(statement.text)
    changed = f"{plain_ends[:start]}match = {_quoted(match)}{plain_ends[end:]}"
    return "".join([*lines[: statement.first - 1], _with_ends_of(text, changed), *lines[statement.last :]])


def _quoted(match: str) -> str:
    """An expression as TOML, as people would write it: in single quotes, so that nothing in it is escaped."""
    import tomlkit

    if "\n" in match and "'''" not in match:
        return f"'''\n{match}'''"
    return f"'{match}'" if "'" not in match and match.isprintable() else tomlkit.item(match).as_string()


def _with_ends_of(text: str, new: str) -> str:
    return new.replace("\n", "\r\n") if "\r\n" in text else new


def _blocks(text: str, name: str) -> list[list[Statement]]:
    """The statements of each ``[[name]]`` entry, header first."""
    blocks: list[list[Statement]] = []
    inside = False
    for statement in statements(text.replace("\r\n", "\n")):
        if table := statement.table:
            inside = table == name
            if inside:
                blocks.append([])
        if inside:
            blocks[-1].append(statement)
    return blocks


# --- files -----------------------------------------------------------------------------------------------------------


def _write(path: Path, before: str, after: str, name: str, entries: list[dict[str, object]]) -> None:
    """Replace the file by a text that says what the old one said, but for the entries of that name."""
    wanted = {**tomllib.loads(before), name: entries}
    if {name: [], **tomllib.loads(after)} != wanted:
        raise ConfigError(str(path), (_BY_HAND.format(name=name),))
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
