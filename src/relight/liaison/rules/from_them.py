"""Summaries that practitioners hold, made into entries of a checked patient's record.

Owns reading a FHIR document of one patient, comparing its patient with the checked one, and binding its resources:
every reference leads to what came along, to the checked patient, or to a name. Refuses to merge, to take a patient's
identity from outside, and XML (no KMEHR). Source: FHIR R4 Bundle, Documents; docs/design/liaison-requests.md, cases
90-109.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from relight.kernel.errors import N_, Word
from relight.liaison import errors
from relight.liaison.rules.identity_check import Checked, Said, identity_check
from relight.liaison.rules.ips.choice import ABSENT, NO_INFO_CODES
from relight.record.plain import coding, loads, number_plain

TAKEN: Final = frozenset(
    {"AllergyIntolerance", "Condition", "MedicationStatement", "MedicationRequest", "Medication", "Observation",
     "Procedure", "Immunization", "DiagnosticReport", "FamilyMemberHistory", "CarePlan", "Goal", "DeviceUseStatement"}
)  # fmt: skip
_NOBODY: Final = frozenset({"Medication"})
_PATIENT: Final = {"AllergyIntolerance": "patient", "Immunization": "patient", "FamilyMemberHistory": "patient"}
_WRONG: Final = frozenset({"entered-in-error"})
RESOURCES_MOST: Final = 2000
LINES_MOST: Final = 60
LINE_CHARS: Final = 300
_ACTIVE: Final = "http://terminology.hl7.org/CodeSystem/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A FHIR document as read. Args: patient: its one Patient. entries: (fullUrl, resource) of all."""

    patient: Mapping[str, Any]
    entries: tuple[tuple[str, dict[str, Any]], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """What goes into the record. Args: bodies: with the id each is given. left_out: how many resources stay only in
    the kept file (other types, entered in error, "no information")."""

    bodies: tuple[tuple[UUID, dict[str, Any]], ...]
    left_out: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What was typed from paper, one thing a line. Args: no_allergies: the practitioner states that none is known."""

    allergies: tuple[str, ...] = ()
    medicines: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    no_allergies: bool = False

    @property
    def is_empty(self) -> bool:
        """Say whether nothing was typed."""
        return not (self.allergies or self.medicines or self.problems or self.no_allergies)


def is_fhir(data: bytes) -> bool:
    """Say whether a file looks like FHIR JSON. Raises: RL-LIA-106 for XML, whatever it holds."""
    head = data[:4096].removeprefix(b"\xef\xbb\xbf").lstrip()
    if head.startswith(b"<"):
        raise errors.RECEIVED_KMEHR.error(where="file")
    return head.startswith(b"{") and b'"resourceType"' in data[:65536]


def document_read(data: bytes) -> Document:
    """Read a Bundle of one patient. Raises: RL-LIA-102 for what is none, 103 when it is about several."""
    try:
        bundle = loads(data.removeprefix(b"\xef\xbb\xbf"))
    except (ValueError, RecursionError):
        raise _unread(N_("it is no readable JSON")) from None
    if not isinstance(bundle, dict) or bundle.get("resourceType") != "Bundle":
        raise _unread(N_("it is no FHIR bundle"))
    found = [
        (coding.text(each.get("fullUrl")), each["resource"])
        for each in coding.dicts(bundle.get("entry"))
        if isinstance(each.get("resource"), dict) and isinstance(each["resource"].get("resourceType"), str)
    ]
    if len(found) > RESOURCES_MOST:
        raise _unread(N_("it holds more than 2000 resources"))
    people = [body for _, body in found if body["resourceType"] == "Patient"]
    if not people:
        raise _unread(N_("it names no patient"))
    if len(people) > 1:
        raise errors.RECEIVED_TWO.error(where="file", count=len(people))
    return Document(patient=people[0], entries=tuple(found))


def _unread(reason: str) -> Exception:
    return errors.RECEIVED_UNREAD.error(where="file", reason=Word(reason))


def document_said(patient: Mapping[str, Any], *, held: Sequence[tuple[str, str]]) -> Said:
    """Say who a document is about. Args: held: (system, value) of the record's numbers.

    A number counts when the record has it, and contradicts only under a system the record has another number of: a
    practitioner's software has numbers of its own.
    """
    name = next(iter(coding.dicts(patient.get("name"))), {})
    given = [one for one in name.get("given") or () if isinstance(one, str)] if isinstance(name, dict) else []
    numbers = [(coding.text(each.get("system")), coding.text(each.get("value")))
               for each in coding.dicts(patient.get("identifier"))]  # fmt: skip
    known = {number_plain(value) for _, value in held}
    same = [value for _, value in numbers if number_plain(value) in known and number_plain(value)]
    other = [value for system, value in numbers if system and system in {system for system, _ in held}]
    return Said(
        family=coding.text(name.get("family")),
        given=" ".join(given),
        birth=coding.text(patient.get("birthDate")),
        number=next(iter([*same, *other]), ""),
    )


def document_check(document: Document, *, names: Iterable[tuple[str, str]], aliases: Iterable[str], birth: str,
                   held: Sequence[tuple[str, str]]) -> Checked:  # fmt: skip
    """Compare a document's patient with the checked one. Raises: RL-LIA-101 when it is somebody else, 083."""
    checked = identity_check(
        document_said(document.patient, held=held), names=names, aliases=aliases, birth=birth,
        numbers=[value for _, value in held],
    )  # fmt: skip
    if checked.differs:
        verdict = checked.verdict
        raise errors.RECEIVED_OTHER.error(where="file", what=verdict.params["what"])
    checked.verdict.demand(where="file")
    return checked


def document_bind(document: Document, *, patient: UUID, make_id: Callable[[], UUID]) -> Bound:
    """Bind a document's resources to the checked patient. Args: make_id: gives each a new id of this record.

    O(size). Bodies are new; the document is not changed.
    """
    taken = [(url, body) for url, body in document.entries if _is_taken(body)]
    ids = [(url, body, make_id()) for url, body in taken]
    leads: dict[str, str] = {}
    names: dict[str, str] = {}
    for url, body, key in ids:
        leads |= dict.fromkeys(_addresses(url, body), f"{body['resourceType']}/{key}")
    for url, body in document.entries:
        whose = f"Patient/{patient}" if body is document.patient else ""
        for address in _addresses(url, body):
            if whose:
                leads[address] = whose
            elif address not in leads:
                names[address] = _name(body)
    bodies = tuple((key, _bound(body, patient=patient, leads=leads, names=names)) for _, body, key in ids)
    return Bound(bodies=bodies, left_out=len(document.entries) - len(bodies) - 1)


def _is_taken(body: Mapping[str, Any]) -> bool:
    if body["resourceType"] not in TAKEN:
        return False
    wrong = body.get("status") in _WRONG or _WRONG & coding.codes(body.get("verificationStatus"))
    concept = body.get("code") or body.get("medicationCodeableConcept") or body.get("vaccineCode")
    nothing = any(each.system == ABSENT and each.code in NO_INFO_CODES for each in coding.codings(concept))
    return not wrong and not nothing


def _addresses(url: str, body: Mapping[str, Any]) -> Iterator[str]:
    if url:
        yield url
    if key := coding.text(body.get("id")):
        yield f"{body['resourceType']}/{key}"


def _name(body: Mapping[str, Any]) -> str:
    """Return what a resource that stays outside is called: a practitioner, an organization."""
    named = body.get("name")
    if isinstance(named, str):
        return coding.text(named)
    first = coding.one(named)
    given = " ".join(one for one in first.get("given") or () if isinstance(one, str))
    return " ".join(filter(None, (coding.text(first.get("family")).upper(), given))) or coding.text(first.get("text"))


def _bound(
    body: Mapping[str, Any], *, patient: UUID, leads: Mapping[str, str], names: Mapping[str, str]
) -> dict[str, Any]:
    kind = body["resourceType"]
    made = {
        name: _led(held, leads=leads, names=names) for name, held in body.items() if name not in ("id", "meta", "text")
    }
    if kind not in _NOBODY:
        made[_PATIENT.get(kind, "subject")] = {"reference": f"Patient/{patient}"}
    return made


def _led(value: Any, *, leads: Mapping[str, str], names: Mapping[str, str]) -> Any:
    """Turn references into ones of this record; one that leads outside becomes its name."""
    if isinstance(value, list):
        return [_led(each, leads=leads, names=names) for each in value]
    if not isinstance(value, dict):
        return value
    made = {key: _led(held, leads=leads, names=names) for key, held in value.items()}
    text = made.get("reference")
    if isinstance(text, str) and not text.startswith("#"):
        if text in leads:
            made["reference"] = leads[text]
        else:
            del made["reference"]
            made.setdefault("display", names.get(text) or text.rpartition("/")[0] or "?")
    return made


# -- typed from paper -----------------------------------------------------------------------------------------


def lines_read(text: str) -> tuple[str, ...]:
    """Return the lines of a text, tidied, each once; bullets and dashes before them go."""
    lines = (" ".join(line.strip(" \t-•*·").split())[:LINE_CHARS] for line in text.splitlines())
    return tuple(dict.fromkeys(filter(None, lines)))[:LINES_MOST]


def typed_bodies(typed: Typed, *, patient: UUID, by: str, day: date) -> list[dict[str, Any]]:
    """Make the resources of what was typed from paper. Args: by: the practitioner's name. day: of the paper.

    Nothing is coded but the status: a name on paper is words, and stays "not confirmed" until somebody here confirms.
    """
    whose = {"reference": f"Patient/{patient}"}
    told = {"type": "Practitioner", "display": by}
    unsure = _status("allergyintolerance-verification", "unconfirmed")
    allergy = {
        "resourceType": "AllergyIntolerance", "patient": whose, "verificationStatus": unsure,
        "clinicalStatus": _status("allergyintolerance-clinical", "active"), "recordedDate": day.isoformat(),
        "asserter": told,
    }  # fmt: skip
    bodies: list[dict[str, Any]] = [{**allergy, "code": {"text": line}} for line in typed.allergies]
    if typed.no_allergies and not typed.allergies:
        none = {"coding": [{"system": coding.SNOMED, "code": "716186003", "display": "No known allergy"}]}
        bodies.append({**allergy, "code": none})
    bodies += [
        {
            "resourceType": "MedicationStatement", "status": "active", "subject": whose,
            "medicationCodeableConcept": {"text": line}, "dateAsserted": day.isoformat(), "informationSource": told,
        }
        for line in typed.medicines
    ]  # fmt: skip
    bodies += [
        {
            "resourceType": "Condition", "subject": whose, "code": {"text": line}, "recordedDate": day.isoformat(),
            "clinicalStatus": _status("condition-clinical", "active"),
            "verificationStatus": _status("condition-ver-status", "unconfirmed"), "asserter": told,
        }
        for line in typed.problems
    ]  # fmt: skip
    return bodies


def _status(system: str, code: str) -> dict[str, Any]:
    return {"coding": [{"system": f"{_ACTIVE}{system}", "code": code}]}
