"""HL7 v2 scheduling messages (SIU) as appointments.

Owns what their segments say here: SCH, TQ1, PID, PV1, PV2, AIS, AIG, AIL, AIP, NTE. Of several statements of urgency
the soonest counts. Source: HL7 v2.5.1 chapter 10; tables 0276, 0278, 0217, 0485.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from relight.activity.errors import BAD_MESSAGE, NOT_APPOINTMENT
from relight.activity.rules import meaning, values
from relight.activity.rules.booked import Aside, Booked, BookingState, PersonSaid
from relight.activity.rules.fhir import TYPE_CODES
from relight.activity.rules.tables import Lookup, ReadOptions, origin_key
from relight.activity.types import Appointment, Kind, Urgency
from relight.kernel.errors import RelightError
from relight.wire.hl7 import Message, Segment, read, split

_WHOLE_NUMBER = 6
_WITHDRAWN = frozenset({"S15", "S16", "S17", "S24", "S25"})
_DONE = frozenset({"S26"})
_FILLER: Mapping[str, BookingState] = {
    "cancelled": BookingState.WITHDRAWN,
    "dc": BookingState.WITHDRAWN,
    "deleted": BookingState.WITHDRAWN,
    "complete": BookingState.DONE,
    "noshow": BookingState.DONE,
}
_TQ1: Mapping[str, Urgency] = {
    "S": Urgency.IMMEDIATE,
    "A": Urgency.URGENT,
    "C": Urgency.URGENT,
    "T": Urgency.URGENT,
    "R": Urgency.ELECTIVE,
}
_PV2: Mapping[str, Urgency] = {"1": Urgency.URGENT, "2": Urgency.URGENT, "3": Urgency.ELECTIVE}


def appointments_of(content: bytes, *, options: ReadOptions) -> Iterator[Booked | Aside]:
    """Yield the appointment of each message, in the order they came: a later one about the same replaces it."""
    sites, services = Lookup(options.sites), Lookup(options.services)
    line = 1
    for piece in split(content):
        here, line = line, line + _lines(piece.content)
        try:
            message = read(piece.content)
        except RelightError:
            yield Aside(line=here, error=BAD_MESSAGE.error(), text=_shown(piece.content))
            continue
        if message.type != "SIU":
            found = f"{message.type}^{message.trigger}"[:20]
            yield Aside(line=here, error=NOT_APPOINTMENT.error(found=found), text=_shown(piece.content))
            continue
        yield _Reading(message, options, sites, services, here).booked()


def _lines(content: bytes) -> int:
    return max(content.count(b"\r"), content.count(b"\n"), 1)


def _shown(content: bytes) -> str:
    return content.decode("utf-8", "replace").replace("\r", "\n")[:4000]


class _Reading:
    """One SIU message being read."""

    def __init__(self, message: Message, options: ReadOptions, sites: Lookup, services: Lookup, line: int) -> None:
        self.message = message
        self.options = options
        self.sites, self.services = sites, services
        self.line = line

    def booked(self) -> Booked:
        person = self._person()
        places = list(dict.fromkeys(filter(None, (self._place(one) for one in self.message.all("AIL")))))
        appointment = self._appointment(places)
        origin = self._origin()
        return Booked(
            appointment=appointment,
            origin_id=origin[:200] or origin_key(appointment, person),
            line=self.line,
            state=self._state(),
            person=person,
            minutes=self._minutes(),
            practitioner=", ".join(dict.fromkeys(filter(None, map(_clinician, self.message.all("AIP")))))[:200],
            place=", ".join(places)[:200],
            raw={"message": f"{self.message.type}^{self.message.trigger}", "control id": self.message.control_id},
        )

    def _origin(self) -> str:
        filler, placer = self.message.get("SCH-2.1"), self.message.get("SCH-1.1")
        return filler or placer

    def _appointment(self, places: list[str]) -> Appointment:
        services = self._services()
        reasons = [text for path in ("SCH-7", "SCH-6") if (text := self._coded(path))]
        notes = self._notes()
        visit = [text for path in ("PV2-3", "DG1-3") if (text := self._coded(path))]
        code = self.message.get("SCH-7.1").upper()
        specialty = meaning.specialty_known(" ".join([*self._roles(), self.message.get("PV1-10.1")]))
        return Appointment(
            id=self._origin() or f"row-{self.line}",
            kind=self._kind([*services, *self._roles(), *reasons, *places], specialty),
            urgency=self._urgency(code, reasons),
            specialty=specialty,
            site=self._site(places),
            starts=self._starts(),
            reason="; ".join(dict.fromkeys((*reasons[:1], *visit, *services, *notes))),
            follow_up=TYPE_CODES.get(code, (Urgency.UNKNOWN, None))[1],
        )

    def _coded(self, path: str) -> str:
        return self.message.get(f"{path}.2") or self.message.get(f"{path}.1")

    def _notes(self) -> list[str]:
        """Return the notes on the appointment and its services; not those on rooms and people."""
        found: list[str] = []
        about = ""
        for one in self.message.segments:
            if one.name != "NTE":
                about = one.name
            elif about not in ("AIG", "AIL", "AIP") and (text := one.field(3).strip()):
                found.append(text)
        return found

    def _services(self) -> list[str]:
        texts = [one.first(3, 2) or one.first(3, 1) for one in self.message.all("AIS")]
        return list(dict.fromkeys(text for text in texts if text))

    def _roles(self) -> list[str]:
        texts = [one.first(4, 2) or one.first(4, 1) for name in ("AIP", "AIG") for one in self.message.all(name)]
        return list(dict.fromkeys(text for text in texts if text))

    def _kind(self, texts: list[str], specialty: str) -> Kind:
        if self.options.assume_kind is not None:
            return self.options.assume_kind
        found = (meaning.kind_of(text) for text in texts)
        return (
            next((kind for kind in found if kind is not None), None)
            or meaning.kind_of_specialty(specialty)
            or Kind.OTHER
        )

    def _urgency(self, code: str, reasons: list[str]) -> Urgency:
        get = self.message.get
        said = {TYPE_CODES.get(code, (Urgency.UNKNOWN, None))[0], *(meaning.urgency_of(text) for text in reasons)}
        said.add(_TQ1.get(get("TQ1-9.1").upper() or get("SCH-11.6").upper(), Urgency.UNKNOWN))
        said.add(_PV2.get(get("PV2-25.1"), Urgency.UNKNOWN))
        found = meaning.soonest(said)
        return self.options.assume_urgency if found is Urgency.UNKNOWN else found

    def _starts(self) -> datetime | None:
        paths = ("SCH-11.4", "AIS-4.1", "TQ1-7.1", "AIG-8.1", "AIL-6.1", "AIP-6.1")
        by_resource = next((text for path in paths[1:] if (text := self.message.get(path))), "")
        text = by_resource or self.message.get(paths[0])
        return values.moment_of(text, zone=self.options.zone) if text else None

    def _minutes(self) -> int:
        get = self.message.get
        for length, unit in (("SCH-9.1", "SCH-10.1"), ("AIS-7.1", "AIS-8.1")):
            text = get(length)
            if text.replace(".", "", 1).isdigit():
                number, word = float(text), get(unit).lower()
                scale = 1 / 60 if word in ("s", "sec") else 60 if word in ("h", "hr") else 1
                return round(number * scale)
        return 0

    def _place(self, one: Segment) -> str:
        parts = [one.subcomponents(3, place) for place in (4, 1, 2, 3)]
        return " ".join(dict.fromkeys(part[0] for part in parts if part and part[0]))

    def _site(self, places: list[str]) -> str:
        text = " ".join([*places, self.message.get("PV1-3.4"), self.message.get("MSH-4.1")])
        return self.sites.within(text) or self.options.assume_site

    def _state(self) -> BookingState:
        trigger = self.message.trigger
        if trigger in _WITHDRAWN:
            return BookingState.WITHDRAWN
        if trigger in _DONE:
            return BookingState.DONE
        return _FILLER.get(self.message.get("SCH-25.1").lower(), BookingState.BOOKED)

    def _person(self) -> PersonSaid:
        pid = self.message.first("PID")
        if pid is None:
            return PersonSaid()
        numbers = [(pid.first(3, 1, n), pid.component(3, 5, n).upper()) for n in range(len(pid.repeats(3)))]
        national = next((value for value, kind in numbers if kind in ("NN", "NNBEL", "NI")), "") or ""
        record = next((value for value, kind in numbers if value and value != national and kind not in ("SS",)), "")
        phones = [
            values.telephone_of(text, region=self.options.region)
            for number in (13, 14)
            for n in range(len(pid.repeats(number)))
            if (text := _telephone(pid, number, n))
        ]
        town = " ".join(text for place in (5, 3) if (text := pid.component(11, place)))
        return PersonSaid(
            family=pid.first(5, 1)[:120],
            given=pid.component(5, 2)[:120],
            birth_date=values.day_of(pid.first(7)[:8]) if pid.first(7) else None,
            national_number=values.national_of(national),
            record_number=record[:64],
            phone=next((number for number, mobile in phones if number and not mobile), ""),
            mobile=next((number for number, mobile in phones if number and mobile), ""),
            address=", ".join(filter(None, (pid.first(11, 1), town)))[:400],
            language=meaning.language_of(pid.first(15)),
        )


def _telephone(pid: Segment, number: int, repeat: int) -> str:
    """Return a telephone number: the unformatted one where there is a whole one, else as version 2.3 wrote it."""
    unformatted = pid.first(number, 12, repeat)
    return unformatted if len(unformatted) >= _WHOLE_NUMBER else pid.first(number, 1, repeat)


def _clinician(one: Segment) -> str:
    return " ".join(part for place in (2, 3) if (part := (one.subcomponents(3, place) or [""])[0]))
