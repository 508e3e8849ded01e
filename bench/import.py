"""Claim: the inventory of a large hospital group, 100,000 machines, is in within a minute.

Makes a CSV of that many machines with all identifiers, imports it into a new data folder, then again
(nothing doubles), and says rows a second. `RELIGHT_DATABASE_URL` measures another database, which is
then migrated and filled; `--rows N` another size.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROWS = 100_000
HERE = Path(__file__).resolve().parent
sys.path[:] = [place for place in sys.path if Path(place or ".").resolve() != HERE]  # its inspect.py is not Python's


def table_make(rows: int) -> bytes:
    """Make the CSV: seeded, so that every run reads the same bytes."""
    chance = random.Random(20261113)
    lines = ["Nom;N° de série;UUID;Adresse MAC;Adresse IP;Fabricant;Modèle;OS;Site;Local;Service"]
    for n in range(rows):
        digits = f"{chance.getrandbits(128):032x}"
        uuid = "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
        mac = f"00:1b:21:{n >> 16 & 255:02x}:{n >> 8 & 255:02x}:{n & 255:02x}"
        ip = f"10.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}"
        lines.append(f"ARL-PC{n:06};CZC{n:07};{uuid};{mac};{ip};HP;EliteDesk 800;Windows 10;Arlon;R{n % 500};Urgences")
    return "\n".join(lines).encode()


def measured(content: bytes) -> tuple[Any, float]:
    """Import once. Returns: the report and the seconds it took."""
    from relight.fleet.api import import_file
    from relight.kernel.act import Act, Door

    act = Act(actor="os:bench", at=datetime.now(tz=UTC), door=Door.CLI, roles=frozenset({"owner"}))
    start = time.perf_counter()
    report = import_file(act=act, content=content, filename="bench.csv")
    return report, time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--json", action="store_true", help="one document, as all do; it prints nothing else")
    rows = parser.parse_args().rows
    with tempfile.TemporaryDirectory() as home:
        os.environ["RELIGHT_HOME"] = home
        os.environ["DJANGO_SETTINGS_MODULE"] = "relight.config.settings"
        sys.path.insert(0, str(HERE.parent / "src"))
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0, interactive=False)
        content = table_make(rows)
        first, first_s = measured(content)
        again, again_s = measured(content)
        if (first.machines_new, again.machines_new, again.machines_known) != (rows, 0, rows):
            raise SystemExit(f"the import is wrong: {first.machines_new} new, then {again.machines_new}")
        from django.db import connection

        database = connection.vendor
        connection.close()
    results = [
        {"what": f"import of {rows:,} new machines, {database}", "value": round(first_s, 1), "unit": "s"},
        {"what": f"the same file again, {database}", "value": round(again_s, 1), "unit": "s"},
        {"what": f"rows imported, {database}", "value": round(rows / first_s), "unit": "rows/s"},
    ]
    sys.stdout.write(json.dumps({"claim": (__doc__ or "").splitlines()[0], "results": results}) + "\n")


if __name__ == "__main__":
    main()
