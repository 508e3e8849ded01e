"""Triggers that make entries append-only in the database itself, on SQLite and PostgreSQL.

`remove` exists for tests that empty the tables between them; the program never calls it.
"""

from __future__ import annotations

from typing import Any

TABLE = "record_entry"


def install(connection: Any) -> None:
    """Refuse UPDATE and DELETE on entries. Args: connection: a Django database connection."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "CREATE OR REPLACE FUNCTION record_append_only() RETURNS trigger LANGUAGE plpgsql AS "
                "$$ BEGIN RAISE EXCEPTION 'entries of the record are append-only'; END $$"
            )
        for verb in ("UPDATE", "DELETE"):
            cursor.execute(_create(connection.vendor, verb))


def remove(connection: Any) -> None:
    """Take the triggers away. Args: connection: a Django database connection."""
    with connection.cursor() as cursor:
        for verb in ("update", "delete"):
            on = f" ON {TABLE}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {TABLE}_no_{verb}{on}")


def _create(vendor: str, verb: str) -> str:
    name = f"{TABLE}_no_{verb.lower()}"
    if vendor == "postgresql":
        return (
            f"CREATE OR REPLACE TRIGGER {name} BEFORE {verb} ON {TABLE} "
            "FOR EACH ROW EXECUTE FUNCTION record_append_only()"
        )
    return (
        f"CREATE TRIGGER IF NOT EXISTS {name} BEFORE {verb} ON {TABLE} "
        "BEGIN SELECT RAISE(ABORT, 'entries of the record are append-only'); END"
    )
