"""An HL7 v2 message as FHIR resources: ADT, ORU and MDM; of any other the patient and the message itself.

Owns the mapping. The message stays, whole, as a Binary beside what was made of it, so nothing is lost that has no
place here. What a laboratory or document message says of the patient and the visit is a hint: it makes them where they
are missing and never replaces what an ADT said. Refuses merging patients (A40 is kept as a message, for a person).
Source: HL7 v2.5.1 chapters 3, 7, 9; HL7 "v2-to-FHIR"; docs/design/record.md, cases 90-97.
"""

from __future__ import annotations

import base64
import re
from datetime import tzinfo
from typing import Any, Final

from relight.record.rules.hl7_values import (
    GENDERS,
    RESULT_STATUS,
    concept,
    date_value,
    names_of,
    result_value,
    time_value,
)
from relight.record.rules.opening import Piece, document_key, pieces_made
from relight.wire.hl7 import Message, Segment, read
from relight.wire.law import Coded, SpecimenResults, results

MEDIA_TYPE: Final = "x-application/hl7-v2+er7"
_ENCOUNTER: Final = {
    "A03": "finished", "A05": "planned", "A11": "cancelled", "A14": "planned", "A27": "cancelled", "A38": "cancelled",
}  # fmt: skip
_CLASS: Final = {"I": "IMP", "O": "AMB", "E": "EMER", "P": "PRENC", "R": "AMB", "B": "IMP"}
_REPORT: Final = {"F": "final", "C": "corrected", "P": "preliminary", "X": "cancelled", "I": "registered"}
_ODD: Final = re.compile(r"[^A-Za-z0-9\-.]")
Made = list[tuple[dict[str, Any], str]]


def message_pieces(content: bytes, *, zone: tzinfo) -> list[Piece]:
    """Read a message into pieces. Args: zone: of times that name none. Raises: InputError of `wire.hl7`."""
    message = read(content)
    making = _Making(message, zone)
    return pieces_made(making.all(), key=document_key("h", content))


def _name(*parts: str) -> str:
    """Return a FHIR id made of parts: what the source calls a thing, within FHIR's letters."""
    return _ODD.sub("-", "-".join(part for part in parts if part))[:64]


