"""Who a patient is, as it is typed, and the Patient resource made of it.

Owns the bodies of Patient as Relight writes them: registered, unknown, identified, merged, parted again. An unknown
becomes known and keeps the old name beside the new one. Refuses clocks: times are arguments. Source: FHIR R4
Patient, Patient.link; docs/design/identity.md, cases 30-39.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from relight.kernel.errors import RelightError
from relight.record import errors
from relight.record.rules.birth import birth_read
from relight.record.rules.faces import AGE_MARK, SEXES, UNKNOWN_MARK
from relight.record.rules.numbers import NumberKind, number_plain, number_read, number_refusal
from relight.record.types import Body

_NAME_CHARS: Final = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedNumber:
    """A number somebody typed or scanned, with the system it counts in."""

    system: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A known person. Args: given: given names, parted by spaces. birth: as FHIR writes it, empty where not known.
    sex: FHIR's word, empty where not known."""

    family: str
    given: str = ""
    birth: str = ""
    sex: str = ""
    numbers: tuple[TypedNumber, ...] = ()
    phone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """Somebody nobody can name. Args: text: as the label says it: `X, male, about 40, emergency 14:05`. about: the
    age somebody guessed, in years."""

    text: str
    sex: str = "unknown"
    about: int | None = None


def person_refusal(
    person: Person, *, today: date, kinds: Sequence[NumberKind], checked: bool = False
) -> RelightError | None:
    """Say what keeps a person from being registered. Args: checked: the number and the rest were compared on paper."""
    if not person.family.strip() or len(person.family) > _NAME_CHARS or len(person.given) > _NAME_CHARS:
        return errors.NO_NAME.error(where="family")
    if person.sex and person.sex not in SEXES:
        return errors.SEX_UNFIT.error(where="sex")
    if person.birth and person.birth not in {guess.birth for guess in birth_read(person.birth, today=today)}:
        return errors.BIRTH_UNFIT.error(where="birth")
    for number in person.numbers:
        refusal = number_refusal(number.system, number.value, kinds=kinds)
        if refusal is not None:
            return refusal
        if not checked and _contradicts(person, number, kinds):
            return errors.NUMBER_OTHER_BIRTH.error(where="number")
    return None


def _contradicts(person: Person, number: TypedNumber, kinds: Sequence[NumberKind]) -> bool:
    """A card that says another birth date is another person's card, or somebody mistyped."""
    known = number_read(number.value, kinds=[kind for kind in kinds if number.system in kind.systems])
    if known is None:
        return False
    births = bool(known.birth and person.birth) and not known.birth.startswith(person.birth)
    return births or (person.sex in ("male", "female") and known.sex not in ("", person.sex))


def unknown_refusal(unknown: Unknown) -> RelightError | None:
    """Say what keeps somebody unknown from being registered."""
    if unknown.sex not in SEXES:
        return errors.SEX_UNFIT.error(where="sex")
    if unknown.about is not None and not 0 <= unknown.about < 130:  # noqa: PLR2004 - years
        return errors.BIRTH_UNFIT.error(where="about")
    return None


def patient_body(
    person: Person | Unknown, *, number: TypedNumber | None, kinds: Sequence[NumberKind]
) -> dict[str, Any]:
    """Make the Patient of a registration. Args: number: Relight's own, None to give none."""
    body: dict[str, Any] = {"resourceType": "Patient", "active": True}
    numbers = list(person.numbers) if isinstance(person, Person) else []
    written = [*([number] if number else []), *numbers]
    if written:
        body["identifier"] = [_identifier(one, kinds) for one in written]
    if isinstance(person, Unknown):
        body["extension"] = [{"url": UNKNOWN_MARK, "valueBoolean": True}]
        if person.about is not None:
            body["extension"].append({"url": AGE_MARK, "valueInteger": person.about})
        body["name"] = [{"use": "temp", "text": person.text}]
        body["gender"] = person.sex
        return body
    return {**body, **_person_parts(person)}


