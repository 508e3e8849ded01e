"""What a file of appointments looks like before it is imported, and what the imports brought.

Owns the dry look. Refuses to write. Source: docs/design/appointments.md, "Sent in from a page".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from uuid import UUID

from django.db.models import Count, QuerySet
from django.utils.translation import gettext

from relight.activity.errors import ASIDE_GONE, UPLOAD_GONE
from relight.activity.models import Appointment, AppointmentAside, AppointmentSource, AppointmentUpload
from relight.activity.rules.booked import FILE_WORDS, Booked, BookingState, FileKind
from relight.activity.rules.reading import ReadOptions, reading_open
from relight.activity.rules.uploads import UPLOAD_LOOKS, UPLOAD_WORDS, UploadState
from relight.activity.selectors.names import Names, kind_word, urgency_word
from relight.activity.selectors.uploads import upload_open
from relight.activity.types import Kind, Urgency
from relight.kernel.errors import REGISTRY, RelightError
from relight.people.api import names_of

ROWS_SHOWN = 8
LOOKED_AT = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewRow:
    """One row as it was understood."""

    line: int
    starts: datetime | None
    patient: str
    born: str
    kind: str
    kind_unknown: bool
    urgency: str
    urgency_unknown: bool
    specialty: str
    site: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferPage:
    """A file before it is confirmed.

    Args: mapping: column word -> header. kinds, urgencies: (word, how many) among the rows looked at. bad: (line, why)
    of rows that would be kept aside. refusal: why the columns as chosen cannot be read; what is shown is the guess.
    """

    format: str
    headers: tuple[str, ...]
    mapping: Mapping[str, str]
    rows: tuple[PreviewRow, ...]
    looked_at: int
    more: bool
    kinds: tuple[tuple[str, int], ...]
    urgencies: tuple[tuple[str, int], ...]
    urgency_unknown: int
    kind_unknown: int
    bad: tuple[tuple[int, str], ...]
    bad_count: int
    refusal: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadLine:
    """One file in the list of imports."""

    id: UUID
    filename: str
    source: str
    format: str
    state: str
    state_look: str
    state_word: str
    at: datetime
    by: str
    report: Mapping[str, int]
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceLine:
    """One source: how many of its appointments are booked, how many rows wait to be mended."""

    id: UUID
    name: str
    format: str
    at: datetime
    booked: int
    aside: int


def upload_get(upload: UUID) -> AppointmentUpload:
    """Return an upload. Raises: MissingError RL-ACT-085."""
    row = AppointmentUpload.objects.filter(pk=upload).first()
    if row is None:
        raise UPLOAD_GONE.error(where="file")
    return row


def upload_lines(rows: Sequence[AppointmentUpload]) -> list[UploadLine]:
    """Make uploads ready for a list. One query for the names of people."""
    people = names_of({row.by for row in rows})
    return [
        UploadLine(
            id=row.pk,
            filename=row.filename,
            source=row.source,
            format=gettext(FILE_WORDS[FileKind(row.kind)]),
            state=row.state,
            state_look=UPLOAD_LOOKS[UploadState(row.state)],
            state_word=gettext(UPLOAD_WORDS[UploadState(row.state)]),
            at=row.at,
            by=people.get(row.by, row.by),
            report=row.report,
            why=said(row.code, row.params),
        )
        for row in rows
    ]


def said(code: str, params: Mapping[str, str]) -> str:
    """Say a refusal that was kept, in the reader's language; its code when it is not known any more."""
    spec = REGISTRY.get(code)
    if spec is None:
        return code
    error = spec.error(**params)
    return f"{error.message(gettext)} {error.next(gettext)}"


def source_lines() -> list[SourceLine]:
    """List the sources with what came of them. Three queries."""
    booked = dict(
        Appointment.objects.filter(state=BookingState.BOOKED.value)
        .order_by()
        .values_list("source")
        .annotate(n=Count("id"))
    )
    aside = dict(
        AppointmentAside.objects.filter(settled_at=None).order_by().values_list("source").annotate(n=Count("id"))
    )
    return [
        SourceLine(
            id=row.pk,
            name=row.name,
            format=gettext(FILE_WORDS[FileKind(row.kind)]),
            at=row.at,
            booked=booked.get(row.pk, 0),
            aside=aside.get(row.pk, 0),
        )
        for row in AppointmentSource.objects.all()
    ]


