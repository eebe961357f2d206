from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from feedwatch.config import (
    Config,
    default_text,
    find_config,
    find_database,
    load,
    read_config,
)
from feedwatch.core.delivery import DEFAULT_SCHEDULE
from feedwatch.errors import ConfigError
from feedwatch.model import Channel, Rule, Severity, Subscription, replace

PLACE = Path("/etc/feedwatch/config.toml")
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def read(text: str, environ: dict[str, str] | None = None, commands: frozenset[str] | None = None) -> Config:
    return read_config(text, PLACE, commands, environ or {})


def problems_of(text: str, environ: dict[str, str] | None = None, commands: frozenset[str] | None = None) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        read(text, environ, commands)
    assert caught.value.path == str(PLACE)
    return list(caught.value.problems)


def only_problem(text: str, environ: dict[str, str] | None = None) -> str:
    (problem,) = problems_of(text, environ)
    return problem


def test_an_empty_file_is_all_defaults() -> None:
    assert read("") == Config(path=PLACE)


def test_every_key_of_the_contract_is_read() -> None:
    config = read(
        """
        [poll]
        interval = "10m"
        min_interval = "1m"
        max_interval = "1d"
        adaptive = false
        concurrency = 8
        per_host = 1
        timeout = "5s"
        max_body = "1MB"
        allow_private = ["127.0.0.0/8", "::1/128"]
        baseline = false
        [store]
        path = "news.db"
        keep = "7d"
        [delivery]
        schedule = ["1s", "2s"]
        [[feeds]]
        url = "https://feeds.bbci.co.uk/news/world/rss.xml"
        name = "BBC World"
        outlet = "BBC"
        tags = ["world"]
        interval = "5m"
        full_text = true
        baseline = true
        [[rules]]
        name = "Drones"
        match = 'drone EXCEPT ("drone on", "drone bee")'
        severity = "high"
        channels = ["desk"]
        cooldown = "1h"
        grow = [5]
        [[channels]]
        name = "desk"
        type = "webhook"
        url = "https://example.org/hook"
        secret = "env:DESK_SECRET"
        timeout = "3s"
        [keys]
        toggle_star = "*"
        [tui]
        theme = "nord"
        """,
        {"DESK_SECRET": SECRET},
        frozenset({"toggle_star"}),
    )
    assert (config.poll.interval, config.poll.min_interval, config.poll.max_interval) == (600, 60, 86400)
    assert (config.poll.adaptive, config.poll.concurrency, config.poll.per_host) == (False, 8, 1)
    assert (config.poll.timeout, config.poll.max_body, config.poll.baseline) == (5, 1024**2, False)
    assert config.poll.allow_private == ("127.0.0.0/8", "::1/128")
    assert (config.store.path, config.store.keep) == (Path("/etc/feedwatch/news.db"), 7 * 86400)
    assert config.delivery.schedule == (1, 2)
    url = "https://feeds.bbci.co.uk/news/world/rss.xml"
    assert config.feeds == (Subscription(url, "BBC World", "BBC", ("world",), 300, full_text=True, baseline=True),)
    match = 'drone EXCEPT ("drone on", "drone bee")'
    assert config.rules == (Rule("Drones", match, Severity.HIGH, ("desk",), 3600, (5,)),)
    assert config.channels == (Channel("desk", "webhook", "https://example.org/hook", (SECRET,), 3),)
    assert (config.keys, config.tui.theme) == ({"toggle_star": "*"}, "nord")


def test_a_delivery_is_retried_by_the_specifications_schedule() -> None:
    hours = [wait / 3600 for wait in read("").delivery.schedule[3:]]
    assert (*DEFAULT_SCHEDULE[:3], *hours) == (5, 300, 1800, 2, 5, 10, 14, 20, 24)


def test_an_outlet_and_a_name_come_from_the_address() -> None:
    (feed,) = read('[[feeds]]\nurl = "https://feeds.bbci.co.uk/news/rss.xml"').feeds
    assert (feed.name, feed.outlet) == ("feeds.bbci.co.uk/news/rss.xml", "bbci.co.uk")


def test_a_feed_is_named_after_its_outlet() -> None:
    (feed,) = read('[[feeds]]\nurl = "https://feeds.bbci.co.uk/news/rss.xml"\noutlet = "BBC"').feeds
    assert (feed.name, feed.outlet) == ("BBC", "BBC")


