"""What each way of a receiver to answer, or not to, comes to: the delivery, its attempt, its channel."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import NamedTuple

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from feedwatch.model import ChannelState, DeliveryState, FailureKind, Rate
from feedwatch.net.session import Client, NetSettings
from feedwatch.store.store import Store
from tests.engine.post_office import PostOffice
from tests.net.hostile import Script, drip, hostile, raw
from tests.store.samples import NOW

SOON, LATE = 5.0, 120.0
"""Seconds to the next try: the schedule's, or what the receiver asks."""


class Row(NamedTuple):
    """An answer, and what follows."""

    script: Script
    state: DeliveryState
    status: int | None
    kind: FailureKind | None
    wait: float | None = None
    """Seconds to the next attempt, jitter aside."""
    answer: str = ""
    out_of_service: bool = False


def answer(status: int, *headers: str, body: bytes = b"ok") -> Script:
    lines = "".join(f"{line}\r\n" for line in (f"Content-Length: {len(body)}", *headers))
    return raw(f"HTTP/1.1 {status} x\r\n{lines}\r\n".encode(), body)


def delivered(status: int) -> Row:
    return Row(
        answer(status, body=b"" if status == 204 else b"ok"),
        DeliveryState.DELIVERED,
        status,
        None,
        answer="" if status == 204 else "ok",
    )


def again(status: int, kind: FailureKind = FailureKind.STATUS) -> Row:
    return Row(answer(status), DeliveryState.WAITING, status, kind, SOON, "ok")


