"""The summary as a FHIR document: a Bundle whose first entry is the Composition, all it refers to inside.

Owns the Bundle, the Composition with its narrative, the patient as told, Provenance of every source. Refuses clocks and
chance: ids are made of the document's own. Source: HL7 IPS 2.0.0, Bundle-uv-ips, Composition-uv-ips, invariant
ips-comp-1; FHIR R4 Documents; docs/design/liaison-requests.md, cases 60-79.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Any, Final
from uuid import UUID, uuid5

from relight.liaison.rules.ips.bodies import PROFILE, REASON, body_of
from relight.liaison.rules.ips.choice import Datum, Part, Section
from relight.liaison.rules.ips.lines import Line, Page, source_words
from relight.liaison.rules.ips.words import Words
from relight.record.plain import coding

LOINC: Final = "http://loinc.org"
EMPTY: Final = "http://terminology.hl7.org/CodeSystem/list-empty-reason"
SECTION_CODES: Final[Mapping[Part, tuple[str, str]]] = {
    Part.ALLERGIES: ("48765-2", "Allergies and adverse reactions Document"),
    Part.MEDICINES: ("10160-0", "History of Medication use Narrative"),
    Part.PROBLEMS: ("11450-4", "Problem list - Reported"),
    Part.RESULTS: ("30954-2", "Relevant diagnostic tests/laboratory data Narrative"),
    Part.VITALS: ("8716-3", "Vital signs"),
    Part.PROCEDURES: ("47519-4", "History of Procedures Document"),
    Part.IMMUNIZATIONS: ("11369-6", "History of Immunization Narrative"),
    Part.PAST: ("11348-0", "History of Past illness Narrative"),
}
_PERSON_KEPT: Final = ("identifier", "name", "telecom", "gender", "birthDate", "deceasedBoolean", "deceasedDateTime",
                       "address")  # fmt: skip
_ADDRESS_KEPT: Final = ("use", "type", "text", "line", "city", "district", "state", "postalCode", "country")


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What a document is made of beside its data. Args: id: of the document. patient: the Patient as held; patient_id
    its UUID as text. house: the hospital group's name. at: when it was drawn."""

    id: UUID
    patient: Mapping[str, Any]
    patient_id: str
    house: str
    at: datetime


def document_made(frame: Frame, *, sections: Sequence[Section], pages: Sequence[Page], words: Words) -> dict[str, Any]:
    """Make the Bundle. Args: pages: the same sections in words, in the same order."""
    urls = _Urls(frame)
    entries: list[tuple[str, dict[str, Any]]] = []
    organization = {"resourceType": "Organization", "id": urls.bare("organization"), "name": frame.house}
    device = {
        "resourceType": "Device",
        "id": urls.bare("device"),
        "deviceName": [{"name": "Relight", "type": "manufacturer-name"}],
        "type": {"text": "Downtime record"},
    }
    subject = f"urn:uuid:{frame.patient_id}"
    performer = {"reference": urls.of("organization"), "display": frame.house}
    made: dict[str, dict[str, Any]] = {}
    for section, page in zip(sections, pages, strict=True):
        for one, line in zip(section.data, page.lines, strict=True):
            made[one.id] = body_of(section, one, subject=subject, performer=performer, name=line.main)
    composition = _composition(frame, urls, sections=sections, pages=pages, words=words)
    entries.append((urls.of("composition"), composition))
    entries.append((subject, patient_body(frame)))
    entries.append((urls.of("organization"), organization))
    entries.append((urls.of("device"), device))
    entries += [(f"urn:uuid:{key}", body) for key, body in made.items()]
    entries += _provenances(frame, urls, [one for section in sections for one in section.data], words=words)
    return {
        "resourceType": "Bundle",
        "id": str(frame.id),
        "meta": {"profile": [f"{PROFILE}Bundle-uv-ips"]},
        "language": words.language,
        "identifier": {"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{frame.id}"},
        "type": "document",
        "timestamp": frame.at.isoformat(timespec="seconds"),
        "entry": [{"fullUrl": url, "resource": body} for url, body in entries],
    }


class _Urls:
    """Ids of what is made for the document, the same for the same document."""

    def __init__(self, frame: Frame) -> None:
        self._id = frame.id

    def bare(self, name: str) -> str:
        return str(uuid5(self._id, name))

    def of(self, name: str) -> str:
        return f"urn:uuid:{self.bare(name)}"


