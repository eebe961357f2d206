"""The readers that are measured, each behind the same four verbs: prepare, command, settle, entries.

Owns how each is set up: for many feeds, with every setting that makes it faster and that its own documentation names.
Whatever is not installed says so by an empty version.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import sqlite3
import subprocess
import sys
import tomllib
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path

import feedwatch
from tests.bench.processes import Command, measure

ROOT = Path(__file__).parents[2]
"""Of the project."""
_READER = ROOT / ".bench" / "bin" / "python"
"""An interpreter that has lemon24/reader; ``make bench-peers`` makes it."""


class Tool(ABC):
    """A feed reader. Each state folder is one user's whole world, its home included."""

    name: str

    @abstractmethod
    def version(self) -> str:
        """Which one is installed, or ''."""

    @abstractmethod
    def prepare(self, folder: Path, urls: Sequence[str]) -> None:
        """Subscribe to feeds, in a new folder; not measured."""

    @abstractmethod
    def arguments(self, folder: Path) -> Sequence[str]:
        """The command line that updates every feed once, and ends."""

    @abstractmethod
    def entries(self, folder: Path) -> int:
        """How many entries it has stored."""

    def command(self, folder: Path) -> Command:
        """What is measured."""
        return Command(self.arguments(folder), folder, {"HOME": str(folder), **self.variables()})

    def variables(self) -> dict[str, str]:
        """What it needs in its environment."""
        return {}

    def settle(self, folder: Path) -> None:  # noqa: B027  # most have nothing to do
        """What is done after the first update, on feeds that have not changed; not measured."""


class Feedwatch(Tool):
    """This program, with the two rules that come with it."""

    name = "feedwatch"

    def version(self) -> str:
        return feedwatch.__version__

    def prepare(self, folder: Path, urls: Sequence[str]) -> None:
        (folder / "config.toml").write_text(config_of(urls), encoding="utf-8")

    def arguments(self, folder: Path) -> Sequence[str]:
        places = ("--config", str(folder / "config.toml"), "--db", str(folder / "feedwatch.db"))
        return (sys.executable, "-P", "-m", "feedwatch", *places, "poll", "--all", "--no-deliver", "--json")

    def variables(self) -> dict[str, str]:
        return {"PYTHONPATH": str(ROOT)}

    def entries(self, folder: Path) -> int:
        return _count(folder / "feedwatch.db", "items")


def config_of(urls: Sequence[str]) -> str:
    """A configuration of these feeds on this machine, with the rules of the project's own config.toml."""
    rules = tomllib.loads((ROOT / "config.toml").read_text(encoding="utf-8"))["rules"]
    text = '[poll]\nallow_private = ["127.0.0.0/8"]\nconcurrency = 128\nper_host = 64\n'
    for rule in rules:
        match = json.dumps(rule["match"], ensure_ascii=False)  # a string of JSON is one of TOML
        text += f'[[rules]]\nname = "{rule["name"]}"\nmatch = {match}\nseverity = "{rule["severity"]}"\n'
    for number, url in enumerate(urls):
        text += f'[[feeds]]\nurl = "{url}"\nname = "Feed {number}"\noutlet = "Outlet {number}"\n'
    return text


class Newsboat(Tool):
    """newsboat, which writes a cache in SQLite.

    It keeps a feed's ETag only where the feed is in the cache already, so an update more is made before the second
    measured one: without it "unchanged" would never be answered with 304.
    """

    name = "newsboat"

    def version(self) -> str:
        return _said("newsboat", "-v").removeprefix("newsboat ").partition(" ")[0]

    def prepare(self, folder: Path, urls: Sequence[str]) -> None:
        (folder / "urls").write_text("".join(f"{url}\n" for url in urls), encoding="utf-8")
        (folder / "config").write_text("reload-threads 50\n", encoding="utf-8")

    def arguments(self, folder: Path) -> Sequence[str]:
        places = ("-u", str(folder / "urls"), "-c", str(folder / "cache.db"), "-C", str(folder / "config"))
        return ("newsboat", *places, "-x", "reload")

    def entries(self, folder: Path) -> int:
        return _count(folder / "cache.db", "rss_item")

    def settle(self, folder: Path) -> None:
        measure(self.command(folder))


