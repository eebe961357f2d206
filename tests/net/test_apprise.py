"""The real apprise library against a real server: sent, refused, not understood, hanging, not installed."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from feedwatch.core.channels.requests import Handover
from feedwatch.model import Delivered, FailureKind, GiveUp, Severity, TryAgain
from feedwatch.net.apprise import hand_over
from tests.loopback import Answer, WebhookSink

TEXT = "Several <b>were</b> seen.\n\n*Outlet*: BBC"


def handover(url: str, seconds: float = 30.0) -> Handover:
    return Handover(url, "Drones · high: Port closed", TEXT, Severity.HIGH, seconds)


async def test_a_service_gets_title_text_and_kind(webhook_sink: WebhookSink) -> None:
    assert await hand_over(handover(f"json://desk:hunter2@127.0.0.1:{webhook_sink.port}/hook")) == Delivered()
    (asked,) = webhook_sink.requests
    said = json.loads(asked.body)
    assert (asked.path, said["title"], said["message"]) == ("/hook", "Drones · high: Port closed", TEXT)
    assert said["type"] == "warning"
    assert "authorization" in asked.headers


async def test_a_service_that_refuses_is_tried_again_without_a_word_of_its_address(
    webhook_sink: WebhookSink, capfd: pytest.CaptureFixture[str]
) -> None:
    webhook_sink.script = [500]
    result = await hand_over(handover(f"json://desk:hunter2@127.0.0.1:{webhook_sink.port}/t0k3n"))
    assert isinstance(result, TryAgain)
    out, err = capfd.readouterr()
    for secret in ("hunter2", "t0k3n"):
        assert secret not in f"{result} {out} {err}"


@pytest.mark.parametrize("url", ["nonsense://t0k3n", "t0k3n", "tgram://t0k3n"])
async def test_an_address_that_is_not_understood_is_given_up(url: str) -> None:
    result = await hand_over(handover(url))
    assert result == GiveUp("apprise does not understand the channel's address", kind=FailureKind.ADDRESS)


async def test_a_service_that_hangs_is_left_in_time(webhook_sink: WebhookSink) -> None:
    webhook_sink.script = [Answer(wait=30.0)]
    began = time.monotonic()
    result = await hand_over(handover(f"json://127.0.0.1:{webhook_sink.port}/", 2.5))
    assert time.monotonic() - began < 4.0
    assert result == TryAgain("apprise did not end within 2.5 s", kind=FailureKind.TIMEOUT)


async def test_where_apprise_is_missing_it_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "apprise.py").write_text("raise ImportError")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    result = await hand_over(handover("json://127.0.0.1/"))
    assert isinstance(result, TryAgain)
    assert "pip install 'feedwatch[apprise]'" in result.message