async def hang(writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(60)


async def hang_in_the_body(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 500 x\r\nContent-Length: 900\r\n\r\nhalf of it")
    await writer.drain()
    await asyncio.sleep(60)


async def reset(writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()


NOW_ASKED = "Retry-After: 120"
GIGABYTE = b"x" * 65536
TABLE = {
    "200": delivered(200),
    "201": delivered(201),
    "204": delivered(204),
    "301": again(301, FailureKind.REDIRECT),
    "400": again(400),
    "401": again(401),
    "404": again(404),
    "408": again(408),
    "410": Row(answer(410), DeliveryState.DEAD, 410, FailureKind.GONE, answer="ok", out_of_service=True),
    "413": again(413),
    "429 in seconds": Row(
        answer(429, NOW_ASKED), DeliveryState.WAITING, 429, FailureKind.THROTTLED, LATE, "ok", out_of_service=True
    ),
    "500": again(500),
    "502": again(502),
    "503": again(503),
    "hangs before headers": Row(hang, DeliveryState.WAITING, None, FailureKind.TIMEOUT, SOON),
    "hangs in the body": Row(hang_in_the_body, DeliveryState.WAITING, 500, FailureKind.STATUS, SOON, "half of it"),
    "resets": Row(reset, DeliveryState.WAITING, None, FailureKind.CONNECT, SOON),
    "a gigabyte": Row(
        drip(b"HTTP/1.1 200 x\r\nContent-Length: 1073741824\r\n\r\n", GIGABYTE, 0),
        DeliveryState.DELIVERED,
        200,
        None,
        answer="x" * 500,
    ),
}


@pytest.mark.parametrize("row", [pytest.param(row, id=name) for name, row in TABLE.items()])
async def test_an_answer_has_its_consequence(row: Row, office: PostOffice) -> None:
    async with hostile(row.script) as server, asyncio.timeout(10):
        office.connect("desk", server.url(), timeout=0.5)
        await office.raise_alert()
        await office.pass_by(0)
        assert server.connections == 1
    one, tried = await office.only(), await office.attempt()
    assert (one.state, one.attempts, one.last_status) == (row.state, 1, row.status)
    assert (tried.status, tried.kind, tried.answer) == (row.status, row.kind, row.answer)
    assert bool(tried.error) == (row.kind is not None)
    assert 0 <= tried.seconds < 5
    assert [one.name for one in await office.store.channel_states()] == (["desk"] if row.out_of_service else [])
    if row.wait is None:
        assert one.next_at is None
    else:
        assert one.next_at is not None
        assert row.wait <= (one.next_at - NOW).total_seconds() <= row.wait * 1.2


async def test_retry_after_may_be_a_date(office: PostOffice) -> None:
    at = format_datetime(datetime.now(UTC) + timedelta(seconds=LATE), usegmt=True)
    async with hostile(answer(503, f"Retry-After: {at}")) as server:
        office.connect("desk", server.url())
        await office.raise_alert()
        await office.pass_by(0)
    one = await office.only()
    assert one.next_at is not None
    assert LATE - 3 <= (one.next_at - NOW).total_seconds() <= LATE


async def test_a_certificate_that_nobody_vouches_for_gets_no_alert(
    office: PostOffice, self_signed: ssl.SSLContext
) -> None:
    async with hostile(answer(200), self_signed) as server:
        office.connect("desk", server.url(scheme="https"))
        await office.raise_alert()
        await office.pass_by(0)
        assert server.heads == []
    tried = await office.attempt()
    assert (tried.status, tried.kind) == (None, FailureKind.TLS)
    assert "certificate" in tried.error


class SlowNames(AbstractResolver):
    """A name server that takes its time."""

    async def resolve(self, host: str, port: int = 0, family: int = 0) -> list[ResolveResult]:
        await asyncio.sleep(60)
        raise OSError(host)

    async def close(self) -> None:
        """Nothing is open."""


@pytest.fixture
async def slow_office(tmp_path: Path) -> AsyncIterator[PostOffice]:
    store = await Store.open(tmp_path / "slow.db")
    async with Client(NetSettings(), SlowNames()) as client:
        yield PostOffice(store, client)
    await store.close()


async def test_a_name_server_that_does_not_answer_is_a_failure_within_the_time_of_the_channel(
    slow_office: PostOffice,
) -> None:
    slow_office.connect("desk", "https://hooks.example/desk", timeout=0.3)
    await slow_office.raise_alert()
    async with asyncio.timeout(5):
        await slow_office.pass_by(0)
    tried = await slow_office.attempt()
    assert (tried.status, tried.kind, (await slow_office.state())[1]) == (None, FailureKind.TIMEOUT, 1)


# --- one channel and the others ---------------------------------------------------------------------------------------


async def times_to_deliver(office: PostOffice, script: Script | None, count: int = 20) -> Sequence[float]:
    """Seconds from raised to received at a good receiver, while another channel has this script and work to do."""
    received: asyncio.Queue[float] = asyncio.Queue()
    loop = asyncio.get_running_loop()

    async def take(writer: asyncio.StreamWriter) -> None:
        received.put_nowait(loop.time())
        writer.write(b"HTTP/1.1 204 x\r\n\r\n")

    async with hostile(take) as good, hostile(script or hang) as bad:
        office.connect("desk", good.url())
        office.connect("other", bad.url(), timeout=2.0)
        for number in range(40 if script else 0):
            await office.raise_alert(f"other {number}", "other")
        running = asyncio.create_task(office.courier.run())
        await asyncio.sleep(0.1)
        times = []
        for number in range(count):
            await office.raise_alert(f"desk {number} beside {script}", "desk")
            began = loop.time()
            office.courier.wake()
            times.append(await asyncio.wait_for(received.get(), 5) - began)
        running.cancel()
        await office.courier.drain(0)
    return sorted(times)


@pytest.mark.parametrize(
    "script",
    [pytest.param(hang, id="hangs"), pytest.param(reset, id="resets"), pytest.param(answer(500), id="floods with 500")],
)
async def test_a_channel_that_does_not_work_delays_no_other(script: Script, office: PostOffice) -> None:
    asyncio.get_running_loop().set_debug(enabled=False)  # times are asked
    alone = await times_to_deliver(office, None)
    beside = await times_to_deliver(office, script)
    for share in (0.5, 0.9):
        assert beside[int(share * len(beside))] < alone[int(share * len(alone))] + 0.1


async def test_a_dead_channel_is_left_alone_then_probed_and_gets_everything_once_it_works(
    office: PostOffice,
) -> None:
    office.schedule(0.3, 60.0, 60.0)
    works = asyncio.Event()

    async def script(writer: asyncio.StreamWriter) -> None:
        status = 204 if works.is_set() else 500
        writer.write(f"HTTP/1.1 {status} x\r\nContent-Length: 0\r\n\r\n".encode())

    async with hostile(script) as server:
        office.connect("desk", server.url())
        for number in range(20):
            await office.raise_alert(str(number))
        await office.pass_by(0)
        assert server.connections <= 8  # five, and what was under way beside the fifth
        (state,) = await office.store.channel_states()
        assert state.probe_at is not None
        assert "status 500" in state.reason
        before = server.connections

        works.set()
        await asyncio.sleep(0.35)
        await office.pass_by(1)

        assert {one.state for one in await office.store.deliveries(99)} == {DeliveryState.DELIVERED}
        assert server.connections == before + 20
        assert await office.store.channel_states() == ()


async def test_a_person_who_retries_is_not_kept_waiting_by_an_open_circuit(office: PostOffice) -> None:
    async with hostile(answer(500)) as server:
        office.connect("desk", server.url())
        for number in range(9):
            await office.raise_alert(str(number))
        await office.pass_by(0)
        before = server.connections
        await office.store.enable_channel("desk", office.now)
        await office.pass_by(0)
        assert server.connections > before


async def test_a_channel_that_is_changed_begins_anew(office: PostOffice) -> None:
    async with hostile(answer(500)) as bad, hostile(answer(204, body=b"")) as good:
        office.connect("desk", bad.url())
        for number in range(9):
            await office.raise_alert(str(number))
        await office.pass_by(0)
        assert await office.store.channel_states() != ()
        office.connect("desk", good.url())
        await office.pass_by(0)
        assert await office.store.channel_states() == ()
        assert {one.state for one in await office.store.deliveries(99)} == {DeliveryState.DELIVERED}


async def test_a_circuit_that_opens_while_the_states_are_read_stays_open(
    office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = office.store.channel_states
    late = asyncio.Event()

    async def read_late() -> tuple[ChannelState, ...]:
        found = await read()
        if not found:
            await late.wait()
        return found

    disable = office.store.disable_channel

    async def disable_and_say(*arguments: object) -> None:
        await disable(*arguments)  # type: ignore[arg-type]  # what it is given it passes on
        asyncio.get_running_loop().call_later(0.05, late.set)

    monkeypatch.setattr(office.store, "channel_states", read_late)
    monkeypatch.setattr(office.store, "disable_channel", disable_and_say)
    async with hostile(answer(500)) as bad:
        office.connect("desk", bad.url(), concurrency=9)
        for number in range(9):
            await office.raise_alert(str(number))
        await office.pass_by(0)
        assert [one.name for one in await read()] == ["desk"]
        assert office.courier._lanes["desk"].is_open


async def test_a_rate_is_kept(office: PostOffice) -> None:
    async with hostile(answer(204, body=b"")) as server:
        office.connect("desk", server.url(), rate=Rate(3, 0.3))
        for number in range(9):
            await office.raise_alert(str(number))
        began = asyncio.get_running_loop().time()
        await office.pass_by(0)
        assert asyncio.get_running_loop().time() - began >= 0.6  # three at once, and six more at ten a second
        assert server.connections == 9

        office.connect("desk", server.url(), rate=Rate(3, 3600.0))
        for number in range(9):
            await office.raise_alert(f"later {number}")
        await office.pass_by(0)  # too long to wait for
        assert server.connections == 12
