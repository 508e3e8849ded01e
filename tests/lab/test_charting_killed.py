"""Killed at any moment, every result is in the record of its patient, and none of them twice."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from support.gateway import ROOT, GatewayHome, wait_until
from support.process import port_free

pytestmark = pytest.mark.process

ORDERS = 60
LAY = f"""
from datetime import UTC, datetime
from relight.cli.shell import setup
setup()
from relight.kernel.act import Act, Door
from relight.lab.api import Incoming, Protocol, idem_of, inbox_store
from relight.lab.services.orders import order_make
from support.lab_orders import POTASSIUM, SODIUM, new_order
from support.lab_reading import astm_bytes
at = datetime.now(tz=UTC)
typed = Act(actor="os:test", at=at, door=Door.CLI, roles=frozenset({{"laboratory"}}))
gateway = Act(actor="relight:lab", at=at, door=Door.WORKER, roles=frozenset({{"system"}}))
items = []
for n in range({ORDERS}):
    order = new_order(SODIUM, POTASSIUM, family=f"Family {{n}}", patient_ids=())
    sample = order_make(act=typed, order=order).sample
    lines = [f"R|1|{{SODIUM}}|1{{n:02}}|mmol/L||||F", f"R|2|{{POTASSIUM}}|4.{{n:02}}|mmol/L||||F"]
    content = astm_bytes("P|1", f"O|1|{{sample}}", *lines)
    idem = idem_of(protocol=Protocol.ASTM, control_id=str(n), content=content)
    items.append(Incoming(link="chem", protocol=Protocol.ASTM, content=content, control_id=str(n), type="", at=at, idem=idem))
inbox_store(act=gateway, items=items)
"""


@pytest.fixture
def home(tmp_path: Path) -> Any:
    link = {"link": "chem", "port": port_free(), "protocol": "astm", "orders": "here", "rung": "results"}
    made = GatewayHome(tmp_path, links=[link])
    path = os.pathsep.join([str(ROOT / "src"), str(ROOT / "tests")])
    subprocess.run([sys.executable, "-c", LAY], env=made.env | {"PYTHONPATH": path}, check=True, timeout=120)
    yield made
    made.stop()


def test_results_are_in_the_record_once_however_often_the_gateway_is_killed(home: Any) -> None:
    """Values and counts, and one version each: what was written is never written again."""
    chance = random.Random(7)
    for _ in range(3):
        home.start("forward")
        done = written(home)
        wait_until(lambda before=done: written(home) > before or finished(home), what="a result in the record")
        time.sleep(chance.uniform(0, 0.15))
        home.kill("forward")
    home.start("forward")
    wait_until(lambda: finished(home), what="all results in the record")
    rows = home.rows("SELECT type, version, status, COUNT(*) FROM record_resource GROUP BY type, version, status")
    counts = {(kind, version, status): count for kind, version, status, count in rows}
    assert counts[("Observation", 1, "current")] == 2 * ORDERS
    assert counts[("DiagnosticReport", 1, "current")] == ORDERS
    assert counts[("ServiceRequest", 2, "current")] == 2 * ORDERS
    assert sum(count for (kind, _, _), count in counts.items() if kind == "Observation") == 2 * ORDERS
    assert home.rows("SELECT COUNT(*) FROM lab_charted") == [(3 * ORDERS,)]


def written(home: Any) -> int:
    return int(home.rows("SELECT COUNT(*) FROM lab_charted")[0][0])


def finished(home: Any) -> bool:
    waiting = home.rows("SELECT COUNT(*) FROM lab_message WHERE state = 'received'")[0][0]
    return waiting == 0 and written(home) >= 3 * ORDERS and home.rows("SELECT COUNT(*) FROM lab_chartdue") == [(0,)]
