"""Appointments taken in from a file: each once however often it comes, decided at once under the policy in force.

Owns AppointmentSource, Appointment as its source says it, AppointmentAside. Writes some hundred rows at a time, so that
nobody waits long for the writer's lock; an import that stops is simply run again. Refuses to overwrite silently: two
rows with one number and different contents are put aside. Source: docs/design/appointments.md, cases 41-49.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import IO, cast
from uuid import UUID

from relight.activity.errors import ASIDE_GONE, ID_TWICE, SOURCE_UNNAMED
from relight.activity.models import Appointment, AppointmentAside, AppointmentSource
from relight.activity.rules.booked import Aside, Booked, BookingState, FileKind
from relight.activity.rules.matching import Candidate, booked_digest, number_keys, patient_match, search_text
from relight.activity.rules.reading import Reading, reading_open
from relight.activity.selectors.appointments import options_now
from relight.activity.services.decisions import Changes, batch_new, deciding_now, rows_add, rows_decide
from relight.journal.api import Body, EventDraft, Log, new_id, new_ids, writing
from relight.kernel.act import Act
from relight.kernel.errors import Translate, same
from relight.people.api import Permission, service
from relight.record.api import patients_by_number

BATCH = 500
_SAID = (
    "kind", "urgency", "specialty", "site", "service", "starts_at", "minutes", "reason", "categories", "follow_up",
    "practitioner", "place", "patient", "family", "given", "birth_date", "national_number", "record_number", "phone",
    "mobile", "email", "address", "language", "search", "state", "digest", "raw", "changed_at",
)  # fmt: skip
_PERSON = (
    "family", "given", "birth_date", "national_number", "record_number",
    "phone", "mobile", "email", "address", "language",
)  # fmt: skip


@dataclass(slots=True, kw_only=True)
class ImportReport:
    """What an import did. Args: known: came before, unchanged. repeated: the same row again in this file. withdrawn:
    cancelled or over in the source. undecided: stored while no policy is in force. decided: outcome changes by word."""

    source: UUID
    name: str
    kind: FileKind
    headers: tuple[str, ...] = ()
    mapping: Mapping[str, str] = field(default_factory=dict)
    new: int = 0
    changed: int = 0
    known: int = 0
    repeated: int = 0
    withdrawn: int = 0
    matched: int = 0
    undecided: int = 0
    decided: dict[str, int] = field(default_factory=dict)
    aside: list[Aside] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        """The numbers as they are kept; `added` are the new ones."""
        return {
            "added": self.new, "changed": self.changed, "known": self.known, "repeated": self.repeated,
            "withdrawn": self.withdrawn, "matched": self.matched, "undecided": self.undecided, "aside": len(self.aside),
        }  # fmt: skip

    def document(self, translate: Translate = same) -> dict[str, object]:
        """Return the report as one JSON document; nothing of a patient is in it."""
        counts = self.counts()
        return {
            "source": self.name,
            "kind": self.kind.value,
            "mapping": dict(self.mapping),
            **{f"appointments_{word}": counts[word] for word in ("changed", "known", "withdrawn", "repeated")},
            "appointments_new": self.new,
            "patients_matched": self.matched,
            "undecided": self.undecided,
            "decisions": dict(self.decided),
            "aside": [{"line": a.line, "code": a.code, "message": a.error.message(translate)} for a in self.aside],
        }


@service(Permission.ACTIVITY_IMPORT)
def appointments_import(
    *,
    act: Act,
    source: str,
    name: str,
    raw: bytes | IO[bytes],
    mapping: Mapping[str, str] | None = None,
    options: Mapping[str, str] | None = None,
) -> ImportReport:
    """Take in a file of appointments.

    Args: source: the list it is, the same name each time. name: of the file. raw: bytes, or a stream read once.
    mapping: column word -> header; none: as kept of the last time, else as guessed. options: `assume_urgency`,
    `assume_kind`, `assume_site`; none: as kept. Raises: RL-ACT-056 without a source, RL-ACT-030 to 036 and 048 when the
    file cannot be read at all; one that breaks off further down leaves what was read until then.
    """
    title = " ".join(source.split())[:120]
    if not title:
        raise SOURCE_UNNAMED.error(where="source")
    held = AppointmentSource.objects.filter(name=title).first()
    asked = dict(mapping) if mapping is not None else dict(held.mapping) if held else {}
    said = dict(options) if options is not None else dict(held.options) if held else {}
    stream = _Digested(raw)
    reading = reading_open(name, cast("IO[bytes]", stream), options=options_now(said, asked))
    row = _source(act, held, title, name, reading, said)
    report = ImportReport(
        source=row.pk, name=title, kind=reading.kind, headers=reading.headers, mapping=reading.mapping
    )
    seen: dict[str, str] = {}
    while part := list(islice(reading.rows, BATCH)):
        _part(act, row, part, report, seen)
    with writing(act) as log:
        row.report, row.digest = report.counts(), stream.digest.hexdigest()
        row.save(update_fields=["report", "digest"])
        body: Body = {**report.counts(), "digest": row.digest}
        event = EventDraft(name="activity.imported", subject=f"source:{row.pk}", body=dict(report.counts()))
        log.entry("activity.import", subject=f"source:{row.pk}", body=body, events=[event])
    return report


@service(Permission.ACTIVITY_IMPORT)
def aside_settle(*, act: Act, aside: UUID, note: str = "") -> None:
    """Say that a row aside was dealt with. Raises: RL-ACT-068 when there is none that waits."""
    with writing(act) as log:
        done = AppointmentAside.objects.filter(pk=aside, settled_at=None).update(
            settled_at=act.at, settled_by=act.actor, note=note.strip()[:400]
        )
        if not done:
            raise ASIDE_GONE.error(where="aside")
        log.entry("activity.aside_settle", subject=f"aside:{aside}", body={})


class _Digested:
    """A stream whose digest grows as it is read, so that a large file is read once only."""

    def __init__(self, raw: bytes | IO[bytes]) -> None:
        self._inner: IO[bytes] = io.BytesIO(raw) if isinstance(raw, bytes) else raw
        self.digest = hashlib.sha256()
        self.closed = False

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return False

    def writable(self) -> bool:
        return False

    def readinto(self, buffer: memoryview) -> int:
        piece = self._inner.read(len(buffer))
        self.digest.update(piece)
        buffer[: len(piece)] = piece
        return len(piece)


def _source(
    act: Act, held: AppointmentSource | None, title: str, name: str, reading: Reading, said: dict[str, str]
) -> AppointmentSource:
    with writing(act) as log:
        row = held or AppointmentSource(id=new_id(act.at), name=title)
        row.kind, row.filename = reading.kind.value, name[:255]
        row.mapping, row.options = dict(reading.mapping), said
        row.at, row.by = act.at, act.actor
        row.save()
        log.entry("activity.import_begin", subject=f"source:{row.pk}", body={"kind": row.kind})
    return row


def _part(
    act: Act,
    source: AppointmentSource,
    part: Iterable[Booked | Aside],
    report: ImportReport,
    seen: dict[str, str],
) -> None:
    """Take in some hundred rows in one transaction. Args: seen: digests of this file's rows by origin id."""
    asides: list[Aside] = []
    booked = {}
    for one in part:
        if isinstance(one, Aside):
            asides.append(one)
            continue
        digest = booked_digest(one)
        before = seen.get(one.origin_id)
        if before == digest:
            report.repeated += 1
        elif before is not None and not _is_course(report.kind):
            asides.append(Aside(line=one.line, error=ID_TWICE.error(), text=" | ".join(one.raw.values())))
        else:
            seen[one.origin_id] = digest
            booked[one.origin_id] = (one, digest)
    with writing(act) as log:
        changes, counts = _store(act, source, booked, report)
        _aside(act, source, asides)
        _tell(act, log, source, changes, counts)
    report.aside += asides


