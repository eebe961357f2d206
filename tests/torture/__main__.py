"""``make torture``: a thousand daemons killed, and whether every alert came through."""

from __future__ import annotations

import argparse
import asyncio
import shutil
import sys
import tempfile
import time
from pathlib import Path

from tests.torture.evidence import report, violations
from tests.torture.plan import make_plan
from tests.torture.play import play

DRAIN = 300.0
"""Seconds that the last daemon may take."""


def main() -> int:
    """0 where every promise was kept."""
    parser = argparse.ArgumentParser(prog="python -m tests.torture", description=__doc__)
    parser.add_argument("--rounds", type=int, default=1000, help="daemons to kill (1000)")
    parser.add_argument("--feeds", type=int, default=20, help="feeds to follow (20)")
    parser.add_argument("--alerts", type=int, default=500, help="items that match (500)")
    parser.add_argument("--seed", type=int, default=1, help="of all that is left to chance (1)")
    options = parser.parse_args()
    plan = make_plan(options.seed, options.rounds, options.feeds, options.alerts)
    folder = Path(tempfile.mkdtemp(prefix="feedwatch-torture-"))
    began = time.monotonic()
    evidence = asyncio.run(play(plan, folder, feeds=options.feeds, seed=options.seed, seconds=DRAIN, tell=_tell))
    broken = violations(evidence)
    outcome = f"{len(broken)} promises broken; {folder} keeps what there is" if broken else "every promise was kept"
    ending = f"{outcome} (seed {options.seed}, {time.monotonic() - began:.0f} s)"
    sys.stdout.write("\n".join([report(evidence), "", *(f"BROKEN: {line}" for line in broken), ending, ""]))
    if not broken:
        shutil.rmtree(folder)
    return 1 if broken else 0


def _tell(line: str) -> None:
    sys.stderr.write(f"{line}\n")


if __name__ == "__main__":
    sys.exit(main())
