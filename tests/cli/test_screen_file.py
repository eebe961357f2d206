from __future__ import annotations

import stat
from pathlib import Path

import pytest

from feedwatch.cli import screen_file
from feedwatch.config import find_state

VALUES = {"version": 1, "tag": "Європа", "item": 7, "unread": True}


def test_values_come_back_and_nobody_else_may_read_them(tmp_path: Path) -> None:
    path = tmp_path / "state" / "feedwatch" / "screen-1.json"
    screen_file.write(path, {"version": 1})
    screen_file.write(path, VALUES)
    assert screen_file.read(path) == VALUES
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize(
    "text", [b"", b"{", b"[1]", b"null", b'"x"', b"\xff\xfe", b"[" * 60_000, b'{"a": "' + b"x" * 70_000 + b'"}']
)
def test_a_broken_file_says_nothing(tmp_path: Path, text: bytes) -> None:
    path = tmp_path / "screen.json"
    path.write_bytes(text)
    assert screen_file.read(path) == {}


def test_a_file_that_is_not_there_or_cannot_be_written_is_no_trouble(tmp_path: Path) -> None:
    assert screen_file.read(tmp_path / "none.json") == {}
    assert screen_file.read(tmp_path) == {}
    (tmp_path / "file").write_text("in the way")
    screen_file.write(tmp_path / "file" / "screen.json", VALUES)
    (tmp_path / "folder").mkdir()
    screen_file.write(tmp_path / "folder", VALUES)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder"]


def test_each_database_has_a_file_of_its_own_however_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "link.db").symlink_to(tmp_path / "a.db")
    assert find_state(Path("a.db")) == find_state(tmp_path / "a.db") == find_state(Path("link.db"))
    assert find_state(Path("a.db")) != find_state(Path("b.db"))
    assert find_state(Path("a.db")).parent == tmp_path / "state" / "feedwatch"
