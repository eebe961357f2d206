"""How fast the screen is, in a real pseudo-terminal of 120 × 40: python -m tests.bench.tui [--sizes 30000,1000000].

Archives are invented (tests.bench.archive) and kept in ``--cache``. Each measure is what a person would see: the time
from starting the program, or from pressing a key, to the last byte of the frame that shows it.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median, quantiles

from tests.bench import archive
from tests.bench.beside import FEEDS as BESIDE_FEEDS
from tests.bench.beside import Side, beside_newsboat
from tests.bench.peers import config_of
from tests.bench.polling import Load, polling
from tests.bench.processes import cpu_of, memory_of
from tests.bench.tables import table
from tests.bench.watched import Watched, lines_at, selected_line, selects, shows, watched

ARTICLE = "A long report"
_SIZE = 200_000
_ROW = r"Outlet \d+ "
"""What stands in a line of an item."""
_LIST = range(1, 18)
"""Lines of the screen that list items."""
_TITLES = (52, 110)
"""Columns of their titles."""
_SETTLES = 2.5
"""Seconds in which the screen's engine has started."""
_AWAY = 30
"""Lines down from the top, where what arrives moves nothing."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one archive; seconds and bytes."""

    paint: float
    computed: float
    """Of the process until then: what it took on a machine that had nothing else to do."""
    article: float
    keys: tuple[float, ...]
    end: float
    back: float
    memory: int


def main() -> None:
    """Measure, and print a table."""
    options = _options()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # users' programs are compiled once
    options.cache.mkdir(parents=True, exist_ok=True)
    found = {items: measure(options.cache, items, options.runs, options.keys) for items in options.sizes}
    busy = busy_keys(options.cache, options.sizes[0], options.feeds, options.keys) if options.feeds else None
    print(report(found, busy))  # noqa: T201  # its output
    if options.beside:
        say(f"the screen beside newsboat, {options.beside:,} items")
        with tempfile.TemporaryDirectory(prefix="feedwatch-bench-") as name:
            sides = beside_newsboat(Path(name), options.beside, options.runs, options.keys)
        print(both(sides, options.beside) if sides else "newsboat is not installed: make bench-peers")  # noqa: T201  # as above


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    sizes = partial(map, int)
    parser.add_argument("--sizes", type=lambda text: list(sizes(text.split(","))), default=[30_000, 1_000_000])
    parser.add_argument("--feeds", type=int, default=1_000, help="polled without a pause beside the key presses; or 0")
    parser.add_argument("--beside", type=int, default=100_000, help="items in newsboat and in the screen, or 0")
    parser.add_argument("--runs", type=int, default=5, help="starts of the program")
    parser.add_argument("--keys", type=int, default=200, help="key presses")
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "feedwatch-bench")
    return parser.parse_args()


# --- archives --------------------------------------------------------------------------------------------------------


def archive_of(cache: Path, items: int) -> Path:
    """A database of so many items and one long one; made where it is not there yet."""
    path = cache / f"{items}.db"
    if not path.exists():
        say(f"making {items:,} items, once")
        part = path.with_suffix(".part")
        part.unlink(missing_ok=True)
        archive.make(part, items)
        archive.add_article(part, ARTICLE, _SIZE)
        part.rename(path)
    return path


def config_for_archive(folder: Path) -> Path:
    """A configuration that has the archive's feeds, none of which falls due."""
    path = folder / "archive.toml"
    lines = ['[store]\nkeep = "3650d"\n']
    for feed in map(archive.subscription, range(archive.FEEDS)):
        lines.append(f'[[feeds]]\nurl = "{feed.url}"\nname = "{feed.name}"\noutlet = "{feed.outlet}"\n')
        lines.append(f'tags = ["{feed.tags[0]}"]\n')
    path.write_text("".join(lines), encoding="utf-8")
    return path


# --- measures --------------------------------------------------------------------------------------------------------


def measure(cache: Path, items: int, runs: int, keys: int) -> Figures:
    """All measures of one archive that is not polled."""
    database = archive_of(cache, items)
    paints, computed, articles = [], [], []
    with tempfile.TemporaryDirectory(prefix="feedwatch-bench-") as name:
        config = config_for_archive(Path(name))
        for run in range(runs + 1):
            say(f"{items:,} items, start {run} of {runs}")
            with screen(config, database) as seen:
                paint = seen.until(shows(_ROW, 5)) - seen.begun
                cpu = cpu_of(seen.terminal.pid)
                seen.rest(_SETTLES)
                article = opening(seen)
                if run:  # before it the caches were cold
                    paints.append(paint)
                    computed.append(cpu)
                    articles.append(article)
                if run == runs:
                    presses = tuple(moves(seen, keys))
                    ends, backs = zip(*(jumps(seen) for _ in range(runs)), strict=True)
                    memory = memory_of(seen.terminal.pid)
    return Figures(median(paints), median(computed), median(articles), presses, median(ends), median(backs), memory)


@contextmanager
def screen(config: Path, database: Path) -> Iterator[Watched]:
    """The program on a database, ended by its key; it knows of no earlier start, and leaves nothing for a later one."""
    places = ("--config", str(config), "--db", str(database))
    program = (sys.executable, "-P", "-m", "feedwatch", *places)
    with (
        tempfile.TemporaryDirectory(prefix="feedwatch-bench-") as kept,
        watched(("/usr/bin/env", f"XDG_STATE_HOME={kept}", *program), Path.cwd()) as seen,
    ):
        yield seen
        seen.terminal.type("Q")
        seen.terminal.wait_for_end(60)


