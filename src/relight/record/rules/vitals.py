"""Vital signs: what is measured, in which unit, what can be and what is likely, and the Observations of one set.

Owns the measures, their limits by age, reading what was typed, the bodies and reading a set back. A set is several
Observations with one identifier (`urn:relight:set`); its score is one of its own. Refuses storage and clocks. Source:
FHIR R4 vital signs; docs/design/writing.md, cases 53-59.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from relight.kernel.errors import N_
from relight.record import errors
from relight.record.rules.canonical import Exact
from relight.record.rules.chart.coding import LOINC, SNOMED, UCUM, code_of, codings, decimal_of, decimal_text, dicts
from relight.record.rules.news2 import Consciousness, NoScore, Scale, Score, Signs, news2
from relight.record.types import Body

SET: Final = "urn:relight:set"
POINTS: Final = "urn:relight:news2"
CATEGORY: Final = "http://terminology.hl7.org/CodeSystem/observation-category"
ABSENT: Final = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
NEWS2: Final = "1104051000000101"
PREGNANT_CODE: Final = "77386006"
NOT_PREGNANT_CODE: Final = "60001007"
BACK_DAYS: Final = 31
_TYPED: Final = re.compile(r"\d{1,4}(?:[.,]\d{1,2})?\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One sign. Args: codes: LOINC, the first is what lists go by. unit: UCUM; shown: as people write it. possible:
    beyond it no value is; likely: beyond it it is asked about, by least age in years."""

    key: str
    codes: tuple[str, ...]
    name: str
    unit: str
    shown: str
    decimals: int
    possible: tuple[str, str]
    likely: Mapping[int, tuple[str, str]]


def _all(low: str, high: str) -> Mapping[int, tuple[str, str]]:
    return {0: (low, high)}


MEASURES: Final[Mapping[str, Measure]] = {
    one.key: one
    for one in (
        Measure(key="respiration", codes=("9279-1",), name=N_("Respiratory rate"), unit="/min", shown="/min",
                decimals=0, possible=("0", "120"),
                likely={0: ("20", "70"), 1: ("15", "50"), 5: ("12", "40"), 12: ("8", "35")}),
        Measure(key="saturation", codes=("2708-6", "59408-5"), name=N_("SpO₂"), unit="%", shown="%", decimals=0,
                possible=("20", "100"), likely=_all("80", "100")),
        Measure(key="flow", codes=("3151-8",), name=N_("O₂ flow"), unit="L/min", shown="L/min", decimals=1,
                possible=("0", "80"), likely=_all("0", "15")),
        Measure(key="systolic", codes=("8480-6",), name=N_("Systolic"), unit="mm[Hg]", shown="mmHg", decimals=0,
                possible=("20", "320"),
                likely={0: ("50", "110"), 1: ("65", "125"), 5: ("75", "145"), 12: ("80", "200")}),
        Measure(key="diastolic", codes=("8462-4",), name=N_("Diastolic"), unit="mm[Hg]", shown="mmHg", decimals=0,
                possible=("10", "220"), likely={0: ("20", "80"), 5: ("35", "100"), 12: ("40", "120")}),
        Measure(key="pulse", codes=("8867-4",), name=N_("Heart rate"), unit="/min", shown="/min", decimals=0,
                possible=("10", "350"),
                likely={0: ("80", "200"), 1: ("70", "180"), 5: ("55", "150"), 12: ("40", "140")}),
        Measure(key="temperature", codes=("8310-5",), name=N_("Temperature"), unit="Cel", shown="°C", decimals=1,
                possible=("20", "45"), likely=_all("35", "40.5")),
        Measure(key="pain", codes=("72514-3",), name=N_("Pain"), unit="{score}", shown="/10", decimals=0,
                possible=("0", "10"), likely=_all("0", "10")),
        Measure(key="glucose", codes=("2339-0",), name=N_("Glucose"), unit="mg/dL", shown="mg/dL", decimals=0,
                possible=("5", "2000"), likely=_all("50", "400")),
        Measure(key="weight", codes=("29463-7",), name=N_("Weight"), unit="kg", shown="kg", decimals=2,
                possible=("0.2", "500"),
                likely={0: ("1.5", "14"), 1: ("7", "30"), 5: ("12", "80"), 12: ("30", "200")}),
        Measure(key="height", codes=("8302-2",), name=N_("Height"), unit="cm", shown="cm", decimals=0,
                possible=("20", "260"),
                likely={0: ("40", "95"), 1: ("65", "125"), 5: ("90", "175"), 12: ("130", "210")}),
    )
}  # fmt: skip

