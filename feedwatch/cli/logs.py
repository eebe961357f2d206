"""The log on stderr: plain lines that no feed can make a terminal obey."""

from __future__ import annotations

import logging

from feedwatch.core.characters import multiline
from feedwatch.core.urls import redact


class _SafeFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return redact(multiline(super().format(record)))


def start_logging(verbosity: int) -> None:
    """Log to stderr from now on: warnings, with 1 what happens, with 2 everything."""
    handler = logging.StreamHandler()
    handler.setFormatter(_SafeFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    level = {0: logging.WARNING, 1: logging.INFO}.get(verbosity, logging.DEBUG)
    logging.basicConfig(level=level, handlers=[handler], force=True)
