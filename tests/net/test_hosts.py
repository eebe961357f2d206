from __future__ import annotations

import asyncio

import pytest

from feedwatch.net.hosts import Hosts


async def test_no_more_than_the_allowed_number_go_to_one_host_and_in_the_order_they_came() -> None:
    hosts, order, now, most = Hosts(2), [], 0, 0

    async def visit(number: int) -> None:
        nonlocal now, most
        async with hosts.slot(f"https://example.org/{number}"):
            order.append(number)
            now += 1
            most = max(most, now)
            await asyncio.sleep(0.001)
            now -= 1

    await asyncio.gather(*(visit(number) for number in range(10)))
    assert most == 2
    assert order == list(range(10))


async def test_a_busy_host_holds_up_no_other() -> None:
    hosts = Hosts(1)
    async with asyncio.timeout(1), hosts.slot("https://a.example/"), hosts.slot("https://b.example/"):
        assert len(hosts) == 2


async def test_hosts_that_are_not_used_are_forgotten() -> None:
    hosts = Hosts(1)
    for number in range(100):
        async with hosts.slot(f"https://{number}.example/"):
            pass
    assert len(hosts) == 0


async def test_whoever_gives_up_waiting_leaves_the_line_and_an_error_frees_the_slot() -> None:
    hosts = Hosts(1)
    async with hosts.slot("https://a.example/"):
        waiting = asyncio.create_task(hosts.slot("https://a.example/").__aenter__())
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
    with pytest.raises(ZeroDivisionError):
        async with hosts.slot("https://a.example/"):
            raise ZeroDivisionError
    assert len(hosts) == 0
    async with asyncio.timeout(1), hosts.slot("https://a.example/"):
        assert len(hosts) == 1
