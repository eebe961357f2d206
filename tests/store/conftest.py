"""A real store on a real file."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from feedwatch.store.opening import prepare
from feedwatch.store.store import Store


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "feedwatch.db"


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database, made once; how one is made is tested in test_opening.py."""
    path = tmp_path_factory.mktemp("template") / "empty.db"
    prepare(path)
    return path


@pytest.fixture
async def store(path: Path, template: Path) -> AsyncIterator[Store]:
    shutil.copy(template, path)
    opened = await Store.open(path)
    yield opened
    await opened.close()
