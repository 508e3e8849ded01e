"""Claim: /fhir reads and searches, signed in, authorised and journalled, are as fast as bare servers elsewhere.

Starts the real process group on SQLite, fills it with generated patients through the record's own writes,
then asks over loopback without pause: one resource by id; the potassium results of one patient, newest first;
and one create each its own durable commit. Every reading is counted in the journal afterwards.
Compared with: node-fhir-server-core on SQLite without sign-in and journal, 1,355 reads/s and 351 searches/s on
the same two cores.

    python bench/fhir.py --json
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

CONNECTIONS = 16
WARM_S = 2.0
FLAT_OUT_S = 8.0
PATIENTS = 500
RESULTS_EACH = 20
PEER = {"read": 1355, "search": 351}


def port_free() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def server_start(home: Path, port: int) -> subprocess.Popen[str]:
    """Start `relight up` and wait until it says where it runs."""
    process = subprocess.Popen(
        [sys.executable, "-m", "relight", "up", "--no-browser", "--port", str(port)],
        env={**os.environ, "RELIGHT_HOME": str(home), "LC_ALL": "C.UTF-8"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout
    if not any("Ctrl-C" in line for line in process.stdout):
        raise RuntimeError("relight up did not start")
    return process


def fill(home: Path, *, patients: int) -> tuple[str, list[str], list[str]]:
    """Make patients with results, and a token. Returns: the token, ids of patients, ids of observations."""
    os.environ |= {"RELIGHT_HOME": str(home), "DJANGO_SETTINGS_MODULE": "relight.config.settings"}
    import django

    django.setup()
    from django.core.management import call_command

    from relight.journal.api import new_id, writing
    from relight.kernel.act import Act, Door
    from relight.people.api import token_issue
    from relight.record.services.store import entries_write
    from relight.record.types import EntryDraft

    call_command("migrate", verbosity=0, interactive=False)
    act = Act(actor="os:bench", at=datetime.now(tz=UTC), door=Door.CLI, roles=frozenset({"owner"}))
    people = [new_id(act.at) for _ in range(patients)]
    ids: list[str] = []
    for start in range(0, patients, 50):
        drafts = []
        for number, one in enumerate(people[start : start + 50], start):
            drafts.append(EntryDraft(type="Patient", body=_patient(number), resource=one))
            for n in range(RESULTS_EACH):
                made = new_id(act.at)
                ids.append(str(made))
                drafts.append(EntryDraft(type="Observation", body=_observation(str(one), n), resource=made))
        with writing(act) as log:
            entries_write(act=act, log=log, drafts=drafts)
    _, token = token_issue(act=act, name="bench", roles=["nurse"])
    return token, [str(one) for one in people], ids


def _patient(number: int) -> dict[str, Any]:
    return {
        "resourceType": "Patient",
        "identifier": [{"system": "urn:bench:mrn", "value": f"M{number:06}"}],
        "name": [{"family": f"Family{number % 97}", "given": ["Given", f"Second{number % 31}"]}],
        "gender": "female",
        "birthDate": f"{1930 + number % 90}-03-07",
    }


def _observation(patient: str, n: int) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "status": "final",
        "category": [
            {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "laboratory"}]}
        ],
        "code": {
            "coding": [{"system": "http://loinc.org", "code": "2823-3" if n % 2 else "2951-2"}],
            "text": "Potassium",
        },
        "subject": {"reference": f"Patient/{patient}"},
        "effectiveDateTime": f"2026-11-{n % 22 + 1:02}T06:15:00+01:00",
        "valueQuantity": {
            "value": 3.5 + n / 10,
            "unit": "mmol/L",
            "system": "http://unitsofmeasure.org",
            "code": "mmol/L",
        },
        "referenceRange": [{"low": {"value": 3.5, "unit": "mmol/L"}, "high": {"value": 5.1, "unit": "mmol/L"}}],
    }


async def _asker(
    port: int, make: Callable[[int], bytes], n: int, until: float, seen: list[float], wrong: list[bytes]
) -> None:
    """Ask without pause over one connection that stays open."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while time.perf_counter() < until:
        begun = time.perf_counter()
        writer.write(make(n))
        n += CONNECTIONS
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(
            (int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), 0
        )
        await reader.readexactly(length)
        seen.append(time.perf_counter() - begun)
        if head[9:10] != b"2":
            wrong.append(head[:40])
    writer.close()


