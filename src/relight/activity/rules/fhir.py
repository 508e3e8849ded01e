"""FHIR R4 Appointment resources as appointments, with the patients, places and people beside them.

Owns what each element says here. Refuses `priority`: its scale is the sender's own, and nobody may guess an urgency.
Source: FHIR R4 Appointment; HL7 table 0276; SNOMED CT clinical specialty.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from relight.activity.errors import NOT_APPOINTMENT, ROW_DATE
from relight.activity.rules import meaning, values
from relight.activity.rules.booked import Aside, Booked, BookingState, PersonSaid
from relight.activity.rules.tables import Lookup, ReadOptions, origin_key
from relight.activity.types import Appointment, Kind, Urgency

_STATES: Mapping[str, BookingState] = {
    "cancelled": BookingState.WITHDRAWN,
    "entered-in-error": BookingState.WITHDRAWN,
    "fulfilled": BookingState.DONE,
    "noshow": BookingState.DONE,
}
TYPE_CODES: Mapping[str, tuple[Urgency, bool | None]] = {
    "EMERGENCY": (Urgency.URGENT, None),
    "ROUTINE": (Urgency.ELECTIVE, None),
    "CHECKUP": (Urgency.UNKNOWN, False),
    "FOLLOWUP": (Urgency.UNKNOWN, True),
}
"""HL7 table 0276: what the reason of an appointment says of urgency and follow-up."""
_SPECIALTIES: Mapping[str, str] = {
    "394579002": "cardiology",
    "394582007": "dermatology",
    "394583002": "endocrinology",
    "394584008": "gastroenterology",
    "394585009": "gynaecology",
    "394586005": "gynaecology",
    "394587001": "psychiatry",
    "394589003": "nephrology",
    "394591006": "neurology",
    "394592004": "oncology",
    "394593009": "oncology",
    "394594003": "ophthalmology",
    "394537008": "paediatrics",
    "394600006": "radiology",
    "394602003": "rehabilitation",
    "394604002": "ent",
    "394609007": "surgery",
    "394612005": "urology",
    "394649004": "nuclear-medicine",
    "394801008": "orthopaedics",
    "394803006": "haematology",
    "394810000": "rheumatology",
    "394811001": "geriatrics",
    "394814009": "general-practice",
    "418112009": "pneumology",
    "419192003": "internal-medicine",
}
_BESIDE = frozenset({"Patient", "Practitioner", "Location", "HealthcareService", "PractitionerRole", "RelatedPerson"})
Resource = Mapping[str, Any]


def appointments_of(resources: Iterable[tuple[int, Resource]], *, options: ReadOptions) -> Iterator[Booked | Aside]:
    """Yield the appointments among resources; what stands beside them is used, other kinds are put aside."""
    listed = list(resources)
    beside = {
        f"{one['resourceType']}/{one.get('id', '')}": one for _, one in listed if one.get("resourceType") in _BESIDE
    }
    beside |= {
        str(one["fullUrl"]): one for _, one in listed if one.get("fullUrl") and one.get("resourceType") in _BESIDE
    }
    sites, services = Lookup(options.sites), Lookup(options.services)
    for line, one in listed:
        kind = one.get("resourceType")
        if kind == "Appointment":
            yield _Reading(one, beside, options, sites, services, line).booked()
        elif kind not in _BESIDE:
            yield Aside(line=line, error=NOT_APPOINTMENT.error(found=str(kind)[:40]), text=str(one.get("id", ""))[:200])


def _texts(concepts: Any) -> list[str]:
    """Return the words of CodeableConcepts: their text, else their displays, else their codes."""
    found: list[str] = []
    for concept in concepts if isinstance(concepts, list) else [concepts]:
        if not isinstance(concept, dict):
            continue
        codings = [coding for coding in concept.get("coding") or () if isinstance(coding, dict)]
        shown = [str(coding.get("display") or "") for coding in codings]
        text = [str(concept.get("text") or ""), *shown]
        found += [part for part in text if part] or [str(coding.get("code") or "") for coding in codings]
    return [part for part in dict.fromkeys(found) if part]


def _codes(concepts: Any) -> list[str]:
    listed = concepts if isinstance(concepts, list) else [concepts]
    codings = [coding for one in listed if isinstance(one, dict) for coding in one.get("coding") or ()]
    return [str(coding.get("code") or "") for coding in codings if isinstance(coding, dict)]


class _Reading:
    """One Appointment being read."""

    def __init__(
        self,
        one: Resource,
        beside: Mapping[str, Resource],
        options: ReadOptions,
        sites: Lookup,
        services: Lookup,
        line: int,
    ) -> None:
        self.one = one
        self.beside = {**beside, **{f"#{c.get('id')}": c for c in one.get("contained") or () if isinstance(c, dict)}}
        self.options = options
        self.sites, self.services = sites, services
        self.line = line

    def booked(self) -> Booked | Aside:
        one, zone = self.one, self.options.zone
        start = str(one.get("start") or "")
        starts = values.moment_of(start, zone=zone) if start else self._requested()
        if start and starts is None:
            return Aside(line=self.line, error=ROW_DATE.error(where="start"), text=str(one.get("id", ""))[:200])
        person = self._person()
        places = [name for name, _ in self._actors("Location")]
        appointment = self._appointment(starts, places)
        return Booked(
            appointment=appointment,
            origin_id=str(one.get("id") or self._identifier())[:200] or origin_key(appointment, person),
            line=self.line,
            state=_STATES.get(str(one.get("status")), BookingState.BOOKED),
            person=person,
            minutes=self._minutes(),
            practitioner=", ".join(name for name, _ in self._actors("Practitioner", "PractitionerRole"))[:200],
            place=", ".join(places)[:200],
            raw={key: str(one[key])[:500] for key in ("status", "priority", "description", "comment") if key in one},
        )

    def _appointment(self, starts: Any, places: list[str]) -> Appointment:
        one = self.one
        types = _texts(one.get("appointmentType"))
        services = [*_texts(one.get("serviceType")), *_texts(one.get("serviceCategory"))]
        own = [name for name, _ in self._actors("HealthcareService")]
        reasons = [*_texts(one.get("reasonCode")), *self._displays("reasonReference")]
        said = [str(one.get(key) or "") for key in ("description", "comment", "patientInstruction")]
        specialty = self._specialty()
        urgency, follow_up = self._said_by_type()
        return Appointment(
            id=str(one.get("id") or self._identifier() or f"row-{self.line}"),
            kind=self._kind([*services, *types, *own, *reasons, said[0]], specialty),
            urgency=self.options.assume_urgency if urgency is Urgency.UNKNOWN else urgency,
            specialty=specialty,
            site=self._site(places),
            service=self.services.find(own[0]) if own else "",
            starts=starts,
            reason="; ".join(dict.fromkeys(text for text in (*reasons, *services, *said) if text)),
            follow_up=follow_up,
        )

    def _kind(self, texts: list[str], specialty: str) -> Kind:
        if self.options.assume_kind is not None:
            return self.options.assume_kind
        found = (meaning.kind_of(text) for text in texts if text)
        return (
            next((kind for kind in found if kind is not None), None)
            or meaning.kind_of_specialty(specialty)
            or Kind.OTHER
        )

    def _specialty(self) -> str:
        concepts = self.one.get("specialty")
        known = next((_SPECIALTIES[code] for code in _codes(concepts) if code in _SPECIALTIES), "")
        texts = _texts(concepts)
        return known or (meaning.specialty_of(texts[0]) if texts else "")

    def _said_by_type(self) -> tuple[Urgency, bool | None]:
        codes = [code.upper() for code in _codes(self.one.get("appointmentType"))]
        said = next((TYPE_CODES[code] for code in codes if code in TYPE_CODES), None)
        if said is not None:
            return said
        texts = _texts(self.one.get("appointmentType"))
        return meaning.soonest(meaning.urgency_of(text) for text in texts), None

    def _site(self, places: list[str]) -> str:
        text = " ".join(places)
        return self.sites.within(text) or self.options.assume_site or ("" if self.sites.known else meaning.slug(text))

    def _minutes(self) -> int:
        said = self.one.get("minutesDuration")
        if isinstance(said, int):
            return max(said, 0)
        ends = [values.moment_of(str(self.one.get(key) or ""), zone=self.options.zone) for key in ("start", "end")]
        return max(int((ends[1] - ends[0]).total_seconds()) // 60, 0) if ends[0] and ends[1] else 0

    def _requested(self) -> Any:
        """An appointment that is only asked for has no start, but periods it may fall in: the first one counts."""
        for period in self.one.get("requestedPeriod") or ():
            if isinstance(period, dict) and period.get("start"):
                return values.moment_of(str(period["start"]), zone=self.options.zone)
        return None

    def _identifier(self) -> str:
        for one in self.one.get("identifier") or ():
            if isinstance(one, dict) and one.get("value"):
                return str(one["value"])
        return ""

    def _displays(self, key: str) -> list[str]:
        return [str(one["display"]) for one in self.one.get(key) or () if isinstance(one, dict) and one.get("display")]

    def _actors(self, *kinds: str) -> Iterator[tuple[str, Resource]]:
        """Yield the name and, where the file holds it, the resource of the participants of some kinds."""
        for participant in self.one.get("participant") or ():
            actor = participant.get("actor") if isinstance(participant, dict) else None
            if not isinstance(actor, dict):
                continue
            reference = str(actor.get("reference") or "")
            found = self.beside.get(reference) or self.beside.get("/".join(reference.split("/")[-2:])) or {}
            kind = found.get("resourceType") or actor.get("type") or reference.split("/")[-2:][0]
            if kind in kinds:
                yield str(actor.get("display") or _name(found)), found

    def _person(self) -> PersonSaid:
        name, patient = next(self._actors("Patient"), ("", {}))
        names = [one for one in patient.get("name") or () if isinstance(one, dict)]
        official = next((one for one in names if one.get("use") == "official"), names[0] if names else {})
        family, given = str(official.get("family") or ""), " ".join(map(str, official.get("given") or ()))
        if not family:
            family, given = values.name_split(name, family_last=True) if name else ("", "")
        phone, mobile, email = _telecoms(patient, self.options.region)
        national, record = _numbers(patient)
        return PersonSaid(
            family=family[:120],
            given=given[:120],
            birth_date=values.day_of(str(patient.get("birthDate") or "")),
            national_number=national,
            record_number=record,
            phone=phone,
            mobile=mobile,
            email=email,
            address=_address(patient)[:400],
            language=_language(patient),
        )


def _name(found: Resource) -> str:
    name = found.get("name")
    if isinstance(name, list) and name and isinstance(name[0], dict):
        return str(name[0].get("text") or f"{name[0].get('family', '')} {' '.join(name[0].get('given') or ())}").strip()
    return str(name or "")


def _telecoms(patient: Resource, region: str) -> tuple[str, str, str]:
    phones: dict[bool, str] = {}
    email = ""
    for one in patient.get("telecom") or ():
        if not isinstance(one, dict) or not one.get("value"):
            continue
        if one.get("system") == "email":
            email = email or str(one["value"])[:254]
        elif one.get("system") in ("phone", "sms", None):
            number, mobile = values.telephone_of(str(one["value"]), region=region)
            phones.setdefault(mobile or one.get("use") == "mobile", number)
    return phones.get(False, ""), phones.get(True, ""), email


def _numbers(patient: Resource) -> tuple[str, str]:
    national, record = "", ""
    for one in patient.get("identifier") or ():
        if not isinstance(one, dict) or not one.get("value"):
            continue
        value, system = str(one["value"]), str(one.get("system") or "").lower()
        kinds = _codes(one.get("type"))
        if any(word in system for word in ("ssin", "national", "niss")) or "NN" in kinds or "NNBEL" in kinds:
            national = national or values.national_of(value)
        else:
            record = record or value[:64]
    return national, record


def _address(patient: Resource) -> str:
    one = next((one for one in patient.get("address") or () if isinstance(one, dict)), {})
    if one.get("text"):
        return str(one["text"])
    town = " ".join(str(one[key]) for key in ("postalCode", "city") if one.get(key))
    return ", ".join(part for part in (*map(str, one.get("line") or ()), town) if part)


def _language(patient: Resource) -> str:
    for one in patient.get("communication") or ():
        for code in _codes(one.get("language")) if isinstance(one, dict) else ():
            if meaning.language_of(code[:2]):
                return meaning.language_of(code[:2])
    return ""
