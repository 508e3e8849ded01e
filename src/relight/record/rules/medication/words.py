"""Units and routes: the words of a prescription, their codes, how people write them.

Owns what a unit is called in full: never an abbreviation that was misread before (µg, IU, U, cc). Refuses to convert
between kinds of units; only grams are converted. Source: UCUM; ISMP, "List of error-prone abbreviations"; SNOMED CT
routes of administration (the codes that are not given here were not certain).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from relight.kernel.errors import N_

UCUM: Final = "http://unitsofmeasure.org"
SNOMED: Final = "http://snomed.info/sct"
ROUTE_SYSTEM: Final = "urn:relight:route"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A unit. Args: ucum: its code. word: in full; plural: for more than one. micrograms: what one is worth in
    micrograms where it is a mass. is_rate: of an infusion."""

    ucum: str
    word: str
    plural: str
    micrograms: Decimal | None = None
    is_rate: bool = False


def _same(ucum: str, word: str, *, micrograms: int | None = None, is_rate: bool = False) -> Unit:
    mass = Decimal(micrograms) if micrograms else None
    return Unit(ucum=ucum, word=word, plural=word, micrograms=mass, is_rate=is_rate)


UNITS: Final[Mapping[str, Unit]] = {
    "mg": _same("mg", N_("mg"), micrograms=1000),
    "g": _same("g", N_("g"), micrograms=1_000_000),
    "microgram": Unit(ucum="ug", word=N_("microgram"), plural=N_("micrograms"), micrograms=Decimal(1)),
    "IU": Unit(ucum="[iU]", word=N_("international unit"), plural=N_("international units")),
    "ml": _same("mL", N_("ml")),
    "l": _same("L", N_("litre")),
    "mmol": _same("mmol", N_("mmol")),
    "tablet": Unit(ucum="{tablet}", word=N_("tablet"), plural=N_("tablets")),
    "sachet": Unit(ucum="{sachet}", word=N_("sachet"), plural=N_("sachets")),
    "drop": Unit(ucum="[drp]", word=N_("drop"), plural=N_("drops")),
    "puff": Unit(ucum="{puff}", word=N_("puff"), plural=N_("puffs")),
    "patch": Unit(ucum="{patch}", word=N_("patch"), plural=N_("patches")),
    "suppository": Unit(ucum="{suppository}", word=N_("suppository"), plural=N_("suppositories")),
    "application": Unit(ucum="{application}", word=N_("application"), plural=N_("applications")),
    "%": _same("%", N_("%")),
    "mg/kg": _same("mg/kg", N_("mg/kg")),
    "ml/h": _same("mL/h", N_("ml/h"), is_rate=True),
    "mg/h": _same("mg/h", N_("mg/h"), is_rate=True),
    "mmol/h": _same("mmol/h", N_("mmol/h"), is_rate=True),
    "IU/h": _same("[iU]/h", N_("international units/h"), is_rate=True),
    "microgram/h": _same("ug/h", N_("micrograms/h"), is_rate=True),
    "microgram/min": _same("ug/min", N_("micrograms/min"), is_rate=True),
    "microgram/kg/min": _same("ug/kg/min", N_("micrograms/kg/min"), is_rate=True),
    "microgram/kg/h": _same("ug/kg/h", N_("micrograms/kg/h"), is_rate=True),
    "l/min": _same("L/min", N_("l/min"), is_rate=True),
}

