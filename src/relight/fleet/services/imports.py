"""Imports of inventories: one file, one transaction, one journal entry; nothing half-imported.

Owns the order of an import: read whole, match, write, tell the graph, keep the file as evidence. The
command line imports at once; the web keeps the file, shows what it is, and the worker imports it.
Source: docs/design/inventories.md.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

from django.utils.translation import gettext

from relight.fleet.errors import (
    ASIDE_DONE,
    FILE_UNREADABLE,
    MEND_ONE,
    NO_MACHINE,
    ROW_BROKEN,
    RUN_BUSY,
    SOURCE_BAD,
)
from relight.fleet.models import AsideRow, ImportRun
from relight.fleet.readers import glpi, netbox, reading_of
from relight.fleet.readers.text import unpacked
from relight.fleet.readers.types import (
    TABLES,
    BadRow,
    Format,
    ImportReport,
    Outcome,
    Reading,
    SightingRow,
    Skipped,
)
from relight.fleet.selectors.imports import (
    RUN_WORDS,
    aside_get,
    content_source,
    index_load,
    placer_load,
    run_get,
    sightings_of,
)
from relight.fleet.selectors.offers import import_preview
from relight.fleet.services.import_plan import Plan, Progress, plan_make
from relight.fleet.services.import_write import Writer
from relight.fleet.services.progress import progress_end, progress_write
from relight.fleet.types import Nature
from relight.journal.api import EventDraft, Log, evidence_read, evidence_store, new_id, writing
from relight.kernel.act import Act
from relight.kernel.errors import RelightError
from relight.kernel.memory import collected_less_often
from relight.people.api import Permission, service

OFFERED, WAITING, DONE, REFUSED, DROPPED = "offered", "waiting", "done", "refused", "dropped"
MEDIA_TYPE = "application/octet-stream"


@service(Permission.FLEET_IMPORT)
def import_file(
    *,
    act: Act,
    content: bytes | None = None,
    path: Path | None = None,
    filename: str = "",
    mapping: Mapping[str, str] | None = None,
    source_name: str = "",
    nature: Nature = Nature.SEEN,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> ImportReport:
    """Import an inventory, all in one transaction.

    Args: content or path: the file, packed with gzip or not. mapping: column by field (tables).
    source_name: under which later files of the same origin come again; by default that of the same
    content imported before, else the file's name. nature: `EXPECTED` for a purchase list or an asset
    register: its machines should be there, nobody saw them. dry_run: match, report, write nothing.
    progress: called with (phase `read` | `match` | `write`, done, total or 0).
    Raises: RL-FLT-060 to 079 when the file is refused whole, RL-FLT-093.
    """
    content, filename = _file(content, path, filename)
    with collected_less_often():
        return _file_import(act, content, filename, mapping, source_name, nature, dry_run, progress)


def _file_import(
    act: Act,
    content: bytes,
    filename: str,
    mapping: Mapping[str, str] | None,
    source_name: str,
    nature: Nature,
    dry_run: bool,
    progress: Progress | None,
) -> ImportReport:
    reading = reading_of(content, wished=mapping)
    if dry_run:
        plan, source, digest = _plan(act, content, filename, source_name, reading, progress)
        return _report(plan, reading, run="", source=source, filename=filename, same_file=bool(content_source(digest)))
    with writing(act) as log:
        run = _run_make(act=act, content=content, filename=filename, nature=nature)
        return _import(
            act=act, log=log, run=run, content=content, reading=reading, source=source_name, progress=progress
        )


def _file(content: bytes | None, path: Path | None, filename: str) -> tuple[bytes, str]:
    if content is None:
        if path is None:
            raise ValueError("an import takes content or a path")
        try:
            content = path.read_bytes()
        except OSError as refusal:
            raise FILE_UNREADABLE.error(where=str(path), why=refusal.strerror or "?") from refusal
    name = filename or (path.name if path is not None else "inventory")
    return content, name[-255:]


def _plan(
    act: Act, content: bytes, filename: str, source_name: str, reading: Reading, progress: Progress | None
) -> tuple[Plan, str, str]:
    digest = hashlib.sha256(unpacked(content)).hexdigest()
    source = _source(source_name, filename, digest)
    plan = plan_make(
        outcomes=reading.outcomes,
        source=source,
        content=digest,
        at=act.at,
        index=index_load(),
        sightings=sightings_of(source),
        progress=progress,
    )
    if not plan.seen and not plan.bad:
        raise NO_MACHINE.error(where=filename, format=reading.format.value)
    return plan, source, digest


def _source(given: str, filename: str, digest: str) -> str:
    """The name of the source: as given, as before for the same content, else the file's own name."""
    name = given.strip() or content_source(digest) or _stem(filename)
    if not name or len(name) > 120 or not name.isprintable():
        raise SOURCE_BAD.error(where="source", source=name[:60])
    return name.replace("/", "-")


