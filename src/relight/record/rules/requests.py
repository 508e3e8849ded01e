"""Requests for laboratory and imaging: what one asks for, and how FHIR says it.

Owns the bodies of ServiceRequest and Specimen as Relight writes them, what is read from those of others, and which
requests are one order. Refuses storage, clocks and ids: they are arguments. Source: FHIR R4 ServiceRequest, Specimen;
docs/design/requests.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from urllib.parse import quote, unquote
from uuid import UUID, uuid5

from relight.kernel.errors import N_
from relight.record import errors
from relight.record.rules.facts import time_read
from relight.record.rules.places import Place
from relight.record.rules.tests_catalogue import Catalogue, is_loinc
from relight.record.types import Body

LOINC: Final = "http://loinc.org"
ORDER_SYSTEM: Final = "urn:relight:order"
SAMPLE_SYSTEM: Final = "urn:relight:sample"
PLACER_SYSTEM: Final = "urn:relight:placer-order"
MESSAGE_SYSTEM: Final = "urn:relight:lab-message"
PLACE_SYSTEM: Final = "urn:relight:place"
FILE_MARK: Final = "urn:relight:file:"
REASON_URL: Final = "http://hl7.org/fhir/StructureDefinition/request-statusReason"
_SNOMED: Final = "http://snomed.info/sct"
_PARTS = re.compile(r"[,;|\n]")
_GROUPS = UUID("5f0f6d5e-3a5b-5c1e-9a58-2f1d1c0b7a11")  # the space foreign orders get their ids in


class Priority(StrEnum):
    """How soon results are wanted."""

    ROUTINE = "routine"
    URGENT = "urgent"
    STAT = "stat"

    @property
    def rank(self) -> int:
        """0 for what goes first."""
        return {Priority.STAT: 0, Priority.URGENT: 1}.get(self, 2)


PRIORITY_NAMES: dict[Priority, str] = {
    Priority.ROUTINE: N_("Routine"),
    Priority.URGENT: N_("Urgent"),
    Priority.STAT: N_("Immediate"),
}


class Category(StrEnum):
    """Who does what was requested."""

    LABORATORY = "laboratory"
    IMAGING = "imaging"
    OTHER = "other"


class RequestState(StrEnum):
    """Where a request stands. Paused: a draft, a proposal, on hold: nobody is to do it now."""

    OPEN = "open"
    DONE = "done"
    CANCELLED = "cancelled"
    PAUSED = "paused"


_CATEGORY_CODES: Final = {Category.LABORATORY: "108252007", Category.IMAGING: "363679005"}
_CATEGORY_OF: Final = {"108252007": Category.LABORATORY, "LAB": Category.LABORATORY, "laboratory": Category.LABORATORY,
                       "363679005": Category.IMAGING, "RAD": Category.IMAGING, "imaging": Category.IMAGING}  # fmt: skip
_CATEGORY_TEXT: Final = {Category.LABORATORY: "Laboratory procedure", Category.IMAGING: "Imaging"}
_STATE_OF: Final = {"active": RequestState.OPEN, "completed": RequestState.DONE, "revoked": RequestState.CANCELLED,
                    "entered-in-error": RequestState.CANCELLED}  # fmt: skip
_STATUS: Final = {RequestState.OPEN: "active", RequestState.DONE: "completed", RequestState.CANCELLED: "revoked"}
_ORDERS: Final = frozenset({"order", "original-order", "reflex-order", "filler-order", "instance-order"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One thing wanted. Args: loinc: its code; may be empty where only words are known. name: what the sender calls
    it; empty for the catalogue's. system: of the code."""

    loinc: str
    name: str = ""
    system: str = LOINC

    @property
    def key(self) -> str:
        """What makes it the same request: its code, else its words."""
        return self.loinc or self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRequests:
    """What one person asks for one patient at once. Args: sample: on the tube; empty for the next reserved number (only
    laboratory requests have one). number: the placer's own. place: where the patient lies. reason: the clinical one.
    source: the file it came in."""

    patient: UUID
    tests: tuple[Wanted, ...]
    category: Category = Category.LABORATORY
    sample: str = ""
    number: str = ""
    place: Place | None = None
    prescriber: str = ""
    priority: Priority = Priority.ROUTINE
    taken_at: datetime | None = None
    note: str = ""
    reason: str = ""
    source: str = ""
    encounter: UUID | None = None