def _is_course(kind: FileKind) -> bool:
    """Say whether a file is a course of messages, in which a later one replaces an earlier."""
    return kind is FileKind.SIU


def _store(
    act: Act, source: AppointmentSource, booked: Mapping[str, tuple[Booked, str]], report: ImportReport
) -> tuple[Changes, dict[str, int]]:
    held = {row.origin_id: row for row in Appointment.objects.filter(source=source, origin_id__in=list(booked))}
    patients = _patients(one for one, _ in booked.values())
    ids = iter(new_ids([act.at] * len(booked)))
    fresh: list[Appointment] = []
    moved: list[Appointment] = []
    changes = Changes()
    for origin, (one, digest) in booked.items():
        row = held.get(origin)
        if row is not None and row.digest == digest:
            report.known += 1
            continue
        if row is None:
            row = Appointment(id=next(ids), source=source, origin_id=origin, added_at=act.at)
            fresh.append(row)
        else:
            moved.append(row)
            changes.add("withdrawn" if one.state is not BookingState.BOOKED else "changed", row.pk)
        _fill(act, row, one, digest, patients, is_new=origin not in held)
        report.matched += row.patient is not None
        report.withdrawn += one.state is not BookingState.BOOKED
    report.new += len(fresh)
    report.changed += len(moved)
    Appointment.objects.bulk_update(moved, list(_SAID))
    decided = _decide(act, fresh, [row for row in moved if row.state == BookingState.BOOKED.value], report)
    for word, found in decided.ids.items():
        report.decided[word] = report.decided.get(word, 0) + len(found)
    changes.merge(decided)
    return changes, {"new": len(fresh), "changed": len(moved)}


