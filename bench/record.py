"""Claim: search as one types within 50 ms and a chart within 150 ms for 95 of 100, writes within 100 ms for 99 of 100.

Generated patients (10,000; seeded) are imported into a new data folder through the record's own import, in seconds of
the processor. Then the real process group runs, and 20 people, each signed in with a session of their own, type into
the search box (0.2 s a letter), open the chart of whom they found and read it for a second, while four devices write.
Every reading is journalled. At the end the same charts without any pause say what the machine can do.

    python bench/record.py [--patients 10000] [--each 25] [--postgres] [--json]

A public FHIR server beside it: bench/fhir.py, which asks both for the same resources.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:] = [place for place in sys.path if Path(place or ".").resolve() != HERE]  # its inspect.py is not Python's
sys.path[:0] = [str(HERE / "parts"), str(HERE.parent / "src"), str(HERE.parent / "tests")]

from record_load import (  # noqa: E402 - found once the path is set
    PASSWORD,
    Seen,
    Session,
    flat_out,
    milliseconds,
    page_get,
    search_post,
    sign_in,
    ward_at_work,
)
from record_people import IN_BED, files_write, patient_id, person  # noqa: E402

PEOPLE, WRITERS = 20, 4
WARM_S, WORK_S, FLAT_S = 4.0, 25.0, 6.0
IMPORT_A_CORE, SEARCH_MS, CHART_MS, WRITE_MS = 3_000, 50, 150, 100


@contextmanager
def database(home: Path, *, postgres: bool) -> Iterator[None]:
    """Choose the database: SQLite in the data folder, or a PostgreSQL of this run alone."""
    os.environ |= {"RELIGHT_HOME": str(home), "DJANGO_SETTINGS_MODULE": "relight.config.settings"}
    os.environ.pop("RELIGHT_DATABASE_URL", None)
    if not postgres:
        yield
        return
    from support.postgres import start

    server = start()
    try:
        os.environ["RELIGHT_DATABASE_URL"] = server.url()
        yield
    finally:
        server.stop()


def fill(*, patients: int, each: int) -> tuple[int, float, float, str]:
    """Import everybody, make the accounts. Returns: resources, seconds of the processor, of the clock, a token."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0, interactive=False)
    from django.db import connection

    from relight.kernel.act import Act, Door
    from relight.people.api import demo_staff_create, token_issue
    from relight.record.api import SourceKind, record_import

    act = Act(actor="os:bench", at=datetime.now(tz=UTC), door=Door.CLI, roles=frozenset({"owner"}))
    with tempfile.TemporaryDirectory(prefix="relight-bench-") as folder:
        count = files_write(Path(folder), patients=patients, each=each)
        spent, begun = time.process_time(), time.perf_counter()
        report = record_import(act=act, paths=[Path(folder)], source="bench", kind=SourceKind.BACKUP, as_of=act.at)
        spent, took = time.process_time() - spent, time.perf_counter() - begun
    if report.kept != count:
        raise SystemExit(f"the import is wrong: {report.kept} of {count} kept")
    for n in range(PEOPLE):
        demo_staff_create(act=act, username=f"bench{n}", name=f"Bench {n}", roles=["nurse"], password=PASSWORD)
    _, token = token_issue(act=act, name="bench", roles=["nurse"])
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    connection.close()
    return count, spent, took, token


