"""The doctor runs the whole machine once, and says what is wrong in a sentence."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from feedwatch.cli.doctor import _channel, _clock
from feedwatch.model import Channel
from feedwatch.net.desktop import TERMINAL
from tests.feeds import write_config
from tests.program import Program


async def test_a_sound_installation_passes_and_the_canary_arrives(tmp_path: Path) -> None:
    user = Program(write_config(tmp_path, []), tmp_path / "feedwatch.db")
    code, out, err = await user.run("doctor", "--json")
    findings = {str(one["check"]): one for one in map(json.loads, out.splitlines())}
    assert (code, err) == (0, "")
    assert "delivered" in str(findings["canary"]["message"])
    assert findings["database"]["ok"]


async def test_a_file_that_is_no_database_is_found(tmp_path: Path) -> None:
    user = Program(write_config(tmp_path, []), tmp_path / "feedwatch.db")
    user.database.write_bytes(b"no database" * 1000)
    code, out, _ = await user.run("doctor")
    assert code == 1
    assert "FAIL  database" in out


def test_a_clock_in_the_past_is_found() -> None:
    assert not _clock(datetime(1970, 1, 2, tzinfo=UTC)).ok


@pytest.mark.parametrize(
    ("channel", "ok", "message"),
    [
        (Channel("c", "command", command=("/bin/sh", "-c")), True, "/bin/sh can be run"),
        (Channel("c", "command", command=("/nowhere/tell",)), False, "/nowhere/tell is no program that can be run"),
        (Channel("c", "command", command=("/etc/passwd",)), False, "/etc/passwd is no program that can be run"),
        (Channel("c", "email", "smtp://desk@127.0.0.1:587"), True, "127.0.0.1 resolves"),
        (Channel("c", "email", "smtp://desk@mail..example"), False, "the name mail..example does not resolve"),
        (Channel("c", "apprise", "tgram://t0k3n/1"), True, "apprise is installed"),
        (Channel("c", "webhook", "https://1.1.1.1/hook"), True, "1.1.1.1 resolves"),
        (Channel("c", "slack", "http://127.0.0.1:8080/hook"), False, "127.0.0.1 is"),
    ],
)
async def test_the_way_out_of_a_channel_is_looked_at(channel: Channel, ok: bool, message: str) -> None:
    found = await _channel(channel)
    assert (found.check, found.ok) == ("channel c", ok)
    assert found.message.startswith(message)


async def test_a_desktop_needs_notify_send_or_a_terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv(TERMINAL, str(tmp_path / "none"))
    assert not (await _channel(Channel("c", "desktop"))).ok
    (tmp_path / "notify-send").touch(0o755)
    assert (await _channel(Channel("c", "desktop"))).message == f"{tmp_path}/notify-send is there"
