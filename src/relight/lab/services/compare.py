"""Comparison sheets: opened, typed line by line, closed as evidence.

Each line is stored as it is typed; a closed sheet never changes. Source: docs/design/lab.md, "Comparison sheets".
"""

from __future__ import annotations

from uuid import UUID

from relight.journal.api import Body, new_id, writing
from relight.kernel.act import Act
from relight.kernel.verdict import YES, no
from relight.lab import errors
from relight.lab.models import Comparison, ComparisonLine
from relight.lab.rules.compare import code_read
from relight.lab.rules.policy import Check
from relight.lab.selectors.compare import sheet_get, sheet_row, tests_known
from relight.lab.selectors.ladder import link_get
from relight.lab.services.ladder import evidence_keep
from relight.lab.types import Rung
from relight.people.api import Permission, service


@service(Permission.LAB_EVIDENCE)
def sheet_open(*, act: Act, link: str) -> UUID:
    """Open a comparison sheet; one at a time for a link. Returns: its id. Raises: RL-LAB-001, RL-LAB-183."""
    with writing(act) as log:
        row = link_get(link, lock=True)
        if Comparison.objects.filter(link=row, closed_at=None).exists():
            raise errors.SHEET_OPEN.error(where=link)
        sheet = Comparison.objects.create(
            id=new_id(act.at), link=row, rung=Rung.RESULTS.value, opened_at=act.at, opened_by=act.actor
        )
        log.entry("lab.compare_open", subject=f"link:{link}", body={"sheet": str(sheet.pk)})
    return sheet.pk


@service(Permission.LAB_EVIDENCE)
def line_add(*, act: Act, link: str, sheet: UUID, sample: str, test: str, by_hand: str, unit: str = "") -> UUID:
    """Put one value on a sheet as it was written by hand.

    Args: test: a code, name or LOINC of the analyzer. Raises: RL-LAB-182, 184 (closed), 186 (there already).
    """
    code = code_read(test, tests_known(link, at=act.at))
    with writing(act) as log:
        row = _open_sheet(link, sheet)
        if ComparisonLine.objects.filter(comparison=row, sample=sample.strip(), code=code).exists():
            raise errors.LINE_TWICE.error(where="test")
        line = ComparisonLine.objects.create(
            id=new_id(act.at),
            comparison=row,
            sample=sample.strip(),
            code=code,
            by_hand=by_hand.strip(),
            unit=unit.strip(),
            by=act.actor,
            at=act.at,
        )
        log.entry("lab.compare_line", subject=f"link:{link}", body={"sheet": str(sheet), "line": str(line.pk)})
    return line.pk


@service(Permission.LAB_EVIDENCE)
def line_remove(*, act: Act, link: str, sheet: UUID, line: UUID) -> None:
    """Take a line off an open sheet: what stood there goes into the journal, without the sample.

    Raises: RL-LAB-182, RL-LAB-184.
    """
    with writing(act) as log:
        row = _open_sheet(link, sheet)
        found = ComparisonLine.objects.filter(comparison=row, pk=line).first()
        if found is None:
            raise errors.NO_SHEET.error(where="line")
        body: Body = {"sheet": str(sheet), "line": str(line), "test": found.code}
        found.delete()
        log.entry("lab.compare_remove", subject=f"link:{link}", body=body)


@service(Permission.LAB_EVIDENCE)
def sheet_close(*, act: Act, link: str, sheet: UUID) -> bool:
    """Close a sheet: each line keeps the result that stood beside it, and the sheet becomes evidence.

    Returns: whether it passes. Raises: RL-LAB-182, 184 (closed already), 185 (no line).
    """
    with writing(act) as log:
        row = _open_sheet(link, sheet)
        found = sheet_get(link=link, sheet=sheet)
        if not found.lines:
            raise errors.SHEET_EMPTY.error(where="sheet")
        for line in found.lines:
            if line.result is not None:
                line.row.result = line.result
                line.row.save(update_fields=["result"])
        row.closed_at, row.closed_by = act.at, act.actor
        row.verdict = "pass" if found.passes else "fail"
        row.save(update_fields=["closed_at", "closed_by", "verdict"])
        evidence_keep(
            act=act,
            log=log,
            row=link_get(link),
            check=Check.COMPARISON,
            verdict=YES if found.passes else no(errors.COMPARISON_SHORT),
            facts={"count": len(found.lines), "samples": found.samples, "differing": found.beyond + found.missing},
            comparison=row,
        )
        body: Body = {"sheet": str(sheet), "lines": len(found.lines), "verdict": row.verdict}
        log.entry("lab.compare_close", subject=f"link:{link}", body=body)
    return found.passes


def _open_sheet(link: str, sheet: UUID) -> Comparison:
    row = sheet_row(link=link, sheet=sheet)
    if row.closed_at is not None:
        raise errors.SHEET_CLOSED.error(where="sheet")
    return row
