"""Orders and results of the laboratory in the record: host queries, reading, writing results into charts.

Orders come in as one file, each with five tests, and become patients, requests and specimens of the record. Measured:
orders a second; the answer to a host query among all of them; messages read a second; results written into the record
a second; and how long a message waits for its commit (what its acknowledgement waits for) while the gateway's other
half, a process of its own, reads and writes into the record, beside nothing going on. Exit 1 when a target is missed.

    python bench/lab_orders.py [--orders 5000] [--json]
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:] = [place for place in sys.path if Path(place or ".").resolve() != HERE]  # its inspect.py is not Python's
sys.path[:0] = [str(HERE.parent / "src")]

TESTS = (
    ("2951-2", "140", "mmol/L"),
    ("2823-3", "4.1", "mmol/L"),
    ("718-7", "13.5", "g/dL"),
    ("2345-7", "100", "mg/dL"),
    ("1988-5", "5", "mg/L"),
)
QUERIES, QUIET_S, BUSY_S = 300, 3.0, 8.0
QUERY_MS, CHARTED_S = 20, 300
CLAIM = "SQLite: a host query among all orders answered within 20 ms (p99); 300 results a second into the record"
OTHER_HALF = """
import time
from relight.cli.shell import setup
setup()
from relight.lab.services.charting import orders_chart
from relight.lab.services.reading import messages_read
from relight.lab.shell.forwarder import CHART_PAUSE_S
from relight.lab.shell.writer import gateway_act
from relight.record.api import turn
print("ready", flush=True)
while True:
    with turn():
        messages_read(act=gateway_act())
    with turn():
        orders_chart(act=gateway_act())
    time.sleep(CHART_PAUSE_S)
