"""Claim: no page of the running program has a finding of axe-core, in light and in dark."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from console.small import hospital_load, machine_add
from relight.journal.api import evidence_store, writing
from relight.kernel.act import Act, Door
from relight.record.api import Person, Place, patient_admit, patient_register
from support.axe import violations, violations_light_and_dark

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# Addresses that show no page here: they answer programs, give files, take forms only, or ask for a passport.
NO_PAGE = {
    "activity:debt-item",  # in this house nobody waits for a new date
    "console:live",
    "console:evidence-file",
    "console:journal-verify",
    "fleet:evidence",
    "fleet:labels",
    "people:sign-out",
    "people:appearance",
    "people:trust-file",
    "record:beds",  # a part of a form
    "record:draft",  # answers the script that keeps what is typed
    "record:drug-find",  # the list below a field
    "record:fhir-metadata",
    "record:fhir-nothing",
    "record:pulse",  # what a page of a patient asks every second
    "record:print-chart",  # gives a file
    "record:print-ward",
    "workstation:enrol",  # asked for on the machine Relight runs on, it refuses with a rule
}
SIGNED_OUT = {"people:sign-in", "people:first"}


@pytest.fixture
def house(live_server: Any) -> dict[str, str]:
    """A hospital with one machine and one evidence file. Returns: values for the parts of addresses."""
    act = Act(actor="os:test", at=datetime.now(tz=UTC), door=Door.CLI, roles=frozenset({"owner"}))
    hospital_load(act)
    item = machine_add(act, "PC-1", site="arlon", serial="CZC1234XYZ", role="switch")
    with writing(act) as log:
        file = evidence_store(log=log, content=b"wiped\n", name="wipe.log", media_type="text/plain")
        log.entry("line.attest", subject=f"item:{item}", body={"items": [str(item)], "evidence": [file.digest]})
    values = {"item": str(item), "digest": file.digest, "seq": "1", "id": "emergency@arlon", "site": "arlon"}
    return values | {"ward": "emergency", "patient": str(patient_in_bed())}


def patient_in_bed() -> UUID:
    """Somebody in the emergency department, registered and admitted through the services."""
    nurse = Act(actor="os:test", at=datetime.now(tz=UTC), door=Door.CLI, roles=frozenset({"nurse"}))
    person = Person(family="Van den Broucke-Lemaître", given="Jean-Christophe", birth="1951-02-28", sex="male")
    patient = patient_register(act=nurse, person=person, site="arlon").patient
    patient_admit(act=nurse, patient=patient, place=Place(site="arlon", ward="emergency", bed="1", name="Urgences"))
    return patient


def routes(resolver: URLResolver, space: str = "", before: str = "") -> Iterator[tuple[str, str]]:
    """Walk every named address: (namespaced name, path with its parameters as written)."""
    for part in resolver.url_patterns:
        path = before + str(part.pattern)
        if isinstance(part, URLResolver):
            yield from routes(part, part.namespace or space, path)
        elif isinstance(part, URLPattern) and part.name:
            yield f"{space}:{part.name}", path


def filled(path: str, values: dict[str, str]) -> str | None:
    """Fill the parameters of a path; None when one has no value here."""
    steps = []
    for step in path.split("/"):
        if step.startswith("<"):
            name = step.strip("<>").rpartition(":")[2]
            if name not in values:
                return None
            step = values[name]
        steps.append(step)
    return "/" + "/".join(steps)


def test_no_page_of_the_program_has_a_finding(
    browser: Any, client_of: Callable[..., Any], house: dict[str, str], settings: Any
) -> None:
    settings.RELIGHT_STYLEGUIDE = True  # every component, shown to developers only
    everybody = client_of(
        "recovery-lead",
        "administrator",
        "security-officer",
        "service-owner",
        "auditor",
        "laboratory",
        "clinician",
        "liaison",
    )
    page = browser.page(sign_in=everybody)
    outside = browser.page()
    found, visited = [], []
    for name, path in routes(get_resolver()):
        address = filled(path, house)
        if address is None or name in NO_PAGE:
            continue
        visitor = outside if name in SIGNED_OUT else page
        answer = visitor.goto(f"{address}?items={house['item']}" if "/batch/" in address else address)
        if answer.status == 405:  # takes forms only
            continue
        if answer.status != 200:
            found.append(f"{name} {address} answers {answer.status}")
            continue
        visited.append(name)
        found += [f"{name} {address}: {line}" for line in violations_light_and_dark(visitor)]
    assert {"console:situation", "console:journal", "console:journal-entry", "console:evidence"} <= set(visited)
    assert len(visited) >= 20
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "address", ["/?wall", "/?all", "/burn-up/", "/search/?q=emergency", "/journal/?verb=fleet.add"]
)
def test_other_faces_of_the_consoles_pages_have_no_finding(
    browser: Any, client_of: Callable[..., Any], house: dict[str, str], address: str
) -> None:
    page = browser.page(sign_in=client_of("recovery-lead"))
    page.goto(address)
    assert violations(page) == []


def test_errors_have_no_finding(browser: Any, client_of: Callable[..., Any], house: dict[str, str]) -> None:
    page = browser.page(sign_in=client_of("nurse"))
    for address, status in (("/no/such/page/", 404), ("/journal/", 403)):
        answer = page.goto(address)
        assert answer.status == status
        assert violations(page) == []


def test_an_empty_house_has_no_finding(browser: Any, client_of: Callable[..., Any], live_server: Any) -> None:
    page = browser.page(sign_in=client_of("recovery-lead"))
    for address in ("/", "/burn-up/", "/search/", "/journal/", "/journal/lag/"):
        page.goto(address)
        assert violations(page) == [], address