def test_feeds_take_their_baseline_from_poll() -> None:
    config = read(
        '[poll]\nbaseline = false\n[[feeds]]\nurl = "https://a.example/"\n'
        '[[feeds]]\nurl = "https://b.example/"\nbaseline = true'
    )
    assert [feed.baseline for feed in config.feeds] == [False, True]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('interval = "1m"', (60, 60, 21600)),
        ('interval = "1d"', (300, 86400, 86400)),
        ('min_interval = "8h"', (28800, 28800, 28800)),
        ('max_interval = "2m"', (120, 120, 120)),
    ],
)
def test_defaults_give_way_to_the_interval_that_is_written(text: str, expected: tuple[float, ...]) -> None:
    poll = read(f"[poll]\n{text}").poll
    assert (poll.min_interval, poll.interval, poll.max_interval) == expected


def test_five_mistakes_are_reported_at_once_with_line_key_value_and_remedy() -> None:
    text = """[poll]
intervall = "5m"
max_body = 12
[[feeds]]
url = "ftp://a.example/feed"
[[rules]]
name = "Drones"
match = '(drone'
channels = ["dsk"]
[[channels]]
name = "desk"
type = "webhook"
url = "https://example.org/"
"""
    problems = problems_of(text)
    assert [problem.split(": ")[:2] for problem in problems] == [
        ["line 2", "poll.intervall"],
        ["line 3", "poll.max_body"],
        ["line 5", "feeds[1].url"],
        ["line 8", "rules[1].match"],
        ["line 9", "rules[1].channels"],
    ]
    assert problems[0] == 'line 2: poll.intervall: unknown key; did you mean "interval"?'
    assert (
        problems[1] == 'line 3: poll.max_body: 12 is no size: write a number and KB, MB or GB, like "500KB" or "10MB"'
    )
    assert '"ftp://a.example/feed" is no address' in problems[2]
    assert "at column 1" in problems[3]
    assert "\n    (drone\n    ^" in problems[3]
    assert problems[4].endswith('there is no channel "dsk"; did you mean "desk"?')


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[poll]\ninterval = 5", "line 2: poll.interval: 5 is no duration: write a number and s, m, h or d"),
        ('[poll]\ntimeout = "0s"', "longer than no time"),
        ("[poll]\nconcurrency = true", "whole number from 1 to 1024"),
        ("[poll]\nper_host = 0", "whole number from 1 to 64"),
        ('[poll]\nadaptive = "yes"', "must be true or false"),
        ('[poll]\nallow_private = ["10.0.0.0/99"]', 'has "10.0.0.0/99", which is no network'),
        ('[poll]\nallow_private = "::1"', "must be a list"),
        ('[poll]\nmin_interval = "2h"\ninterval = "1h"', "must not be less than min_interval"),
        ("poll = 3", "must be a table: write [poll]"),
        ("[polls]", 'did you mean "poll"?'),
        ('[delivery]\nschedule = ["soon"]', 'has "soon", which is no duration'),
        ('[feeds]\nurl = "https://a.example/"', "write [[feeds]] with two brackets"),
        ("feeds = [3]", "feeds[1]: must be a table"),
        ('[[feeds]]\nname = "x"', "feeds[1].url: is missing"),
        ('[[feeds]]\nurl = "https:///x"', "is no address"),
        ('[[rules]]\nname = "x"', "rules[1].match: is missing"),
        ('[[rules]]\nname = " "\nmatch = "x"', "must not be empty"),
        ('[[rules]]\nname = "x"\nmatch = "is:unread"', "rules[1].match"),
        ('[[rules]]\nname = "x"\nmatch = "x"\nseverity = "loud"', "must be one of low, normal, high, critical"),
        ('[[rules]]\nname = "x"\nmatch = "x"\ngrow = [1]', "whole number from 2"),
        ('[[rules]]\nname = "x"\nmatch = "x"\nchannels = ["desk"]', "no [[channels]] are set up"),
        ('[[channels]]\nname = "x"\ntype = "fax"\nurl = "https://a.example/"', "must be one of webhook"),
        ('[[channels]]\nname = "x"\ntype = "webhook"\nurl = "https://a.example/"\nto = "y"', "unknown key; known are"),
        ('[[channels]]\nname = "x"\ntype = "webhook"\nurl = "https://a.example/"\nrate = "fast"', "is no rate: write"),
        ('[[channels]]\nname = "x"\ntype = "webhook"', "channels[1].url: is missing"),
        ('[tui]\ntheme = ""', "must not be empty"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_named_with_what_would_be_right(text: str, problem: str) -> None:
    assert problem in only_problem(text)


def test_two_spellings_of_one_address_are_the_same_feed() -> None:
    text = '[[feeds]]\nurl = "https://a.example/f"\n[[feeds]]\nurl = "HTTPS://A.example:443/f?utm_source=x"'
    assert only_problem(text).startswith("line 4: feeds[2].url: is the same as that of feeds[1]")


@pytest.mark.parametrize("section", ["rules", "channels"])
def test_names_are_unique(section: str) -> None:
    rest = 'match = "x"' if section == "rules" else 'type = "webhook"\nurl = "https://a.example/"'
    entry = f'[[{section}]]\nname = "n"\n{rest}\n'
    assert f"{section}[2].name: is the same as that of {section}[1]" in only_problem(entry * 2)


def test_a_key_is_bound_to_a_command_that_exists() -> None:
    problems = problems_of('[keys]\nserch = "x"', commands=frozenset({"search", "quit"}))
    assert problems == ['line 2: keys.serch: the screen has no such command; did you mean "search"?']


# --- secrets ---------------------------------------------------------------------------------------------------------


def channel_with(secret: str) -> str:
    return f'[[channels]]\nname = "x"\ntype = "webhook"\nurl = "https://a.example/"\nsecret = {secret}'


def test_a_secret_is_a_literal_or_from_the_environment_or_a_file(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(f"{SECRET}\n")
    for written in (SECRET, "env:S", "file:secret", f"file:{tmp_path}/secret"):
        config = read_config(channel_with(f'"{written}"'), tmp_path / "config.toml", None, {"S": SECRET})
        assert config.channels[0].secrets == (SECRET,)


def test_two_secrets_sign_during_a_rotation() -> None:
    other = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
    assert read(channel_with(f'["{SECRET}", "env:S"]'), {"S": other}).channels[0].secrets == (SECRET, other)


@pytest.mark.parametrize("written", ['"hunter2!"', '["hunter2!"]', "[]", '""', '"env:NOPE"', '"file:/nowhere"', "7"])
def test_a_secret_that_cannot_be_used_is_a_problem_that_does_not_tell_it(written: str) -> None:
    problem = only_problem(channel_with(written))
    assert problem.startswith("line 5: channels[1].secret: ")
    assert "hunter2" not in problem


def test_a_secret_is_not_in_the_representation_of_a_channel() -> None:
    assert SECRET not in repr(read(channel_with(f'"{SECRET}"')))


def test_an_address_with_a_token_may_come_from_the_environment() -> None:
    text = '[[channels]]\nname = "x"\ntype = "webhook"\nurl = "env:HOOK"'
    assert read(text, {"HOOK": "https://a.example/t0k3n"}).channels[0].url == "https://a.example/t0k3n"
    problem = only_problem(text, {"HOOK": "t0k3n"})
    assert "is no address" in problem
    assert "t0k3n" not in problem


# --- channels of other types -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            'type = "email"\nurl = "smtps://desk@mail.b.de"\npassword = "env:P"\nfrom = "a@b.de"\nto = ["c@d.de"]',
            Channel(
                "desk",
                "email",
                "smtps://desk@mail.b.de",
                token="hunter2",
                sender="a@b.de",
                to=("c@d.de",),
            ),
        ),
        ('type = "desktop"\ntimeout = "3s"', Channel("desk", "desktop", timeout=3)),
        ('type = "command"\ncommand = ["tell", "--loud"]', Channel("desk", "command", command=("tell", "--loud"))),
        ('type = "apprise"\nurl = "env:U"', Channel("desk", "apprise", "tgram://t0k3n/1")),
    ],
)
def test_a_channel_has_the_keys_of_its_type(text: str, expected: Channel) -> None:
    environ = {"P": "hunter2", "U": "tgram://t0k3n/1"}
    (found,) = read(f'[[channels]]\nname = "desk"\n{text}', environ).channels
    assert replace(found, url_hidden=False) == expected


