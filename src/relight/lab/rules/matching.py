"""Whose results these are, and whether they may go on: one sample against its order and its link.

Owns the decision. Refuses guessing: a patient who differs in one field, a sample nobody knows, a test
nobody mapped wait for a person. Source: docs/design/lab.md, “Matching and autovalidation”, rules M1 to M12.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from relight.kernel.errors import N_, Translate
from relight.lab.rules.driver import Standing
from relight.lab.rules.orders import Identity
from relight.lab.rules.reading import PatientSaid, ResultReading, SampleReading
from relight.lab.types import HoldReason, OrdersKept, ReportState, Rung, Validation
from relight.record.plain import Catalogue, decimal_of

ID, FAMILY, GIVEN = N_("patient id"), N_("family name"), N_("given name")
BORN, SEX = N_("birth date"), N_("sex")
TWO_PATIENTS, CANCELLED = N_("two patients for one sample"), N_("the order is cancelled")
DETAIL_WORDS = frozenset({ID, FAMILY, GIVEN, BORN, SEX, TWO_PATIENTS, CANCELLED})
UNSAID_SEXES = frozenset({"", "u"})  # unknown, which says nothing
SIGNS = "<>="
DETAIL_LENGTH = 200
IDENTITY_HOLDS = frozenset({HoldReason.NO_SAMPLE, HoldReason.SAMPLE_UNKNOWN, HoldReason.PATIENT_DIFFERS})


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderKnown:
    """The order of a sample. Args: ids: values of the patient's ids, of any system. tests: LOINC codes."""

    id: UUID
    sample: str
    family: str
    given: str = ""
    birth_date: date | None = None
    sex: str = ""
    ids: frozenset[str] = frozenset()
    tests: frozenset[str] = frozenset()
    is_cancelled: bool = False
    earlier: tuple[Identity, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRules:
    """What a link asks of results. Args: qc_out: codes whose control is out of its limits."""

    rung: Rung
    orders: OrdersKept
    qc_out: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftLine:
    """One result on its way. Args: critical: whether somebody must be called."""

    reading: ResultReading
    critical: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportDraft:
    """Results of one sample that share one fate. Args: order: None where none was matched."""

    sample: str
    patient: PatientSaid
    order: UUID | None
    lines: tuple[DraftLine, ...]
    state: ReportState
    hold: HoldReason | None = None
    hold_detail: str = ""
    validation: Validation = Validation.PRELIMINARY


@dataclass(frozen=True, slots=True)
class _Fate:
    """What becomes of one line. Lines of one reason and one validation make one report."""

    hold: HoldReason | None
    detail: str
    validation: Validation


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """What matching needs beside the sample. Args: at: the day results are judged on, for ages."""

    link: LinkRules
    catalogue: Catalogue
    at: date
    orders: Mapping[str, OrderKnown] = field(default_factory=dict)


def match(samples: Sequence[SampleReading], *, bench: Bench) -> tuple[ReportDraft, ...]:
    """Decide on the results of the patients' samples of one message.

    Returns: reports in the order of the message; every line is in exactly one of them. Controls are left out.
    """
    patients: dict[str, set[PatientSaid]] = {}
    for sample in samples:
        if sample.sample and not sample.is_qc and not sample.patient.is_silent:
            patients.setdefault(sample.sample, set()).add(sample.patient)
    drafts: list[ReportDraft] = []
    for sample in samples:
        if not sample.is_qc:
            shared = len(patients.get(sample.sample, ())) > 1
            drafts.extend(_drafts(sample, bench, shared=shared))
    return tuple(drafts)


def differing(said: PatientSaid, order: OrderKnown) -> tuple[str, ...]:
    """Name the fields of the patient in which a message and the order do not agree.

    What a message does not say cannot differ; what it says and the order does not know differs.
    """
    found = []
    if said.ids and not order.ids.intersection(said.ids):
        found.append(ID)
    if said.family and plain(said.family) != plain(order.family):
        found.append(FAMILY)
    if said.given and plain(said.given) != plain(order.given):
        found.append(GIVEN)
    if said.birth_date and (said.born is None or said.born != order.birth_date):
        found.append(BORN)
    if plain(said.sex) not in UNSAID_SEXES and plain(said.sex) != plain(order.sex):
        found.append(SEX)
    if found and ID not in found and any(_told_as(said, order, one) for one in order.earlier):
        return ()
    return tuple(found)


def _told_as(said: PatientSaid, order: OrderKnown, earlier: Identity) -> bool:
    """Say whether a message names the patient as they were called when the analyzer may have been told of them."""
    births = {birth for birth in (earlier.birth_date, order.birth_date) if birth is not None}
    sexes = {plain(sex) for sex in (earlier.sex, order.sex) if sex}
    return (
        bool(said.family)
        and plain(said.family) == plain(earlier.family)
        and (not said.given or plain(said.given) == plain(earlier.given))
        and (not said.birth_date or said.born in births)
        and (plain(said.sex) in UNSAID_SEXES or plain(said.sex) in sexes)
    )


def plain(text: str) -> str:
    """Return a name as it is compared: composed, folded, blanks single. Accents and letters all count."""
    return " ".join(unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold()).split())


