"""``feedwatch config``."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from feedwatch.cli.config import as_toml
from feedwatch.config import Config, default_text, read_config

Run = Callable[..., Result]
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

FULL = """
[poll]
interval = "10m"
min_interval = "1m"
max_interval = "1d"
adaptive = false
concurrency = 8
per_host = 1
timeout = "5s"
max_body = "1MB"
allow_private = ["127.0.0.0/8"]
baseline = false
[store]
path = "/tmp/x.db"
keep = "7d"
[delivery]
schedule = ["1s", "2s"]
[[feeds]]
url = "https://a.example/feed"
name = "A"
outlet = "B"
tags = ["t"]
interval = "5m"
full_text = true
baseline = true
[[rules]]
name = "Drones"
match = 'drone EXCEPT ("drone on")'
severity = "high"
channels = ["desk"]
cooldown = "1h"
grow = [5]
[[channels]]
name = "desk"
type = "webhook"
url = "https://u:pw@example.org/hook"
timeout = "3s"
[keys]
toggle_star = "*"
[tui]
theme = "nord"
"""


def read(text: str) -> Config:
    return read_config(text, Path("/c.toml"), None, {})


def test_init_writes_the_commented_default_and_nothing_over_it(run: Run) -> None:
    result = run("config", "init")
    assert (result.exit_code, result.stdout) == (0, f"{Path.cwd()}/feedwatch/config.toml\n")
    assert Path("feedwatch/config.toml").read_text() == default_text()
    assert run("config", "path").stdout == result.stdout
    again = run("config", "init")
    assert (again.exit_code, again.stdout) == (2, "")


@pytest.mark.parametrize("arguments", [["--config", "a.toml", "config", "init"], ["config", "init", "a.toml"]])
def test_init_writes_to_the_place_that_is_named(run: Run, arguments: list[str]) -> None:
    assert run(*arguments).exit_code == 0
    assert Path("a.toml").read_text() == default_text()


def test_path_says_where_a_configuration_would_be(run: Run) -> None:
    result = run("config", "path")
    assert result.stdout == f"{Path.cwd()}/feedwatch/config.toml\n"
    assert "config init" in result.stderr


def test_check_counts_what_is_right(run: Run) -> None:
    Path("config.toml").write_text(FULL)
    result = run("config", "check")
    assert result.exit_code == 0
    assert "no problems (feeds: 1, rules: 1, channels: 1)" in result.stdout


def test_check_says_all_that_is_wrong(run: Run) -> None:
    Path("config.toml").write_text('[poll]\ninterval = "x"\n[keys]\nnope = "x"\n[tui]\nteme = "x"\n')
    result = run("config", "check")
    assert (result.exit_code, result.stdout) == (2, "")
    for problem in (
        "line 2: poll.interval",
        "line 4: keys.nope",
        "line 6: tui.teme: unknown key",
    ):
        assert problem in result.stderr


def test_show_hides_every_secret(run: Run) -> None:
    secret = f'secret = ["{SECRET}", "{SECRET}"]'
    Path("config.toml").write_text(FULL.replace("[keys]", f"{secret}\n[keys]"))
    result = run("config", "show")
    shown = tomllib.loads(result.stdout)
    assert shown["channels"][0]["secret"] == ["***", "***"]
    assert SECRET not in result.output
    assert "pw" not in result.stdout


@pytest.mark.parametrize(
    ("written", "hidden"),
    [
        (
            (
                'type = "email"\nurl = "smtp://me@mail.example"\nfrom = "a@b.example"\nto = "c@d.example"\n'
                'password = "hunter2"'
            ),
            "password",
        ),
        ('type = "apprise"\nurl = "tgram://hunter2/chat"', "url"),
    ],
)
def test_no_secret_of_a_channel_is_shown(run: Run, written: str, hidden: str) -> None:
    Path("config.toml").write_text(f'[[channels]]\nname = "desk"\n{written}\n')
    result = run("config", "show")
    assert result.exit_code == 0
    assert "hunter2" not in result.output
    assert "***" in tomllib.loads(result.stdout)["channels"][0][hidden]


def test_the_schema_of_messages_is_printed_and_no_other(run: Run) -> None:
    assert json.loads(run("config", "schema", "--webhook").stdout)["oneOf"]
    result = run("config", "schema")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "config schema --webhook" in result.stderr


def test_show_hides_the_tokens_and_addresses_that_are_secret_and_names_the_chat(run: Run) -> None:
    Path("config.toml").write_text(
        """
        [[channels]]
        name = "phone"
        type = "telegram"
        token = "123456789:AAs3cret-t0ken_AAAAAAAAA"
        to = -100
        [[channels]]
        name = "newsroom"
        type = "slack"
        url = "https://hooks.slack.com/services/T0/B0/s3cret"
        """
    )
    result = run("config", "show")
    phone, newsroom = tomllib.loads(result.stdout)["channels"]
    assert (phone["token"], phone["to"], newsroom["url"]) == ("***", "-100", "https://hooks.slack.com/***")
    assert "s3cret" not in result.output


def test_show_gives_the_database_that_is_in_force(run: Run) -> None:
    shown = tomllib.loads(run("config", "show", "--db", "/x/y.db").stdout)
    assert shown["store"]["path"] == "/x/y.db"


def test_what_show_gives_is_a_configuration_that_says_the_same() -> None:
    text = FULL.replace("u:pw@", "")
    assert read(as_toml(read(text), Path("/tmp/x.db"))) == read(text)
