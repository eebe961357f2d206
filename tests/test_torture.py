"""Alerts survive crashes: daemons killed at any moment, and a check of that which can fail; `make torture` for long."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import aiohttp
import pytest

from feedwatch.core.channels import to_request
from feedwatch.core.channels.requests import Post
from feedwatch.core.payload import test_body
from feedwatch.engine.engine import utc_now
from feedwatch.model import Channel, DeliveryId, replace
from tests.feeds import SECRET
from tests.torture.evidence import AlertRow, Call, Evidence, Kill, OutboxRow, report, violations
from tests.torture.plan import make_plan
from tests.torture.play import play
from tests.torture.processes import children, left_after
from tests.torture.sinks import Act, Sink

REPEATED = 15
"""Deliveries that may come again: what a sink has answered and the daemon not yet recorded when it is killed, up to
four a sink. Fifty kills hit these few deliveries more often than the one in a hundred of a long run."""

OTHER_SECRET = "whsec_YW5vdGhlciBzZWNyZXQgb2YgdGhlIHRlc3RzLCAzMiE="


async def test_fifty_killed_daemons_lose_no_alert(tmp_path: Path) -> None:
    plan = make_plan(seed=3, rounds=50, feeds=8, alerts=30, longest=0.8)
    evidence = await play(plan, tmp_path, feeds=8, seed=3, seconds=120, tell=lambda _: None)
    assert violations(evidence, REPEATED) == (), report(evidence)
    assert len(evidence.kills) == 50


def test_a_plan_is_the_same_for_the_same_seed() -> None:
    assert make_plan(5, 30, 4, 20) == make_plan(5, 30, 4, 20) != make_plan(6, 30, 4, 20)


def sound() -> Evidence:
    """Two alerts that both reached two sinks, the first of them at the second try."""
    matching, sinks = ("One drone", "Two drones"), ("a", "b")
    alerts = tuple(AlertRow(f"alert{n}", "raised", title) for n, title in enumerate(matching))
    pairs = [(alert.id, sink) for alert in alerts for sink in sinks]
    calls = [Call(sink, f"{alert}-{sink}", alert, alert.encode(), genuine=True, answer="204") for alert, sink in pairs]
    failed = replace(calls[0], answer="503")
    return Evidence(
        matching=matching,
        sinks=sinks,
        calls=(failed, *calls),
        alerts=alerts,
        outbox=[OutboxRow(f"{alert}-{sink}", alert, sink, "delivered", leased=False) for alert, sink in pairs],
        items=(*matching, "A ferry"),
        published=3,
        leased_feeds=0,
        integrity=["ok"],
        broken_references=0,
        kills=[Kill("polling", 1.0)],
    )


def test_a_sound_run_breaks_no_promise_and_is_told_in_numbers() -> None:
    assert violations(sound()) == ()
    table = report(sound())
    assert "sink a                          | 2 x 204, 1 x 503 |" in table
    assert "delivered again after a 2xx     | 0 (0.00%) |" in table


GOOD = sound()
FIRST, *OTHERS = GOOD.calls[1:]

BAD = {
    "b was never told of alert1": replace(GOOD, calls=GOOD.calls[:-1]),
    "recorded as delivered without a 2xx answer: alert1-b": replace(GOOD, calls=GOOD.calls[:-1]),
    "a was never told of alert0": replace(GOOD, calls=(replace(FIRST, answer="gone before the answer"), *OTHERS)),
    "one webhook-id for several alerts: alert0-a": replace(
        GOOD, calls=(FIRST, OTHERS[0], replace(OTHERS[1], id=FIRST.id), OTHERS[2])
    ),
    "more than one webhook-id at one sink for alert0": replace(GOOD, calls=(*GOOD.calls, replace(FIRST, id="new"))),
    "more than one body at one sink for alert0": replace(GOOD, calls=(*GOOD.calls, replace(FIRST, body=b"new"))),
    "a wrong signature on alert0-a": replace(GOOD, calls=(replace(FIRST, genuine=False), *OTHERS)),
    "told of an alert that is not stored: x": replace(GOOD, calls=(*GOOD.calls, replace(FIRST, alert="x"))),
    "delivered twice by one daemon: alert0-a": replace(GOOD, calls=(*GOOD.calls, FIRST)),
    "1 deliveries came again after a 2xx answer; 0 may": replace(GOOD, calls=(*GOOD.calls, replace(FIRST, life=2))),
    "no alert was raised for Two drones": replace(GOOD, alerts=GOOD.alerts[:1]),
    "an alert was raised without a match: Ferry": replace(
        GOOD, alerts=(*GOOD.alerts, AlertRow("x", "raised", "Ferry"))
    ),
    "an alert more than once: One drone": replace(GOOD, alerts=(*GOOD.alerts, AlertRow("x", "raised", "One drone"))),
    "not raised but kept back: alert0": replace(
        GOOD, alerts=(replace(GOOD.alerts[0], state="baseline"), GOOD.alerts[1])
    ),
    "not delivered in the end: alert0-a": replace(
        GOOD, outbox=(replace(GOOD.outbox[0], state="waiting"), *GOOD.outbox[1:])
    ),
    "a lease is left on alert0-a": replace(GOOD, outbox=(replace(GOOD.outbox[0], leased=True), *GOOD.outbox[1:])),
    "4 messages are due in all, 3 are in the outbox": replace(GOOD, outbox=GOOD.outbox[1:]),
    "a lease is left on 2 feeds": replace(GOOD, leased_feeds=2),
    "stored more than once: A ferry": replace(GOOD, items=(*GOOD.items, "A ferry")),
    "3 items were published, 2 are stored": replace(GOOD, items=GOOD.items[:2]),
    "the database is damaged: row 3 missing": replace(GOOD, integrity=["row 3 missing"]),
    "1 rows refer to rows that are not there": replace(GOOD, broken_references=1),
    "a worker outlived its daemon: process 7": replace(GOOD, orphans=["process 7"]),
    "a fault in the program: Traceback": replace(GOOD, faults=["Traceback"]),
}


@pytest.mark.parametrize("line", BAD)
def test_each_broken_promise_is_told(line: str) -> None:
    assert line in violations(BAD[line])


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="this system does not say who runs")
async def test_a_process_that_outlives_its_parent_is_found_and_ended() -> None:
    script = "import subprocess, time; subprocess.Popen(['sleep', '60'], stdout=-3); print(flush=True); time.sleep(60)"
    parent = await asyncio.create_subprocess_exec(sys.executable, "-c", script, stdout=asyncio.subprocess.PIPE)
    assert parent.stdout is not None
    await parent.stdout.readline()
    (child,) = found = children(parent.pid)
    parent.kill()
    await parent.wait()
    assert await left_after(found, 0.1) == [f"process {child}"]
    assert await left_after(found, 5.0) == []


async def test_a_sink_knows_a_wrong_signature_and_counts_only_answers_it_wrote() -> None:
    acts = [Act("204"), Act("204"), Act("reset"), Act("closed"), Act("204", wait=30)]
    sink = Sink("a", SECRET, lambda: acts.pop(0))
    await sink.open()
    async with aiohttp.ClientSession() as session:
        for secret in (SECRET, OTHER_SECRET, SECRET, SECRET):
            await post(session, sink, secret)
        waiting = asyncio.create_task(post(session, sink, SECRET))
        while not sink.under_way:
            sink.came.clear()
            await sink.came.wait()
        await sink.close()
        await waiting
    seen = [(call.genuine, call.answer, call.delivered) for call in sink.calls]
    assert seen == [
        (True, "204", True),
        (False, "204", True),
        (True, "reset", False),
        (True, "closed", False),
        (True, "gone before the answer", False),
    ]


async def post(session: aiohttp.ClientSession, sink: Sink, secret: str) -> None:
    now = utc_now()
    request = to_request(Channel("a", "webhook", sink.url, (secret,)), DeliveryId("m"), test_body(now), now)
    assert isinstance(request, Post)
    try:
        async with session.post(request.url, data=request.body, headers=request.headers) as answer:
            await answer.read()
    except aiohttp.ClientError:
        return