def _decide(act: Act, fresh: list[Appointment], moved: list[Appointment], report: ImportReport) -> Changes:
    """Store the new rows and decide them, decide anew those that changed."""
    deciding = deciding_now() if fresh or moved else None
    changes = rows_add(act=act, rows=fresh, deciding=deciding, batch=batch_new(act))
    if deciding is not None:
        changes.merge(rows_decide(act=act, rows=moved, deciding=deciding, batch=batch_new(act)))
    else:
        booked = [*moved, *(row for row in fresh if row.state == BookingState.BOOKED.value)]
        report.undecided += sum(1 for row in booked if not row.outcome)
    return changes


def _fill(
    act: Act,
    row: Appointment,
    one: Booked,
    digest: str,
    patients: Mapping[str, list[Candidate[UUID]]],
    *,
    is_new: bool,
) -> None:
    """Put on a row what its source says. A message that only cancels says little: the rest stays as it was."""
    row.state, row.digest, row.changed_at = one.state.value, digest, act.at
    if one.state is not BookingState.BOOKED and not is_new:
        return
    said = one.appointment
    row.kind, row.urgency = said.kind.value, said.urgency.value
    row.specialty, row.site, row.service = said.specialty[:64], said.site[:64], said.service[:64]
    row.starts_at, row.minutes, row.reason = said.starts, one.minutes, said.reason
    row.categories, row.follow_up = list(said.categories), said.follow_up
    row.practitioner, row.place = one.practitioner, one.place
    for name in _PERSON:
        setattr(row, name, getattr(one.person, name))
    row.patient = patient_match(one.person, patients)
    row.search, row.raw = search_text(one), dict(one.raw)


def _patients(booked: Iterable[Booked]) -> dict[str, list[Candidate[UUID]]]:
    """Return the record's patients by the numbers these appointments name. A few statements for all of them."""
    numbers = {number for one in booked if one.person.birth_date for number in number_keys(one.person)}
    return {
        number: [
            Candidate(key=face.patient, birth=face.birth, names=(face.family, *face.other_names)) for face in faces
        ]
        for number, faces in patients_by_number(numbers).items()
    }


def _aside(act: Act, source: AppointmentSource, asides: list[Aside]) -> None:
    """Keep rows that could not be read, each once however often the file comes."""
    AppointmentAside.objects.bulk_create(
        (
            AppointmentAside(
                id=id,
                source=source,
                line=one.line,
                code=one.code,
                message=one.error.message()[:400],
                text=one.text,
                key=hashlib.sha256(f"{one.code}\x1f{one.text or one.line}".encode()).hexdigest(),
                at=act.at,
            )
            for id, one in zip(_ids(act.at, len(asides)), asides, strict=True)
        ),
        ignore_conflicts=True,
    )


def _ids(at: datetime, count: int) -> Iterator[UUID]:
    return iter(new_ids([at] * count))


def _tell(act: Act, log: Log, source: AppointmentSource, changes: Changes, counts: dict[str, int]) -> None:
    events = changes.events(cause="import", batch=batch_new(act))
    log.entry("activity.import_part", subject=f"source:{source.pk}", body=dict(counts), events=events)
