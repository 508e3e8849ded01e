"""The readable report: one HTML page without scripts or outside addresses, and the same as PDF.

Owns the layout. Words come translated through `translate`; file names and rule names are escaped, never interpreted.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

import orjson

from relight.inspection.codec import reason_in
from relight.inspection.report import FINDINGS, KIND_WORDS, NOT_READ, VERDICT_WORDS
from relight.kernel.errors import N_, Translate, same

MAX_ROWS = 2000
VERDICT_SIGNS = {"clean": "●", "findings": "✕", "incomplete": "◐"}
VERDICT_SENTENCES = {
    "clean": N_("Every byte in scope was read and nothing was found."),
    "findings": N_("Something was found. Do not admit this; look at each finding first."),
    "incomplete": N_("Not everything was read, so this says nothing about what is missing."),
}
STYLE = """
:root{color-scheme:light dark}
body{font:16px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.75rem;margin:0 0 .5rem}h2{font-size:1.25rem;margin:2rem 0 .5rem}
.verdict{font-size:2.75rem;font-weight:700;margin:0}
.clean{color:#00703c}.findings{color:#d4351c}.incomplete{color:#a05a00}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;vertical-align:top;padding:.35rem .75rem .35rem 0;border-bottom:1px solid #8888}
td.path{overflow-wrap:anywhere;font-family:ui-monospace,monospace;font-size:.875rem}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1.5rem}
dt{font-weight:600}dd{margin:0;overflow-wrap:anywhere}
svg text{fill:currentColor;font:14px system-ui,sans-serif}
@media(prefers-color-scheme:dark){.clean{color:#5fd38d}.findings{color:#ff8f7a}.incomplete{color:#ffbf47}}
@media print{body{margin:0;max-width:none}tr{break-inside:avoid}}
"""


def number(value: int) -> str:
    """Return a number with thin groups of three."""
    return f"{value:,}".replace(",", "\u202f")


def page_html(document: Mapping[str, Any], *, translate: Translate = same, language: str = "en") -> str:
    """Return the report as one HTML page."""
    t = translate
    verdict = str(document["verdict"])
    parts = [
        f'<!doctype html><html lang="{escape(language)}"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width,initial-scale=1">',
        f"<title>{escape(t(N_('Inspection report')))}</title><style>{STYLE}</style></head><body>",
        f"<h1>{escape(t(N_('Inspection report')))}</h1>",
        f'<p class="verdict {escape(verdict)}"><span aria-hidden="true">{VERDICT_SIGNS[verdict]}</span>',
        f" {escape(t(VERDICT_WORDS[verdict]))}</p>",
        f"<p>{escape(t(VERDICT_SENTENCES[verdict]))}</p>",
        _facts_html(document, t),
        chart_svg(document, translate=t),
        _findings_html(document, t),
        _unread_html(document, t),
        "</body></html>",
    ]
    return "".join(parts)


def _facts(document: Mapping[str, Any], t: Translate) -> list[tuple[str, str]]:
    inspected, scope = int(document["bytes_inspected"]), int(document["bytes_in_scope"])
    signature = document.get("signature")
    facts = [
        (t(N_("Inspected")), ", ".join(str(path) for path in document["paths"])),
        (t(N_("Files")), number(int(document["files"]))),
        (t(N_("Bytes read")), f"{number(inspected)} / {number(scope)} ({_percent(document)})"),
        (t(N_("Started")), str(document["started"])),
        (t(N_("Finished")), str(document["finished"])),
        (t(N_("YARA rules")), number(int(document["rules"]["count"]))),
        (t(N_("Known bad list")), number(int(document["lists"]["known_bad"]["count"]))),
        (
            t(N_("ClamAV")),
            str(document["clamav"].get("version", "")) if document["clamav"]["used"] else t(N_("not used")),
        ),
    ]
    if isinstance(signature, Mapping):
        facts.append((t(N_("Signed with key")), str(signature["key_id"])))
    else:
        facts.append((t(N_("Signed with key")), t(N_("not signed: this is no evidence"))))
    return facts


def _percent(document: Mapping[str, Any]) -> str:
    """Rounded down: 100 % is said only when every byte was read."""
    share = float(document["share_inspected"])
    return "100 %" if share == 1.0 else f"{int(share * 10_000) / 100:.2f} %"


def _facts_html(document: Mapping[str, Any], t: Translate) -> str:
    rows = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in _facts(document, t))
    return f"<dl>{rows}</dl>"


def bars(document: Mapping[str, Any]) -> list[tuple[str, int]]:
    """Return what the chart shows: files without finding, then findings by kind."""
    counts = {str(kind): int(count) for kind, count in document["counts"].items()}
    hit = {row["path"] for row in document["findings"]}
    return [
        ("", max(int(document["files"]) - len(hit), 0)),
        *((kind, counts[kind]) for kind in KIND_WORDS if kind in counts),
    ]


def chart_svg(document: Mapping[str, Any], *, translate: Translate = same) -> str:
    """Draw files without finding and findings by kind as bars on a common scale; a bar is never thinner than a hair."""
    t = translate
    rows = bars(document)
    most = max((count for _, count in rows), default=0) or 1
    height = 32 * len(rows)
    title = escape(t(N_("Files without finding, and findings by kind")))
    parts = [f'<h2>{title}</h2><svg viewBox="0 0 700 {height}" width="100%" role="img" aria-label="{title}">']
    for index, (kind, count) in enumerate(rows):
        y = index * 32
        width = max(count * 380 / most, 2 if count else 0)
        word = t(KIND_WORDS[kind]) if kind else t(N_("Without finding"))
        colour = "#d4351c" if kind else "#00703c"
        parts.append(
            f'<text x="0" y="{y + 20}">{escape(word)}</text>'
            f'<rect x="180" y="{y + 6}" width="{width:.1f}" height="20" fill="{colour}"/>'
            f'<text x="{188 + width:.1f}" y="{y + 20}">{number(count)}</text>'
        )
    return "".join([*parts, "</svg>"])


def _reasons(row: Mapping[str, Any], t: Translate) -> str:
    return "; ".join(reason_in(one).say(t) for one in row["because"])


def _place(row: Mapping[str, Any]) -> str:
    return f"{row['path']} › {row['member']}" if row.get("member") else str(row["path"])


def _findings_html(document: Mapping[str, Any], t: Translate) -> str:
    rows = document["findings"]
    heading = f"<h2>{escape(t(FINDINGS))} ({number(len(rows))})</h2>"
    if not rows:
        return f"{heading}<p>{escape(t(N_('None.')))}</p>"
    cells = "".join(
        f"<tr><td>{escape(t(KIND_WORDS[row['kind']]))}</td>"
        f'<td class="path">{escape(_place(row))}</td><td>{escape(_reasons(row, t))}</td></tr>'
        for row in rows[:MAX_ROWS]
    )
    head = "".join(f"<th>{escape(t(word))}</th>" for word in (N_("Kind"), N_("File"), N_("Why")))
    return f"{heading}<table><thead><tr>{head}</tr></thead><tbody>{cells}</tbody></table>{_more(len(rows), t)}"


def _unread_html(document: Mapping[str, Any], t: Translate) -> str:
    rows = document["unread"]
    heading = f"<h2>{escape(t(NOT_READ))} ({number(len(rows))})</h2>"
    if not rows:
        return f"{heading}<p>{escape(t(N_('Everything in scope was read.')))}</p>"
    cells = "".join(
        f'<tr><td class="path">{escape(_place(row))}</td><td>{escape(reason_in(row["because"]).say(t))}</td></tr>'
        for row in rows[:MAX_ROWS]
    )
    head = "".join(f"<th>{escape(t(word))}</th>" for word in (N_("File"), N_("Why")))
    return f"{heading}<table><thead><tr>{head}</tr></thead><tbody>{cells}</tbody></table>{_more(len(rows), t)}"


def _more(total: int, t: Translate) -> str:
    if total <= MAX_ROWS:
        return ""
    sentence = t(N_("The first {shown} of {total}; report.json has all."))
    return f"<p>{escape(sentence.format(shown=number(MAX_ROWS), total=number(total)))}</p>"


LAYOUT = r"""
#let d = json(bytes(sys.inputs.data))
#set document(title: d.title)
#set text(lang: d.language, font: "Libertinus Serif", size: 10pt)
#set page(paper: "a4", margin: 18mm, numbering: "1 / 1", footer: context [
  #text(size: 8pt)[#d.title · #d.key #h(1fr) #counter(page).display("1 / 1", both: true)]
])
#show heading.where(level: 1): set text(size: 20pt)
#heading(level: 1, d.title)
#text(size: 26pt, weight: "bold", fill: rgb(d.colour))[#d.verdict]

