"""Garbage goes while nothing is polled, and in time."""

from __future__ import annotations

import subprocess
import sys
import weakref

from feedwatch.engine.pauses import AT_LAST, EVERY, Collector


class Knot:
    """An object that only a garbage collection frees."""

    def __init__(self) -> None:
        self.itself = self


def knot() -> weakref.ref[Knot]:
    return weakref.ref(Knot())


def test_garbage_goes_while_nothing_is_polled() -> None:
    collector, garbage = Collector(100.0), knot()

    assert not collector.look(100.0 + EVERY - 1, idle=True)
    assert collector.look(100.0 + EVERY, idle=True)
    assert garbage() is None
    assert not collector.look(100.0 + EVERY + 1, idle=True)


def test_garbage_waits_while_feeds_are_polled_but_not_for_ever() -> None:
    collector, garbage = Collector(100.0), knot()

    assert not collector.look(100.0 + AT_LAST - 1, idle=False)
    assert collector.look(100.0 + AT_LAST, idle=False)
    assert garbage() is None


def test_an_engine_s_process_never_walks_over_all_objects_by_itself() -> None:
    program = (
        "import gc; from feedwatch.engine.pauses import shorten; shorten();"
        "full = []; gc.callbacks.append(lambda phase, found: full.append(found['generation']));"
        "kept = [[number] for number in range(200_000)];"
        "print(sorted(set(full)), gc.get_freeze_count() > 1000)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[0] True"
