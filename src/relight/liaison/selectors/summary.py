"""The summary of a patient as it is now: the record read, chosen from, written in words, laid as a FHIR document.

Owns gathering what rules/ips judge. Refuses to journal and to give out: `services.disclosures` does both. Reads take
all records of a person. Source: docs/design/liaison-requests.md, cases 60-79.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from django.utils.timezone import get_default_timezone

from relight.hospital.api import day_zero, group_name
from relight.liaison.rules.ips.choice import Datum, Section, sections_of
from relight.liaison.rules.ips.document import Frame, document_made
from relight.liaison.rules.ips.lines import Page, pages_of, sources_of
from relight.liaison.rules.ips.words import Words, words_of
from relight.record.api import (
    FaceView,
    Held,
    dumps,
    face_get,
    loads,
    medicines_read,
    records_of,
    resource_get,
    resources_get,
    resources_of,
)
from relight.record.plain import coding, origin_of

TYPES = (
    "AllergyIntolerance", "MedicationRequest", "MedicationStatement", "Condition", "Observation", "Procedure",
    "Immunization",
)  # fmt: skip
_LASTING = frozenset({"AllergyIntolerance", "MedicationRequest", "MedicationStatement", "Condition"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """A summary. Args: content: the FHIR document's bytes. digest: their SHA-256. shown: a digest of what it says of
    the patient, the same for two summaries drawn at two moments from one state of the record."""

    patient: UUID
    face: FaceView
    words: Words
    sections: tuple[Section, ...]
    pages: tuple[Page, ...]
    sources: tuple[str, ...]
    content: bytes
    digest: str
    shown: str
    at: datetime
    day_zero: datetime | None


def summary_read(*, patient: UUID, id: UUID, language: str, at: datetime) -> Summary:
    """Draw the summary of a patient. Args: id: of the document. language: of its reader.

    Some ten statements. Raises: RL-REC-002 for no such patient.
    """
    records = records_of(patient)
    words = words_of(language, zone=get_default_timezone())
    since = day_zero()
    held = [one for record in records for one in resources_of(patient=record, types=TYPES)]
    medicines = medicines_read(records=records, at=at)
    now = frozenset(str(one.id) for one in (*medicines.current, *medicines.before))
    sections = sections_of(_data(held, since=since), medicines_now=now, at=at)
    pages = pages_of(sections, words=words)
    person = loads(resource_get(type="Patient", id=patient).body)
    frame = Frame(id=id, patient=person, patient_id=str(patient), house=group_name() or words("house"), at=at)
    content = dumps(document_made(frame, sections=sections, pages=pages, words=words))
    shown = dumps([[page.notice, *(_line(line) for line in page.lines)] for page in pages])
    return Summary(
        patient=patient, face=face_get(patient), words=words, sections=sections, pages=pages,
        sources=sources_of(sections, words=words), content=content, digest=sha256(content).hexdigest(),
        shown=sha256(shown).hexdigest(), at=at, day_zero=since,
    )  # fmt: skip


def _line(line: object) -> list[object]:
    return [getattr(line, name) for name in ("id", "main", "detail", "mark", "source", "day", "is_old")]


def _data(held: Sequence[Held], *, since: datetime | None) -> list[Datum]:
    bodies = [(one, loads(one.body)) for one in held]
    wanted = {key for _, body in bodies if (key := coding.reference(body.get("medicationReference"))[1])}
    medications = {key: loads(one.body) for key, one in resources_get(ids=sorted(wanted)).items()}
    data = []
    for one, body in bodies:
        origin = origin_of(
            kind=one.source_kind, name=one.source_name, as_of=one.as_of, at=one.clinical_at, written_at=one.updated_at,
            day_zero=since, lasting=one.type in _LASTING,
        )  # fmt: skip
        pointer = body.get("medicationReference")
        inside = coding.contained(body, pointer) or medications.get(coding.reference(pointer)[1])  # type: ignore[arg-type]
        data.append(
            Datum(
                id=str(one.id), type=one.type, body=body, kind=one.source_kind.value, name=one.source_name,
                as_of=one.as_of, at=one.clinical_at, written_at=one.updated_at, known_at=origin.known_at,
                is_old=origin.is_old, medication=inside or None,
            )
        )  # fmt: skip
    return data