#d.sentence

#table(columns: (auto, 1fr), stroke: none, inset: (x: 0pt, y: 3pt), column-gutter: 12pt,
  ..d.facts.map(row => (strong(row.at(0)), row.at(1))).flatten())

#heading(level: 2, d.chart_title)
#grid(columns: (38mm, 1fr), row-gutter: 5pt, ..d.bars.map(row => (
  row.label,
  stack(dir: ltr, spacing: 4pt, rect(width: row.share * 80mm, height: 9pt, fill: rgb(row.colour)), row.count),
)).flatten())

#let name(path) = text(size: 8pt, path.clusters().join("\u{200b}"))
#heading(level: 2, d.findings_title)
#if d.findings.len() == 0 { d.none } else {
  table(columns: (22mm, 1fr, 1fr), stroke: 0.4pt + luma(160), align: left,
    table.header(..d.findings_head.map(strong)),
    ..d.findings.map(row => (row.at(0), name(row.at(1)), row.at(2))).flatten())
}
#d.findings_more

#heading(level: 2, d.unread_title)
#if d.unread.len() == 0 { d.all_read } else {
  table(columns: (1fr, 1fr), stroke: 0.4pt + luma(160), align: left,
    table.header(..d.unread_head.map(strong)),
    ..d.unread.map(row => (name(row.at(0)), row.at(1))).flatten())
}
#d.unread_more
"""
COLOURS = {"clean": "#00703c", "findings": "#d4351c", "incomplete": "#a05a00"}
MAX_PAPER_ROWS = 400


def page_pdf(document: Mapping[str, Any], *, translate: Translate = same, language: str = "en") -> bytes:
    """Return the report as PDF (typst). All that comes from files travels as data, never as markup."""
    import typst  # noqa: PLC0415 - a compiled library: a rescue system may lack it

    content = orjson.dumps(_paper(document, translate, language)).decode("utf-8")
    return typst.compile(LAYOUT.encode("utf-8"), sys_inputs={"data": content}, format="pdf")


def _paper(document: Mapping[str, Any], t: Translate, language: str) -> dict[str, Any]:
    verdict = str(document["verdict"])
    findings, unread = document["findings"], document["unread"]
    signature = document.get("signature")
    rows = bars(document)
    most = max((count for _, count in rows), default=0) or 1
    return {
        "title": t(N_("Inspection report")),
        "language": language,
        "key": str(signature["key_id"]) if isinstance(signature, Mapping) else t(N_("not signed: this is no evidence")),
        "verdict": f"{t(VERDICT_WORDS[verdict])}",
        "colour": COLOURS[verdict],
        "sentence": t(VERDICT_SENTENCES[verdict]),
        "facts": [list(fact) for fact in _facts(document, t)],
        "chart_title": t(N_("Files without finding, and findings by kind")),
        "bars": [
            {
                "label": t(KIND_WORDS[kind]) if kind else t(N_("Without finding")),
                "count": number(count),
                "share": max(count / most, 0.004 if count else 0.0),
                "colour": "#d4351c" if kind else "#00703c",
            }
            for kind, count in rows
        ],
        "findings_title": f"{t(FINDINGS)} ({number(len(findings))})",
        "findings_head": [t(N_("Kind")), t(N_("File")), t(N_("Why"))],
        "findings": [[t(KIND_WORDS[row["kind"]]), _place(row), _reasons(row, t)] for row in findings[:MAX_PAPER_ROWS]],
        "findings_more": _paper_more(len(findings), t),
        "none": t(N_("None.")),
        "unread_title": f"{t(NOT_READ)} ({number(len(unread))})",
        "unread_head": [t(N_("File")), t(N_("Why"))],
        "unread": [[_place(row), reason_in(row["because"]).say(t)] for row in unread[:MAX_PAPER_ROWS]],
        "unread_more": _paper_more(len(unread), t),
        "all_read": t(N_("Everything in scope was read.")),
    }


def _paper_more(total: int, t: Translate) -> str:
    if total <= MAX_PAPER_ROWS:
        return ""
    return t(N_("The first {shown} of {total}; report.json has all.")).format(
        shown=number(MAX_PAPER_ROWS), total=number(total)
    )