LEVELS: Final[Mapping[Consciousness, tuple[str, str]]] = {
    Consciousness.ALERT: ("248234008", N_("Alert")),
    Consciousness.CONFUSION: ("130987000", N_("New confusion")),
    Consciousness.VOICE: ("300202002", N_("Responds to voice")),
    Consciousness.PAIN: ("450847001", N_("Responds to pain")),
    Consciousness.UNRESPONSIVE: ("422768004", N_("Unresponsive")),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class VitalSet:
    """What was measured at one moment. Args: values: digits as they are kept, by measure. on_oxygen: None unsaid.
    is_pregnant: None where nobody said."""

    at: datetime
    values: Mapping[str, str] = field(default_factory=dict)
    on_oxygen: bool | None = None
    consciousness: Consciousness | None = None
    is_pregnant: bool | None = None
    note: str = ""

    @property
    def signs(self) -> Signs:
        """Return what NEWS2 is made of."""
        number = {key: Decimal(text) for key, text in self.values.items()}
        flow = number.get("flow")
        return Signs(
            respiration=number.get("respiration"),
            saturation=number.get("saturation"),
            on_oxygen=True if flow else self.on_oxygen,
            systolic=number.get("systolic"),
            pulse=number.get("pulse"),
            consciousness=self.consciousness,
            temperature=number.get("temperature"),
        )


def value_read(text: str, measure: Measure) -> str:
    """Read what was typed; a comma is a point. Returns: the digits kept, "" for nothing.

    Raises: VITAL_UNREADABLE (RL-REC-366), VITAL_IMPOSSIBLE (365), both at the field.
    """
    typed = "".join(text.split())
    if not typed:
        return ""
    digits = typed.replace(",", ".")
    if not _TYPED.match(typed) or len(digits.partition(".")[2]) > measure.decimals:
        raise errors.VITAL_UNREADABLE.error(where=measure.key, decimals=measure.decimals)
    whole, _, part = digits.partition(".")
    kept = whole.lstrip("0") or "0"
    kept = f"{kept}.{part}" if part else kept
    low, high = measure.possible
    if not Decimal(low) <= Decimal(kept) <= Decimal(high):
        raise errors.VITAL_IMPOSSIBLE.error(
            where=measure.key, value=kept, unit=measure.shown, low=low, high=high
        )  # fmt: skip
    return kept


def unlikely(values: Mapping[str, str], *, age_years: int | None) -> tuple[str, ...]:
    """Name the measures whose value is asked about; without an age an adult's limits count."""
    found = []
    for key, text in values.items():
        bands = MEASURES[key].likely
        least = max(age for age in bands if age <= (99 if age_years is None else age_years))
        low, high = bands[least]
        if not Decimal(low) <= Decimal(text) <= Decimal(high):
            found.append(key)
    return tuple(found)


def set_demand(given: VitalSet, *, now: datetime) -> None:
    """Refuse a set that cannot be. Raises: VITALS_EMPTY (RL-REC-368), VITALS_TIME (369), PRESSURE_ORDER (370)."""
    if not given.values and given.consciousness is None and given.is_pregnant is None:
        raise errors.VITALS_EMPTY.error(where="respiration")
    if (given.at - now).total_seconds() > 60 or (now - given.at).days >= BACK_DAYS:  # noqa: PLR2004 - a clock's minute
        raise errors.VITALS_TIME.error(where="at", days=BACK_DAYS)
    high, low = given.values.get("systolic"), given.values.get("diastolic")
    if high and low and Decimal(low) >= Decimal(high):
        raise errors.PRESSURE_ORDER.error(where="diastolic")


def set_score(given: VitalSet, *, scale: Scale, age_years: int | None, is_pregnant: bool) -> Score | NoScore:
    """Score a set. Args: is_pregnant: what is known where the set does not say."""
    pregnant = is_pregnant if given.is_pregnant is None else given.is_pregnant
    return news2(given.signs, scale=scale, age_years=age_years, is_pregnant=pregnant)


# -- bodies ----------------------------------------------------------------------------------------


def set_bodies(
    given: VitalSet, *, patient: str, set_id: str, author: Body, written_at: datetime
) -> dict[str, dict[str, Any]]:
    """Return the Observations of a set by key: each measure, `pressure`, `oxygen`, `consciousness`, `pregnancy`."""
    made: dict[str, dict[str, Any]] = {}

    def put(key: str, code: Body, value: Body, *, category: str = "vital-signs") -> None:
        made[key] = {
            "resourceType": "Observation",
            "identifier": [{"system": SET, "value": set_id}],
            "status": "final",
            "category": [{"coding": [{"system": CATEGORY, "code": category}]}],
            "code": code,
            "subject": {"reference": patient},
            "effectiveDateTime": given.at.isoformat(timespec="seconds"),
            "issued": written_at.isoformat(timespec="milliseconds"),
            "performer": [dict(author)],
            **value,
        }

    for key, text in given.values.items():
        if key not in ("systolic", "diastolic", "flow"):
            put(key, _code(MEASURES[key]), {"valueQuantity": _quantity(MEASURES[key], text)})
    pressures = {key: given.values[key] for key in ("systolic", "diastolic") if key in given.values}
    if pressures:
        parts = [
            {"code": _code(MEASURES[key]), "valueQuantity": _quantity(MEASURES[key], text)}
            for key, text in pressures.items()
        ]
        code = {"coding": [{"system": LOINC, "code": "85354-9"}], "text": "Blood pressure"}
        put("pressure", code, {"component": parts})
    oxygen = _oxygen(given)
    if oxygen:
        put("oxygen", _code(MEASURES["flow"]), oxygen)
    if given.consciousness is not None:
        code = {"coding": [{"system": LOINC, "code": "80288-4"}], "text": "Level of consciousness (ACVPU)"}
        snomed, text = LEVELS[given.consciousness]
        value = {"coding": [{"system": SNOMED, "code": snomed}], "text": f"{given.consciousness.value}: {text}"}
        put("consciousness", code, {"valueCodeableConcept": value})
    if given.is_pregnant is not None:
        code = {"coding": [{"system": LOINC, "code": "82810-3"}], "text": "Pregnancy status"}
        snomed, text = (PREGNANT_CODE, "Pregnant") if given.is_pregnant else (NOT_PREGNANT_CODE, "Not pregnant")
        value = {"coding": [{"system": SNOMED, "code": snomed}], "text": text}
        put("pregnancy", code, {"valueCodeableConcept": value}, category="social-history")
    if given.note and made:
        next(iter(made.values()))["note"] = [{"text": given.note}]
    return made


def _oxygen(given: VitalSet) -> dict[str, Any]:
    """Air is a flow of 0; oxygen without a flow says that the flow is not known."""
    flow = given.values.get("flow")
    if flow is not None:
        return {"valueQuantity": _quantity(MEASURES["flow"], flow)}
    if given.on_oxygen is None:
        return {}
    if not given.on_oxygen:
        return {"valueQuantity": _quantity(MEASURES["flow"], "0")}
    return {
        "dataAbsentReason": {"coding": [{"system": ABSENT, "code": "unknown"}], "text": "On oxygen, flow not stated"}
    }


def _code(measure: Measure) -> dict[str, Any]:
    return {"coding": [{"system": LOINC, "code": code} for code in measure.codes], "text": measure.name}


def _quantity(measure: Measure, text: str) -> dict[str, Any]:
    number: Any = int(text) if "." not in text else Exact(text)
    return {"value": number, "unit": measure.shown, "system": UCUM, "code": measure.unit}


def score_body(
    score: Score, *, given: VitalSet, patient: str, set_id: str, author: Body, written_at: datetime, of: Iterable[str]
) -> dict[str, Any]:
    """Return the Observation of a score. Args: of: references of the Observations it was made from."""
    code = {"coding": [{"system": SNOMED, "code": NEWS2}], "text": f"NEWS2 (SpO₂ scale {score.scale.value})"}
    parts: list[dict[str, Any]] = [
        {
            "code": {"coding": [{"system": POINTS, "code": parameter.value}], "text": parameter.value},
            "valueInteger": count,
        }
        for parameter, count in score.points.items()
    ]
    scale = {"coding": [{"system": POINTS, "code": "scale"}], "text": "SpO₂ scale"}
    return {
        "resourceType": "Observation",
        "identifier": [{"system": SET, "value": set_id}],
        "status": "final",
        "category": [{"coding": [{"system": CATEGORY, "code": "vital-signs"}]}],
        "code": code,
        "subject": {"reference": patient},
        "effectiveDateTime": given.at.isoformat(timespec="seconds"),
        "issued": written_at.isoformat(timespec="milliseconds"),
        "performer": [dict(author)],
        "valueQuantity": {"value": score.total, "system": UCUM, "code": "{score}"},
        "interpretation": [{"text": score.risk.value}],
        "derivedFrom": [{"reference": one} for one in of],
        "component": [*parts, {"code": scale, "valueInteger": int(score.scale.value)}],
    }


# -- reading back ----------------------------------------------------------------------------------


def set_of(body: Body) -> str:
    """Return the set an Observation belongs to, empty for none of ours."""
    return next((str(one.get("value")) for one in dicts(body.get("identifier")) if one.get("system") == SET), "")


def key_of(body: Body) -> str:
    """Return which part of a set an Observation is, as `set_bodies` names it; `score`; empty for what is none."""
    if code_of(body.get("code"), SNOMED) == NEWS2:
        return "score"
    held = {each.code for each in codings(body.get("code")) if each.system == LOINC}
    special = {"85354-9": "pressure", "3151-8": "oxygen", "80288-4": "consciousness", "82810-3": "pregnancy"}
    for code, key in special.items():
        if code in held:
            return key
    return next((key for key, one in MEASURES.items() if held & set(one.codes)), "")


def set_read(bodies: Iterable[Body], *, at: datetime) -> VitalSet:
    """Read the Observations of one set back into what was typed."""
    values: dict[str, str] = {}
    on_oxygen: bool | None = None
    level: Consciousness | None = None
    pregnant: bool | None = None
    note = ""
    for body in bodies:
        key = key_of(body)
        note = note or next((str(one.get("text") or "") for one in dicts(body.get("note"))), "")
        if key == "pressure":
            for part in dicts(body.get("component")):
                _value_put(values, part)
        elif key == "oxygen":
            _value_put(values, body)
            on_oxygen = decimal_of(values["flow"]) != 0 if "flow" in values else True
            if not on_oxygen:
                del values["flow"]
        elif key == "consciousness":
            codes = {each.code for each in codings(body.get("valueCodeableConcept"))}
            level = next((one for one, (code, _) in LEVELS.items() if code in codes), None)
        elif key == "pregnancy":
            pregnant = is_pregnant_in(body)
        elif key != "score":
            _value_put(values, body)
    return VitalSet(at=at, values=values, on_oxygen=on_oxygen, consciousness=level, is_pregnant=pregnant, note=note)


def _value_put(values: dict[str, str], part: Body) -> None:
    key = "flow" if key_of(part) == "oxygen" else key_of(part)
    quantity = part.get("valueQuantity")
    text = decimal_text(quantity.get("value")) if isinstance(quantity, Mapping) else ""
    if key in MEASURES and text:
        values[key] = text


def is_pregnant_in(body: Body) -> bool | None:
    """Read a pregnancy status; None where it says neither."""
    codes = {each.code for each in codings(body.get("valueCodeableConcept"))}
    if PREGNANT_CODE in codes:
        return True
    return False if NOT_PREGNANT_CODE in codes else None
