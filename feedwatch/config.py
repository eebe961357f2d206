"""config.toml to a frozen ``Config``: where it is, what every key means, and every problem of it at once.

Nobody reads settings from anywhere else; each part of the program is handed its own section. Nothing here writes the
file: ``config_edit.py`` does.
"""

from __future__ import annotations

import hashlib
import math
import os
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from feedwatch.config_checks import (
    Problems,
    Section,
    UnfitError,
    address,
    duration,
    flag,
    listed,
    name,
    nearest,
    network,
    one_of,
    size,
    some_time,
    text,
    whole_number,
)
from feedwatch.core.delivery import DEFAULT_SCHEDULE
from feedwatch.core.urls import canonical, registrable_domain
from feedwatch.errors import ConfigError, RuleError
from feedwatch.model import Channel, Rule, Severity, Subscription
from feedwatch.rules.parser import parse

_LARGEST_FILE = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class PollSettings:
    """``[poll]``: how often, how many at once, how long and how much."""

    interval: float = 900.0
    """Seconds between polls of a feed whose rhythm is not known yet."""
    min_interval: float = 300.0
    max_interval: float = 21600.0
    adaptive: bool = True
    """Follow each feed's own rhythm, between the least and the most."""
    concurrency: int = 64
    per_host: int = 2
    timeout: float = 30.0
    """Seconds for a whole fetch."""
    max_body: int = 10 * 1024 * 1024
    """Bytes, as sent and again after decompression."""
    allow_private: tuple[str, ...] = ()
    """Networks that may be dialled beside public ones."""
    baseline: bool = True
    """What a feed's first poll finds is shown, not delivered."""


@dataclass(frozen=True, slots=True)
class StoreSettings:
    """``[store]``."""

    path: Path | None = None
    """None: the XDG data folder."""
    keep: float = 90 * 86400.0
    """Seconds that an item stays, unless starred or alerted on."""


@dataclass(frozen=True, slots=True)
class DeliverySettings:
    """``[delivery]``."""

    schedule: tuple[float, ...] = DEFAULT_SCHEDULE
    """Seconds to wait after each failed attempt; then a delivery is dead."""


@dataclass(frozen=True, slots=True)
class TuiSettings:
    """``[tui]``."""

    theme: str = "textual-dark"
    glyphs: str = "auto"
    """auto (by the locale's encoding), unicode or ascii."""


@dataclass(frozen=True, slots=True)
class Config:
    """Everything that the user has set, checked, with defaults filled in and secrets resolved."""

    path: Path | None = None
    """None: there is no file, all is default."""
    poll: PollSettings = PollSettings()
    store: StoreSettings = StoreSettings()
    delivery: DeliverySettings = DeliverySettings()
    feeds: tuple[Subscription, ...] = ()
    rules: tuple[Rule, ...] = ()
    channels: tuple[Channel, ...] = ()
    keys: Mapping[str, str] = field(default_factory=dict)
    """Command of the screen -> the key that it is bound to instead of its own."""
    tui: TuiSettings = TuiSettings()


# --- places ----------------------------------------------------------------------------------------------------------


def default_config_path() -> Path:
    """Where the configuration is by the XDG rules; nothing need be there."""
    import platformdirs

    return platformdirs.user_config_path("feedwatch") / "config.toml"


def find_config(named: str | None, environ: Mapping[str, str]) -> Path | None:
    """The configuration to use: as named, FEEDWATCH_CONFIG, ./config.toml, XDG; None where there is none."""
    if chosen := named or environ.get("FEEDWATCH_CONFIG"):
        return Path(chosen).expanduser().absolute()
    candidates = (Path.cwd() / "config.toml", default_config_path())
    return next((path for path in candidates if path.is_file()), None)


def find_database(named: str | None, environ: Mapping[str, str], config: Config) -> Path:
    """The database to use: as named, FEEDWATCH_DB, ``[store] path``, XDG."""
    if chosen := named or environ.get("FEEDWATCH_DB"):
        return Path(chosen).expanduser().absolute()
    if config.store.path is not None:
        return config.store.path
    import platformdirs

    return platformdirs.user_data_path("feedwatch") / "feedwatch.db"


