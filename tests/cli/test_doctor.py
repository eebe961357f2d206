"""The doctor runs the whole machine once, and says what is wrong in a sentence."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from feedwatch.cli.doctor import _clock
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
