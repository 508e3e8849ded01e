"""Claim: at least 3,000 resources a second a core go into the record, indexed, chained and journalled.

Imports generated transaction bundles of patients (seeded) into a new data folder, then again (nothing doubles), beside
what is the least of it: reading the JSON, and raw rows into SQLite; `fhir.resources` too where it is installed.
Seconds of the processor count, so that a busy machine changes little. `--patients N` another size.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

PATIENTS = 100
TARGET = 3_000
HERE = Path(__file__).resolve().parent
sys.path[:] = [place for place in sys.path if Path(place or ".").resolve() != HERE]  # its inspect.py is not Python's

AMBULATORY = {"class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"}}


def bundles_make(folder: Path, patients: int) -> int:
    """Write one bundle a patient: visits with results, as a hospital's export has them. Returns: resources."""
    chance = random.Random(20261113)
    count = 0
    for n in range(patients):
        entries = [_patient(chance, n)]
        who = entries[0]["fullUrl"]
        for visit in range(20):
            at = (
                f"20{chance.randrange(10, 26)}-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}T08:30:00+01:00"
            )
            entries.append(
                _made(
                    chance,
                    "Encounter",
                    status="finished",
                    **AMBULATORY,
                    subject={"reference": who},
                    period={"start": at},
                )
            )
            where = {"reference": entries[-1]["fullUrl"]}
            entries += [_result(chance, who, where, at, code) for code in range(8)]
            entries.append(_condition(chance, who, where, at, visit))
        bundle = {"resourceType": "Bundle", "type": "transaction", "entry": entries}
        (folder / f"{n:05}.json").write_text(json.dumps(bundle, indent=1))
        count += len(entries)
    return count


def _made(chance: random.Random, kind: str, **body: Any) -> dict[str, Any]:
    key = str(UUID(int=chance.getrandbits(128), version=4))
    return {"fullUrl": f"urn:uuid:{key}", "resource": {"resourceType": kind, "id": key, **body}}


def _patient(chance: random.Random, n: int) -> dict[str, Any]:
    return _made(
        chance,
        "Patient",
        identifier=[{"system": "https://example.org/record-number", "value": f"{n:07}"}],
        name=[{"use": "official", "family": f"Patient{n}", "given": ["Anna", "Maria"]}],
        gender="female",
        birthDate=f"19{chance.randrange(20, 99)}-0{chance.randrange(1, 9)}-1{chance.randrange(9)}",
        address=[{"line": [f"Rue {n}"], "city": "Arlon", "postalCode": "6700", "country": "BE"}],
    )


def _result(chance: random.Random, who: str, where: Any, at: str, code: int) -> dict[str, Any]:
    coding = {"system": "http://loinc.org", "code": f"{2000 + code}-{code}", "display": f"Result {code}"}
    category = {"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "laboratory"}
    unit = {"unit": "mmol/L", "system": "http://unitsofmeasure.org", "code": "mmol/L"}
    return _made(
        chance,
        "Observation",
        status="final",
        category=[{"coding": [category]}],
        code={"coding": [coding], "text": f"Result {code}"},
        subject={"reference": who},
        encounter=where,
        effectiveDateTime=at,
        issued=at,
        valueQuantity={"value": round(chance.uniform(1, 200), 2), **unit},
    )


def _condition(chance: random.Random, who: str, where: Any, at: str, visit: int) -> dict[str, Any]:
    return _made(
        chance,
        "Condition",
        code={
            "coding": [{"system": "http://snomed.info/sct", "code": f"{100000 + visit}"}],
            "text": f"Problem {visit}",
        },
        subject={"reference": who},
        encounter=where,
        onsetDateTime=at,
    )


def cpu(work: Callable[[], object]) -> tuple[Any, float]:
    """Return what work gives, and the seconds of the processor it took."""
    start = time.process_time()
    found = work()
    return found, time.process_time() - start


def peers(folder: Path) -> list[tuple[str, float]]:
    """Measure the least of it, in seconds."""
    import orjson

    texts = [file.read_bytes() for file in sorted(folder.glob("*.json"))]
    documents, read_s = cpu(lambda: [orjson.loads(text) for text in texts])
    resources = [entry["resource"] for document in documents for entry in document["entry"]]
    found = [("orjson: parse only", read_s)]
    with tempfile.TemporaryDirectory() as home:
        database = sqlite3.connect(Path(home) / "raw.sqlite3")
        database.execute("CREATE TABLE raw (id TEXT PRIMARY KEY, type TEXT, body BLOB)")

        def rows() -> None:
            for begin in range(0, len(resources), 2000):
                part = [(one["id"], one["resourceType"], orjson.dumps(one)) for one in resources[begin : begin + 2000]]
                database.executemany("INSERT INTO raw VALUES (?, ?, ?)", part)
                database.commit()

        found.append(("raw sqlite3: one table, no index", cpu(rows)[1]))
        database.close()
    try:
        from fhir.resources.R4B import get_fhir_model_class
    except ImportError:
        return found
    models = {kind: get_fhir_model_class(kind) for kind in {one["resourceType"] for one in resources}}
    _, checked_s = cpu(lambda: [models[one["resourceType"]].model_validate(one) for one in resources])
    return [*found, ("fhir.resources: parse only", checked_s)]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--patients", type=int, default=PATIENTS)
    parser.add_argument("--json", action="store_true", help="one document, as all do; it prints nothing else")
    patients = parser.parse_args().patients
    with tempfile.TemporaryDirectory() as home, tempfile.TemporaryDirectory() as made:
        os.environ["RELIGHT_HOME"] = home
        os.environ["DJANGO_SETTINGS_MODULE"] = "relight.config.settings"
        sys.path.insert(0, str(HERE.parent / "src"))
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0, interactive=False)
        from relight.kernel.act import Act, Door
        from relight.record.api import record_import

        count = bundles_make(Path(made), patients)
        act = Act(actor="os:bench", at=datetime.now(tz=UTC), door=Door.CLI, roles=frozenset({"owner"}))
        first, first_s = cpu(lambda: record_import(act=act, paths=[Path(made)]))
        again, again_s = cpu(lambda: record_import(act=act, paths=[Path(made)]))
        if (first.kept, again.kept, again.known) != (count, 0, count):
            raise SystemExit(f"the import is wrong: {first.kept} kept, then {again.kept} and {again.known} known")
        from django.db import connection

        database = connection.vendor
        connection.close()
        beside = peers(Path(made))
    rate = count / first_s
    results = [
        {"what": f"import, {database}", "value": round(rate), "unit": "resources/s a core"},
        {"what": f"the same again, {database}", "value": round(count / again_s), "unit": "resources/s a core"},
        *({"what": what, "value": round(count / took), "unit": "resources/s a core"} for what, took in beside),
    ]
    sys.stdout.write(json.dumps({"claim": (__doc__ or "").splitlines()[0], "results": results}) + "\n")
    return 0 if rate >= TARGET else 1


if __name__ == "__main__":
    sys.exit(main())
