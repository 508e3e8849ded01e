"""Problems: what ails a patient, since when, and when it was over.

Owns the bodies, dates that are known in part, and their order. A code is welcome and never asked. Refuses storage and
clocks. Source: FHIR R4 Condition (con-3, con-4); docs/design/writing.md, cases 76-79.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from relight.kernel.errors import N_
from relight.record import errors
from relight.record.rules.chart.coding import code_of, codes, dicts, one, text, words
from relight.record.types import Body

CLINICAL: Final = "http://terminology.hl7.org/CodeSystem/condition-clinical"
CERTAINTY: Final = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
CATEGORY: Final = "http://terminology.hl7.org/CodeSystem/condition-category"
SYSTEMS: Final[Mapping[str, str]] = {
    "icd10": "http://hl7.org/fhir/sid/icd-10",
    "snomed": "http://snomed.info/sct",
    "icpc2": "http://hl7.org/fhir/sid/icpc-2",
}
SYSTEM_WORDS: Final[Mapping[str, str]] = {"icd10": "ICD-10", "snomed": "SNOMED CT", "icpc2": "ICPC-2"}
_PARTIAL: Final = re.compile(r"(?:(?:(\d{1,2})[/.-])?(\d{1,2})[/.-])?(\d{4})\Z")
_ISO: Final = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?\Z")
FIRST_YEAR: Final = 1880


class Status(StrEnum):
    """Whether it ails somebody now."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    RESOLVED = "resolved"


class Certainty(StrEnum):
    """How sure it is."""

    CONFIRMED = "confirmed"
    PROVISIONAL = "provisional"


STATUS_WORDS: Final[Mapping[Status, str]] = {
    Status.ACTIVE: N_("active"),
    Status.INACTIVE: N_("inactive"),
    Status.RESOLVED: N_("resolved"),
}
CERTAINTY_WORDS: Final[Mapping[Certainty, str]] = {
    Certainty.CONFIRMED: N_("confirmed diagnosis"),
    Certainty.PROVISIONAL: N_("suspected"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemGiven:
    """A problem as typed. Args: since, until: dates in part, as people write them. system: a key of SYSTEMS."""

    name: str
    certainty: Certainty = Certainty.CONFIRMED
    since: str = ""
    until: str = ""
    status: Status = Status.ACTIVE
    system: str = ""
    code: str = ""
    note: str = ""


def partial_date(typed: str, *, where: str) -> str:
    """Read a date of which the day, or the month too, may be missing. Returns: FHIR's form, "" for nothing.

    Raises: PARTIAL_DATE (RL-REC-382).
    """
    told = "".join(typed.split())
    if not told:
        return ""
    iso, local = _ISO.match(told), _PARTIAL.match(told)
    if iso:
        year, month, day = iso.groups()
    elif local:
        day, month, year = local.groups()
    else:
        raise errors.PARTIAL_DATE.error(where=where)
    try:
        date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        raise errors.PARTIAL_DATE.error(where=where) from None
    return "-".join([year, *(f"{int(part):02}" for part in (month, day) if part)])


def partial_shown(fhir: str) -> str:
    """Return a FHIR date as it is typed: 2019-03-14 -> 14/03/2019; a time is left out."""
    return "/".join(reversed(fhir[:10].split("-"))) if fhir else ""


def _dates(given: ProblemGiven, today: date) -> tuple[str, str]:
    since, until = partial_date(given.since, where="since"), partial_date(given.until, where="until")
    now = today.isoformat()
    for where, told in (("since", since), ("until", until)):
        if told and (told > now[: len(told)] or int(told[:4]) < FIRST_YEAR):
            raise errors.PROBLEM_DATES.error(where=where)
    shorter = min(len(since), len(until))
    if shorter and until[:shorter] < since[:shorter]:
        raise errors.PROBLEM_DATES.error(where="until")
    return since, until


def problem_body(given: ProblemGiven, *, patient: str, author: Body, at: datetime, today: date) -> dict[str, Any]:
    """Return a new Condition. Raises: PROBLEM_MISSING (RL-REC-380), PROBLEM_DATES (381), PARTIAL_DATE (382)."""
    base = {
        "resourceType": "Condition",
        "category": [{"coding": [{"system": CATEGORY, "code": "problem-list-item"}]}],
        "subject": {"reference": patient},
        "recordedDate": at.isoformat(timespec="seconds"),
        "recorder": dict(author),
    }
    return problem_amended(base, given, today=today)


def problem_amended(body: Body, given: ProblemGiven, *, today: date) -> dict[str, Any]:
    """Return a problem with what is given; codes of other systems and all else stays as it was."""
    if not given.name.strip():
        raise errors.PROBLEM_MISSING.error(where="name")
    since, until = _dates(given, today)
    status = Status.RESOLVED if until and given.status is Status.ACTIVE else given.status
    old = body.get("code")
    held = dicts(old.get("coding")) if isinstance(old, dict) else []
    system = SYSTEMS.get(given.system, "")
    same_words = isinstance(old, dict) and words(old) == given.name.strip()
    coding = [each for each in held if same_words and each.get("system") not in (SYSTEMS.values() if system else ())]
    if system and given.code.strip():
        coding.insert(0, {"system": system, "code": given.code.strip()})
    made = {
        **body,
        "clinicalStatus": {"coding": [{"system": CLINICAL, "code": status.value}]},
        "verificationStatus": {"coding": [{"system": CERTAINTY, "code": given.certainty.value}]},
        "code": {**({"coding": coding} if coding else {}), "text": given.name.strip()},
    }
    for name, told in (("onsetDateTime", since), ("abatementDateTime", until)):
        if told and str(body.get(name, ""))[:10] != told:
            made[name] = told
        elif not told:
            made.pop(name, None)
    made.pop("note", None)
    if given.note.strip():
        made["note"] = [{"text": given.note.strip()}]
    return made


def problem_resolved(body: Body, *, until: str, today: date) -> dict[str, Any]:
    """Return a problem that is over. Args: until: as typed; empty for today."""
    told = partial_date(until, where="until") or today.isoformat()
    since = str(body.get("onsetDateTime", ""))[: len(told)]
    if told > today.isoformat()[: len(told)] or told[: len(since)] < since:
        raise errors.PROBLEM_DATES.error(where="until")
    return {
        **body,
        "clinicalStatus": {"coding": [{"system": CLINICAL, "code": Status.RESOLVED.value}]},
        "abatementDateTime": told,
    }


def problem_read(body: Body) -> ProblemGiven:
    """Read a Condition from anywhere into what the form shows. Never fails."""
    status = next(iter(sorted(codes(body.get("clinicalStatus")))), "active")
    known = {each.value for each in Status}
    system = next((key for key, url in SYSTEMS.items() if code_of(body.get("code"), url)), "")
    over = {"remission": "inactive", "recurrence": "active", "relapse": "active"}.get(status, status)
    unsure = codes(body.get("verificationStatus")) & {"provisional", "differential", "unconfirmed"}
    return ProblemGiven(
        name=words(body.get("code")),
        certainty=Certainty.PROVISIONAL if unsure else Certainty.CONFIRMED,
        since=partial_shown(text(body.get("onsetDateTime")) or text(one(body.get("onsetPeriod")).get("start"))),
        until=partial_shown(text(body.get("abatementDateTime"))),
        status=Status(over if over in known else "active"),
        system=system,
        code=code_of(body.get("code"), SYSTEMS[system]) if system else "",
        note="\n".join(str(each.get("text") or "") for each in dicts(body.get("note"))),
    )