class _Making:
    """What one message gives, in order."""

    def __init__(self, message: Message, zone: tzinfo) -> None:
        self.message = message
        self.zone = zone
        self.is_adt = message.type == "ADT"
        self.sent_at = time_value(message.get("MSH-7.1") or message.get("MSH-7"), zone=zone)
        self.patient = ""
        self.encounter = ""

    def all(self) -> Made:
        made: Made = []
        pid, pv1 = self.message.first("PID"), self.message.first("PV1")
        if pid is not None:
            made += self._patient(pid)
        if pv1 is not None and self.patient:
            made += self._encounter(pv1)
        if self.message.type in ("ORU", "OUL"):
            for n, group in enumerate(results(self.message), 1):
                made += self._report(group, n)
        elif self.message.type == "MDM":
            made += self._document()
        made.append((self._whole(), "local"))
        return made

    # -- who and where ---------------------------------------------------------------------------------

    def _patient(self, pid: Segment) -> Made:
        identifiers = self._identifiers(pid)
        first = identifiers[0] if identifiers else None
        if first is None:
            self.patient = "patient"  # nobody named him: of this message only
        else:
            self.patient = _name(first.get("assigner", {}).get("display", ""), first["value"])
        body: dict[str, Any] = {"resourceType": "Patient", "id": self.patient, **self._stamp()}
        if identifiers:
            body["identifier"] = identifiers
        names, sex, birth = names_of(pid), pid.first(8).upper(), date_value(pid.first(7))
        if names:
            body["name"] = names
        if sex in GENDERS:
            body["gender"] = GENDERS[sex]
        if birth:
            body["birthDate"] = birth
        address = self._address(pid)
        if address:
            body["address"] = [address]
        phones = [{"system": "phone", "value": text} for number in (13, 14) if (text := pid.first(number))]
        if phones:
            body["telecom"] = phones
        return [(body, "local" if first is None else "" if self.is_adt else "hint")]

    def _identifiers(self, pid: Segment) -> list[dict[str, Any]]:
        found = []
        for number in (3, 2, 4):
            for repeat in range(len(pid.repeats(number))):
                value, authority = pid.first(number, 1, repeat), pid.first(number, 4, repeat)
                if not value or value == '""':
                    continue
                one: dict[str, Any] = {"system": self._system(authority), "value": value}
                kind = pid.component(number, 5, repeat)
                if kind:
                    one["type"] = {"coding": [{"code": kind}]}
                if authority:
                    one["assigner"] = {"display": authority}
                found.append(one)
            if found:
                break
        return found

    def _system(self, authority: str) -> str:
        """Return a system for numbers of this authority; without one they are numbers of the sender."""
        return f"urn:relight:hl7:{_name(authority or self.message.get('MSH-4.1') or self.message.get('MSH-3.1'))}"

    def _address(self, pid: Segment) -> dict[str, Any]:
        parts = {"city": 3, "state": 4, "postalCode": 5, "country": 6}
        address: dict[str, Any] = {name: text for name, place in parts.items() if (text := pid.component(11, place))}
        lines = [text for place in (1, 2) if (text := pid.first(11, place))]
        return {**({"line": lines} if lines else {}), **address}

    def _encounter(self, pv1: Segment) -> Made:
        number = pv1.first(19)
        self.encounter = _name("visit", pv1.first(19, 4), number) if number else "visit"
        body: dict[str, Any] = {
            "resourceType": "Encounter",
            "id": self.encounter,
            **self._stamp(),
            "status": _ENCOUNTER.get(self.message.trigger, "in-progress") if self.is_adt else "unknown",
            "class": {
                "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode",
                "code": _CLASS.get(pv1.first(2).upper(), "AMB"),
            },
            "subject": self._subject(),
        }
        if number:
            body["identifier"] = [{"system": self._system(pv1.first(19, 4)) + ":visit", "value": number}]
        place = " ".join(text for part in (1, 2, 3) if (text := pv1.first(3, part)))
        if place:
            body["location"] = [{"location": {"display": place}}]
        ends = {"start": time_value(pv1.first(44), zone=self.zone), "end": time_value(pv1.first(45), zone=self.zone)}
        period = {name: text for name, text in ends.items() if text}
        if period:
            body["period"] = period
        return [(body, "local" if not number else "" if self.is_adt else "hint")]

    def _stamp(self) -> dict[str, Any]:
        """An ADT says how things are at its time; so a later one is newer."""
        return {"meta": {"lastUpdated": self.sent_at}} if self.is_adt and "T" in self.sent_at else {}

    def _subject(self) -> dict[str, str]:
        return {"reference": f"Patient/{self.patient}"}

    def _about(self) -> dict[str, Any]:
        about: dict[str, Any] = {"subject": self._subject()} if self.patient else {}
        return {**about, "encounter": {"reference": f"Encounter/{self.encounter}"}} if self.encounter else about

    # -- what --------------------------------------------------------------------------------------------

    def _report(self, group: SpecimenResults, n: int) -> Made:
        made: Made = []
        at = time_value(group.collected_at, zone=self.zone)
        lines = [*group.results, *group.about]
        for line in lines:
            code = Coded(
                code=line.code, text=line.code_text, system=line.system,
                alt_code=line.alt_code, alt_text=line.alt_text, alt_system=line.alt_system,
            )  # fmt: skip
            body: dict[str, Any] = {
                "resourceType": "Observation",
                "id": f"obx-{line.number}",
                "status": RESULT_STATUS.get(line.status, "unknown"),
                "code": concept(code) or {"text": "?"},
                **self._about(),
                **result_value(line, zone=self.zone),
            }
            when = time_value(line.observed_at, zone=self.zone) or at
            if when:
                body["effectiveDateTime"] = when
            if line.flags:
                body["interpretation"] = [{"coding": [{"code": flag}], "text": flag} for flag in line.flags]
            if line.reference_range:
                body["referenceRange"] = [{"text": line.reference_range}]
            if line.notes:
                body["note"] = [{"text": text} for text in line.notes if text]
            made.append((body, "local"))
        report: dict[str, Any] = {
            "resourceType": "DiagnosticReport",
            "id": f"report-{n}",
            "status": self._report_status(n),
            "code": concept(group.tests[0]) if group.tests and concept(group.tests[0]) else {"text": "?"},
            **self._about(),
            "result": [{"reference": f"Observation/obx-{line.number}"} for line in lines],
        }
        if at:
            report["effectiveDateTime"] = at
        numbers = [{"value": number} for number in group.order_ids]
        if numbers:
            report["identifier"] = numbers
        if not lines:
            report.pop("result")
        made.append((report, "local"))
        return made

    def _report_status(self, n: int) -> str:
        orders = self.message.all("OBR")
        return _REPORT.get(orders[n - 1].first(25), "unknown") if n <= len(orders) else "unknown"

    def _document(self) -> Made:
        txa = self.message.first("TXA")
        body: dict[str, Any] = {
            "resourceType": "DocumentReference",
            "id": "document",
            "status": "current",
            **({"subject": self._subject()} if self.patient else {}),
            "content": [{"attachment": one} for one in self._attachments()] or [{"attachment": {"title": "?"}}],
        }
        if txa is not None:
            kind, number = txa.first(2), txa.first(12) or txa.first(12, 3)
            at = time_value(txa.first(4) or txa.first(6), zone=self.zone)
            if kind:
                body["type"] = {"coding": [{"code": kind}], "text": txa.component(2, 2) or kind}
            if number:
                body["identifier"] = [{"value": number}]
            if "T" in at:
                body["date"] = at
            if txa.first(17) in ("PA", "IP", "IN", "DI", "LA"):
                body["docStatus"] = "final" if txa.first(17) == "LA" else "preliminary"
        if self.encounter:
            body["context"] = {"encounter": [{"reference": f"Encounter/{self.encounter}"}]}
        return [(body, "local")]

    def _attachments(self) -> list[dict[str, Any]]:
        """The parts of the document: text lines joined, each enclosed file by itself."""
        texts: list[str] = []
        files: list[dict[str, Any]] = []
        for obx in self.message.all("OBX"):
            if obx.first(2) == "ED":
                data = obx.component(5, 5).replace("\n", "").replace("\r", "")
                media = "/".join(part.lower() for part in (obx.component(5, 2), obx.component(5, 3)) if part)
                files.append({"contentType": media or "application/octet-stream", "data": data})
            else:
                texts += obx.repeats(5)
        if texts:
            data = base64.b64encode("\n".join(texts).encode()).decode()
            files.insert(0, {"contentType": "text/plain; charset=utf-8", "data": data})
        return files

    def _whole(self) -> dict[str, Any]:
        body: dict[str, Any] = {
            "resourceType": "Binary",
            "id": "message",
            "contentType": MEDIA_TYPE,
            "data": base64.b64encode(self.message.raw).decode(),
        }
        if self.patient:
            body["securityContext"] = self._subject()
        return body
