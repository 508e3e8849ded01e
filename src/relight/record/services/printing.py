"""Charts and wards on paper: for a person at a printer, and as sets into a folder for the day the server is dead.

Owns who may print what, that every reading is journalled before a page is made (one entry a ward), and the note of
each printing. Refuses to let one ward's fault keep the others from being printed. Source: docs/design/paper.md,
cases 10-19, 30-45.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import orjson
import structlog
from django.conf import settings
from django.utils.translation import override

from relight.journal.api import Json, new_id, writing
from relight.kernel.act import Act
from relight.kernel.errors import RelightError
from relight.paper.ward_chart import ward_chart_pdf
from relight.people.api import Permission, in_scope, service
from relight.record import errors
from relight.record.models import PrintKind, PrintRun
from relight.record.rules.printing import WardKey, keep_read, set_name
from relight.record.selectors.access import record_demand
from relight.record.selectors.paper_words import index_page
from relight.record.selectors.printing import wards_known, wards_present
from relight.record.selectors.ward_paper import PaperWard, patient_paper, ward_paper
from relight.record.services.print_files import (
    MARK,
    folder_ready,
    is_private,
    printing_alone,
    set_write,
    sets_remove,
)
from relight.record.services.reads import read_note

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """A ward that could not be printed, and the code of why."""

    ward: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetReport:
    """What a printing to a folder did. Args: left_out: patients whose chart could not be made; their ward's census
    sheet says so. is_private: the disk keeps others out. kept_old: why older sets could not be removed, empty: none."""

    folder: str
    name: str
    wards: int
    patients: int
    files: int
    size_bytes: int
    took_ms: int
    left_out: int
    failed: tuple[Failed, ...]
    removed: tuple[str, ...]
    is_private: bool
    kept_old: str = ""

    @property
    def is_whole(self) -> bool:
        """Say whether every ward and every chart is in it."""
        return not self.failed and not self.left_out

    def document(self) -> dict[str, object]:
        return {
            "folder": self.folder, "set": self.name, "whole": self.is_whole, "wards": self.wards,
            "patients": self.patients, "files": self.files, "bytes": self.size_bytes, "took_ms": self.took_ms,
            "left_out": self.left_out, "failed": [{"ward": one.ward, "code": one.code} for one in self.failed],
            "removed": list(self.removed), "private": self.is_private, "kept_old": self.kept_old,
        }  # fmt: skip


@service(Permission.RECORD_READ)
def chart_print(*, act: Act, patient: UUID) -> bytes:
    """Print one patient's chart. Returns: a PDF. Raises: RL-REC-002, RL-REC-240 without a relation to the ward."""
    ground = record_demand(act=act, patient=patient)
    read_note(act=act, patients=[patient], what="print.chart", ground=ground.value)
    paper = patient_paper(patient=patient, at=act.at)
    _note(act, kind=PrintKind.CHART, wards=[], patients=1)
    return ward_chart_pdf(paper)


@service(Permission.RECORD_READ)
def ward_print(*, act: Act, site: str, ward: str) -> bytes:
    """Print a ward: its census sheet, then every chart. Returns: a PDF. Raises: RL-REC-242, RL-REC-453."""
    key = WardKey(site=site, ward=ward)
    _ward_check(key)
    if not in_scope(act, site=site, service=ward):
        raise errors.NOT_YOUR_WARD.error(where="ward")
    made = ward_paper(
        key=key, at=act.at, note=lambda patients: read_note(act=act, patients=patients, what="print.ward")
    )
    content = ward_chart_pdf(made.whole)
    _note(act, kind=PrintKind.WARD, wards=[key.key], patients=len(made.files))
    return content


@service(Permission.RECORD_PRINT)
def wards_print(
    *, act: Act, folder: Path, wards: Sequence[WardKey] = (), keep: int = 6, language: str = "", make: bool = True
) -> SetReport:
    """Print wards into a folder as one set, whole or not at all; then remove the oldest sets beyond `keep`.

    Args: wards: none for every ward with anybody in it. make: make the folder when it is not there. language: of
    the paper; the installation's where it is empty or not spoken here.
    Raises: RL-REC-450, 451 for the disk, 453 for a ward, 455 while another prints, 460 for nothing to print, 461.
    """
    keep_read(keep)
    for key in wards:
        _ward_check(key)
    begun = time.monotonic()
    with printing_alone(), override(language_known(language)):
        folder_ready(folder, make=make)
        keys = list(wards) or wards_present()
        if not keys:
            raise errors.PRINT_NOTHING.error(where="ward")
        making = _Set(act=act, keys=keys)
        name = set_name(act.at)
        set_write(folder, name=name, files=making.files(), index="index.html")
        removed, kept_old = _old_removed(folder, newest=name, keep=keep)
        report = making.report(
            folder=folder, name=name, took_ms=int((time.monotonic() - begun) * 1000), removed=removed, kept_old=kept_old
        )
        _note(
            act, kind=PrintKind.SET, wards=[key.key for key in keys], patients=report.patients, folder=str(folder),
            code="" if report.is_whole else errors.PRINT_PARTLY.code, took_ms=report.took_ms,
        )  # fmt: skip
    return report


