"""Deciding appointments: one list of a million rows on disk, read and decided by the command a hospital runs.

The list is a CSV as a booking system exports it (French headings, dates as text, words for urgencies, a reason in
words; every third reason is found once only). Measured: seconds from the file to the last decision written, in a
process of its own, with its peak memory; how much of it is the policy alone; and what an unseen text costs. Exit 1
when the target is missed.

    python bench/activity.py [--rows 1000000] [--json]
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:] = [place for place in sys.path if Path(place or ".").resolve() != HERE]  # its inspect.py is not Python's
sys.path[:0] = [str(HERE.parent / "src")]

TARGET_S = 60
ALONE = 200_000
CLAIM = "1,000,000 appointments of a CSV on disk decided in under 60 s, in a few hundred MB at most"
HEAD = "N° RDV;Date;Heure;Type d'activité;Urgence;Site;Spécialité;Motif;Nom;Prénom;Date de naissance;Téléphone"
SITES = ("Arlon", "Libramont", "Marche", "Bastogne", "Bertrix", "Virton")
KINDS = (*("Consultation",) * 8, "Opération", "Scanner", "IRM", "Échographie", "Scintigraphie", "Gastroscopie",
         "Hôpital de jour", "Dialyse", "Prise de sang", "EEG", "Réunion")  # fmt: skip
URGENCIES = ("", "", "", "programmé", "programmé", "programmé", "semi-urgent", "urgent", "immédiat")
SPECIALTIES = ("Cardiologie", "Orthopédie", "Oncologie", "Gynécologie", "Ophtalmologie", "Endocrinologie", "ORL")
REASONS = (
    "Contrôle annuel", "Suivi grossesse 32 SA", "Chimio cure 3", "Contrôle plâtre", "Diabète type 2", "Lombalgie",
    "Consultation", "", "Bilan préopératoire", "Pas de diabète connu, fatigue", "Controle jaarlijks",
    "Schwangerschaftskontrolle", "Suivi", "Douleur thoracique à l'effort", "Prothèse totale de genou", "Dialyse",
)  # fmt: skip
FAMILIES = ("Lambert", "Dupont", "Peeters", "Schmitz", "Noël", "Leroy", "Van den Broeck")


def rows(count: int) -> Iterator[str]:
    """Yield the lines of the list; the same ones every time."""
    chance = random.Random(7)
    yield HEAD
    begin = datetime(2026, 11, 24, 8, tzinfo=UTC)
    for number in range(count):
        at = begin + timedelta(minutes=5 * (number % 8_000))
        reason = chance.choice(REASONS)
        if number % 3 == 0:
            reason = f"{reason} dossier {number} vu le {number % 28 + 1}"
        yield (
            f"R{number:08};{at:%d/%m/%Y};{at:%H:%M};{chance.choice(KINDS)};{chance.choice(URGENCIES)};"
            f"{chance.choice(SITES)};{chance.choice(SPECIALTIES)};{reason};{chance.choice(FAMILIES)};Prénom;"
            f"{number % 28 + 1:02}/03/19{number % 60 + 40};063/{number % 900_000 + 100_000}"
        )


def state() -> dict[str, Any]:
    """Return a hospital halfway: half of the laboratories work."""
    ids = [site.lower() for site in SITES]
    services = [
        {"id": service, "site": site, "level": ("down", "normal", "degraded")[at % 3]}
        for at, site in enumerate(ids)
        for service in ("laboratory", "oncology-day", "radiotherapy")
    ]
    return {"sites": [{"id": site} for site in ids], "services": services, "functions": []}


def decide(place: Path, spine: Path, home: Path) -> tuple[int, float, float, int]:
    """Run the command. Returns: decisions it wrote, seconds, peak memory in MB, bytes written."""
    command = [sys.executable, "-m", "relight", "activity", "decide", str(place), "--state", str(spine), "--json"]
    env = {**os.environ, "PYTHONPATH": str(HERE.parent / "src"), "RELIGHT_HOME": str(home)}
    begun = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.PIPE, env=env)
    assert child.stdout is not None
    decisions = size_bytes = 0
    for line in child.stdout:
        decisions += line.startswith(b'{"id":')
        size_bytes += len(line)
    assert child.wait() == 0
    seconds = time.perf_counter() - begun
    peak_mb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return decisions, seconds, peak_mb, size_bytes


def alone() -> tuple[float, float]:
    """Decide appointments that are read already. Returns: a second, with reasons seen before, and with each unseen."""
    from relight.activity.plain import Appointment, Kind, Urgency, decider, policy_shipped, state_down

    kinds, urgencies = tuple(Kind), tuple(Urgency)
    rates = []
    for unseen in (False, True):
        listed = [
            Appointment(
                id=str(n), kind=kinds[n % len(kinds)], urgency=urgencies[n % len(urgencies)], site=SITES[n % 6].lower(),
                reason=f"{REASONS[n % len(REASONS)]} dossier {n}" if unseen else REASONS[n % len(REASONS)],
            )
            for n in range(ALONE)
        ]  # fmt: skip
        decided = decider(policy_shipped(), state_down(), sites=())
        begun = time.perf_counter()
        for appointment in listed:
            decided(appointment)
        rates.append(ALONE / (time.perf_counter() - begun))
    return rates[0], rates[1]


def measure(count: int) -> list[dict[str, Any]]:
    """Measure everything. Returns: the rows, verdict last."""
    with tempfile.TemporaryDirectory(prefix="relight-bench-") as folder:
        place, spine = Path(folder, "agenda.csv"), Path(folder, "state.json")
        with place.open("w", encoding="utf-8") as file:
            file.writelines(f"{row}\n" for row in rows(count))
        spine.write_text(json.dumps(state()))
        decisions, seconds, peak_mb, written = decide(place, spine, Path(folder, "home"))
        read_mb = place.stat().st_size / 1e6
    assert decisions == count, (decisions, count)
    seen, unseen = alone()
    per_million = seconds * 1e6 / count
    word = "PASS" if per_million <= TARGET_S else "SHORT"
    return [
        row("appointments decided, file to decisions", count / seconds, "/s"),
        row("the list", read_mb, "MB"),
        row("decisions written, reasons in four languages", written / 1e6, "MB"),
        row("peak memory", peak_mb, "MB"),
        row("policy alone, reasons seen before", seen, "/s"),
        row("policy alone, every reason unseen", unseen, "/s"),
        row(f"{word}: {count:,} appointments, target {TARGET_S} s a million", seconds, "s"),
    ]


def row(what: str, value: float, unit: str) -> dict[str, Any]:
    return {"what": what, "value": round(value, 2 if value < 100 else None), "unit": unit}  # noqa: PLR2004


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    found = measure(given.rows)
    if given.json:
        print(json.dumps({"claim": CLAIM, "results": found}))
    else:
        for one in found:
            print(f"{one['what']:70} {one['value']:>12,} {one['unit']}")
    return 1 if found[-1]["what"].startswith("SHORT") else 0


if __name__ == "__main__":
    sys.exit(main())
