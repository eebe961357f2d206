from __future__ import annotations

import asyncio
import socket
import threading

import pytest

from feedwatch.net.resolver import Resolver


async def test_a_name_is_resolved_to_its_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    def answer(*_args: object, **_more: object) -> object:
        return [
            (socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("2001:db8::1", 443, 0, 0)),
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("192.0.2.1", 443)),
        ]

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    found = await Resolver().resolve("example.org", 443, socket.AF_UNSPEC)
    assert [(one["host"], one["port"], one["family"]) for one in found] == [
        ("2001:db8::1", 443, socket.AF_INET6),
        ("192.0.2.1", 443, socket.AF_INET),
    ]


@pytest.mark.parametrize("host", ["nothing.invalid", "a" * 64 + ".example", "ex\udc80ample"])
async def test_a_name_that_does_not_resolve_is_an_oserror(host: str) -> None:
    with pytest.raises(OSError):  # noqa: PT011  # which one is the system's choice
        await Resolver().resolve(host, 80)


async def test_more_look_ups_than_threads_wait_in_line_and_abandoned_ones_give_their_place_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    gate, running = threading.Event(), 0

    def answer(*_args: object, **_more: object) -> object:
        nonlocal running
        running += 1
        gate.wait(5)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    names = Resolver(threads=2)
    tasks = [asyncio.create_task(names.resolve(f"{number}.example")) for number in range(5)]
    await asyncio.sleep(0.05)
    assert running == 2
    tasks[0].cancel()
    gate.set()
    await asyncio.wait(tasks, timeout=5)
    assert running == 5
    assert tasks[0].cancelled()
    assert all(task.result() == [] for task in tasks[1:])


async def test_look_ups_run_in_threads_that_hold_up_no_exit(monkeypatch: pytest.MonkeyPatch) -> None:
    daemons = []

    def answer(*_args: object, **_more: object) -> object:
        daemons.append(threading.current_thread().daemon)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    await Resolver().resolve("example.org")
    assert daemons == [True]
