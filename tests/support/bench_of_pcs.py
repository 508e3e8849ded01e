"""A bench of forty PCs in a data folder of its own, written to by a process that may be killed.

    python -m support.bench_of_pcs lay      make the forty, print a session's cookie
    python -m support.bench_of_pcs write    quarantine all, release all, … ; a line after each commit
    python -m support.bench_of_pcs check    print what stands in the database, as JSON

Owns the writing and the looking; killing is the test's.
"""

from __future__ import annotations

import json
import os
import sys
import time
from datetime import UTC, datetime
from typing import Any

COUNT = 40
SITE = "bench"


def act() -> Any:
    from relight.kernel.act import Act, Door

    return Act(actor="os:test", at=datetime.now(tz=UTC), door=Door.CLI, roles=frozenset({"owner", "security-officer"}))


def ids() -> list[Any]:
    from relight.fleet.models import LineItem

    return list(LineItem.objects.filter(name__startswith="bench-pc-").order_by("name").values_list("pk", flat=True))


def lay() -> None:
    from django.test import Client

    from relight.fleet.api import Klass, NewItem, item_add
    from relight.people.api import demo_staff_create
    from relight.people.models import Staff

    for number in range(COUNT):
        item_add(act=act(), item=NewItem(klass=Klass.WORKSTATION, name=f"bench-pc-{number:02}"))
    roles = ["recovery-lead", "security-officer", "technician"]
    demo_staff_create(act=act(), username="bench", name="Bench", roles=roles, password="killed-often-9")
    client = Client()
    client.force_login(Staff.objects.get(username="bench"))
    session = client.session
    session["seen_at"], session["shared"] = int(time.time()), False
    session.save()
    say({"items": [str(item) for item in ids()], "session": session.session_key})


def write() -> None:
    from relight.fleet.api import items_quarantine, items_release
    from relight.fleet.models import LineItem

    bench = ids()
    while True:
        if LineItem.objects.get(pk=bench[0]).quarantined:
            items_release(act=act(), items=bench, reason="looked at again")
        else:
            items_quarantine(act=act(), items=bench, reason="odd traffic")
        say({"done": True})


def check() -> None:
    from relight.fleet.models import LineItem, StageMove
    from relight.journal.api import chain_verify
    from relight.journal.models import Entry

    rows = list(LineItem.objects.filter(pk__in=ids()))
    last = {move.item_id: move.to_state for move in StageMove.objects.filter(item__in=rows).order_by("at", "pk")}
    report = chain_verify()
    moves = StageMove.objects.filter(item__in=rows, to_state="quarantined").count()
    say(
        {
            "items": len(rows),
            "quarantined": sum(row.quarantined for row in rows),
            "history_agrees": all(last.get(row.pk, "seen") == row.state.value for row in rows),
            "batches": Entry.objects.filter(verb__in=["line.quarantine", "line.release"]).count(),
            "quarantine_moves": moves,
            "quarantine_batches": Entry.objects.filter(verb="line.quarantine").count(),
            "chain_holds": report.intact,
        }
    )


def say(document: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(document) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "relight.config.settings"
    from relight.cli.shell import setup

    setup()
    {"lay": lay, "write": write, "check": check}[sys.argv[1]]()