class AnalyzedNewsboat(Newsboat):
    """The same, but someone has told SQLite by hand how the cache looks, which spares newsboat its slowest query."""

    name = "newsboat-analyzed"

    def settle(self, folder: Path) -> None:
        super().settle(folder)
        with contextlib.closing(sqlite3.connect(folder / "cache.db")) as connection:
            connection.execute("ANALYZE")
            connection.commit()


class Sfeed(Tool):
    """sfeed_update, which runs curl, sfeed, sort and a shell for each feed."""

    name = "sfeed"
    _RC = """sfeedpath="{folder}/feeds"
maxjobs=8
fetch() {{
    etag="{folder}/etags/$(basename "$3")"
    curl -L --max-redirs 0 -H "User-Agent:" -f -s -m 15 --compressed \\
        --etag-save "${{etag}}" --etag-compare "${{etag}}" "$2" 2>/dev/null
}}
feeds() {{
{feeds}}}
"""

    def version(self) -> str:
        if not all(shutil.which(program) for program in ("sfeed_update", "sfeed", "curl")):
            return ""
        return _said("dpkg-query", "-W", "-f", "${Version}", "sfeed").partition("-")[0] or "installed"

    def prepare(self, folder: Path, urls: Sequence[str]) -> None:
        (folder / "etags").mkdir()
        feeds = "".join(f'    feed "feed {number}" "{url}"\n' for number, url in enumerate(urls))
        (folder / "sfeedrc").write_text(self._RC.format(folder=folder, feeds=feeds), encoding="utf-8")

    def arguments(self, folder: Path) -> Sequence[str]:
        return ("sfeed_update", str(folder / "sfeedrc"))

    def entries(self, folder: Path) -> int:
        return sum(path.read_bytes().count(b"\n") for path in (folder / "feeds").iterdir())


class Rss2email(Tool):
    """rss2email, which makes a message of each entry; none is sent."""

    name = "rss2email"

    def version(self) -> str:
        return _said("r2e", "--version").removeprefix("rss2email ")

    def prepare(self, folder: Path, urls: Sequence[str]) -> None:
        text = "[DEFAULT]\nto = desk@news.example\n"
        text += "".join(f"\n[feed.feed{number}]\nurl = {url}\n" for number, url in enumerate(urls))
        (folder / "r2e.cfg").write_text(text, encoding="utf-8")

    def arguments(self, folder: Path) -> Sequence[str]:
        return ("r2e", "-c", str(folder / "r2e.cfg"), "-d", str(folder / "r2e.json"), "run", "--no-send")

    def entries(self, folder: Path) -> int:
        feeds = json.loads((folder / "r2e.json").read_text(encoding="utf-8"))["feeds"]
        return sum(len(feed["seen"]) for feed in feeds)


class Reader(Tool):
    """lemon24/reader, a library; its own update with eight workers, of every feed whenever it was last asked."""

    name = "reader"
    _OPEN = "import sys, reader; one = reader.make_reader(sys.argv[1]); "

    def version(self) -> str:
        return _said(str(_READER), "-c", "import reader; print(reader.__version__)")

    def prepare(self, folder: Path, urls: Sequence[str]) -> None:
        add = f"{self._OPEN}[one.add_feed(url) for url in sys.stdin.read().split()]"
        command = (str(_READER), "-c", add, str(folder / "reader.db"))
        subprocess.run(command, input="\n".join(urls), text=True, check=True, capture_output=True)

    def arguments(self, folder: Path) -> Sequence[str]:
        return (
            str(_READER),
            "-c",
            f"{self._OPEN}one.update_feeds(scheduled=False, workers=8)",
            str(folder / "reader.db"),
        )

    def entries(self, folder: Path) -> int:
        return _count(folder / "reader.db", "entries")


TOOLS: tuple[Tool, ...] = (Feedwatch(), Newsboat(), AnalyzedNewsboat(), Sfeed(), Rss2email(), Reader())
"""In the order in which they are run and shown."""


def _said(*command: str) -> str:
    """The first line that a command prints, or '' where there is no such command or it fails."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.partition("\n")[0].strip()


def _count(database: Path, table: str) -> int:
    with contextlib.closing(sqlite3.connect(database)) as connection:
        (count,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone()  # names from above
    return int(count)
