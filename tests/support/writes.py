"""The invariant watched in every test: rows of an app change only inside a journalled write.

Owns the watch on SQL. Rows of sign-in machinery (sessions, lock-outs) and of the journal itself are
not watched. A test that lays rows directly says so with the marker `direct_rows`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db.backends.signals import connection_created

WATCHED = re.compile(
    r"\s*(?:INSERT\s+(?:OR\s+\w+\s+)?INTO|UPDATE|DELETE\s+FROM)\s+\"?((?:hospital|fleet|people|lab|record|activity|liaison|pmo|cleanzone)_\w+)",
    re.IGNORECASE,
)
SIGN_IN = re.compile(r'UPDATE "people_staff" SET "last_login" = [^,]*WHERE', re.IGNORECASE)


@dataclass
class Watch:
    """Whether the watch is on, and what it saw."""

    on: bool = False
    seen: list[str] = field(default_factory=list)

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if self.on:
            match = WATCHED.match(sql)
            if match and not SIGN_IN.match(sql):
                from relight.journal.api import is_writing

                if not is_writing():
                    self.seen.append(match.group(1))
                    raise AssertionError(f"{match.group(1)} changes outside a journalled write: {sql[:160]}")
        return execute(sql, params, many, context)


WATCH = Watch()


def watch_connection(*, connection: Any, **_: Any) -> None:
    """Put the watch on a connection as it opens, in whatever thread."""
    if WATCH not in connection.execute_wrappers:
        connection.execute_wrappers.append(WATCH)


def install() -> None:
    """Watch every connection from now on."""
    connection_created.connect(watch_connection, dispatch_uid="tests.writes")
