"""The configuration file in force: notices that it changed, keeps the old one where the new is wrong, and edits it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from feedwatch import config_edit
from feedwatch.config import Config
from feedwatch.core.urls import canonical, redact
from feedwatch.errors import ConfigError, UsageError
from feedwatch.events import ConfigReloaded
from feedwatch.model import Subscription


class ConfigFile:
    """One file and the Config read from it. Blocking; call it off the event loop."""

    def __init__(self, path: Path, current: Config, load: Callable[[Path], Config]) -> None:
        self.path = path
        self.current = current
        self._load = load
        self._seen = _stamp(path)

    def reload(self, *, asked: bool = False) -> ConfigReloaded | None:
        """Read the file again if it changed (or was ``asked`` to); None where nothing changed.

        A file with problems, or one that is gone, is refused whole and the configuration in force stays.
        """
        stamp = _stamp(self.path)
        if stamp == self._seen and not asked:
            return None
        self._seen = stamp
        try:
            self.current = self._load(self.path)
        except ConfigError as error:
            return ConfigReloaded(str(error))
        return ConfigReloaded()

    def add(self, wanted: Sequence[Subscription]) -> str:
        """Subscribe to those that are new, the file's comments kept; a sentence that says which."""
        known = {canonical(feed.url) for feed in self.current.feeds}
        new = {canonical(feed.url): feed for feed in wanted if canonical(feed.url) not in known}
        if not new:
            raise UsageError("nothing to add: you follow " + ("it already" if len(wanted) == 1 else "them already"))
        config_edit.add_feeds(self.path, tuple(new.values()))
        self._after_edit()
        names = [feed.name or redact(feed.url) for feed in new.values()]
        left = len(wanted) - len(new)
        added = f"added {names[0]}" if len(names) == 1 else f"added {len(names)} feeds"
        return added + (f"; {left} you follow already" if left else "")

    def remove(self, url: str) -> str:
        """End a subscription, the file's comments kept; a sentence that says so."""
        found = next((feed for feed in self.current.feeds if canonical(feed.url) == canonical(url)), None)
        if found is None:
            raise UsageError(f"{redact(url)}: no such feed in {self.path}; 'feedwatch feeds' lists them")
        config_edit.remove_feed(self.path, found.url)
        self._after_edit()
        return f"removed {found.name}; its items stay"

    def save_rule(self, name: str, match: str) -> str:
        """Give a rule another expression, or add it, the file's comments kept; a sentence that says so."""
        is_new = config_edit.save_rule(self.path, name, match)
        self._after_edit()
        return f'added the rule "{name}"' if is_new else f'saved the rule "{name}"'

    def _after_edit(self) -> None:
        problem = self.reload(asked=True)
        if problem is not None and problem.problem:
            raise UsageError(problem.problem)


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