def _person_parts(person: Person) -> dict[str, Any]:
    name: dict[str, Any] = {"use": "official", "family": " ".join(person.family.split())}
    if given := person.given.split():
        name["given"] = given
    parts: dict[str, Any] = {"name": [name]}
    if person.sex:
        parts["gender"] = person.sex
    if person.birth:
        parts["birthDate"] = person.birth
    if person.phone.strip():
        parts["telecom"] = [{"system": "phone", "value": " ".join(person.phone.split())}]
    return parts


def _identifier(number: TypedNumber, kinds: Sequence[NumberKind]) -> dict[str, Any]:
    """Write a number; a national one as its table stores it."""
    own = [kind for kind in kinds if number.system in kind.systems]
    known = number_read(number.value, kinds=own)
    value = known.value if known else " ".join(number.value.split())
    return {"use": "official", "system": number.system, "value": value}


def body_identified(body: Body, person: Person, *, at: datetime, kinds: Sequence[NumberKind]) -> dict[str, Any]:
    """Return the Patient of an unknown who is known now: the old name ends and stays, numbers are added, the guessed
    age and the mark go."""
    parts = _person_parts(person)
    old = [_old(name, at=at) for name in _dicts(body.get("name"))]
    extensions = [one for one in _dicts(body.get("extension")) if one.get("url") not in (UNKNOWN_MARK, AGE_MARK)]
    made = {key: value for key, value in body.items() if key != "extension"}
    if extensions:
        made["extension"] = extensions
    made.update(parts)
    made["name"] = [*parts["name"], *old]
    if body.get("telecom") and parts.get("telecom"):
        made["telecom"] = [*parts["telecom"], *_dicts(body.get("telecom"))]
    return body_numbered(made, person.numbers, kinds=kinds)


def body_numbered(body: Body, numbers: Iterable[TypedNumber], *, kinds: Sequence[NumberKind]) -> dict[str, Any]:
    """Return a Patient with numbers added that it does not have."""
    held = _dicts(body.get("identifier"))
    have = {(one.get("system"), number_plain(str(one.get("value") or ""))) for one in held}
    new = [one for one in numbers if (one.system, number_plain(one.value)) not in have]
    return {**body, "identifier": [*held, *(_identifier(one, kinds) for one in new)]} if new else dict(body)


def _old(name: dict[str, Any], *, at: datetime) -> dict[str, Any]:
    period = name.get("period")
    return {**name, "use": "old", "period": {**(period if isinstance(period, dict) else {}), "end": at.isoformat()}}


def body_merged(body: Body, *, into: UUID) -> dict[str, Any]:
    """Return the Patient that was merged away: no longer active, leading to the other."""
    link = {"other": {"reference": f"Patient/{into}"}, "type": "replaced-by"}
    return {**body, "active": False, "link": [*_dicts(body.get("link")), link]}


def body_keeping(body: Body, *, gone: UUID) -> dict[str, Any]:
    """Return the Patient that stays, naming the one it replaces."""
    link = {"other": {"reference": f"Patient/{gone}"}, "type": "replaces"}
    return {**body, "link": [*_dicts(body.get("link")), link]}


def body_parted(body: Body, *, other: UUID, active: object = None) -> dict[str, Any]:
    """Return a Patient without its links to another, all else as it is now. Args: active: what it was before."""
    links = [one for one in _dicts(body.get("link")) if not _leads(one, other)]
    made = {key: value for key, value in body.items() if key != "link"}
    if links:
        made["link"] = links
    if body.get("active") is False and body_leads(body, other):
        made.pop("active")
        if active is not None:
            made["active"] = active
    return made


def body_leads(body: Body, other: UUID) -> bool:
    """Say whether a Patient was merged into another."""
    return any(_leads(one, other) and one.get("type") == "replaced-by" for one in _dicts(body.get("link")))


def _leads(link: dict[str, Any], other: UUID) -> bool:
    target = link.get("other")
    return (
        isinstance(target, dict)
        and target.get("reference") == f"Patient/{other}"
        and link.get("type") in ("replaced-by", "replaces")
    )


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