def tests_once(tests: Sequence[Wanted]) -> tuple[Wanted, ...]:
    """Return each test once, in the order given."""
    return tuple({test.key: test for test in reversed(tests)}.values())[::-1]


# -- bodies as Relight writes them -------------------------------------------------------------------------


def request_body(
    new: NewRequests, test: Wanted, *, order: UUID, specimen: UUID | None, name: str, at: datetime
) -> dict[str, Any]:
    """Make one ServiceRequest. Args: order: what it is one request of. name: of the test, in English."""
    body: dict[str, Any] = {"resourceType": "ServiceRequest"}
    if new.source:
        body["meta"] = {"source": FILE_MARK + quote(new.source, safe="")}
    if new.number:
        body["identifier"] = [{"system": PLACER_SYSTEM, "value": new.number}]
    body["requisition"] = {"system": ORDER_SYSTEM, "value": str(order)}
    body |= {"status": _STATUS[RequestState.OPEN], "intent": "order"}
    if new.category in _CATEGORY_CODES:
        coding = {"system": _SNOMED, "code": _CATEGORY_CODES[new.category], "display": _CATEGORY_TEXT[new.category]}
        body["category"] = [{"coding": [coding]}]
    body["priority"] = new.priority.value
    body["code"] = _code(test, name)
    body["subject"] = {"reference": f"Patient/{new.patient}"}
    if new.encounter is not None:
        body["encounter"] = {"reference": f"Encounter/{new.encounter}"}
    body["authoredOn"] = at.isoformat()
    if new.prescriber:
        body["requester"] = {"display": new.prescriber}
    if new.place is not None:
        body["locationCode"] = [_place_concept(new.place)]
    if new.reason:
        body["reasonCode"] = [{"text": new.reason}]
    if specimen is not None:
        body["specimen"] = [{"reference": f"Specimen/{specimen}", "display": new.sample}]
    if new.note:
        body["note"] = [{"text": new.note}]
    return body


def _code(test: Wanted, name: str) -> dict[str, Any]:
    said = name or test.name or test.loinc
    if not test.loinc:
        return {"text": said}
    return {"coding": [{"system": test.system, "code": test.loinc, "display": said}], "text": said}


def _place_concept(place: Place) -> dict[str, Any]:
    key = "/".join(quote(part, safe="") for part in (place.site, place.ward, place.bed)).rstrip("/")
    return {"coding": [{"system": PLACE_SYSTEM, "code": key}], "text": place.shown}


def specimen_body(*, patient: UUID, sample: str, tubes: Iterable[str], taken_at: datetime | None) -> dict[str, Any]:
    """Make the Specimen of a sample number. Args: tubes: what it is taken in, in English: one number, several tubes."""
    body: dict[str, Any] = {
        "resourceType": "Specimen",
        "accessionIdentifier": {"system": SAMPLE_SYSTEM, "value": sample},
        "status": "available",
        "subject": {"reference": f"Patient/{patient}"},
    }
    kinds = list(tubes)
    if len(kinds) == 1:
        body["type"] = {"text": kinds[0]}
    if taken_at is not None:
        body["collection"] = {"collectedDateTime": taken_at.isoformat()}
    if kinds:
        body["container"] = [{"type": {"text": kind}} for kind in kinds]
    return body


def request_moved(body: Body, *, to: RequestState, reason: str = "") -> dict[str, Any]:
    """Return a ServiceRequest in another state. Args: reason: why it was cancelled."""
    others = [one for one in _dicts(body.get("extension")) if one.get("url") != REASON_URL]
    made = {key: value for key, value in body.items() if key != "extension"}
    if reason:
        others.append({"url": REASON_URL, "valueCodeableConcept": {"text": reason}})
    if others:
        made["extension"] = others
    made["status"] = _STATUS[to]
    return made