_MAIL = 'type = "email"\nurl = "smtp://mail.example.org"\nfrom = "a@example.org"\nto = "b@example.org"'


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (_MAIL.replace("smtp://", "http://"), 'is no mail server: write one like "smtp://user@mail.example.org:587"'),
        (_MAIL.replace("mail.", "desk:hunter2@mail."), "holds a password: leave it out"),
        (_MAIL.replace("mail.example.org", "mail.example.org:99999"), "is no mail server"),
        (
            _MAIL.replace('to = "b@example.org"', ""),
            'channels[1].to: is missing: add a line like to = ["desk@example.org"]',
        ),
        (_MAIL.replace("b@example.org", "b@x, c@y"), "is no address of mail"),
        (
            _MAIL.replace('from = "a@example.org"', ""),
            'channels[1].from: is missing: add a line like from = "feedwatch@',
        ),
        (f'{_MAIL}\ntoken = "x"', "channels[1].token: unknown key; known are"),
        ('type = "desktop"\nurl = "https://a.example/"', "channels[1].url: unknown key; known are"),
        ('type = "command"', "channels[1].command: is missing: add a line like command = ["),
        ('type = "command"\ncommand = []', "must name a program"),
        ('type = "command"\ncommand = "tell --loud"', "must be a list"),
        ('type = "command"\ncommand = ["tell\\u0000"]', "holds a NUL character"),
        ('type = "command"\ncommand = ["tell"]\nsecret = "x"', "channels[1].secret: unknown key; known are"),
        ('type = "apprise"', 'channels[1].url: is missing: add a line like url = "env:APPRISE_URL"'),
        ('type = "apprise"\nurl = "env:NOPE"', "channels[1].url: "),
    ],
)
def test_a_key_that_a_type_needs_or_does_not_have_is_named(text: str, problem: str) -> None:
    said = only_problem(f'[[channels]]\nname = "desk"\n{text}')
    assert problem in said
    assert "hunter2" not in said


