"""``feedwatch config``: where the configuration is, whether it is right, what it comes to."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

import click

from feedwatch.cli.context import Context, load_config, pass_context
from feedwatch.cli.output import say, write, write_text
from feedwatch.config import Config, default_config_path
from feedwatch.core.urls import redact
from feedwatch.errors import UsageError
from feedwatch.model import Channel, Rule, Subscription
from feedwatch.quantities import format_duration, format_hours, format_rate, format_size

_HIDDEN = "***"


@click.group()
def config() -> None:
    """Write, find, check and show the configuration."""


@config.command()
@click.argument("path", required=False, type=click.Path(dir_okay=False, path_type=Path))
@pass_context
def init(context: Context, path: Path | None) -> None:
    """Write a commented configuration with sample feeds and rules, to PATH or the usual place."""
    from feedwatch.config_edit import create

    target = path or _named(context) or default_config_path()
    create(target)
    write(str(target))
    say("Change it to your liking; 'feedwatch config check' says whether it is right.")


@config.command("path")
@pass_context
def path_(context: Context) -> None:
    """Say which configuration is used."""
    write(str(context.config_path or default_config_path()))
    if context.config_path is None:
        say("There is no such file yet; 'feedwatch config init' writes one.")


@config.command()
@pass_context
def check(context: Context) -> None:
    """Say what is wrong with the configuration, all of it at once; exit 2 where anything is."""
    path = context.config_path
    if path is None:
        say("There is no configuration; 'feedwatch config init' writes one.")
        return
    found = load_config(path)
    counts = f"feeds: {len(found.feeds)}, rules: {len(found.rules)}, channels: {len(found.channels)}"
    write(f"{path}: no problems ({counts})")


@config.command()
@pass_context
def show(context: Context) -> None:
    """Show every value in force, as TOML, with secrets hidden."""
    write_text(as_toml(context.config, context.database).rstrip("\n"))


@config.command()
@click.option("--webhook", is_flag=True, help="Of the messages that webhooks get.")
def schema(*, webhook: bool) -> None:
    """Show the JSON Schema of what feedwatch sends."""
    if not webhook:
        raise UsageError("name of what: 'feedwatch config schema --webhook' shows that of the messages to webhooks")
    write_text(json.dumps(webhook_schema(), indent=2, ensure_ascii=False))


def webhook_schema() -> Mapping[str, Any]:
    """The JSON Schema (draft 2020-12) of a webhook's body."""
    text = (files("feedwatch") / "webhook_schema.json").read_text(encoding="utf-8")
    found: Mapping[str, Any] = json.loads(text)
    return found


def as_toml(config: Config, database: Path) -> str:
    """The whole of a configuration, defaults written out and secrets hidden."""
    import tomlkit

    poll = config.poll
    document: dict[str, object] = {
        "poll": {
            "interval": format_duration(poll.interval),
            "min_interval": format_duration(poll.min_interval),
            "max_interval": format_duration(poll.max_interval),
            "adaptive": poll.adaptive,
            "concurrency": poll.concurrency,
            "per_host": poll.per_host,
            "timeout": format_duration(poll.timeout),
            "max_body": format_size(poll.max_body),
            "allow_private": list(poll.allow_private),
            "baseline": poll.baseline,
        },
        "store": {"path": str(database), "keep": format_duration(config.store.keep)},
        "delivery": {"schedule": [format_duration(wait) for wait in config.delivery.schedule]},
        "keys": dict(config.keys),
        "tui": {"theme": config.tui.theme, "glyphs": config.tui.glyphs},
        "feeds": [_feed(feed) for feed in config.feeds],
        "rules": [_rule(rule) for rule in config.rules],
        "channels": [_channel(channel) for channel in config.channels],
    }
    return tomlkit.dumps({key: value for key, value in document.items() if value})


def _feed(feed: Subscription) -> Mapping[str, object]:
    fixed = {"interval": format_duration(feed.interval)} if feed.interval else {}
    return {
        "url": redact(feed.url),
        "name": feed.name,
        "outlet": feed.outlet,
        "tags": list(feed.tags),
        **fixed,
        "full_text": feed.full_text,
        "baseline": feed.baseline,
    }


def _rule(rule: Rule) -> Mapping[str, object]:
    return {
        "name": rule.name,
        "match": rule.match,
        "severity": str(rule.severity),
        "channels": list(rule.channels),
        "cooldown": format_duration(rule.cooldown),
        "grow": list(rule.grow),
        "burst": rule.burst,
    }


def _channel(channel: Channel) -> Mapping[str, object]:
    """Every key that its type has and that says something."""
    hidden = [_HIDDEN] * len(channel.secrets)
    values: dict[str, object] = {
        "name": channel.name,
        "type": channel.type,
        "url": _address(channel),
        "secret": hidden if len(hidden) > 1 else "".join(hidden),
        "password" if channel.type == "email" else "token": _HIDDEN if channel.token else "",
        "from": channel.sender,
        "to": "".join(channel.to) if channel.type == "telegram" else list(channel.to),
        "command": [*channel.command[:1], *[_HIDDEN] * len(channel.command[1:])],
        "timeout": format_duration(channel.timeout),
        "quiet": [format_hours(span.days, span.start, span.end) for span in channel.quiet],
        "timezone": channel.timezone,
        "digest": format_duration(channel.digest),
        "concurrency": channel.concurrency,
        "rate": format_rate(channel.rate.count, channel.rate.seconds) if channel.rate else "",
        "events": list(channel.events),
    }
    usual = {"quiet", "timezone", "digest", "events"}  # shown also where nothing is set
    return {key: value for key, value in values.items() if value or key in usual}


def _address(channel: Channel) -> str:
    """The address of a channel; only its server where whoever knows the rest can write to it."""
    if not channel.url or not channel.url_hidden:
        return redact(channel.url)
    scheme, _, rest = channel.url.partition("://")
    if channel.type == "apprise":  # its whole address may be keys
        return f"{scheme}://{_HIDDEN}"
    return f"{scheme}://{rest.rpartition('@')[2].partition('/')[0]}/{_HIDDEN}"


def _named(context: Context) -> Path | None:
    """The place that the user named, by --config or FEEDWATCH_CONFIG."""
    import os

    from feedwatch.config import find_config

    named = context.config_name or os.environ.get("FEEDWATCH_CONFIG")
    return find_config(named, {}) if named else None