# -- reading ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestFacts:
    """What a ServiceRequest says, whoever wrote it. Args: order: which requests belong together."""

    order: UUID
    number: str
    specimen: UUID | None
    system: str
    code: str
    name: str
    category: Category
    state: RequestState
    priority: Priority
    site: str
    ward: str
    bed: str
    place: str
    prescriber: str
    made_at: datetime | None
    note: str
    source: str
    cancel_reason: str
    encounter: UUID | None


def request_facts(body: Body, *, resource: UUID, patient: UUID | None) -> RequestFacts:
    """Read a ServiceRequest as it is served: references lead to this record.

    Its order is the requisition Relight gave it; else the sample it shares with others of the patient; else the
    requisition of another system; else it is one by itself.
    """
    concept = _dict(body.get("code"))
    coding = _best_coding(concept)
    specimen = next((_target(one, "Specimen") for one in _dicts(body.get("specimen"))), None)
    requisition = _dict(body.get("requisition"))
    site, ward, bed, place = _place(body)
    return RequestFacts(
        order=_order(requisition, specimen, resource=resource, patient=patient),
        number=_number(body),
        specimen=specimen,
        system=_text(coding.get("system")),
        code=_text(coding.get("code")),
        name=_text(concept.get("text")) or _text(coding.get("display")) or _text(coding.get("code")),
        category=_category(body, coding, specimen),
        state=_state(body),
        priority=_priority(body),
        site=site,
        ward=ward,
        bed=bed,
        place=place,
        prescriber=_text(_dict(body.get("requester")).get("display")),
        made_at=time_read(_text(body.get("authoredOn"))),
        note=" ".join(filter(None, (_text(one.get("text")) for one in _dicts(body.get("note"))))),
        source=_source(body),
        cancel_reason=_cancel_reason(body),
        encounter=_target(_dict(body.get("encounter")), "Encounter"),
    )


def _order(requisition: Body, specimen: UUID | None, *, resource: UUID, patient: UUID | None) -> UUID:
    value = _text(requisition.get("value"))
    own = _uuid(value) if _text(requisition.get("system")) == ORDER_SYSTEM else None
    if own is not None:
        return own
    if specimen is not None:
        return uuid5(_GROUPS, f"{patient}|{specimen}")
    if value:
        return uuid5(_GROUPS, f"{patient}|{_text(requisition.get('system'))}|{value}")
    return resource


def _number(body: Body) -> str:
    held = _dicts(body.get("identifier"))
    own = [one for one in held if one.get("system") == PLACER_SYSTEM]
    return _text((own or held or [{}])[0].get("value"))


def _best_coding(concept: Body) -> dict[str, Any]:
    codings = _dicts(concept.get("coding"))
    return next((one for one in codings if one.get("system") == LOINC), codings[0] if codings else {})


def _category(body: Body, coding: Body, specimen: UUID | None) -> Category:
    for concept in _dicts(body.get("category")):
        for one in _dicts(concept.get("coding")):
            found = _CATEGORY_OF.get(_text(one.get("code")))
            if found is not None:
                return found
    loinc = coding.get("system") == LOINC
    return Category.LABORATORY if loinc and specimen is not None else Category.OTHER


def _state(body: Body) -> RequestState:
    state = _STATE_OF.get(_text(body.get("status")), RequestState.PAUSED)
    if state is RequestState.OPEN and _text(body.get("intent")) not in _ORDERS:
        return RequestState.PAUSED
    return RequestState.CANCELLED if body.get("doNotPerform") is True else state


def _priority(body: Body) -> Priority:
    word = _text(body.get("priority"))
    return {"stat": Priority.STAT, "asap": Priority.URGENT, "urgent": Priority.URGENT}.get(word, Priority.ROUTINE)