SPELT: Final[Mapping[str, str]] = {
    "mg": "mg", "milligram": "mg", "milligramme": "mg", "milligrammes": "mg", "milligrams": "mg",
    "g": "g", "gr": "g", "gram": "g", "gramme": "g", "grammes": "g", "grams": "g",
    "microgram": "microgram", "micrograms": "microgram", "microgramme": "microgram", "microgrammes": "microgram",
    "mikrogramm": "microgram", "µg": "microgram", "μg": "microgram", "ug": "microgram", "mcg": "microgram",
    "iu": "IU", "ui": "IU", "ie": "IU", "units": "IU", "unit": "IU", "unité": "IU", "unités": "IU", "unites": "IU",
    "unite": "IU", "eenheden": "IU", "eenheid": "IU", "einheiten": "IU", "einheit": "IU",
    "ml": "ml", "milliliter": "ml", "millilitre": "ml", "millilitres": "ml", "l": "l", "liter": "l", "litre": "l",
    "mmol": "mmol", "%": "%", "mg/kg": "mg/kg",
    "tablet": "tablet", "tablets": "tablet", "tabletten": "tablet", "tablette": "tablet", "comprimé": "tablet",
    "comprimés": "tablet", "comprime": "tablet", "comprimes": "tablet", "co": "tablet", "co.": "tablet",
    "cp": "tablet", "cpr": "tablet", "gélule": "tablet", "gélules": "tablet", "gelule": "tablet", "capsule": "tablet",
    "capsules": "tablet", "tbl": "tablet", "tab": "tablet",
    "sachet": "sachet", "sachets": "sachet", "zakje": "sachet", "zakjes": "sachet", "beutel": "sachet",
    "drop": "drop", "drops": "drop", "goutte": "drop", "gouttes": "drop", "gtt": "drop", "druppel": "drop",
    "druppels": "drop", "tropfen": "drop",
    "puff": "puff", "puffs": "puff", "bouffée": "puff", "bouffées": "puff", "bouffee": "puff", "bouffees": "puff",
    "inhalatie": "puff", "inhalaties": "puff", "hub": "puff", "hübe": "puff", "dosis": "puff",
    "patch": "patch", "patches": "patch", "pleister": "patch", "pflaster": "patch", "emplâtre": "patch",
    "suppo": "suppository", "suppositoire": "suppository", "suppositoires": "suppository", "zetpil": "suppository",
    "zäpfchen": "suppository", "suppository": "suppository",
    "application": "application", "applications": "application", "toepassing": "application",
    "ml/h": "ml/h", "ml/u": "ml/h", "ml/std": "ml/h", "mg/h": "mg/h", "mg/u": "mg/h", "mmol/h": "mmol/h",
    "iu/h": "IU/h", "ui/h": "IU/h", "ie/h": "IU/h", "ie/u": "IU/h", "units/h": "IU/h", "unités/h": "IU/h",
    "µg/h": "microgram/h", "μg/h": "microgram/h", "mcg/h": "microgram/h", "ug/h": "microgram/h",
    "microgram/h": "microgram/h", "microgrammes/h": "microgram/h", "micrograms/h": "microgram/h",
    "µg/min": "microgram/min", "mcg/min": "microgram/min", "microgram/min": "microgram/min",
    "µg/kg/min": "microgram/kg/min", "mcg/kg/min": "microgram/kg/min", "microgram/kg/min": "microgram/kg/min",
    "µg/kg/h": "microgram/kg/h", "mcg/kg/h": "microgram/kg/h", "microgram/kg/h": "microgram/kg/h",
    "l/min": "l/min",
}  # fmt: skip
"""How people write units, in small letters. `U` and `E` alone are not read: they were taken for a zero too often."""

BY_UCUM: Final[Mapping[str, str]] = {unit.ucum: key for key, unit in UNITS.items()}

ROUTES: Final[Mapping[str, str]] = {
    "po": N_("by mouth"),
    "iv": N_("intravenous"),
    "im": N_("intramuscular"),
    "sc": N_("subcutaneous"),
    "inh": N_("inhaled"),
    "neb": N_("nebulised"),
    "top": N_("on the skin"),
    "pr": N_("rectal"),
    "sl": N_("sublingual"),
    "buc": N_("in the mouth (buccal)"),
    "td": N_("transdermal"),
    "nas": N_("nasal"),
    "oph": N_("in the eye"),
    "ot": N_("in the ear"),
    "vag": N_("vaginal"),
    "ep": N_("epidural"),
    "it": N_("intrathecal"),
    "itr": N_("intratracheal"),
    "inf": N_("infiltration or nerve block"),
    "ent": N_("by feeding tube"),
    "io": N_("intraosseous"),
}

ROUTE_SNOMED: Final[Mapping[str, str]] = {
    "po": "26643006", "iv": "47625008", "im": "78421000", "sc": "34206005", "pr": "37161004", "sl": "37839007",
    "nas": "46713006", "oph": "54485002", "vag": "16857009", "td": "45890007", "top": "6064005", "it": "72607000",
    "buc": "54471007",
}  # fmt: skip
