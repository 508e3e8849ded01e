"""Logs: structured, on stderr, without secrets. Readable lines on a terminal, JSON elsewhere.

Owns the set-up of structlog and of the standard library's logging under it. Refuses passwords,
tokens, cookies, keys and one-time links: they are blotted out wherever they stand. Refuses values of
a fault: a password typed or a patient's name in a file stands in the variables and messages of an
exception, so a log says where it arose and of which kind, and nothing else.
"""

from __future__ import annotations

import logging
import re
import sys
import traceback
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


def arose(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Turn an exception of a log event into the places it went through and its kind, without any value."""
    found = event.pop("exc_info", None)
    if isinstance(found, tuple):
        found = found[1]
    elif found and not isinstance(found, BaseException):
        found = sys.exc_info()[1]
    lines: list[str] = []
    while isinstance(found, BaseException):
        lines[:0] = [*traceback.format_tb(found.__traceback__), f"{type(found).__name__}\n"]
        found = found.__cause__ or (None if found.__suppress_context__ else found.__context__)
    if lines:
        event["exception"] = "".join(lines)
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
    render: list[Processor] = [arose, blot]
    if terminal:
        render.append(structlog.dev.ConsoleRenderer())
    else:
        render.append(structlog.processors.JSONRenderer())
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
