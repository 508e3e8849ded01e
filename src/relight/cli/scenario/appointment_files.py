"""The exports of appointments as a hospital's systems write them: CSV of several makers, XLSX with merged headers.

Owns their shapes. Refuses to invent appointments. Source: docs/design/scenario.md, "The appointments".
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from openpyxl import Workbook

from relight.cli.scenario.activity_plan import ActivityPlan, ExportPlan
from relight.cli.scenario.appointments import Visit

Cell = Callable[[Visit], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportFile:
    """One export. Args: source: the name it keeps. assume: what an urgency that is not stated means."""

    filename: str
    source: str
    content: bytes
    assume: str
    day: int
    hour: str
    rows: int


_CONSULTATIONS: Mapping[str, Cell] = {
    "N° RDV": lambda v: v.number,
    "Campus": lambda v: v.site.capitalize(),
    "Date RDV": lambda v: f"{v.starts:%d/%m/%Y}",
    "Heure": lambda v: f"{v.starts:%H:%M}",
    "Durée": lambda v: str(v.minutes),
    "Type de RDV": lambda v: "Consultation",
    "Spécialité": lambda v: v.specialty,
    "Médecin": lambda v: v.doctor,
    "Motif": lambda v: v.reason,
    "Suivi": lambda v: v.follow_up,
    "Degré d'urgence": lambda v: v.urgency,
    "Local": lambda v: v.place,
    "NISS": lambda v: v.visitor.national,
    "N° dossier": lambda v: v.visitor.record,
    "Nom": lambda v: v.visitor.family.upper(),
    "Prénom": lambda v: v.visitor.given,
    "Date de naissance": lambda v: f"{v.visitor.birth:%d/%m/%Y}",
    "Téléphone": lambda v: v.visitor.phone,
    "GSM": lambda v: v.visitor.mobile,
    "Adresse": lambda v: f"{v.visitor.street}, {v.visitor.postal} {v.visitor.town}",
    "Langue": lambda v: v.visitor.language,
}
_LISTED: Mapping[str, Cell] = {
    "N° RDV": lambda v: v.number,
    "Site": lambda v: v.site.capitalize(),
    "Date": lambda v: f"{v.starts:%d/%m/%Y}",
    "Heure": lambda v: f"{v.starts:%H:%M}",
    "Durée (min)": lambda v: str(v.minutes),
    "Acte": lambda v: v.what,
    "Spécialité": lambda v: v.specialty,
    "Urgence": lambda v: v.urgency,
    "Salle": lambda v: v.place,
    "Nom": lambda v: v.visitor.family.upper(),
    "Prénom": lambda v: v.visitor.given,
    "Né(e) le": lambda v: f"{v.visitor.birth:%d/%m/%Y}",
    "NISS": lambda v: v.visitor.national,
    "N° dossier": lambda v: v.visitor.record,
    "Téléphone": lambda v: v.visitor.phone,
    "GSM": lambda v: v.visitor.mobile,
}
_GROUPS: Sequence[tuple[str, int, int]] = (("Rendez-vous", 1, 12), ("Patient", 13, 21))


def exports_make(plan: ActivityPlan, visits: Sequence[Visit]) -> Iterator[ExportFile]:
    """Write every export of the plan."""
    by_list: dict[tuple[str, str], list[Visit]] = {}
    for visit in visits:
        by_list.setdefault((visit.list, visit.site), []).append(visit)
    for export in plan.exports:
        if export.together:
            rows = [visit for site in export.sites for visit in by_list.get((export.name, site), [])]
            yield _file(plan, export, rows, stem=_stem(plan, export.name), site="")
            continue
        for site in export.sites:
            yield _file(plan, export, by_list.get((export.name, site), []), stem=f"{export.name}_{site}", site=site)


def _stem(plan: ActivityPlan, key: str) -> str:
    title = next(one.title for one in plan.lists if one.key == key)
    return title.lower().replace(" ", "_").replace("é", "e").replace("ô", "o")


def _file(plan: ActivityPlan, export: ExportPlan, rows: Sequence[Visit], *, stem: str, site: str) -> ExportFile:
    columns = _CONSULTATIONS if export.name == "consultations" else _LISTED
    write = workbook_of if export.kind == "xlsx" else separated_of
    return ExportFile(
        filename=f"{stem}.{export.kind}",
        source=export.source.format(site=site.capitalize()),
        content=write(columns, rows, title=stem.replace("_", " ")),
        assume=export.assume,
        day=export.day,
        hour=export.hour,
        rows=len(rows),
    )


def separated_of(columns: Mapping[str, Cell], rows: Sequence[Visit], *, title: str) -> bytes:
    """Write as an old appointment book does: semicolons, Windows letters, no title."""
    text = io.StringIO()
    lines = csv.writer(text, delimiter=";", lineterminator="\r\n")
    lines.writerow(columns)
    lines.writerows([cell(row) for cell in columns.values()] for row in rows)
    return text.getvalue().encode("cp1252", errors="replace")


def workbook_of(columns: Mapping[str, Cell], rows: Sequence[Visit], *, title: str) -> bytes:
    """Write as a secretariat does: a title over all, groups of columns in merged cells, dates as text."""
    book = Workbook(write_only=False)
    sheet = book.active
    assert sheet is not None
    sheet.title = "Export"
    sheet.append([title.capitalize()])
    sheet.append([])
    grouped = len(columns) == _GROUPS[-1][2]
    if grouped:
        heads = [""] * len(columns)
        for name, first, _ in _GROUPS:
            heads[first - 1] = name
        sheet.append(heads)
        for _, first, last in _GROUPS:
            sheet.merge_cells(start_row=3, start_column=first, end_row=3, end_column=last)
    sheet.append(list(columns))
    for row in rows:
        sheet.append([cell(row) for cell in columns.values()])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
