"""Requests of one patient as their page shows them, with the answers that came.

Owns gathering and the words. Refuses to journal: the page notes the reading. Source: docs/design/requests.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import get_language, gettext

from relight.kernel.errors import N_
from relight.people.api import names_of
from relight.record.models import Entry
from relight.record.rules.canonical import loads
from relight.record.rules.medication.checks import ALLERGY_SORTS, Wanted, allergy_check
from relight.record.rules.medication.imaging import CONTRAST_GROUPS
from relight.record.rules.requests import PRIORITY_NAMES, Category, RequestState
from relight.record.selectors.catalogue import catalogue_now
from relight.record.selectors.formulary import formulary_now
from relight.record.selectors.medicines import allergies_held
from relight.record.selectors.requests import RequestedOrder, orders_of_patient
from relight.record.selectors.store import resources_of_all

CATEGORY_WORDS: Mapping[Category, str] = {
    Category.LABORATORY: N_("Laboratory"),
    Category.IMAGING: N_("Imaging"),
    Category.OTHER: N_("Other requests"),
}
STATE_LOOK = {
    RequestState.OPEN: "degraded",
    RequestState.DONE: "up",
    RequestState.CANCELLED: "quarantined",
    RequestState.PAUSED: "unknown",
}
STATE_WORDS = {
    RequestState.OPEN: N_("waiting"),
    RequestState.DONE: N_("answered"),
    RequestState.CANCELLED: N_("cancelled"),
    RequestState.PAUSED: N_("held"),
}
ANSWERS = ("DiagnosticReport", "Observation")


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerView:
    """What came back for a request. Args: id, type: of the resource to open."""

    id: UUID
    type: str
    name: str
    at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestView:
    """An order on the page. Args: by: who asked, in the journal. tests: with the words of their state."""

    order: RequestedOrder
    names: tuple[tuple[str, str], ...]
    priority: str
    look: str
    state: str
    by: str
    answers: tuple[AnswerView, ...]

    @property
    def is_open(self) -> bool:
        """Say whether something of it may still be cancelled."""
        return bool(self.order.open_tests)


def requests_read(*, patient: UUID, records: Sequence[UUID]) -> list[tuple[str, list[RequestView]]]:
    """Return a person's requests by category, the newest first, with their answers."""
    orders = orders_of_patient(patient=patient)
    answers = _answers(records)
    makers = _makers(orders)
    names = names_of(set(makers.values()))
    found: dict[Category, list[RequestView]] = {}
    for order in orders:
        by = names.get(makers.get(order.id, ""), order.prescriber)
        found.setdefault(order.category, []).append(request_view(order, by=by, answers=answers))
    return [(gettext(word), found[kind]) for kind, word in CATEGORY_WORDS.items() if kind in found]


def _makers(orders: Sequence[RequestedOrder]) -> dict[UUID, str]:
    """Return who asked for each order: the actor of the first entry of its requests. One statement."""
    of = {test.request: order.id for order in orders for test in order.tests}
    rows = Entry.objects.filter(resource__in=list(of)).order_by("-seq").values_list("resource", "actor")
    return {of[resource]: actor for resource, actor in rows}


def request_view(
    order: RequestedOrder, *, by: str, answers: Mapping[str, Sequence[AnswerView]] | None = None
) -> RequestView:
    """Return one order in words."""
    language = (get_language() or "en")[:2]
    catalogue = catalogue_now()
    came = {one.id: one for test in order.tests for one in (answers or {}).get(str(test.request), ())}
    return RequestView(
        order=order,
        names=tuple(
            (
                catalogue.name(test.loinc, language=language, otherwise=test.name) if test.loinc else test.name,
                gettext(STATE_WORDS[test.state]) if test.state is not order.state else "",
            )
            for test in order.tests
        ),
        priority=gettext(PRIORITY_NAMES[order.priority]),
        look=STATE_LOOK[order.state],
        state=gettext(STATE_WORDS[order.state]),
        by=by,
        answers=tuple(came.values()),
    )


def _answers(records: Sequence[UUID]) -> dict[str, list[AnswerView]]:
    """Return request -> what came back for it; a report counts before the values it holds."""
    found: dict[str, list[AnswerView]] = {}
    for held in sorted(resources_of_all(patients=records, types=ANSWERS), key=lambda one: ANSWERS.index(one.type)):
        body = loads(held.body)
        for target in _based_on(body):
            if held.type == "Observation" and any(one.type == "DiagnosticReport" for one in found.get(target, ())):
                continue
            one = AnswerView(id=held.id, type=held.type, name=_name(body), at=held.clinical_at)
            found.setdefault(target, []).append(one)
    return found


def _based_on(body: Mapping[str, Any]) -> list[str]:
    found = body.get("basedOn")
    texts = (
        [str(one.get("reference") or "") for one in found if isinstance(one, dict)] if isinstance(found, list) else []
    )
    return [text.removeprefix("ServiceRequest/") for text in texts if text.startswith("ServiceRequest/")]


def _name(body: Mapping[str, Any]) -> str:
    code = body.get("code")
    if not isinstance(code, dict):
        return ""
    codings = [one for one in code.get("coding") or () if isinstance(one, dict)]
    return str(code.get("text") or next((one.get("display") for one in codings if one.get("display")), ""))


def contrast_allergies(*, records: Sequence[UUID]) -> tuple[str, ...]:
    """Return the recorded allergies that concern contrast agents, surely or possibly."""
    formulary = formulary_now()
    kinds = {name for names in CONTRAST_GROUPS.values() for name in names}
    groups = [group for group in formulary.groups if group.id in kinds]
    drugs = tuple(drug for drug in formulary.drugs.values() if any(group.holds(drug.atc) for group in groups))
    wanted = Wanted(name="", drugs=drugs)
    found = allergy_check(wanted, allergies_held(records=records), formulary=formulary, language="en")
    return tuple(dict.fromkeys(one.of for one in found if one.sort in ALLERGY_SORTS))
