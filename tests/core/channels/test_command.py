from __future__ import annotations

from feedwatch.core.channels.command import request
from feedwatch.core.channels.requests import Program
from feedwatch.model import Channel, DeliveryId
from tests.core.channels.events import EVENTS
from tests.core.notices import NOW


def test_a_program_is_given_the_body_as_it_is_and_no_word_of_a_stranger_anywhere_else() -> None:
    channel = Channel("desk", "command", timeout=3.0, command=("tell", "--loud"))
    made = request(channel, DeliveryId("msg_1"), EVENTS["hostile"], NOW)
    assert made == Program(
        ("tell", "--loud"),
        EVENTS["hostile"],
        {
            "FEEDWATCH_DELIVERY_ID": "msg_1",
            "FEEDWATCH_TYPE": "alert.raised",
            "FEEDWATCH_SEVERITY": "critical",
        },
        3.0,
    )
