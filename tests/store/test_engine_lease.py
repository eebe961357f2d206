from __future__ import annotations

import socket

from feedwatch.events import EngineChanged
from feedwatch.model import EngineStatus, replace
from feedwatch.store.store import Store
from tests.store.samples import HOUR, NOW, SECOND, subscription, update

SCREEN = EngineStatus("screen", 4242, socket.gethostname(), NOW)
DAEMON = EngineStatus("daemon", 4343, socket.gethostname(), NOW)


def alive(pid: int) -> bool:
    return True


def dead(pid: int) -> bool:
    return False


async def test_one_process_polls(store: Store) -> None:
    assert await store.engine(NOW) is None
    assert await store.take_engine(SCREEN, "a", 15, NOW, alive)
    assert not await store.take_engine(DAEMON, "b", 15, NOW, alive)
    assert await store.engine(NOW) == SCREEN


async def test_the_same_process_may_take_it_again(store: Store) -> None:
    assert await store.take_engine(SCREEN, "a", 15, NOW, alive)
    assert await store.take_engine(SCREEN, "a", 15, NOW, alive)


async def test_a_lease_that_ran_out_is_free(store: Store) -> None:
    await store.take_engine(SCREEN, "a", 15, NOW, alive)
    assert await store.engine(NOW + 15 * SECOND) is None
    assert await store.take_engine(DAEMON, "b", 15, NOW + 15 * SECOND, alive)
    assert await store.keep_engine("a", 15, NOW + 15 * SECOND) == "lost"


async def test_who_fell_silent_is_still_known_and_who_left_is_not(store: Store) -> None:
    await store.take_engine(SCREEN, "a", 15, NOW, alive)
    assert await store.engine(NOW + 15 * SECOND) is None
    assert await store.last_engine() == SCREEN
    await store.drop_engine("a", NOW + 15 * SECOND)
    assert await store.last_engine() is None


async def test_the_lease_of_a_dead_process_of_this_host_is_free(store: Store) -> None:
    await store.take_engine(SCREEN, "a", 15, NOW, alive)
    assert await store.take_engine(DAEMON, "b", 15, NOW, dead)


async def test_nothing_is_known_of_processes_of_other_hosts(store: Store) -> None:
    await store.take_engine(replace(SCREEN, host="elsewhere.invalid"), "a", 15, NOW, alive)
    assert not await store.take_engine(DAEMON, "b", 15, NOW, dead)


async def test_a_heartbeat_prolongs_the_lease(store: Store) -> None:
    await store.take_engine(SCREEN, "a", 15, NOW, alive)
    assert await store.keep_engine("a", 15, NOW + 10 * SECOND) == "kept"
    assert await store.engine(NOW + 20 * SECOND) == SCREEN


async def test_a_daemon_that_asks_is_next_and_nobody_else(store: Store) -> None:
    await store.take_engine(SCREEN, "a", 15, NOW, alive)
    assert await store.want_engine("b", NOW)
    assert await store.keep_engine("a", 15, NOW) == "wanted"
    await store.drop_engine("a", NOW)
    assert await store.engine(NOW) is None
    assert not await store.take_engine(SCREEN, "a", 15, NOW, alive)
    assert await store.take_engine(DAEMON, "b", 15, NOW, alive)
    assert await store.keep_engine("b", 15, NOW) == "kept"


async def test_a_wish_is_forgotten_where_nobody_takes_it_up(store: Store) -> None:
    await store.take_engine(SCREEN, "a", 15, NOW, alive)
    await store.want_engine("b", NOW)
    assert await store.keep_engine("a", 15, NOW + 31 * SECOND) == "kept"
    assert not await store.take_engine(DAEMON, "b", 15, NOW + HOUR - HOUR, alive)


async def test_nobody_can_be_asked_where_nobody_polls(store: Store) -> None:
    assert not await store.want_engine("b", NOW)


async def test_only_the_holder_can_drop_the_lease(store: Store) -> None:
    await store.take_engine(SCREEN, "a", 15, NOW, alive)
    await store.drop_engine("b", NOW)
    assert await store.engine(NOW) == SCREEN


async def test_screens_hear_who_polls_but_no_heartbeats(store: Store) -> None:
    start = (await store.changes(None)).cursor
    await store.take_engine(SCREEN, "a", 15, NOW, alive)
    taken = await store.changes(start)
    assert EngineChanged() in taken.events
    await store.keep_engine("a", 15, NOW)
    assert (await store.changes(taken.cursor)).events == ()
    await store.drop_engine("a", NOW)
    assert EngineChanged() in (await store.changes(taken.cursor)).events


async def test_what_a_dead_engine_had_leased_is_free_for_the_next_and_closed_to_its_late_writes(store: Store) -> None:
    await store.sync_feeds([subscription()], NOW)
    await store.take_engine(SCREEN, "a", 15, NOW, alive)
    (lost,) = await store.claim_due("a", 9, 600, NOW)
    await store.take_engine(DAEMON, "b", 15, NOW, dead)
    assert (await store.apply([update(lost)]))[0].stale
    assert [one.owner for one in await store.claim_due("b", 9, 600, NOW)] == ["b"]


async def test_how_late_the_engine_ran_is_kept_until_the_next_one_starts(store: Store) -> None:
    await store.take_engine(SCREEN, "a", 15, NOW, alive)
    await store.keep_engine("a", 15, NOW, 0.03)
    await store.keep_engine("a", 15, NOW, 0.01)
    await store.drop_engine("a", NOW)
    stats = await store.stats(NOW)
    assert (stats.loop_lag, stats.loop_lag_max) == (0.01, 0.03)
    await store.take_engine(SCREEN, "b", 15, NOW, alive)
    assert (await store.stats(NOW)).loop_lag_max == 0