def patient_body(frame: Frame) -> dict[str, Any]:
    """Return the patient as a summary tells: who, no more. A birth date that is not known is marked so."""
    held = frame.patient
    made: dict[str, Any] = {
        "resourceType": "Patient",
        "id": frame.patient_id,
        "meta": {"profile": [f"{PROFILE}Patient-uv-ips"]},
    }
    made |= {key: held[key] for key in _PERSON_KEPT if held.get(key) not in (None, "", [], {})}
    for element, wanted in (("address", _ADDRESS_KEPT), ("identifier", ("use", "type", "system", "value"))):
        kept = [{key: each[key] for key in wanted if each.get(key)} for each in coding.dicts(made.pop(element, None))]
        if kept := [each for each in kept if each]:
            made[element] = kept
    if "name" not in made:
        made["name"] = [{"text": "?"}]
    if "birthDate" not in made:
        made["_birthDate"] = {"extension": [{"url": REASON, "valueCode": "unknown"}]}
    return made


def _composition(
    frame: Frame, urls: _Urls, *, sections: Sequence[Section], pages: Sequence[Page], words: Words
) -> dict[str, Any]:
    at = frame.at.isoformat(timespec="seconds")
    drawn = words("drawn", at=words.moment(frame.at))
    return {
        "resourceType": "Composition",
        "id": urls.bare("composition"),
        "meta": {"profile": [f"{PROFILE}Composition-uv-ips"]},
        "language": words.language,
        "text": _narrative([f"<p>{escape(drawn)}</p>"], words),
        "identifier": {"system": "urn:ietf:rfc:3986", "value": urls.of("composition")},
        "status": "final",
        "type": {"coding": [{"system": LOINC, "code": "60591-5", "display": "Patient summary Document"}]},
        "subject": {"reference": f"urn:uuid:{frame.patient_id}"},
        "date": at,
        "author": [{"reference": urls.of("organization"), "display": frame.house}, {"reference": urls.of("device")}],
        "title": words("ips"),
        "confidentiality": "R",
        "custodian": {"reference": urls.of("organization")},
        "section": [_section(section, page, words) for section, page in zip(sections, pages, strict=True)],
    }


def _section(section: Section, page: Page, words: Words) -> dict[str, Any]:
    code, display = SECTION_CODES[section.part]
    made: dict[str, Any] = {
        "title": page.title,
        "code": {"coding": [{"system": LOINC, "code": code, "display": display}]},
        "text": _narrative(_rows(page), words),
    }
    if section.data:
        made["entry"] = [{"reference": f"urn:uuid:{one.id}"} for one in section.data]
    else:
        # no information is neither "none" nor "not asked": nobody here can tell which
        made["emptyReason"] = {"coding": [{"system": EMPTY, "code": "unavailable", "display": "Unavailable"}],
                               "text": page.notice}  # fmt: skip
    return made


def _narrative(parts: Sequence[str], words: Words) -> dict[str, str]:
    language = words.language
    head = f'<div xmlns="http://www.w3.org/1999/xhtml" xml:lang="{language}" lang="{language}">'
    return {"status": "generated", "div": f"{head}{''.join(parts)}</div>"}


def _rows(page: Page) -> list[str]:
    rows = [f"<p>{escape(page.notice)}</p>"] if page.notice else []
    if page.lines:
        rows.append(f"<ul>{''.join(_row(line) for line in page.lines)}</ul>")
    return rows


def _row(line: Line) -> str:
    mark = f" <b>{escape(line.mark)}</b>" if line.mark else ""
    detail = f" {escape(line.detail)}" if line.detail else ""
    told = "; ".join(filter(None, (line.source, line.day)))
    return f"<li><b>{escape(line.main)}</b>{detail}{mark} <i>({escape(told)})</i></li>"


def _provenances(frame: Frame, urls: _Urls, data: Sequence[Datum], *, words: Words) -> list[tuple[str, dict[str, Any]]]:
    """Return one Provenance a source: which resources came from it, how old it was, when it came in."""
    by_source: dict[tuple[str, str, str], list[Datum]] = {}
    for one in data:
        key = (one.kind, one.name, one.as_of.isoformat() if one.as_of else "")
        by_source.setdefault(key, []).append(one)
    made = []
    for n, held in enumerate(by_source.values(), 1):
        first = held[0]
        body: dict[str, Any] = {
            "resourceType": "Provenance",
            "id": urls.bare(f"source-{n}"),
            "target": [{"reference": f"urn:uuid:{key}"} for key in dict.fromkeys(one.id for one in held)],
            "recorded": max(one.written_at for one in held).isoformat(timespec="seconds"),
            "agent": [{"who": {"display": source_words(first, words=words)}}],
        }
        if first.as_of is not None:
            body["occurredDateTime"] = first.as_of.isoformat(timespec="seconds")
        made.append((urls.of(f"source-{n}"), body))
    return made
