"""The small file in which a screen leaves where the user was: one for each database, in the XDG state folder."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

MOST = 65_536
"""Bytes that are read."""


def read(path: Path) -> Mapping[str, object]:
    """What the file says; nothing where there is none, or one that cannot be read."""
    try:
        with path.open("rb") as file:
            said = json.loads(file.read(MOST))
    except (OSError, ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def write(path: Path, values: Mapping[str, object]) -> None:
    """Put the values into the file, whole or not at all; where that is not possible nothing is said: it is no loss."""
    with contextlib.suppress(OSError):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".screen-", suffix=".json")
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                json.dump(dict(values), file)
            Path(name).replace(path)
        except OSError:
            Path(name).unlink(missing_ok=True)
