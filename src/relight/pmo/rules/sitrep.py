"""A situation report in one language for one audience: facts into sentences and tables, and as plain text.

Owns what stands where and what is left out. Refuses to count: `selectors.facts` does. What an audience may not see is
not put in at all. Source: docs/design/sitrep.md, cases 1-16.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from relight.pmo.rules.words import Allowed, Words, audiences, words_of
from relight.pmo.types import LANGUAGES, Audience

PROBLEMS_MOST, UNITS_MOST = 10, 10
LEVELS = ("normal", "degraded", "down")
TOTALS = {"admitted": "seen", "functions_up": "functions", "links_linked": "links"}
RUNGS = ("autovalidation", "orders", "results", "identification", "paper")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One number. change: against the report before, empty without one."""

    key: str
    label: str
    value: str
    change: str
    definition: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A table with a title. note: a sentence below, or alone where there are no rows."""

    key: str
    title: str
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A report ready to be shown. words: `page`, `draft`, `figures`, `figure`, `now`, `change`, `message`."""

    language: str
    group: str
    title: str
    heading: str
    audience: str
    dated: str
    subtitle: str
    is_draft: bool
    message: tuple[str, ...]
    message_language: str
    message_note: str
    figures: tuple[Figure, ...]
    sections: tuple[Section, ...]
    approved: str
    seal: str
    words: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Meta:
    """What stands around the facts. number: 0 for a draft. approved_at: ISO, empty for a draft."""

    number: int = 0
    approved_at: str = ""
    approver: str = ""
    kid: str = ""
    digest: str = ""


def canonical(document: Mapping[str, Any]) -> bytes:
    """Return the bytes that are signed: keys sorted, nothing between them."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def digest_of(document: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a document, hexadecimal."""
    return hashlib.sha256(canonical(document)).hexdigest()


def sheet_make(
    facts: Mapping[str, Any], *, free: Mapping[str, str], meta: Meta, language: str, audience: Audience
) -> Sheet:
    """Write a report. Args: facts: as `selectors.facts` gathers them. free: what a person wrote, by language."""
    words, allowed = words_of(language), audiences()[audience]
    message_language, message = _message(free, words) if "message" in allowed.parts else (words.language, ())
    before = facts.get("before")
    day = words.text("day", day=facts["day"]) if facts["day"] is not None else ""
    subtitle = words.text("subtitle_first")
    if before:
        subtitle = words.text("subtitle", number=before["number"], day=words.text("day", day=before["day"]))
    return Sheet(
        language=words.language,
        group=words.name(facts["group"]),
        title=words.text("title"),
        heading=words.text("heading", number=meta.number) if meta.number else words.text("heading_draft"),
        audience=words.word("audience", audience.value),
        dated=" · ".join(part for part in (day, words.moment(facts["at"])) if part),
        subtitle=subtitle,
        is_draft=not meta.number,
        message=message,
        message_language=message_language,
        message_note=words.text("message_other") if message and message_language != words.language else "",
        figures=tuple(_figures(facts, words, allowed)) if "figures" in allowed.parts else (),
        sections=tuple(_sections(facts, words, allowed)),
        approved=_approved(meta, words, allowed),
        seal=words.text("seal", kid=meta.kid, digest=meta.digest) if meta.kid else "",
        words={key: words.text(key) for key in ("page", "draft", "figures", "figure", "now", "change", "message")},
    )


def _message(free: Mapping[str, str], words: Words) -> tuple[str, tuple[str, ...]]:
    found = next((code for code in (words.language, *LANGUAGES) if free.get(code)), words.language)
    return found, tuple(line for line in free.get(found, "").split("\n") if line.strip())


def _approved(meta: Meta, words: Words, allowed: Allowed) -> str:
    if not meta.number:
        return ""
    at = words.moment(meta.approved_at)
    return words.text("approved", at=at, by=meta.approver) if allowed.names else words.text("approved_nameless", at=at)


def _figures(facts: Mapping[str, Any], words: Words, allowed: Allowed) -> Iterator[Figure]:
    now, before = facts["figures"], (facts.get("before") or {}).get("figures", {})
    for key in allowed.figures:
        value, last, total = now.get(key), before.get(key), now.get(TOTALS.get(key, ""))
        said = words.text("none") if value is None else words.number(value)
        if value is not None and total is not None and TOTALS[key] not in allowed.figures:
            said = words.text("of_all", value=words.number(value), all=words.number(total))
        change = ""
        if value is not None and last is not None:
            change = words.signed(value - last) if value != last else words.text("same")
        yield Figure(
            key=key,
            label=words.word("figure", key),
            value=said,
            change=change,
            definition=words.word("definition", key),
        )


def _sections(facts: Mapping[str, Any], words: Words, allowed: Allowed) -> Iterator[Section]:
    makers = {
        "sites": _sites,
        "services": _services,
        "links": _links,
        "problems": _problems,
        "decisions": _decisions,
        "forecast": _forecast,
    }
    for part, make in makers.items():
        if part in allowed.parts:
            yield from make(facts, words, allowed)


def _sites(facts: Mapping[str, Any], words: Words, allowed: Allowed) -> Iterator[Section]:
    rows = tuple(
        (
            words.name(site["names"], else_id=site["id"]),
            words.word("zone", site["zone"]),
            words.text("of_all", value=words.number(site["admitted"]), all=words.number(site["seen"])),
        )
        for site in facts["sites"]
    )
    head = (words.text("site"), words.text("zone"), words.text("machines"))
    yield Section(key="sites", title=words.text("sites"), head=head, rows=rows)