def detail_said(detail: str, translate: Translate) -> str:
    """Return the detail of a hold in the reader's language; codes and units stay as they are."""
    return ", ".join(translate(word) if word in DETAIL_WORDS else word for word in detail.split(", "))


def _drafts(sample: SampleReading, bench: Bench, *, shared: bool) -> Iterable[ReportDraft]:
    order = bench.orders.get(sample.sample) if sample.sample else None
    hold, detail = _sample_hold(sample, order, bench, shared=shared)
    if hold in IDENTITY_HOLDS:
        order = None
    fates: dict[tuple[HoldReason | None, Validation], list[tuple[DraftLine, str]]] = {}
    for line in sample.lines:
        critical = is_critical(line, bench.catalogue)
        fate = _fate(line, hold, detail, order, bench, critical=critical)
        judged = DraftLine(reading=line, critical=critical)
        fates.setdefault((fate.hold, fate.validation), []).append((judged, fate.detail))
    for (reason, validation), lines in fates.items():
        yield ReportDraft(
            sample=sample.sample,
            patient=sample.patient,
            order=order.id if order else None,
            lines=tuple(line for line, _ in lines),
            state=ReportState.HELD if reason else ReportState.WAITING,
            hold=reason,
            hold_detail=_shortened(dict.fromkeys(said for _, said in lines if said)),
            validation=validation,
        )


def _shortened(details: Iterable[str]) -> str:
    """Name as many details as a column holds, whole; a sign says that there are more."""
    shown = ""
    for detail in details:
        if len(shown) + len(detail) + 5 > DETAIL_LENGTH:
            return f"{shown}, …" if shown else detail[:DETAIL_LENGTH]
        shown = f"{shown}, {detail}" if shown else detail
    return shown


def _sample_hold(
    sample: SampleReading, order: OrderKnown | None, bench: Bench, *, shared: bool
) -> tuple[HoldReason | None, str]:
    """Say why a whole sample must wait; nothing when it need not."""
    if not sample.sample:
        return HoldReason.NO_SAMPLE, ""
    if shared:
        return HoldReason.PATIENT_DIFFERS, TWO_PATIENTS
    if order is None:
        return (HoldReason.SAMPLE_UNKNOWN, "") if bench.link.orders is OrdersKept.HERE else (None, "")
    fields = differing(sample.patient, order)
    if fields:
        return HoldReason.PATIENT_DIFFERS, ", ".join(fields)
    if order.is_cancelled:
        return HoldReason.NOT_ORDERED, CANCELLED
    known = [line.loinc for line in sample.lines if line.hold is None]
    if known and not order.tests.intersection(known):
        return HoldReason.NOT_ORDERED, ""
    return None, ""


def _fate(
    line: ResultReading,
    hold: HoldReason | None,
    detail: str,
    order: OrderKnown | None,
    bench: Bench,
    *,
    critical: bool,
) -> _Fate:
    """Decide on one line. What nobody can read or name waits for that first, whatever else is wrong."""
    if line.hold is not None:
        return _Fate(line.hold, line.detail, Validation.PRELIMINARY)
    if hold is not None:
        return _Fate(hold, detail, Validation.PRELIMINARY)
    if line.code in bench.link.qc_out:
        return _Fate(HoldReason.QC_OUT, line.code, Validation.PRELIMINARY)
    if not bench.link.rung.gives_results:
        return _Fate(HoldReason.RUNG, "", Validation.PRELIMINARY)
    auto = may_autovalidate(line, order, bench, critical=critical)
    return _Fate(None, "", Validation.AUTO if auto else Validation.PRELIMINARY)


def is_critical(line: ResultReading, catalogue: Catalogue) -> bool:
    """Say whether somebody must be called: the analyzer says so, or the catalogue's limits do."""
    if line.is_critical:
        return True
    number = decimal_of(line.number.lstrip(SIGNS)) if line.number else None
    return number is not None and bool(line.loinc) and catalogue.is_critical(line.loinc, number, unit=line.unit)


def may_autovalidate(line: ResultReading, order: OrderKnown | None, bench: Bench, *, critical: bool) -> bool:
    """Say whether the rules may stand for a result instead of a person.

    Everything must hold: the rung, an order with this test, a plain final number, no flag, not critical,
    within the range as sent and within the catalogue's for this person, at least one of which there is.
    """
    if bench.link.rung is not Rung.AUTOVALIDATION or order is None or line.loinc not in order.tests:
        return False
    if line.standing is not Standing.FINAL or critical or set(line.flags) - {"N"}:
        return False
    number = decimal_of(line.number)
    if number is None or (line.range and line.in_range is not True):
        return False
    age = (bench.at - order.birth_date).days if order.birth_date else None
    limits = bench.catalogue.range_in(line.loinc, unit=line.unit, sex=order.sex, age_days=age)
    if limits is not None and limits.side(number):
        return False
    return limits is not None or line.in_range is True
