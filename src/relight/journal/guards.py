"""Triggers that make entries and events append-only in the database itself, on SQLite and PostgreSQL.

`remove` exists for tests that empty the tables between them; the program never calls it.
"""

from __future__ import annotations

from typing import Any

TABLES = ("journal_entry", "journal_event")


def install(connection: Any) -> None:
    """Refuse UPDATE and DELETE on the journal. Args: connection: a Django database connection."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "CREATE OR REPLACE FUNCTION journal_append_only() RETURNS trigger LANGUAGE plpgsql AS "
                "$$ BEGIN RAISE EXCEPTION 'the journal is append-only'; END $$"
            )
        for table in TABLES:
            for verb in ("UPDATE", "DELETE"):
                cursor.execute(_create(connection.vendor, table, verb))


def remove(connection: Any) -> None:
    """Take the triggers away. Args: connection: a Django database connection."""
    with connection.cursor() as cursor:
        for table in TABLES:
            for verb in ("update", "delete"):
                on = f" ON {table}" if connection.vendor == "postgresql" else ""
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{verb}{on}")


def _create(vendor: str, table: str, verb: str) -> str:
    name = f"{table}_no_{verb.lower()}"
    if vendor == "postgresql":
        return (
            f"CREATE OR REPLACE TRIGGER {name} BEFORE {verb} ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION journal_append_only()"
        )
    return (
        f"CREATE TRIGGER IF NOT EXISTS {name} BEFORE {verb} ON {table} "
        "BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END"
    )