async def flat_out(port: int, make: Callable[[int], bytes], *, seconds: float) -> dict[str, float]:
    """Ask over all connections. Returns: requests a second, latencies in milliseconds."""
    seen: list[float] = []
    wrong: list[bytes] = []
    begun = time.perf_counter()
    until = begun + seconds
    await asyncio.gather(*(_asker(port, make, n, until, seen, wrong) for n in range(CONNECTIONS)))
    took = time.perf_counter() - begun
    if wrong:
        raise RuntimeError(f"{len(wrong)} answers were no success: {wrong[0]!r}")
    cuts = statistics.quantiles(seen, n=100)
    return {
        "per_s": round(len(seen) / took),
        "asked": len(seen),
        "p50_ms": round(cuts[49] * 1000, 2),
        "p95_ms": round(cuts[94] * 1000, 2),
        "p99_ms": round(cuts[98] * 1000, 2),
    }


def asks(port: int, token: str, patients: list[str], ids: list[str]) -> dict[str, Callable[[int], bytes]]:
    """Make the three kinds of request."""
    head = f"Host: 127.0.0.1:{port}\r\nAuthorization: Bearer {token}\r\nAccept: application/fhir+json\r\n"

    def read(n: int) -> bytes:
        return f"GET /fhir/Observation/{ids[n * 7919 % len(ids)]} HTTP/1.1\r\n{head}\r\n".encode()

    def search(n: int) -> bytes:
        who = patients[n * 7919 % len(patients)]
        path = f"/fhir/Observation?patient={who}&code=http://loinc.org%7C2823-3&_sort=-date&_count=20"
        return f"GET {path} HTTP/1.1\r\n{head}\r\n".encode()

    def create(n: int) -> bytes:
        body = json.dumps(_observation(patients[n * 7919 % len(patients)], n % 20)).encode()
        kind = f"Content-Type: application/fhir+json\r\nContent-Length: {len(body)}\r\n\r\n"
        return f"POST /fhir/Observation HTTP/1.1\r\n{head}{kind}".encode() + body

    return {"read": read, "search": search, "create": create}


def noted() -> int:
    """Count the readings in the journal."""
    from relight.record.models import ReadNote

    return ReadNote.objects.count()


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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--patients", type=int, default=PATIENTS)
    parser.add_argument("--seconds", type=float, default=FLAT_OUT_S)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="relight-bench-") as folder:
        home, port = Path(folder), port_free()
        begun = time.perf_counter()
        token, patients, ids = fill(home, patients=given.patients)
        filled = (len(patients) + len(ids)) / (time.perf_counter() - begun)
        server = server_start(home, port)
        found: dict[str, Any] = {"patients": len(patients), "resources": len(patients) + len(ids)}
        found["laid_per_s"] = round(filled)
        try:
            kinds = asks(port, token, patients, ids)
            for name, make in kinds.items():
                asyncio.run(flat_out(port, make, seconds=WARM_S))
                before, spent = noted(), cpu_s(server.pid)
                found[name] = asyncio.run(flat_out(port, make, seconds=given.seconds))
                found[name]["server_cpu_us"] = round((cpu_s(server.pid) - spent) / found[name]["asked"] * 1e6)
                if name != "create":
                    missing = found[name]["asked"] * (1 if name == "read" else 10) - (noted() - before)
                    found[name]["not_noted"] = max(0, missing) if name == "read" else int(noted() == before)
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(timeout=20)
    found["load_1_min"] = round(os.getloadavg()[0], 1)
    rows = results(found)
    if given.json:
        print(json.dumps({"claim": (__doc__ or "").splitlines()[0].removeprefix("Claim: "), "results": rows}))
    else:
        for row in rows:
            print(f"{row['what']:70} {row['value']:>10} {row['unit']}")
    sys.exit(1 if any(row["what"].startswith("SHORT") for row in rows) else 0)


def results(found: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the rows of the table: what was asked, how fast, beside the bare peer's figures."""
    rows = [
        {"what": "resources laid", "value": found["resources"], "unit": ""},
        {"what": "laid, each a durable commit", "value": found["laid_per_s"], "unit": "/s"},
    ]
    for name in ("read", "search", "create"):
        one = found[name]
        rows += [
            {"what": f"{name}: a second, {CONNECTIONS} connections", "value": one["per_s"], "unit": "/s"},
            {"what": f"{name}: p50", "value": one["p50_ms"], "unit": "ms"},
            {"what": f"{name}: p99", "value": one["p99_ms"], "unit": "ms"},
            {"what": f"{name}: processor of the server", "value": one["server_cpu_us"], "unit": "us each"},
        ]
    rows += [
        {
            "what": f"{'PASS' if found[name]['per_s'] >= least else 'SHORT'}: {name}, target {least}",
            "value": found[name]["per_s"],
            "unit": "/s",
        }
        for name, least in PEER.items()
    ]
    missed = sum(found[name]["not_noted"] for name in PEER)
    rows.append({"what": f"{'SHORT' if missed else 'PASS'}: readings not in the journal", "value": missed, "unit": ""})
    return [*rows, {"what": "load of the machine, 1 min", "value": found["load_1_min"], "unit": ""}]


if __name__ == "__main__":
    main()
