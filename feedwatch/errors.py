"""Every error that feedwatch raises on purpose.

    FeedwatchError              carries its subject; ``str()`` is one sentence: what, where, what to do
    ├── ConfigError             config.toml can't be used; all its problems at once          exit 2
    ├── RuleError               an expression of the alert language is wrong, with a column  exit 2
    ├── UsageError              what was asked for does not exist or makes no sense          exit 2
    ├── SubscriptionError       a body that was to be OPML, a feed or a site is none         exit 2
    ├── DeliveryError           a message that was to be sent now was not taken              exit 1
    ├── ParseError              a feed body could not be read as a feed
    │   ├── NotAFeedError       it is something else: a page, a list of feeds, nothing at all
    │   └── ParseTimeoutError   reading it took too long, and was ended
    └── StoreError              the database can't be used                                   exit 1
        ├── StoreBusyError      another process polls it or holds it                         exit 5
        └── SchemaTooNewError   a newer feedwatch wrote it                                   exit 5

Expected failures of the network are values (``model.FetchResult``, ``model.DeliveryResult``), not exceptions.
"""

from __future__ import annotations


class FeedwatchError(Exception):
    """The root: anything that a user can be told in one sentence."""

    exit_code = 1


class UsageError(FeedwatchError):
    """What was asked for does not exist or makes no sense."""

    exit_code = 2


class ConfigError(FeedwatchError):
    """A configuration that can't be used."""

    exit_code = 2

    def __init__(self, path: str, problems: tuple[str, ...]) -> None:
        super().__init__(path, problems)
        self.path = path
        self.problems = problems

    def __str__(self) -> str:
        count = len(self.problems)
        lines = "".join(f"\n  {problem}" for problem in self.problems)
        return f"{self.path}: {count} problem{'s' if count != 1 else ''}{lines}"


class RuleError(FeedwatchError):
    """An expression of the alert language that can't be read.

    ``column`` counts characters from 1; ``expected`` says what would have been right there.
    """

    exit_code = 2

    def __init__(self, problem: str, text: str, column: int, expected: str = "", rule: str = "") -> None:
        super().__init__(problem, text, column, expected, rule)
        self.problem = problem
        self.text = text
        self.column = column
        self.expected = expected
        self.rule = rule

    def __str__(self) -> str:
        subject = f'rule "{self.rule}": ' if self.rule else ""
        wanted = f"; expected {self.expected}" if self.expected else ""
        return f"{subject}{self.problem} at column {self.column}{wanted}"

    def pointed(self) -> str:
        """The sentence, then the line of the expression with a caret under the column."""
        line = self.text.replace("\n", " ")
        return f"{self}\n  {line}\n  {' ' * (self.column - 1)}^"


class SubscriptionError(FeedwatchError):
    """A body that was to be OPML, a feed or a site with feeds is none of these."""

    exit_code = 2


class DeliveryError(FeedwatchError):
    """A message that was to be sent now was not taken; the message says why."""


class ParseError(FeedwatchError):
    """A body that could not be read as a feed; the message is a sentence for the user."""


class NotAFeedError(ParseError):
    """A body that is something else; the message says what."""


class ParseTimeoutError(ParseError):
    """A body that took too long to read: the process that read it was ended."""


class StoreError(FeedwatchError):
    """The database can't be used; the message names the file and what to do, ``reason`` leaves the file out."""

    def __init__(self, message: str, reason: str = "") -> None:
        super().__init__(message)
        self.reason = reason or message


class StoreBusyError(StoreError):
    """Another process polls this database, or holds it for longer than we wait."""

    exit_code = 5


class StoreConflictError(StoreError):
    """What was to be written contradicts what is there; nothing of it was written."""


class SchemaTooNewError(StoreError):
    """The database was written by a newer feedwatch; it was left untouched."""

    exit_code = 5
