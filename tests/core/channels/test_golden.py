"""The requests of each type for the same events are those that people reviewed."""

from __future__ import annotations

import json

import pytest

from tests.core.channels.golden import CHANNELS, FOLDER, golden


@pytest.mark.parametrize("kind", CHANNELS)
def test_requests_are_those_that_were_reviewed(kind: str) -> None:
    kept = json.loads((FOLDER / f"{kind}.json").read_text(encoding="utf-8"))
    assert json.loads(json.dumps(golden(kind))) == kept, (
        'if that is right: "python -m tests.core.channels.golden", and look at git diff'
    )
