from __future__ import annotations

import base64

import pytest
import time_machine
from standardwebhooks import Webhook, WebhookVerificationError

from feedwatch.core.channels import to_request
from feedwatch.core.channels.requests import Post
from feedwatch.core.channels.webhook import secret_problem
from feedwatch.core.payload import event_body
from feedwatch.model import Channel, DeliveryId, GiveUp, replace
from tests.core.notices import NOTICE, NOW

OLD, NEW = "whsec_" + base64.b64encode(b"o" * 24).decode(), "whsec_" + base64.b64encode(b"n" * 32).decode()
MESSAGE = DeliveryId("msg_1")
CHANNEL = Channel("desk", "webhook", "https://example.org/hook", (NEW,), 7.5)


def request(channel: Channel, body: bytes = b"{}") -> Post:
    made = to_request(channel, MESSAGE, body, NOW)
    assert isinstance(made, Post)
    return made


@time_machine.travel(NOW)
def test_a_request_verifies_with_the_specifications_own_library() -> None:
    made = request(CHANNEL, event_body(NOTICE))
    assert (made.url, made.timeout) == ("https://example.org/hook", 7.5)
    assert made.headers["content-type"] == "application/json"
    assert made.headers["webhook-id"] == "msg_1"
    assert made.headers["webhook-timestamp"] == "1795341600"
    Webhook(NEW).verify(made.body, dict(made.headers))
    with pytest.raises(WebhookVerificationError):
        Webhook(OLD).verify(made.body, dict(made.headers))
    with pytest.raises(WebhookVerificationError):
        Webhook(NEW).verify(made.body + b" ", dict(made.headers))


@time_machine.travel(NOW)
def test_two_secrets_give_two_signatures_and_each_verifies() -> None:
    made = request(replace(CHANNEL, secrets=(NEW, OLD)))
    assert len(made.headers["webhook-signature"].split(" ")) == 2
    Webhook(NEW).verify(made.body, dict(made.headers))
    Webhook(OLD).verify(made.body, dict(made.headers))


def test_a_channel_without_a_secret_sends_no_signature() -> None:
    assert set(request(replace(CHANNEL, secrets=())).headers) == {"content-type", "webhook-id", "webhook-timestamp"}


def test_a_request_shows_no_secret_of_its_own() -> None:
    assert "hook" not in repr(request(CHANNEL)).replace("webhook", "")


def test_a_channel_type_that_there_is_not_is_given_up_in_words() -> None:
    made = to_request(replace(CHANNEL, type="fax"), MESSAGE, b"{}", NOW)
    assert isinstance(made, GiveUp)
    assert made.message.startswith('there is no channel type "fax"; use one of webhook')


@pytest.mark.parametrize("secret", ["", "hunter2", "whsec_", "whsec_!!!", "whsec_a", "WHSEC_bm5ubm4=", "whsec_é"])
def test_a_secret_that_can_not_sign_is_told_without_showing_it(secret: str) -> None:
    problem = secret_problem(secret)
    assert 'must be "whsec_" and then base64' in problem
    assert "hunter2" not in problem
    assert isinstance(to_request(replace(CHANNEL, secrets=(NEW, secret)), MESSAGE, b"{}", NOW), GiveUp)


@pytest.mark.parametrize("secret", [NEW, OLD, OLD.rstrip("="), "whsec_bm5ubm4"])
def test_a_secret_may_lack_its_padding_as_in_the_specifications_library(secret: str) -> None:
    assert secret_problem(secret) == ""