def _stem(filename: str) -> str:
    name = Path(filename.replace("\\", "/")).name
    name = name[:-3] if name.lower().endswith(".gz") else name
    return (Path(name).stem or name or "inventory")[:120]


def _run_make(*, act: Act, content: bytes, filename: str, nature: Nature) -> ImportRun:
    return ImportRun(
        id=new_id(act.at),
        filename=filename,
        size_bytes=len(content),
        nature=nature.value,
        at=act.at,
        actor=act.actor,
        status=DONE,
    )


def _import(
    *,
    act: Act,
    log: Log,
    run: ImportRun,
    content: bytes,
    reading: Reading,
    source: str,
    progress: Progress | None,
) -> ImportReport:
    """Match and write inside the caller's transaction, keep the file, log one entry."""
    plan, source, digest = _plan(act, content, run.filename, source, reading, progress)
    same_file = bool(content_source(digest))
    kept = evidence_store(log=log, content=content, name=run.filename, media_type=MEDIA_TYPE)
    run.format, run.source, run.encoding = reading.format.value, source, reading.encoding
    run.digest, run.mapping, run.status = kept.digest, dict(reading.mapping), DONE
    run.at = act.at
    run.save()
    writer = Writer(act=act, run=run, plan=plan, index=plan.index, placer=placer_load(), progress=progress)
    doubtful = writer.write()
    report = _report(
        plan, reading, run=str(run.pk), source=source, filename=run.filename, same_file=same_file, doubtful=doubtful
    )
    run.counts = {
        **_counts(report),
        "content": digest,
        "headers": list(reading.headers),
        "delimiter": reading.delimiter,
    }
    run.save(update_fields=["counts"])
    _log(log, run, report)
    return report


def _report(
    plan: Plan, reading: Reading, *, run: str, source: str, filename: str, same_file: bool, doubtful: int | None = None
) -> ImportReport:
    return ImportReport(
        run=run,
        format=reading.format,
        source=source,
        filename=filename,
        encoding=reading.encoding,
        rows_read=len(plan.seen) + len(plan.bad) + sum(plan.skipped.values()),
        machines_new=len(plan.fresh),
        machines_known=len(plan.known),
        machines_joined=len(plan.joins),
        doubtful=len({frozenset(doubt[:2]) for doubt in plan.doubts}) if doubtful is None else doubtful,
        rows_bad=tuple(plan.bad),
        rows_skipped=dict(plan.skipped),
        mapping=dict(reading.mapping),
        same_file=same_file,
        dry_run=not run,
    )


def _counts(report: ImportReport) -> dict[str, Any]:
    return {
        "rows_read": report.rows_read,
        "machines_new": report.machines_new,
        "machines_known": report.machines_known,
        "machines_joined": report.machines_joined,
        "doubtful": report.doubtful,
        "rows_bad": len(report.rows_bad),
        "rows_skipped": dict(report.rows_skipped),
    }


def _log(log: Log, run: ImportRun, report: ImportReport) -> None:
    subject = f"import:{run.pk}"
    body: dict[str, Any] = {
        "format": run.format,
        "source": run.source,
        "file": run.filename,
        "digest": run.digest,
        "nature": run.nature,
        "mapping": dict(run.mapping),
        **_counts(report),
    }
    short: dict[str, Any] = {
        "run": str(run.pk),
        "machines_new": report.machines_new,
        "machines_known": report.machines_known,
    }
    log.entry(
        "fleet.import",
        subject=subject,
        body=body,
        events=[EventDraft(name="fleet.imported", subject=subject, body=short)],
    )