"""


def act(role: str, actor: str) -> Any:
    from relight.kernel.act import Act, Door

    return Act(actor=actor, at=datetime.now(tz=UTC), door=Door.WORKER, roles=frozenset({role}))


def gateway() -> Any:
    return act("system", "relight:lab")


def link_make() -> None:
    """Make a link on the rung of orders that knows the tests by codes of its own."""
    from relight.journal.api import new_id, writing
    from relight.lab.models import Link, TestMap
    from relight.lab.services.links import link_save
    from relight.lab.types import LinkSettings, Rung

    by = act("laboratory", "bench")
    link_save(act=by, settings=LinkSettings(id="chem", name="Chem", site="arlon", port=1))
    with writing(by) as log:
        Link.objects.filter(pk="chem").update(rung=Rung.ORDERS.value, rung_since=by.at)
        for loinc, _, unit in TESTS:
            TestMap.objects.create(
                id=new_id(by.at), link_id="chem", code=f"C{loinc[:4]}", unit_sent=unit, loinc=loinc, name=loinc,
                unit=unit, factor="1", by=by.actor, at=by.at,
            )  # fmt: skip
        log.entry("lab.map", subject="link:chem", body={})


def orders_make(count: int) -> tuple[list[str], float]:
    """Take in orders as one file. Returns: their sample numbers, orders a second."""
    from relight.lab.services.order_import import orders_import

    samples = [f"B{n:07}" for n in range(count)]
    tests = " ".join(loinc for loinc, _, _ in TESTS)
    rows = [f"{one};Family {n};Given;19{50 + n % 50}-03-0{1 + n % 9};F;R{n};{tests}" for n, one in enumerate(samples)]
    content = "\n".join(["sample;family;given;birth date;sex;record;tests", *rows]).encode()
    begun = time.perf_counter()
    report = orders_import(act=act("laboratory", "bench"), content=content, filename="orders.csv")
    assert report.new == count, (report.new, report.aside[:1])
    return samples, count / (time.perf_counter() - begun)


def queries(samples: Sequence[str]) -> list[float]:
    """Ask about one sample after the other. Returns: how long each took, in ms."""
    from relight.lab.services.answers import query_answer
    from relight.lab.types import Protocol

    waits = []
    for sample in samples[:: max(1, len(samples) // QUERIES)]:
        content = f"H|\\^&|||an||||||||P|1\rQ|1|^{sample}||ALL\rL|1|N\r".encode()
        begun = time.perf_counter()
        answer = query_answer(act=gateway(), link="chem", content=content, protocol=Protocol.ASTM, message_id=None)
        waits.append((time.perf_counter() - begun) * 1000)
        assert sample.encode() in answer.messages[0]
    return waits


def message_store(sample: str) -> float:
    """Store the results of one sample, alone. Returns: how long the commit took, in ms."""
    from relight.lab.api import Incoming, Protocol, idem_of, inbox_store
    from relight.record.api import turn_if_soon

    results = [
        f"R|{n}|^^^C{loinc[:4]}|{value}|{unit}||||F||||20261123085900"
        for n, (loinc, value, unit) in enumerate(TESTS, 1)
    ]
    head = "H|\\^&|||Ours^1|||||||P|LIS2-A2|20261123090000"
    content = "\r".join([head, "P|1", f"O|1|{sample}", *results, "L|1|N", ""]).encode()
    idem = idem_of(protocol=Protocol.ASTM, control_id=sample, content=content)
    now = gateway()
    item = Incoming(
        link="chem", protocol=Protocol.ASTM, content=content, control_id=sample, type="", at=now.at, idem=idem
    )
    begun = time.perf_counter()
    with turn_if_soon(patience_s=2):
        inbox_store(act=now, items=[item])
    return (time.perf_counter() - begun) * 1000


def stored_for(samples: Iterator[str], seconds: float) -> list[float]:
    """Store a message every 20 ms for a while. Returns: the waits."""
    waits, until = [], time.perf_counter() + seconds
    while time.perf_counter() < until:
        waits.append(message_store(next(samples)))
        time.sleep(0.02)
    return waits


def worked(work: Any) -> tuple[int, float, float]:
    """Repeat a piece of work until it does nothing. Returns: how much it did, a second, and its longest turn in ms."""
    total, longest, begun = 0, 0.0, time.perf_counter()
    while True:
        turn = time.perf_counter()
        done = work()
        longest = max(longest, (time.perf_counter() - turn) * 1000)
        if not done:
            return total, total / (time.perf_counter() - begun), longest
        total += done


def measure(*, orders: int) -> list[dict[str, Any]]:
    """Measure everything. Returns: the rows, verdicts last."""
    from relight.lab.models import Charted
    from relight.lab.services.charting import orders_chart
    from relight.lab.services.reading import messages_read

    link_make()
    samples, rate = orders_make(orders)
    rows = [row("orders taken in from a file", rate, "/s")]
    asked = queries(samples)
    rows += [row("host query, median", median(asked), "ms"), row("host query, 99 of 100 within", p99(asked), "ms")]
    left = iter(samples)
    for _ in range(orders // 3):
        message_store(next(left))
    _, read, turn = worked(lambda: messages_read(act=gateway()).read)
    rows += [row("messages read", read, "/s"), row("results read", read * len(TESTS), "/s")]
    rows.append(row("reading: longest transaction", turn, "ms"))
    _, charted, turn = worked(lambda: orders_chart(act=gateway()))
    rows += [row("results into the record", charted * len(TESTS), "/s"), row("record: longest transaction", turn, "ms")]
    assert Charted.objects.filter(type="Observation").count() == orders // 3 * len(TESTS)
    quiet = stored_for(left, QUIET_S)
    child = subprocess.Popen([sys.executable, "-c", OTHER_HALF], stdout=subprocess.PIPE)
    assert child.stdout is not None
    child.stdout.readline()
    busy = stored_for(left, BUSY_S)
    child.kill()
    child.wait()
    for name, waits in (("nothing going on", quiet), ("reading and the record going on", busy)):
        rows.append(row(f"a message stored, {name}: median", median(waits), "ms"))
        rows.append(row(f"a message stored, {name}: 99 of 100 within", p99(waits), "ms"))
    rows.append(verdict("host query p99", p99(asked), QUERY_MS, "ms", below=True))
    rows.append(verdict("results into the record", charted * len(TESTS), CHARTED_S, "/s"))
    return rows


def p99(values: Sequence[float]) -> float:
    return quantiles(values, n=100)[98]


def row(what: str, value: float, unit: str) -> dict[str, Any]:
    return {"what": what, "value": round(value, 2 if value < 100 else None), "unit": unit}  # noqa: PLR2004


def verdict(what: str, value: float, target: float, unit: str, *, below: bool = False) -> dict[str, Any]:
    word = "PASS" if (value <= target if below else value >= target) else "SHORT"
    return {"what": f"{word}: {what}, target {target:g}", "value": round(value, 2), "unit": unit}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--orders", type=int, default=5_000)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="relight-bench-") as home:
        os.environ["RELIGHT_HOME"] = home
        os.environ["PYTHONPATH"] = str(HERE.parent / "src")
        os.environ.pop("RELIGHT_DATABASE_URL", None)
        os.environ["DJANGO_SETTINGS_MODULE"] = "relight.config.settings"
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        rows = measure(orders=given.orders)
    document = {"claim": CLAIM, "results": rows}
    if given.json:
        print(json.dumps(document))
    else:
        for one in rows:
            print(f"{one['what']:70} {one['value']:>10} {one['unit']}")
    return 1 if any(one["what"].startswith("SHORT") for one in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