def _place(body: Body) -> tuple[str, str, str, str]:
    for concept in _dicts(body.get("locationCode")):
        for one in _dicts(concept.get("coding")):
            if one.get("system") == PLACE_SYSTEM:
                parts = [unquote(part) for part in _text(one.get("code")).split("/")]
                site, ward, bed = [*parts, "", "", ""][:3]
                return site, ward, bed, _text(concept.get("text"))
    return "", "", "", ""


def _source(body: Body) -> str:
    said = _text(_dict(body.get("meta")).get("source"))
    return unquote(said.removeprefix(FILE_MARK)) if said.startswith(FILE_MARK) else ""


def _cancel_reason(body: Body) -> str:
    for one in _dicts(body.get("extension")):
        if one.get("url") == REASON_URL:
            return _text(_dict(one.get("valueCodeableConcept")).get("text"))
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleFacts:
    """What a Specimen says. Args: sample: the number on its barcode, empty for none."""

    sample: str
    taken_at: datetime | None


def sample_facts(body: Body) -> SampleFacts:
    """Read a Specimen: its accession number, else its first identifier."""
    accession = _text(_dict(body.get("accessionIdentifier")).get("value"))
    others = (_text(one.get("value")) for one in _dicts(body.get("identifier")))
    collection = _dict(body.get("collection"))
    taken = _text(collection.get("collectedDateTime")) or _text(_dict(collection.get("collectedPeriod")).get("start"))
    return SampleFacts(sample=accession or next(filter(None, others), ""), taken_at=time_read(taken))


def laboratory_message(body: Body) -> UUID | None:
    """Return the message of the laboratory's gateway a result was read from; None for what came another way."""
    for one in _dicts(body.get("identifier")):
        if one.get("system") == MESSAGE_SYSTEM:
            return _uuid(_text(one.get("value")))
    return None


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _target(reference: Body, type: str) -> UUID | None:
    kind, _, key = _text(reference.get("reference")).partition("/")
    return _uuid(key) if kind == type else None


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


# -- what people write -----------------------------------------------------------------------------------------


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """Finds tests by what people write: LOINC, short name, any of the names, a panel."""

    catalogue: Catalogue
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def over(cls, catalogue: Catalogue) -> Lookup:
        """Make the look-up of a catalogue. A word that two tests share finds neither."""
        found: dict[str, set[tuple[str, ...]]] = {}
        for test in catalogue.tests.values():
            for word in {test.short, *test.names.values()}:
                found.setdefault(_plain(word), set()).add((test.loinc,))
        for panel in catalogue.panels:
            for word in {panel.id, *panel.names.values(), *panel.loinc}:
                found.setdefault(_plain(word), set()).add(panel.tests)
        return cls(catalogue=catalogue, words={word: next(iter(of)) for word, of in found.items() if len(of) == 1})

    def tests(self, word: str, *, name: str = "") -> tuple[Wanted, ...]:
        """Return the tests a word stands for; none when it is not known. A LOINC code is always a test."""
        text = word.strip()
        if text not in self.catalogue.tests and _plain(text) in self.words:
            return tuple(Wanted(loinc=loinc) for loinc in self.words[_plain(text)])
        return (Wanted(loinc=text, name=name),) if is_loinc(text) else ()

    def sentence(self, text: str) -> tuple[Wanted, ...]:
        """Read tests one after the other: parted by commas, semicolons, bars or lines, else by blanks.

        Raises: InputError RL-LAB-207 naming the first word that is no test.
        """
        found: list[Wanted] = []
        for part in filter(None, map(str.strip, _PARTS.split(text))):
            found.extend(self.tests(part) or [test for word in part.split() for test in self._known(word)])
        return tests_once(found)

    def _known(self, word: str) -> tuple[Wanted, ...]:
        tests = self.tests(word)
        if not tests:
            raise errors.TEST_NOT_LISTED.error(where="tests", test=word[:40])
        return tests
