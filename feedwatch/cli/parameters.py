"""Options and kinds of values that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import click

from feedwatch.quantities import parse_moment

Decorated = TypeVar("Decorated", bound=Callable[..., Any])  # what click's decorators take, a command not yet made


class Moment(click.ParamType[datetime]):
    """A time, or how long before now ("2d")."""

    name = "time"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """The time; click hands a default through here too, so a time stays as it is."""
        if isinstance(value, datetime):
            return value
        now = datetime.now(UTC)
        try:
            moment = parse_moment(str(value), now)
        except ValueError as error:
            self.fail(f'"{value}" {error}', param, ctx)
        return now - moment if isinstance(moment, timedelta) else moment


as_json = click.option("--json", "as_json", is_flag=True, help="One JSON object on each line.")
since = click.option(
    "--since",
    type=Moment(),
    metavar="2d",
    help='Only from the last 30s, 5m, 2h, 7d, or since a time ("2026-11-26 22:00").',
)
until = click.option("--until", type=Moment(), metavar="1d", help="Only from before then: a duration ago, or a time.")


def limit(default: int) -> Callable[[Decorated], Decorated]:
    """--limit with the command's own default."""
    return click.option(
        "--limit", type=click.IntRange(min=1), default=default, show_default=True, help="How many at most."
    )