# -- through the web: offered, confirmed, imported by the worker ----------------------------------


@service(Permission.FLEET_IMPORT)
def import_offer(
    *, act: Act, content: bytes, filename: str, source_name: str = "", nature: Nature = Nature.SEEN
) -> UUID:
    """Keep an uploaded file and say what it is; nothing is imported before somebody confirms.

    Returns: the id of the run. Raises: RL-FLT-060 to 079: a refused file is not kept; RL-FLT-093.
    """
    preview = import_preview(content=content)
    source = _source(source_name, filename, hashlib.sha256(unpacked(content)).hexdigest())
    with writing(act) as log:
        run = _run_make(act=act, content=content, filename=filename[-255:] or "inventory", nature=nature)
        kept = evidence_store(log=log, content=content, name=run.filename, media_type=MEDIA_TYPE)
        run.status, run.digest, run.source = OFFERED, kept.digest, source
        run.format, run.encoding, run.mapping = preview.format.value, preview.encoding, dict(preview.mapping)
        run.save(force_insert=True)
        body: dict[str, Any] = {"file": run.filename, "digest": run.digest, "format": run.format, "source": source}
        log.entry("fleet.import_offer", subject=f"import:{run.pk}", body=body)
    return run.pk


@service(Permission.FLEET_IMPORT)
def import_confirm(
    *, act: Act, run: UUID, mapping: Mapping[str, str], source_name: str, nature: Nature = Nature.SEEN
) -> None:
    """Have an offered file imported by the worker, with this mapping.

    Raises: RL-FLT-090, RL-FLT-093, RL-FLT-094 when it is not on offer any more, and the refusals of
    a mapping that names no machine.
    """
    row = run_get(run)
    if row.status == OFFERED:
        import_preview(content=evidence_read(row.digest), mapping=mapping, rows=1)
    with writing(act) as log:
        row = _offered(run)
        row.status, row.mapping, row.nature = WAITING, dict(mapping), nature.value
        row.source = _source(source_name, row.filename, row.digest)
        row.save(update_fields=["status", "mapping", "nature", "source"])
        subject = f"import:{row.pk}"
        body: dict[str, Any] = {
            "run": str(row.pk),
            "source": row.source,
            "mapping": dict(mapping),
            "nature": row.nature,
        }
        event = EventDraft(name="fleet.import_requested", subject=subject, body={"run": str(row.pk)})
        log.entry("fleet.import_request", subject=subject, body=body, events=[event])


@service(Permission.FLEET_IMPORT)
def import_drop(*, act: Act, run: UUID) -> None:
    """Take an offered file off the list without importing it. Raises: RL-FLT-090, RL-FLT-094."""
    with writing(act) as log:
        row = _offered(run)
        row.status = DROPPED
        row.save(update_fields=["status"])
        log.entry("fleet.import_drop", subject=f"import:{row.pk}", body={"file": row.filename})


def _offered(run: UUID) -> ImportRun:
    row = run_get(run)
    if row.status != OFFERED:
        raise RUN_BUSY.error(where=str(run), status=gettext(RUN_WORDS.get(row.status, row.status)))
    return row


@service(Permission.FLEET_IMPORT)
def import_requested_run(*, act: Act, run: UUID) -> ImportReport | None:
    """Import a confirmed file: the worker's part. None when it was refused, or is done already.

    The requester stays the run's actor; the entry is the worker's.
    """
    row = run_get(run)
    if row.status != WAITING:
        return None

    def progress(phase: str, done: int, total: int) -> None:
        progress_write(row.pk, phase=phase, done=done, total=total)

    try:
        with collected_less_often(), writing(act) as log:
            content = evidence_read(row.digest)
            reading = reading_of(content, wished=row.mapping if Format(row.format) in TABLES else None)
            return _import(
                act=act, log=log, run=row, content=content, reading=reading, source=row.source, progress=progress
            )
    except RelightError as refusal:
        _refuse(act, run, refusal)
        return None
    finally:
        progress_end(run)