# --- files -----------------------------------------------------------------------------------------------------------


def test_a_syntax_error_has_its_line_and_column() -> None:
    assert "at line 2, column 12" in only_problem("[poll]\ninterval = \n")


def test_a_bottomless_nesting_is_a_problem_and_no_crash() -> None:
    assert "nested too deeply" in only_problem("x = " + "[" * 100_000)


def test_a_number_of_too_many_digits_is_a_problem_and_no_crash() -> None:
    assert "is not valid TOML" in only_problem("x = " + "1" * 10_000)


def test_a_missing_file_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="feedwatch config init"):
        load(tmp_path / "none.toml")


def test_a_folder_is_no_configuration(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="can't be read"):
        load(tmp_path)


def test_text_that_is_not_utf_8_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_bytes(b"[poll]\n# caf\xe9\n")
    with pytest.raises(ConfigError, match="line 2: is not UTF-8"):
        load(tmp_path / "config.toml")


def test_a_byte_order_mark_and_windows_line_ends_are_read(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_bytes(b'\xef\xbb\xbf[poll]\r\ninterval = "5m"\r\n')
    assert load(tmp_path / "config.toml").poll.interval == 300


def test_a_problem_has_its_line_with_windows_line_ends(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_bytes(b'[poll]\r\n\r\ninterval = "x"\r\n')
    with pytest.raises(ConfigError, match=r"line 3: poll\.interval"):
        load(tmp_path / "config.toml")


def test_the_shipped_configuration_is_right_and_has_feeds_and_two_rules() -> None:
    config = read(default_text())
    assert len(config.feeds) >= 25
    assert [rule.name for rule in config.rules] == ["drone", "general"]
    assert config.channels == ()
    assert all(feed.tags and feed.outlet and feed.name for feed in config.feeds)
    defaults = Config(path=PLACE, feeds=config.feeds, rules=config.rules)
    assert config == defaults


# --- places ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def homeless(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory, with XDG folders that do not exist."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "xdg"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def test_a_configuration_is_searched_from_the_nearest_place_to_the_farthest(homeless: Path) -> None:
    assert find_config(None, {}) is None
    xdg = homeless / "xdg" / "feedwatch" / "config.toml"
    xdg.parent.mkdir(parents=True)
    xdg.touch()
    assert find_config(None, {}) == xdg
    (homeless / "config.toml").touch()
    assert find_config(None, {}) == homeless / "config.toml"
    assert find_config(None, {"FEEDWATCH_CONFIG": "b.toml"}) == homeless / "b.toml"
    assert find_config("c.toml", {"FEEDWATCH_CONFIG": "b.toml"}) == homeless / "c.toml"


def test_a_database_is_named_by_flag_environment_configuration_or_xdg(homeless: Path) -> None:
    named = read('[store]\npath = "d.db"')
    assert find_database("a.db", {"FEEDWATCH_DB": "b.db"}, named) == homeless / "a.db"
    assert find_database(None, {"FEEDWATCH_DB": "b.db"}, named) == homeless / "b.db"
    assert find_database(None, {}, named) == PLACE.parent / "d.db"
    assert find_database(None, {}, Config()) == homeless / "data" / "feedwatch" / "feedwatch.db"


def test_a_path_in_the_home_folder_is_found(homeless: Path) -> None:
    assert read('[store]\npath = "~/n.db"').store.path == homeless / "n.db"
    assert find_config("~/c.toml", os.environ) == homeless / "c.toml"


# --- channels of other types -----------------------------------------------------------------------------------------

BOT = "123456789:AAs3cret-t0ken_AAAAAAAAA"


def channel_of(kind: str, keys: str) -> str:
    return f'[[channels]]\nname = "x"\ntype = "{kind}"\n{keys}'


@pytest.mark.parametrize(
    ("kind", "keys", "channel"),
    [
        ("slack", 'url = "https://hooks.slack.com/services/T/B/X"', {"url": "https://hooks.slack.com/services/T/B/X"}),
        ("discord", 'url = "env:HOOK"', {"url": "https://a.example/t0k3n"}),
        ("msteams", 'url = "env:HOOK"', {"url": "https://a.example/t0k3n"}),
        (
            "telegram",
            'token = "env:BOT"\nto = -100',
            {"url": "https://api.telegram.org", "token": BOT, "to": ("-100",)},
        ),
        (
            "telegram",
            f'token = "{BOT}"\nto = "@desk"\nurl = "http://127.0.0.1:8081"',
            {"url": "http://127.0.0.1:8081", "token": BOT, "to": ("@desk",)},
        ),
        ("ntfy", 'url = "https://ntfy.sh/desk"', {"url": "https://ntfy.sh/desk"}),
        ("ntfy", 'url = "https://ntfy.sh/desk"\ntoken = "tk_1"', {"url": "https://ntfy.sh/desk", "token": "tk_1"}),
    ],
)
def test_each_type_of_channel_has_its_keys(kind: str, keys: str, channel: dict[str, Any]) -> None:
    read_in = read(channel_of(kind, keys), {"HOOK": "https://a.example/t0k3n", "BOT": BOT})
    (found,) = read_in.channels
    assert replace(found, url_hidden=False) == Channel("x", kind, **channel)
    assert found.url_hidden == (kind != "telegram")


@pytest.mark.parametrize(
    ("kind", "keys", "problem"),
    [
        ("slack", "", "channels[1].url: is missing"),
        ("discord", 'url = "hunter2"', "channels[1].url: is no address"),
        ("msteams", 'url = "https://a.example/"\nsecret = "x"', "channels[1].secret: unknown key; known are"),
        ("slack", 'url = "https://a.example/"\ntoken = "x"', "channels[1].token: unknown key; known are"),
        ("telegram", "to = 1", "channels[1].token: is missing"),
        ("telegram", f'token = "{BOT}"', "channels[1].to: is missing"),
        ("telegram", f'token = "{BOT}"\nto = "desk"', "is no chat: write its number"),
        ("telegram", 'token = "hunter2"\nto = 1', "channels[1].token: is no token of a bot"),
        ("ntfy", 'url = "https://ntfy.sh/"', "channels[1].url: names no topic"),
        ("ntfy", 'url = "https://ntfy.sh/hunter2/a b"', "channels[1].url: is no address"),
        ("ntfy", 'url = "https://ntfy.sh/x"\ntoken = "hunter2 é"', "channels[1].token: holds a character"),
    ],
)
def test_a_wrong_key_of_a_channel_is_named_and_no_secret_shown(kind: str, keys: str, problem: str) -> None:
    said = only_problem(channel_of(kind, keys))
    assert problem in said
    assert "hunter2" not in said


def test_the_token_of_a_bot_is_not_in_the_representation_of_a_channel() -> None:
    assert BOT not in repr(read(channel_of("telegram", f'token = "{BOT}"\nto = 1')))