@contextmanager
def serving() -> Iterator[tuple[int, int]]:
    """Run `relight up`. Yields: its port and process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    process = subprocess.Popen(
        [sys.executable, "-m", "relight", "up", "--no-browser", "--port", str(port)],
        env={**os.environ, "LC_ALL": "C.UTF-8", "PYTHONPATH": str(HERE.parent / "src")},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout
        if not any("Ctrl-C" in line for line in process.stdout):
            raise RuntimeError("relight up did not start")
        yield port, process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


def cpu_s(pid: int) -> float:
    """Return the processor time of a process and all its children that live."""
    total, wanted = 0.0, [pid]
    while wanted:
        one = wanted.pop()
        try:
            fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
            children = [(task / "children").read_text() for task in Path(f"/proc/{one}/task").iterdir()]
        except OSError:
            continue
        total += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        wanted += [int(child) for text in children for child in text.split()]
    return total


def worked(port: int, pid: int, token: str, *, patients: int, seconds: float) -> tuple[list[dict[str, Any]], Seen]:
    """Let the ward work, then ask without pause. Returns: rows, and what the ward saw."""
    sessions = [sign_in(port, f"bench{n}") for n in range(PEOPLE)]
    asyncio.run(ward_at_work(port, sessions, token, patients=patients, writers=WRITERS, seconds=WARM_S))
    before = noted()
    seen = asyncio.run(ward_at_work(port, sessions, token, patients=patients, writers=WRITERS, seconds=seconds))
    rows = []
    for what, times in seen.took.items():
        rows.append(row(f"{what}: a second, {PEOPLE} people and {WRITERS} devices", len(times) / seconds, "/s"))
        rows += [row(f"{what}: {share}", value, "ms") for share, value in milliseconds(times).items()]
    rows.append(row("readings journalled meanwhile", noted() - before, ""))
    return [*rows, *_flat(port, pid, sessions, patients=patients)], seen


def _flat(port: int, pid: int, sessions: list[Session], *, patients: int) -> Iterator[dict[str, Any]]:
    """Yield what is possible without a pause."""
    inside = range(0, patients, IN_BED)
    makes = {
        "chart": lambda n: page_get(
            port, f"/patients/{patient_id(inside[n * 7919 % len(inside)])}/", sessions[n % PEOPLE]
        ),
        "search": lambda n: search_post(
            port, person(n * 7919 % patients)["name"][0]["family"][:6], sessions[n % PEOPLE]
        ),
    }
    for what, make in makes.items():
        spent = cpu_s(pid)
        seen, rate = asyncio.run(flat_out(port, what, make, connections=8, seconds=FLAT_S))
        yield row(f"{what}: most, 8 connections without a pause", rate, "/s")
        used = (cpu_s(pid) - spent) / len(seen.took[what]) * 1000
        yield row(f"{what}: processor of the server", used, "ms each")


def noted() -> int:
    """Count the readings in the journal."""
    from django.db import connection

    from relight.record.models import ReadNote

    count = ReadNote.objects.count()
    connection.close()
    return count


def row(what: str, value: float, unit: str) -> dict[str, Any]:
    return {"what": what, "value": round(value, 1 if value < 100 else None), "unit": unit}  # noqa: PLR2004


def verdict(what: str, value: float, target: float, unit: str, *, below: bool = True) -> dict[str, Any]:
    word = "PASS" if (value <= target if below else value >= target) else "SHORT"
    return {"what": f"{word}: {what}, target {target:g}", "value": round(value, 1), "unit": unit}


def measure(*, patients: int, each: int, seconds: float, postgres: bool) -> list[dict[str, Any]]:
    """Fill, serve, work. Returns: rows, verdicts last."""
    kind = "PostgreSQL" if postgres else "SQLite"
    with tempfile.TemporaryDirectory(prefix="relight-bench-") as home, database(Path(home), postgres=postgres):
        count, spent, took, token = fill(patients=patients, each=each)
        rows = [
            row("patients", patients, ""),
            row(f"resources, {kind}", count, ""),
            row("import, by the clock", count / took, "resources/s"),
        ]
        with serving() as (port, pid):
            more, seen = worked(port, pid, token, patients=patients, seconds=seconds)
    if seen.wrong:
        raise SystemExit(f"{len(seen.wrong)} answers were no success: {seen.wrong[0]}")
    at = {what: milliseconds(times) for what, times in seen.took.items()}
    return [
        *rows,
        *more,
        row("load of the machine, 1 min", os.getloadavg()[0], ""),
        verdict("import", count / spent, IMPORT_A_CORE, "resources/s a core", below=False),
        verdict("search as one types, p95", at["search"]["p95"], SEARCH_MS, "ms"),
        verdict("chart, p95", at["chart"]["p95"], CHART_MS, "ms"),
        verdict("write, p99", at["write"]["p99"], WRITE_MS, "ms"),
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--patients", type=int, default=10_000)
    parser.add_argument("--each", type=int, default=25, help="resources a patient, some")
    parser.add_argument("--seconds", type=float, default=WORK_S)
    parser.add_argument("--postgres", action="store_true", help="on a PostgreSQL of this run alone")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    rows = measure(patients=given.patients, each=given.each, seconds=given.seconds, postgres=given.postgres)
    if given.json:
        print(json.dumps({"claim": (__doc__ or "").splitlines()[0].removeprefix("Claim: "), "results": rows}))
    else:
        for one in rows:
            print(f"{one['what']:70} {one['value']:>10} {one['unit']}")
    return 1 if any(one["what"].startswith("SHORT") for one in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