def language_known(language: str) -> str:
    """Return a language paper can be set in: this one, else the installation's."""
    return language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def _old_removed(folder: Path, *, newest: str, keep: int) -> tuple[list[str], str]:
    """Remove old sets; a disk that refuses takes nothing from the new one."""
    try:
        return sets_remove(folder, newest=newest, keep=keep), ""
    except RelightError as refusal:
        return [], refusal.code


def _ward_check(key: WardKey) -> None:
    known = wards_known()
    if known and key not in known:
        raise errors.PRINT_WARD.error(where="ward", ward=key.key[:60])


def _note(
    act: Act, *, kind: PrintKind, wards: list[str], patients: int, folder: str = "", code: str = "", took_ms: int = 0
) -> None:
    """Note a printing: who, when, which wards, how many; never whom."""
    with writing(act) as entry:
        run = PrintRun.objects.create(
            id=new_id(act.at), kind=kind, at=act.at, by=act.actor, door=act.door.value, wards=wards,
            patients=patients, folder=folder, code=code, took_ms=took_ms,
        )  # fmt: skip
        told: list[Json] = [*wards]
        entry.entry(
            "record.print",
            subject=f"print:{run.pk}",
            body={"kind": kind.value, "wards": told, "patients": patients, "folder": folder, "code": code},
        )


@dataclass(slots=True, kw_only=True)
class _Set:
    """A set as it is being made, ward by ward; counts what came of it."""

    act: Act
    keys: Sequence[WardKey]
    patients: int = 0
    count: int = 0
    size_bytes: int = 0
    left_out: int = 0
    failed: list[Failed] = field(default_factory=list)
    contents: list[tuple[WardKey, str, tuple[str, ...]]] = field(default_factory=list)

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Yield path and content of each file, the index and the mark of a whole set last."""
        for key in self.keys:
            for path, content in self._ward(key):
                self.count += 1
                self.size_bytes += len(content)
                yield path, content
        bad = [one.ward for one in self.failed]
        yield "index.html", index_page(at=self.act.at, wards=self.contents, failed=bad)
        document = {
            "relight": "paper copies",
            "at": self.act.at.isoformat(),
            "whole": not bad and not self.left_out,
            "wards": len(self.keys),
            "failed": bad,
        }
        yield MARK, orjson.dumps(document)

    def _ward(self, key: WardKey) -> list[tuple[str, bytes]]:
        """Set one ward; what fails is told and leaves the others be."""
        try:
            made = ward_paper(key=key, at=self.act.at, note=self._read)
            found = [(f"{key.folder}/ward.pdf", ward_chart_pdf(made.whole)), *_charts(key, made)]
        except RelightError as refusal:
            code = refusal.code
        except (ValueError, RuntimeError, KeyError, TypeError) as fault:  # one odd record is no reason to print nobody
            log.warning("ward not printed", ward=key.key, kind=type(fault).__name__)
            code = "RL-REC-463"
        else:
            self.patients += len(made.files)
            self.left_out += made.left_out
            self.contents.append((key, made.place, tuple(name for name, _ in made.files)))
            return found
        self.failed.append(Failed(ward=key.key, code=code))
        return []

    def _read(self, patients: Sequence[UUID]) -> None:
        read_note(act=self.act, patients=patients, what="print.ward")

    def report(self, *, folder: Path, name: str, took_ms: int, removed: Sequence[str], kept_old: str) -> SetReport:
        return SetReport(
            folder=str(folder), name=name, wards=len(self.contents), patients=self.patients, files=self.count,
            size_bytes=self.size_bytes, took_ms=took_ms, left_out=self.left_out, failed=tuple(self.failed),
            removed=tuple(removed), is_private=is_private(folder / name), kept_old=kept_old,
        )  # fmt: skip


def _charts(key: WardKey, made: PaperWard) -> list[tuple[str, bytes]]:
    return [(f"{key.folder}/{name}", ward_chart_pdf(paper)) for name, paper in made.files]
