"""Where a test run keeps its data: a folder of its own and the database RELIGHT_TEST_DATABASE names.

Owns the environment variables, set before Django reads them. Each xdist worker has its own folder
and its own database; one PostgreSQL serves them all.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from support import postgres

DATABASE = os.environ.get("RELIGHT_TEST_DATABASE", "sqlite")
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
SHARED_URL = "RELIGHT_TEST_POSTGRES_URL"  # from the run that started the server to its workers


def prepare() -> Path:
    """Make the data folder and name the database. Returns: the folder."""
    home = Path(tempfile.mkdtemp(prefix="relight-test-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    os.environ["RELIGHT_HOME"] = str(home)
    os.environ["DJANGO_SETTINGS_MODULE"] = "relight.config.settings"
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # playwright's loop runs in the test's thread
    os.environ.pop("RELIGHT_DATABASE_URL", None)
    if DATABASE == "postgres":
        if SHARED_URL not in os.environ:
            server = postgres.start()
            atexit.register(server.stop)
            os.environ[SHARED_URL] = server.url()
        os.environ["RELIGHT_DATABASE_URL"] = os.environ[SHARED_URL]
    elif DATABASE != "sqlite":
        raise SystemExit(f"RELIGHT_TEST_DATABASE is {DATABASE!r}; it may be sqlite or postgres")
    return home


def test_database_name(home: Path) -> str:
    """Return the name of the database tests run in: a file of its own, so that threads can share it."""
    return str(home / "test.sqlite3") if DATABASE == "sqlite" else f"relight_test_{WORKER}"
