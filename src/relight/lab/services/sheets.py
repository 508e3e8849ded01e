"""Result sheets: made, confirmed when they came out of the printer, dropped when they did not.

Owns the record of what was printed, so that no result is forgotten and none is taken for printed that was not.
Source: docs/design/lab.md, "Results while the laboratory system is down".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby
from uuid import UUID

from django.utils import formats
from django.utils.timezone import localtime
from django.utils.translation import get_language, gettext

from relight.hospital.api import group_name
from relight.journal.api import EventDraft, new_id, writing
from relight.kernel.act import Act
from relight.lab import errors
from relight.lab.models import ResultSheet as SheetRow
from relight.lab.models import SheetResult
from relight.lab.rules.results import FLAG_MARKS, FLAG_NAMES, Flag
from relight.lab.selectors.orders import ward_names
from relight.lab.selectors.people_words import age_words, born_words, ids_words, sex_words
from relight.lab.selectors.results import ResultView
from relight.lab.selectors.sheets import SheetSampleView, sheet_content, sheet_samples
from relight.lab.services.seen import seen
from relight.lab.types import Validation
from relight.paper.result_sheet import ResultSheet, SheetLine, SheetPatient, SheetSample, result_sheet_pdf
from relight.people.api import Permission, names_of, service
from relight.record.api import catalogue_now


@service(Permission.LAB_RESULTS)
def sheet_make(*, act: Act, site: str, ward: str, since: datetime | None = None) -> UUID:
    """Make the sheet of a ward: what was not printed yet, or all since a time.

    Returns: its id. Raises: RuleError RL-LAB-230 when there is nothing to print.
    """
    with writing(act) as log:
        samples = sheet_samples(site=site, ward=ward, since=since)
        if not samples:
            raise errors.NO_SHEET_RESULTS.error()
        patients = _patients(samples, at=act.at)
        results = [result for sample in samples for result in sample.results]
        row = SheetRow.objects.create(
            id=new_id(act.at),
            site=site,
            ward=ward,
            since=since,
            at=act.at,
            by=act.actor,
            patients=len(patients),
            values=len(results),
            content=result_sheet_pdf(_document(patients, ward=ward, at=act.at)),
        )
        SheetResult.objects.bulk_create(
            [SheetResult(sheet=row, result_id=one.id, validation=one.validation.value) for one in results],
            batch_size=500,
        )
        event = EventDraft(name="lab.sheet_made", subject=f"result-sheet:{row.pk}", body={})
        body = {"patients": len(patients), "values": len(results)}
        log.entry("lab.sheet", subject=f"result-sheet:{row.pk}", body=body, events=[event])
    return row.pk


@service(Permission.LAB_RESULTS)
def sheet_pdf(*, act: Act, sheet: UUID) -> bytes:
    """Return a sheet as it was made; that somebody read it is journalled. Raises: MissingError RL-LAB-231."""
    content = sheet_content(sheet)
    seen(act=act, subject=f"result-sheet:{sheet}", what="sheet")
    return content


@service(Permission.LAB_RESULTS)
def sheet_confirm(*, act: Act, sheet: UUID) -> None:
    """Note that a sheet came out of the printer and was taken along. Raises: MissingError RL-LAB-231."""
    _close(act, sheet, verb="lab.sheet_confirm", confirmed_at=act.at, confirmed_by=act.actor)


@service(Permission.LAB_RESULTS)
def sheet_drop(*, act: Act, sheet: UUID) -> None:
    """Note that a sheet never came out: its results are to be printed again. Raises: MissingError RL-LAB-231."""
    _close(act, sheet, verb="lab.sheet_drop", dropped_at=act.at, dropped_by=act.actor)


def _close(act: Act, sheet: UUID, *, verb: str, **fields: object) -> None:
    with writing(act) as log:
        if not SheetRow.objects.filter(pk=sheet, confirmed_at=None, dropped_at=None).update(**fields):
            raise errors.NO_RESULT_SHEET.error()
        event = EventDraft(name="lab.sheet_made", subject=f"result-sheet:{sheet}", body={})
        log.entry(verb, subject=f"result-sheet:{sheet}", body={}, events=[event])


# -- what stands on it ------------------------------------------------------------------------------


def _document(patients: Sequence[SheetPatient], *, ward: str, at: datetime) -> ResultSheet:
    place = ward_names().get(ward, ward) or gettext("Without a ward")
    words = {
        "test": gettext("Test"),
        "value": gettext("Value"),
        "unit": gettext("Unit"),
        "flag": gettext("Flag"),
        "range": gettext("Reference"),
        "measured": gettext("Measured"),
        "standing": gettext("Validation"),
        "page": gettext("page"),
        "printed": gettext("printed"),
        "end": gettext("end of the sheet"),
    }
    return ResultSheet(
        title=gettext("Laboratory results · {place}").format(place=place),
        house=group_name(),
        language=(get_language() or "en")[:2],
        printed=formats.date_format(localtime(at), "d.m.Y H:i"),
        notice=gettext("Printed while the laboratory system is down. A value marked PRELIMINARY may still change."),
        patients=tuple(patients),
        words=words,
    )


def _patients(samples: Sequence[SheetSampleView], *, at: datetime) -> list[SheetPatient]:
    names = names_of({r.validated_by for s in samples for r in s.results if r.validated_by})
    return [_patient(list(group), names, at=at) for _, group in groupby(samples, key=_who)]


def _who(sample: SheetSampleView) -> tuple[object, ...]:
    """Whose a sample is: name, birth date, sex and numbers; without an order each sample stands alone."""
    order = sample.order
    return (order.identity, order.patient_ids) if order is not None else (sample.sample,)


def _patient(samples: Sequence[SheetSampleView], names: dict[str, str], *, at: datetime) -> SheetPatient:
    order = samples[0].order
    shown = tuple(_sample(one, names) for one in samples)
    if order is None:
        said = samples[0].said
        who = " ".join(filter(None, (said.get("family", ""), said.get("given", ""))))
        about = gettext("as the analyzer says, no order is known here: {who}").format(who=who or "–")
        return SheetPatient(family=gettext("NO ORDER KNOWN"), given="", about=about, ids="", place="", samples=shown)
    day = localtime(at).date()
    age = age_words(birth=order.birth_date, at=day)
    born = f"{born_words(order.birth_date)} ({age})" if age else born_words(order.birth_date)
    return SheetPatient(
        family=order.family.upper(),
        given=order.given,
        about=f"{born} · {sex_words(order.sex)}",
        ids=ids_words(order.patient_ids),
        place=" · ".join(filter(None, (order.ward, order.bed))),
        samples=shown,
    )


def _sample(sample: SheetSampleView, names: dict[str, str]) -> SheetSample:
    order = sample.order
    title = gettext("Sample {number}").format(number=sample.sample)
    if order is not None and order.taken_at:
        title += " · " + gettext("taken {at}").format(at=_time(order.taken_at))
    waiting = _waiting(sample)
    still = gettext("Still to come: {tests}").format(tests=", ".join(waiting)) if waiting else ""
    return SheetSample(title=title, lines=tuple(_line(one, names) for one in sample.results), open=still)


def _waiting(sample: SheetSampleView) -> list[str]:
    if sample.order is None:
        return []
    catalogue, language = catalogue_now(), (get_language() or "en")[:2]
    return [catalogue.name(t.loinc, language=language, otherwise=t.name) for t in sample.order.open_tests]


def _line(result: ResultView, names: dict[str, str]) -> SheetLine:
    judged = result.judged
    return SheetLine(
        test=result.name,
        value=judged.value,
        unit=judged.unit,
        flag=flag_words(judged.flag),
        range=judged.range,
        measured=_time(result.measured_at) if result.measured_at else "",
        standing=_standing(result, names),
        preliminary=result.is_preliminary,
        grave=judged.flag.is_critical,
        note=" ".join(result.notes.split())[:200],
        earlier=tuple(_earlier(result.earlier)),
    )


def _earlier(results: Iterable[ResultView]) -> Iterable[str]:
    """Say what a value was before it was corrected, newest first."""
    for one in results:
        at = _time(one.measured_at or one.received_at)
        yield gettext("CORRECTED, before: {value} {unit} ({at})").format(
            value=one.judged.value, unit=one.judged.unit, at=at
        )
        yield from _earlier(one.earlier)


def flag_words(flag: Flag) -> str:
    """Write a flag as symbol and word."""
    return f"{FLAG_MARKS[flag]} {gettext(FLAG_NAMES[flag])}" if flag else ""


def _standing(result: ResultView, names: dict[str, str]) -> str:
    if result.validation is Validation.PRELIMINARY:
        return gettext("PRELIMINARY")
    if result.validation is Validation.AUTO:
        return gettext("validated by rule")
    who = names.get(result.validated_by, "")
    at = _time(result.validated_at) if result.validated_at else ""
    return gettext("validated by {who} {at}").format(who=who, at=at)


def _time(at: datetime) -> str:
    return formats.date_format(localtime(at), "d.m. H:i")
