"""What each channel asks for, as it stands in the files that ``tests.core.channels.golden`` writes."""

from __future__ import annotations

import pytest

from tests.core.channels.events import EVENTS
from tests.core.channels.golden import CHANNELS, file_of, written


@pytest.mark.parametrize("event", EVENTS)
@pytest.mark.parametrize("kind", CHANNELS)
def test_a_request_is_as_its_file_has_it(kind: str, event: str) -> None:
    assert written(kind, event) == file_of(kind, event).read_text(encoding="utf-8")
