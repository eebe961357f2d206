"""What the engine works by: a configuration made ready. Replaced whole when the configuration changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from feedwatch.config import Config, PollSettings
from feedwatch.model import Channel
from feedwatch.net.session import NetSettings
from feedwatch.rules.ruleset import RuleSet, compile_rules


@dataclass(frozen=True, slots=True)
class Setup:
    """The engine's part of a configuration."""

    config: Config
    rules: RuleSet
    channels: Mapping[str, Channel]

    @property
    def poll(self) -> PollSettings:
        """The ``[poll]`` section."""
        return self.config.poll

    @property
    def delivery_schedule(self) -> tuple[float, ...]:
        """Seconds to wait after each failed attempt."""
        return self.config.delivery.schedule


def make_setup(config: Config) -> Setup:
    """A configuration made ready; it was validated when it was read, so this does not fail."""
    return Setup(config, compile_rules(config.rules), {channel.name: channel for channel in config.channels})


def net_settings(config: Config) -> NetSettings:
    """What the guarded client needs to know."""
    poll = config.poll
    return NetSettings(
        timeout=poll.timeout, max_body=poll.max_body, concurrency=poll.concurrency, allow_private=poll.allow_private
    )