def _refuse(act: Act, run: UUID, refusal: RelightError) -> None:
    """Write on the run why its file was refused; nothing of it went in."""
    with writing(act) as log:
        row = run_get(run)
        row.status = REFUSED
        row.counts = {"error": refusal.document()["error"]}
        row.save(update_fields=["status", "counts"])
        body: dict[str, Any] = {"file": row.filename, "code": refusal.code}
        subject = f"import:{row.pk}"
        event = EventDraft(
            name="fleet.import_refused", subject=subject, body={"run": str(row.pk), "code": refusal.code}
        )
        log.entry("fleet.import_refuse", subject=subject, body=body, events=[event])


# -- rows kept aside -------------------------------------------------------------------------------


@service(Permission.FLEET_IMPORT)
def aside_mend(*, act: Act, run: UUID, aside: int, text: str) -> UUID:
    """Try a row kept aside again, as somebody mended it.

    Returns: the item it is about. Raises: RL-FLT-090, 091, 092, 095; the row's own error when it is
    still bad.
    """
    row = run_get(run)
    outcome = _mended(row, aside_get(row, aside), text)
    with writing(act) as log:
        kept = _waiting(row, aside)
        index = index_load()
        plan = plan_make(
            outcomes=[outcome],
            source=row.source,
            content=str(row.counts.get("content", row.digest)),
            at=act.at,
            index=index,
            sightings=sightings_of(row.source),
        )
        Writer(act=act, run=row, plan=plan, index=index, placer=placer_load()).write()
        _mark_mended(act, kept)
        item = plan.now(plan.seen[0].item)
        subject = f"item:{item}"
        body: dict[str, Any] = {
            "run": str(row.pk),
            "line": kept.line,
            "source": row.source,
            "was": kept.code,
            "new": item in plan.fresh,
        }
        event = EventDraft(name="fleet.imported", subject=f"import:{row.pk}", body={"run": str(row.pk)})
        log.entry("fleet.mend", subject=subject, body=body, events=[event])
    return item


@service(Permission.FLEET_IMPORT)
def aside_leave_out(*, act: Act, run: UUID, aside: int) -> None:
    """Decide that a row kept aside is no machine worth mending. Raises: RL-FLT-090, 091, 092."""
    row = run_get(run)
    with writing(act) as log:
        kept = _waiting(row, aside)
        _mark_mended(act, kept)
        body: dict[str, Any] = {"line": kept.line, "code": kept.code}
        log.entry("fleet.leave_out", subject=f"import:{row.pk}", body=body)


def _waiting(run: ImportRun, aside: int) -> AsideRow:
    kept = aside_get(run, aside)
    if kept.mended:
        raise ASIDE_DONE.error(where=f"line {kept.line}")
    return kept


def _mark_mended(act: Act, kept: AsideRow) -> None:
    kept.mended, kept.mended_at, kept.mended_by = True, act.at, act.actor
    kept.save(update_fields=["mended", "mended_at", "mended_by"])


def _mended(run: ImportRun, kept: AsideRow, text: str) -> SightingRow:
    """Read one mended record as the file it came from would have been read."""
    found = [outcome for outcome in _again(run, text) if not isinstance(outcome, Skipped)]
    if len(found) != 1:
        raise MEND_ONE.error(where=f"line {kept.line}", count=len(found))
    (outcome,) = found
    if isinstance(outcome, BadRow):
        raise replace(outcome, line=kept.line).error()
    if isinstance(outcome, SightingRow):
        return replace(outcome, line=kept.line)
    raise MEND_ONE.error(where=f"line {kept.line}", count=0)


def _again(run: ImportRun, text: str) -> Iterator[Outcome]:
    form = Format(run.format)
    if form in TABLES:
        top = io.StringIO()
        delimiter = str(run.counts.get("delimiter") or ",")
        csv.writer(top, delimiter=delimiter, lineterminator="\n").writerow(run.counts.get("headers", []))
        content = top.getvalue() + text.strip("\r\n") + "\n"
        return reading_of(content.encode(), wished=run.mapping).outcomes
    if form in (Format.NETBOX, Format.GLPI):
        try:
            document = json.loads(text)
        except (ValueError, RecursionError) as broken:
            raise ROW_BROKEN.error(why=f"JSON: {broken}") from broken
        return netbox.netbox_read([document]) if form is Format.NETBOX else glpi.glpi_read(document)
    if form is Format.NMAP:
        text = f"<nmaprun>{text}</nmaprun>"
    return reading_of(text.encode()).outcomes