def find_state(database: Path) -> Path:
    """The file in which the screen of a database leaves where the user was."""
    import platformdirs

    name = hashlib.sha256(os.fsencode(database.resolve())).hexdigest()[:16]
    return platformdirs.user_state_path("feedwatch") / f"screen-{name}.json"


def default_text() -> str:
    """The commented configuration that comes with the program, from the package or from a checkout beside it."""
    package = Path(__file__).parent
    places = (package / "config.default.toml", package.parent / "config.toml")
    return next(place for place in places if place.is_file()).read_text(encoding="utf-8")


# --- reading ---------------------------------------------------------------------------------------------------------


def load(path: Path, commands: frozenset[str] | None = None, environ: Mapping[str, str] = os.environ) -> Config:
    """The configuration in a file; ConfigError with all its problems. ``commands`` are what ``[keys]`` may name."""
    return read_config(read_text(path), path, commands, environ)


def read_text(path: Path) -> str:
    """The text of a configuration file, line ends as they are; ConfigError where it can't be read."""
    try:
        with path.open("rb") as file:
            body = file.read(_LARGEST_FILE + 1)
    except FileNotFoundError:
        problem = "there is no such file: write one with 'feedwatch config init', or name another with --config"
        raise ConfigError(str(path), (problem,)) from None
    except OSError as error:
        raise ConfigError(
            str(path), (f"can't be read: {error.strerror}; check the path and its permissions",)
        ) from None
    if len(body) > _LARGEST_FILE:
        raise ConfigError(str(path), ("is larger than 16 MB, so it is no configuration: name another with --config",))
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        raise ConfigError(str(path), (f"line {line}: is not UTF-8 text: save the file as UTF-8",)) from None


def read_config(
    content: str, path: Path, commands: frozenset[str] | None = None, environ: Mapping[str, str] = os.environ
) -> Config:
    """As ``load``, from a text that is, or is to be, the file's."""
    problems = Problems()
    config = _config(Section(_toml(content, path), "", problems), problems, path, commands, environ)
    if problems:
        raise ConfigError(str(path), problems.sentences(content.replace("\r\n", "\n")))
    return config