def offer_page(row: AppointmentUpload, names: Names, *, asked: ReadOptions, guess: ReadOptions) -> OfferPage:
    """Look at a file under the columns that were chosen; where these cannot be read, as it was guessed.

    Args: asked: with the mapping and the assumptions of a person. guess: without.
    """
    try:
        return _looked(row, names, asked)
    except RelightError as error:
        if asked == guess:
            raise
        return replace(_looked(row, names, guess), refusal=f"{error.message(gettext)} {error.next(gettext)}")


def _looked(row: AppointmentUpload, names: Names, options: ReadOptions) -> OfferPage:
    shown: list[PreviewRow] = []
    bad: list[tuple[int, str]] = []
    kinds: Counter[str] = Counter()
    urgencies: Counter[str] = Counter()
    count = 0
    with upload_open(row) as file:
        reading = reading_open(row.filename, file, options=options)
        for one in islice(reading.rows, LOOKED_AT):
            count += 1
            if isinstance(one, Booked):
                kinds[one.appointment.kind.value] += 1
                urgencies[one.appointment.urgency.value] += 1
                if len(shown) < ROWS_SHOWN:
                    shown.append(_preview(one, names))
            else:
                bad.append((one.line, one.error.message(gettext)))
        more = next(reading.rows, None) is not None
    return OfferPage(
        format=gettext(FILE_WORDS[reading.kind]),
        headers=reading.headers,
        mapping=reading.mapping,
        rows=tuple(shown),
        looked_at=count,
        more=more,
        kinds=tuple((kind_word(kind), n) for kind, n in kinds.most_common()),
        urgencies=tuple((urgency_word(urgency), n) for urgency, n in urgencies.most_common()),
        urgency_unknown=urgencies[Urgency.UNKNOWN.value],
        kind_unknown=kinds[Kind.OTHER.value],
        bad=tuple(bad[:ROWS_SHOWN]),
        bad_count=len(bad),
    )


def _preview(one: Booked, names: Names) -> PreviewRow:
    appointment, person = one.appointment, one.person
    return PreviewRow(
        line=one.line,
        starts=appointment.starts,
        patient=f"{person.family.upper()} {person.given}".strip(),
        born=person.birth_date.isoformat() if person.birth_date else "",
        kind=kind_word(appointment.kind.value),
        kind_unknown=appointment.kind is Kind.OTHER,
        urgency=urgency_word(appointment.urgency.value),
        urgency_unknown=appointment.urgency is Urgency.UNKNOWN,
        specialty=names.specialty(appointment.specialty) if appointment.specialty else "",
        site=names.site(appointment.site) if appointment.site else "",
        reason=appointment.reason,
    )


# -- rows kept aside --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class AsideLine:
    """A row that could not be read. Args: settled: by whom and why it stays out; empty while it waits."""

    id: UUID
    source_id: UUID
    source: str
    line: int
    code: str
    why: str
    next: str
    text: str
    at: datetime
    settled: str


def source_get(source: UUID) -> AppointmentSource:
    """Return a source. Raises: MissingError RL-ACT-085."""
    row = AppointmentSource.objects.filter(pk=source).first()
    if row is None:
        raise UPLOAD_GONE.error(where="source")
    return row


def asides_of(source: AppointmentSource) -> QuerySet[AppointmentAside]:
    """Return the rows of a source that wait, by line."""
    return AppointmentAside.objects.filter(source=source, settled_at=None).select_related("source").order_by("line")


def aside_line(aside: UUID) -> AsideLine:
    """Return one row kept aside, dealt with or not. Raises: RL-ACT-068."""
    row = AppointmentAside.objects.filter(pk=aside).select_related("source").first()
    if row is None:
        raise ASIDE_GONE.error(where="aside")
    return aside_lines([row])[0]


def aside_lines(rows: Sequence[AppointmentAside]) -> list[AsideLine]:
    """Make rows kept aside ready for a list. One query for the names of people."""
    people = names_of({row.settled_by for row in rows if row.settled_by})
    found = []
    for row in rows:
        spec = REGISTRY.get(row.code)
        by = people.get(row.settled_by, row.settled_by)
        found.append(
            AsideLine(
                id=row.pk,
                source_id=row.source_id,
                source=row.source.name,
                line=row.line,
                code=row.code,
                why=gettext(row.message),
                next=gettext(spec.next) if spec and "{" not in spec.next else "",
                text=row.text,
                at=row.at,
                settled=f"{by}: {row.note}" if row.settled_at else "",
            )
        )
    return found
