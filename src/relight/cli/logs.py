"""Logs: structured, on stderr, without secrets. Readable lines on a terminal, JSON elsewhere.

Owns the set-up of structlog and of the standard library's logging under it. Refuses passwords,
tokens, cookies, keys and one-time links: they are blotted out wherever they stand.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog
from structlog.typing import Processor

_SECRET_NAME = re.compile(r"password|secret|token|cookie|authorization|session|csrf|private", re.IGNORECASE)
_ONE_TIME_LINK = re.compile(r"(/first/)[\w-]+")
_URL_PASSWORD = re.compile(r"(://[^/:@\s]*:)[^@\s]+@")
BLOT = "***"


def blot(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Take secrets out of one log event: by the name of a field, or by their shape in a text."""
    for name, value in event.items():
        if _SECRET_NAME.search(name):
            event[name] = BLOT
        elif isinstance(value, str):
            event[name] = _URL_PASSWORD.sub(rf"\g<1>{BLOT}@", _ONE_TIME_LINK.sub(rf"\g<1>{BLOT}", value))
    return event


def logs_setup(*, part: str, terminal: bool | None = None) -> None:
    """Send every log of this process to stderr.

    Args: part: which process this is (`up`, `web`, `worker`). terminal: readable lines instead of
    JSON; by default where stderr is a terminal.
    """
    terminal = sys.stderr.isatty() if terminal is None else terminal
    before: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _Part(part),
    ]
    render: list[Processor] = [blot]
    if terminal:
        render.append(structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback))
    else:
        render += [structlog.processors.dict_tracebacks, structlog.processors.JSONRenderer()]
    structlog.configure(
        processors=[*before, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=before,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *render],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for quiet in ("axes", "django.request", "django.db", "_granian"):
        logging.getLogger(quiet).setLevel(logging.ERROR if quiet == "django.request" else logging.WARNING)


class _Part:
    """Adds which process a line comes from."""

    def __init__(self, part: str) -> None:
        self.part = part

    def __call__(self, _logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        event.setdefault("part", self.part)
        return event