def _services(facts: Mapping[str, Any], words: Words, allowed: Allowed) -> Iterator[Section]:
    sites = facts["sites"]
    rows = tuple(
        (
            words.name(service["names"], else_id=service["id"]),
            *(
                words.word("level", service["cells"][site["id"]])
                if site["id"] in service["cells"]
                else words.text("not_there")
                for site in sites
            ),
        )
        for service in facts["services"]
    )
    head = (words.text("service"), *(words.name(site["names"], else_id=site["id"]) for site in sites))
    lacks = any(len(service["cells"]) < len(sites) for service in facts["services"])
    yield Section(
        key="services",
        title=words.text("services"),
        head=head,
        rows=rows,
        note=words.text("not_there_key") if lacks else "",
    )


def _links(facts: Mapping[str, Any], words: Words, allowed: Allowed) -> Iterator[Section]:
    if not facts["links"]:
        return
    rows = []
    for rung in RUNGS:
        names = sorted(link["name"] for link in facts["links"] if link["rung"] == rung)
        if names:
            rows.append((words.word("rung", rung), words.number(len(names)), ", ".join(names)))
    head = (words.text("rung"), words.text("now"), words.text("analyzers"))
    yield Section(key="links", title=words.text("links"), head=head, rows=tuple(rows))


def _problems(facts: Mapping[str, Any], words: Words, allowed: Allowed) -> Iterator[Section]:
    title, found = words.text("problems"), facts["problems"]
    if not found:
        yield Section(key="problems", title=title, note=words.text("problems_none"))
        return
    rows = tuple(
        (
            words.name(row["what"]),
            words.name(row["where"]),
            words.day(row["since"]),
            (row["owner"] or words.text("nobody")) if allowed.names else "",
        )
        for row in found[:PROBLEMS_MOST]
    )
    head = tuple(words.text(key) for key in ("problem", "where", "since", "owner"))
    note = words.text("more", count=len(found) - PROBLEMS_MOST) if len(found) > PROBLEMS_MOST else ""
    yield Section(key="problems", title=title, head=head, rows=rows, note=note)


def _decisions(facts: Mapping[str, Any], words: Words, allowed: Allowed) -> Iterator[Section]:
    head = (words.text("decision"), words.text("since"), words.text("effect"))
    for key in ("asked", "signed"):
        rows = tuple(
            (row["title"], words.day(row["since"]), _effect(row["patient_days"], words))
            for row in facts["decisions"][key]
        )
        if rows:
            yield Section(key=f"decisions-{key}", title=words.text(f"decisions_{key}"), head=head, rows=rows)


def _effect(patient_days: int, words: Words) -> str:
    if patient_days <= 0:
        return words.text("nothing_more")
    return words.text("patient_days", count=words.number(patient_days))


def _forecast(facts: Mapping[str, Any], words: Words, allowed: Allowed) -> Iterator[Section]:
    forecast, before = facts["forecast"], (facts.get("before") or {}).get("forecast") or {}
    machines = forecast.get("machines", ())
    if machines:
        then = {point["day"]: point for point in before.get("machines_all", ())}
        rows = tuple(
            (
                words.text("day", day=point["day"]),
                words.number(point["p50"]),
                f"{words.number(point['p05'])} – {words.number(point['p95'])}",
                words.number(then[point["day"]]["p50"]) if point["day"] in then else "",
            )
            for point in machines
        )
        head = tuple(
            words.text(key) for key in ("forecast_day", "forecast_middle", "forecast_range", "forecast_before")
        )
        yield Section(key="forecast-machines", title=words.text("forecast_machines"), head=head, rows=rows)
    units = forecast.get("units")
    if units is None:
        yield Section(key="forecast-units", title=words.text("forecast_units"), note=words.text("plan_none"))
        return
    last = {row["id"]: row["p50"] for row in before.get("units") or ()}
    rows = tuple(
        (
            words.name(row["names"], else_id=row["id"]),
            words.day(row["p50"]) if row["p50"] else words.text("unknown"),
            words.day(row["p80"]) if row["p80"] else words.text("unknown"),
            _drift(row["p50"], last.get(row["id"]), words),
        )
        for row in units[:UNITS_MOST]
    )
    head = (words.text("service"), words.text("median"), words.text("four_in_five"), words.text("drift"))
    note = words.text("more", count=len(units) - UNITS_MOST) if len(units) > UNITS_MOST else ""
    yield Section(key="forecast-units", title=words.text("forecast_units"), head=head, rows=rows, note=note)


def _drift(now: str | None, last: str | None, words: Words) -> str:
    if not now or not last:
        return ""
    days = (date.fromisoformat(now[:10]) - date.fromisoformat(last[:10])).days
    return words.text("days", days=words.signed(days)) if days else words.text("same")


# -- plain text ----------------------------------------------------------------------------------------


def text_of(sheet: Sheet) -> str:
    """Write a report as plain text, 100 characters wide at most where words allow it."""
    lines = [sheet.group, f"{sheet.title} – {sheet.heading} – {sheet.audience}", sheet.dated, sheet.subtitle]
    if sheet.message:
        note = [sheet.message_note] if sheet.message_note else []
        lines += ["", sheet.words["message"].upper(), *sheet.message, *note]
    if sheet.figures:
        rows = [(one.label, one.value, one.change) for one in sheet.figures]
        lines += ["", sheet.words["figures"].upper(), *_columns(rows)]
    for section in sheet.sections:
        lines += ["", section.title.upper()]
        lines += _columns([section.head, *section.rows]) if section.rows else []
        lines += [section.note] if section.note else []
    lines += ["", *(part for part in (sheet.approved, sheet.seal) if part)]
    return "\n".join(lines).rstrip() + "\n"


def _columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """Line columns up; the last is as long as it is."""
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, [*widths[:-1], 0], strict=True)).rstrip()
        for row in rows
    ]