def _toml(content: str, path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(content)
    except RecursionError:
        problem = "brackets are nested too deeply"
    except ValueError as error:  # TOMLDecodeError, and numbers of more digits than Python converts
        problem = f"is not valid TOML: {error}"
    raise ConfigError(str(path), (problem,))


def _config(
    top: Section, problems: Problems, path: Path, commands: frozenset[str] | None, environ: Mapping[str, str]
) -> Config:
    folder = path.absolute().parent
    poll = _poll(top.table("poll"))
    channels = top.tables("channels")
    names = {one.entries().get("name") for one in channels}
    config = Config(
        path=path,
        poll=poll,
        store=_store(top.table("store"), folder),
        delivery=_delivery(top.table("delivery")),
        feeds=tuple(_feed(one, baseline=poll.baseline) for one in top.tables("feeds")),
        rules=tuple(_rule(one, names) for one in top.tables("rules")),
        channels=_channels(channels, folder, environ),
        keys=_keys(top.table("keys"), commands),
        tui=_tui(top.table("tui")),
    )
    top.close()
    _check_unique(problems, "feeds", "url", [canonical(feed.url) for feed in config.feeds])
    _check_unique(problems, "rules", "name", [rule.name for rule in config.rules])
    _check_unique(problems, "channels", "name", [channel.name for channel in config.channels])
    return config


def _channels(tables: Sequence[Section], folder: Path, environ: Mapping[str, str]) -> tuple[Channel, ...]:
    if not tables:
        return ()
    from feedwatch.config_channels import read_channel  # loads every type of channel

    return tuple(read_channel(one, folder, environ) for one in tables)


def _poll(table: Section) -> PollSettings:
    default = PollSettings()
    least, middle, most = (table.take(key, some_time, None) for key in ("min_interval", "interval", "max_interval"))
    written = [seconds for seconds in (least, middle, most) if seconds is not None]
    if written != sorted(written):
        table.refuse("interval", "must not be less than min_interval, and not more than max_interval")
    # What is not written gives way to what is: interval = "1m" alone also lowers the least.
    interval = middle or min(max(default.interval, least or 0.0), most or math.inf)
    settings = PollSettings(
        interval=interval,
        min_interval=least or min(default.min_interval, interval),
        max_interval=most or max(default.max_interval, interval),
        adaptive=table.take("adaptive", flag, default.adaptive),
        concurrency=table.take("concurrency", whole_number(1, 1024), default.concurrency),
        per_host=table.take("per_host", whole_number(1, 64), default.per_host),
        timeout=table.take("timeout", some_time, default.timeout),
        max_body=table.take("max_body", size, default.max_body),
        allow_private=table.take("allow_private", listed(network), default.allow_private),
        baseline=table.take("baseline", flag, default.baseline),
    )
    table.close()
    return settings


def _store(table: Section, folder: Path) -> StoreSettings:
    default = StoreSettings()
    written = table.take("path", text, "").strip()
    settings = StoreSettings(
        path=folder / Path(written).expanduser() if written else None,
        keep=table.take("keep", some_time, default.keep),
    )
    table.close()
    return settings


def _delivery(table: Section) -> DeliverySettings:
    settings = DeliverySettings(table.take("schedule", listed(duration), DEFAULT_SCHEDULE))
    table.close()
    return settings


def _tui(table: Section) -> TuiSettings:
    default = TuiSettings()
    settings = TuiSettings(
        table.take("theme", name, default.theme),
        table.take("glyphs", one_of("auto", "unicode", "ascii"), default.glyphs),
    )
    table.close()
    return settings


def _feed(table: Section, *, baseline: bool) -> Subscription:
    default = Subscription("", "", "")
    url = table.need("url", address, "", '"https://example.org/feed.xml"')
    outlet = table.take("outlet", name, "")
    feed = Subscription(
        url=url,
        name=table.take("name", name, "") or outlet or _host_and_path(url),
        outlet=outlet or registrable_domain(url),
        tags=table.take("tags", listed(name), default.tags),
        interval=table.take("interval", some_time, default.interval),
        full_text=table.take("full_text", flag, default.full_text),
        baseline=table.take("baseline", flag, baseline),
    )
    table.close()
    return feed


def _rule(table: Section, channels: set[object]) -> Rule:
    default = Rule("", "")
    called = table.need("name", name, "", '"Drones"')
    rule = Rule(
        name=called,
        match=table.need("match", partial(_expression, called), "", "'drone OR uav'", shown=False),
        severity=Severity(table.take("severity", one_of(*Severity), str(default.severity))),
        channels=table.take("channels", listed(name), default.channels),
        cooldown=table.take("cooldown", duration, default.cooldown),
        grow=table.take("grow", listed(whole_number(2, 100_000)), default.grow),
        burst=table.take("burst", flag, default.burst),
    )
    for channel in rule.channels:
        if channel not in channels:
            known = nearest(channel, map(str, channels)) if channels else "no [[channels]] are set up"
            table.refuse("channels", f'there is no channel "{channel}"; {known}')
    table.close()
    return rule


def _expression(rule: str, value: object) -> str:
    expression = text(value)
    try:
        parse(expression, rule=rule)
    except RuleError as error:
        raise UnfitError(error.pointed().replace("\n", "\n  ")) from None
    return expression


def _keys(table: Section, commands: frozenset[str] | None) -> Mapping[str, str]:
    keys = {command: table.take(command, name, "") for command in table.entries()}
    if commands is not None:
        for command in keys.keys() - commands:
            table.refuse(command, f"the screen has no such command; {nearest(command, commands)}")
    return keys


def _check_unique(problems: Problems, section: str, key: str, values: list[str]) -> None:
    first: dict[str, int] = {}
    for number, value in enumerate(values, 1):
        earlier = first.setdefault(value, number)
        if value and earlier != number:
            problems.add(
                f"{section}[{number}].{key}", f"is the same as that of {section}[{earlier}]: change or remove one"
            )


def _host_and_path(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.hostname or ''}{parts.path}".rstrip("/")
