"""Tube labels of a patient's laboratory request, as a PDF; that they were printed is journalled.

Owns what stands on them. Refuses an order of another patient.
"""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from django.utils.translation import get_language, gettext

from relight.kernel.act import Act
from relight.paper.labels import Sheet
from relight.paper.tube_labels import TubeLabel, tube_labels_pdf
from relight.people.api import Permission, service
from relight.record import errors
from relight.record.rules.requests import Priority, RequestState
from relight.record.rules.tests_catalogue import COLOUR_NAMES, named
from relight.record.selectors.access import record_demand
from relight.record.selectors.catalogue import catalogue_now
from relight.record.selectors.faces import records_of
from relight.record.selectors.person_words import born_words, sex_words
from relight.record.selectors.requests import RequestedOrder, order_find
from relight.record.services.reads import read_note

TESTS_SHOWN = 9


def order_of(*, patient: UUID, order: UUID) -> RequestedOrder:
    """Return an order of this person. Raises: NO_REQUEST (RL-REC-470), for one of somebody else's too."""
    held = order_find(order)
    if held.patient not in records_of(patient):
        raise errors.NO_REQUEST.error(where="order")
    return held


@service(Permission.RECORD_WRITE)
def request_labels_print(*, act: Act, patient: UUID, order: UUID, sheet: Sheet) -> bytes:
    """Print the labels of an order, one a tube. Returns: a PDF. Raises: RL-REC-470, 240, 250 when no tube is left."""
    record_demand(act=act, patient=patient)
    labels = list(_labels(order_of(patient=patient, order=order)))
    if not labels:
        raise errors.NOTHING_TO_PRINT.error(where="order")
    read_note(act=act, patients=[patient], what="tube-labels")
    return tube_labels_pdf(labels, sheet=sheet, title=gettext("Sample labels"), language=(get_language() or "en")[:2])


def _labels(order: RequestedOrder) -> Iterator[TubeLabel]:
    """Give one label a tube; an order whose tests are all cancelled has none."""
    if not order.sample:
        return
    names = {test.loinc: test.name for test in order.tests if test.state is not RequestState.CANCELLED}
    catalogue = catalogue_now()
    language = (get_language() or "en")[:2]
    for specimen, loincs in catalogue.tubes(list(names)):
        shorts = [catalogue.tests[one].short if one in catalogue.tests else names[one] for one in loincs]
        more = f" +{len(shorts) - TESTS_SHOWN}" if len(shorts) > TESTS_SHOWN else ""
        tube = (
            f"{named(specimen.names, language=language)} ({gettext(COLOUR_NAMES[specimen.colour])})"
            if specimen
            else gettext("tube: ask the laboratory")
        )
        yield TubeLabel(
            code=order.sample,
            name=order.face.name,
            born=f"{born_words(order.face)} {sex_words(order.face.sex)}".strip(),
            place=order.place,
            tube=tube,
            colour=specimen.colour if specimen else "",
            tests=" ".join(shorts[:TESTS_SHOWN]) + more,
            urgent={Priority.STAT: "STAT", Priority.URGENT: gettext("URGENT")}.get(order.priority, ""),
        )
