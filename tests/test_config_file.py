"""The configuration in force: taken over when it changes, kept when the new one is wrong, edited with its comments."""

from __future__ import annotations

from pathlib import Path

import pytest

from feedwatch.config import load
from feedwatch.config_file import ConfigFile
from feedwatch.errors import UsageError
from feedwatch.events import ConfigReloaded
from feedwatch.model import Subscription

TEXT = '# my feeds\n[[feeds]]\nurl = "https://a.example/feed"  # the first\nname = "A"\n'


@pytest.fixture
def file(tmp_path: Path) -> ConfigFile:
    path = tmp_path / "config.toml"
    path.write_text(TEXT)
    return ConfigFile(path, load(path), load)


def test_nothing_is_read_where_nothing_changed(file: ConfigFile) -> None:
    assert file.reload() is None


def test_a_changed_file_is_taken_over(file: ConfigFile) -> None:
    file.path.write_text(TEXT + '[[feeds]]\nurl = "https://b.example/feed"\n')
    assert file.reload() == ConfigReloaded()
    assert len(file.current.feeds) == 2


def test_a_file_with_problems_is_refused_and_told_once(file: ConfigFile) -> None:
    file.path.write_text(TEXT + "[pol]\n")
    told = file.reload()
    assert told is not None
    assert "pol" in told.problem
    assert len(file.current.feeds) == 1
    assert file.reload() is None


def test_a_file_that_is_gone_changes_nothing(file: ConfigFile) -> None:
    file.path.unlink()
    told = file.reload()
    assert told is not None
    assert told.problem
    assert len(file.current.feeds) == 1


def test_a_feed_is_added_once_and_comments_stay(file: ConfigFile) -> None:
    wanted = [Subscription("https://b.example/feed", "B", ""), Subscription("HTTPS://A.example:443/feed", "A", "")]
    assert file.add(wanted) == "added B; 1 you follow already"
    assert [feed.url for feed in file.current.feeds] == ["https://a.example/feed", "https://b.example/feed"]
    assert "# my feeds" in file.path.read_text()
    assert "# the first" in file.path.read_text()
    with pytest.raises(UsageError, match="nothing to add"):
        file.add(wanted)


def test_a_feed_is_removed_and_another_is_not_found(file: ConfigFile) -> None:
    assert file.remove("https://a.example/feed") == "removed A; its items stay"
    assert file.current.feeds == ()
    with pytest.raises(UsageError, match="no such feed"):
        file.remove("https://a.example/feed")