def opening(seen: Watched) -> float:
    """Seconds from the key that selects the long article to its text."""
    place = next(line for line in _LIST if ARTICLE in seen.screen.display[line]) - _LIST.start
    away, key = ("j" * (place - 1), "j") if place else ("j", "k")  # the first line is shown from the start
    if away:
        seen.terminal.type(away)
        seen.rest(0.5)
    assert not shows(f"{ARTICLE} begins here")(seen.screen), "it is shown before its key is pressed"
    return seen.press(key, shows(f"{ARTICLE} begins here"), 10)


def moves(seen: Watched, count: int) -> Iterator[float]:
    """Seconds from pressing a key to the moved selection, up and down in turn, at odd moments."""
    seen.terminal.type("j" * _AWAY)
    seen.rest(1)
    column = _TITLES[0]
    here = selected_line(seen.screen, column)
    assert here, f"nothing is selected:\n{seen.terminal.text}"
    moments = random.Random(1)
    for number in range(count):
        up = number % 2 == 0
        yield seen.press("k" if up else "j", selects(here - 1 if up else here, column), 5)
        seen.rest(moments.uniform(0.03, 0.15))


def jumps(seen: Watched) -> tuple[float, float]:
    """Seconds to the end of the list, and back to its top."""
    seen.terminal.type("g")
    seen.rest(0.5)
    top = _titles(seen)
    end = seen.press("G", lambda _: not set(_titles(seen)) & {*top, ""})
    seen.rest(0.5)
    back = seen.press("g", lambda _: _titles(seen) == top)
    return end, back


def _titles(seen: Watched) -> tuple[str, ...]:
    return tuple(line.strip() for line in lines_at(seen.screen, _LIST, *_TITLES))


def busy_keys(cache: Path, items: int, feeds: int, keys: int) -> tuple[tuple[float, ...], Load]:
    """Key presses while the screen's own engine polls without a pause and items arrive; and how much it did."""
    with tempfile.TemporaryDirectory(prefix="feedwatch-bench-") as name, polling(feeds) as farm:
        folder = Path(name)
        database, config = folder / "feedwatch.db", folder / "config.toml"
        say(f"polling {feeds} feeds for the first time")
        shutil.copy(archive_of(cache, items), database)
        config.write_text(hasty(config_of(farm.urls)), encoding="utf-8")
        farm.fill(config, database)
        say(f"pressing keys while {feeds} feeds are polled")
        with screen(config, database) as seen:
            seen.until(shows(_ROW, 5))
            seen.rest(_SETTLES)
            with farm.arriving(database) as load:
                presses = tuple(moves(seen, keys))
            return presses, load()


def hasty(config: str) -> str:
    """The configuration, with feeds that are due again at once."""
    return config.replace("[poll]\n", '[poll]\ninterval = "0.3s"\nadaptive = false\n')


# --- the report ------------------------------------------------------------------------------------------------------


def report(found: dict[int, Figures], busy: tuple[tuple[float, ...], Load] | None) -> str:
    """The table, and what was polled."""
    least, *_ = found
    rows = [
        _row("first paint from the database, ms", "450", found, lambda one: ms(one.paint)),
        _row("the processor's time in it, ms", "", found, lambda one: ms(one.computed)),
        _row(
            "first paint against the smallest, %",
            "+10",
            found,
            lambda one: f"{one.paint / found[least].paint - 1:+.0%}",
        ),
        _row("key press to screen, nothing polled, p50 / p99, ms", "8 / 20", found, lambda one: halves(one.keys)),
        _row("jump to the end / back, ms", "50", found, lambda one: f"{ms(one.end)} / {ms(one.back)}"),
        _row("opening an article of 200 KB, ms", "100", found, lambda one: ms(one.article)),
        _row("memory of the screen's process, MB", "150", found, lambda one: f"{one.memory / 1e6:.0f}"),
    ]
    if busy:
        more = ["–"] * (len(found) - 1)
        rows.insert(4, ["the same while feeds are polled", "8 / 20", halves(busy[0]), *more])
    text = table(["measure", "target", *(f"{items:,} items" for items in found)], rows)
    return f"{text}\n{busy[1].words}" if busy else text


def both(sides: Sequence[Side], items: int) -> str:
    """The table of the two readers."""
    rows = [
        ["start to the first list, ms", *(ms(side.start) for side in sides)],
        ["key press to screen, p50 / p99, ms", *(halves(side.keys) for side in sides)],
        ["memory, MB", *(f"{side.memory / 1e6:.0f}" for side in sides)],
    ]
    return table([f"{items:,} items in {BESIDE_FEEDS} feeds", *(side.name for side in sides)], rows)


def _row(name: str, target: str, found: dict[int, Figures], cell: object) -> list[str]:
    assert callable(cell)
    return [name, target, *(cell(one) for one in found.values())]


def ms(seconds: float) -> str:
    """Milliseconds."""
    return f"{seconds * 1000:.0f}" if seconds >= 0.02 else f"{seconds * 1000:.1f}"


def halves(values: Sequence[float]) -> str:
    """The middle one, and the one of which 99 of 100 are no more."""
    return f"{ms(median(values))} / {ms(quantiles(values, n=100, method='inclusive')[98])}"


def say(text: str) -> None:
    """What is going on."""
    sys.stderr.write(f"{text}\n")


if __name__ == "__main__":
    main()
