"""An emergency department at night, in a data folder of its own: a small hospital, three people, four patients.

    python -m support.night_ward lay      make them; print the patients' ids as JSON
    python -m support.night_ward check    print what the record holds, as JSON

Owns the laying and the looking; the shift is the test's.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, datetime
from typing import Any

PASSWORD = "long-night-7"
WARD = ("site:arlon", "service:emergency")
STAFF = (
    ("sarah", "Sarah Wagner", "nurse"),
    ("tom", "Tom Weber", "nurse"),
    ("nicolas", "Dr Nicolas Thill", "clinician"),
)


def act(*roles: str) -> Any:
    from relight.kernel.act import Act, Door

    return Act(actor="os:test", at=datetime.now(tz=UTC), door=Door.CLI, roles=frozenset(roles or {"owner"}))


def lay() -> None:
    from console.small import hospital_load
    from relight.people.api import demo_staff_create
    from relight.people.services import staff_change
    from relight.record.api import Person, Place, patient_admit, patient_discharge, patient_register

    hospital_load(act())
    for username, name, role in STAFF:
        one = demo_staff_create(act=act(), username=username, name=name, roles=[role], password=PASSWORD, scope=WARD)
        staff_change(act=act(), staff=one.id, name=name, roles=[role], scope=WARD, language="en", active=True)
    known = {}
    for family, given, birth, bed in (
        ("Noël", "Marie-Thérèse", "1948-03-02", "1"),
        ("Van den Berghe", "Jan", "1961-11-30", "2"),
        ("Dupuis", "Luc", "1985-06-14", "3"),
        ("Dupuis", "Lucien", "1985-06-14", "4"),
    ):
        person = Person(family=family, given=given, birth=birth, sex="female" if given[0] == "M" else "male")
        nurse = act("nurse")
        looked_at = [known["Luc"]] if given == "Lucien" else []
        patient = patient_register(act=nurse, person=person, looked_at=looked_at, site="arlon").patient
        known[given] = patient
        place = Place(site="arlon", ward="emergency", bed=bed, name="Urgences")
        patient_admit(act=act("nurse"), patient=patient, place=place)
    patient_discharge(act=act("nurse"), patient=known["Lucien"], to="home")  # sent home at noon, back at night as Luc
    say({given: str(patient) for given, patient in known.items()})


def check() -> None:
    from relight.journal.api import chain_verify
    from relight.record.api import chains_verify
    from relight.record.models import Entry

    entries = Entry.objects.order_by("seq").values_list("type", "act", "version", "body")
    say(
        {
            "entries": [
                {"type": kind, "act": did, "version": version, "body": bytes(body or b"").decode()}
                for kind, did, version, body in entries
            ],
            "record_holds": all(one.intact for one in chains_verify()),
            "journal_holds": chain_verify().intact,
        }
    )


def say(document: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(document) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "relight.config.settings"
    from relight.cli.shell import setup

    setup()
    {"lay": lay, "check": check}[sys.argv[1]]()
