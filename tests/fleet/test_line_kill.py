"""kill -9 in the middle of moves: no machine is half-moved, nothing committed is lost."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

pytestmark = [pytest.mark.process, pytest.mark.sqlite_only]

MOVER = """
    import sys
    from datetime import UTC, datetime
    from relight.cli.shell import setup
    setup()
    from relight.fleet.api import Klass, NewItem, Stage, item_add, items_attest, items_move
    from relight.kernel.act import Act, Door
    def act():
        return Act(actor="os:test", at=datetime.now(tz=UTC), door=Door.CLI, roles=frozenset({"owner"}))
    new = [NewItem(klass=Klass.WORKSTATION, name=f"pc{n}") for n in range(40)]
    items = [item_add(act=act(), item=one) for one in new]
    while True:
        items_attest(act=act(), items=items, checks=["unplugged", "identified"])
        items_move(act=act(), items=items, to=Stage.RETRIEVED)
        print("forward", flush=True)
        items_move(act=act(), items=items, to=Stage.SEEN, reason="again")
        print("back", flush=True)
"""

CHECKER = """
    import json
    from collections import Counter
    from relight.cli.shell import setup
    setup()
    from relight.fleet.models import LineItem, StageMove
    from relight.journal.api import chain_verify, entry_list
    stages = Counter(LineItem.objects.values_list("stage", flat=True))
    last = {item: to for item, to in StageMove.objects.order_by("id").values_list("item_id", "to_state")}
    print(json.dumps({
        "stages": stages,
        "moved_as_told": all(last[row.pk] == row.stage for row in LineItem.objects.all()),
        "moves": StageMove.objects.count(),
        "entries": len(entry_list(verb="line.move", limit=100000)),
        "intact": chain_verify().intact,
    }))
"""


def program(script: str, home: Path) -> subprocess.Popen[str]:
    environment = {**os.environ, "RELIGHT_HOME": str(home), "PYTHONPATH": os.pathsep.join(sys.path)}
    environment.pop("RELIGHT_DATABASE_URL", None)
    code = textwrap.dedent(script)
    return subprocess.Popen([sys.executable, "-c", code], env=environment, stdout=subprocess.PIPE, text=True)


@pytest.mark.parametrize("wait_s", [0.004, 0.011, 0.023])
def test_a_killed_batch_moved_all_or_none(tmp_path: Path, wait_s: float) -> None:
    """Killed at any moment: all forty stand in one stage, which history and journal agree on."""
    mover = program(MOVER, tmp_path)
    assert mover.stdout is not None
    committed = [mover.stdout.readline() for _ in range(3)]
    time.sleep(wait_s)
    mover.send_signal(signal.SIGKILL)
    committed += mover.stdout.read().splitlines()
    mover.wait()
    checker = program(CHECKER, tmp_path)
    found = json.loads(checker.communicate()[0])
    assert len(found["stages"]) == 1 and sum(found["stages"].values()) == 40
    assert found["moved_as_told"] and found["intact"]
    assert found["moves"] == 40 * found["entries"]
    assert found["entries"] >= len([line for line in committed if line.strip()])
