"""The words of paper, in the reader's language: what the layouts say themselves, times, and the index of a set.

Owns phrases. Refuses patients' names in an index: it names wards, beds and record numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from html import escape

from django.utils import formats
from django.utils.timezone import localtime
from django.utils.translation import get_language, gettext, ngettext

from relight.hospital.api import group_name
from relight.record.rules.printing import WardKey


def chart_words() -> dict[str, str]:
    """Return every word of `paper.ward_chart.WORDS`."""
    return {
        "page": gettext("page"), "of": gettext("of"), "printed": gettext("printed"), "end": gettext("end of the chart"),
        "no_number": gettext("no number"), "census": gettext("Ward census"), "bed": gettext("Bed"),
        "patient": gettext("Patient"), "number": gettext("Number"), "since": gettext("Here since"),
        "reason": gettext("Reason"), "allergies": gettext("Allergies"), "news": gettext("NEWS2"),
        "problems": gettext("Problems"), "medicines": gettext("Current medicines"), "medicine": gettext("Medicine"),
        "today": gettext("Today"), "tomorrow": gettext("Tomorrow"),
        "given_how": gettext(
            "Given: write time and initials into a cell. Not given: a circle with the reason. ✓ given, ✗ not given: as"
            " the record had it when this was printed."
        ),
        "add_medicine": gettext("medicine, dose, route, frequency · prescriber, time"),
        "results": gettext("Last results"), "test": gettext("Test"), "value": gettext("Value"), "unit": gettext("Unit"),
        "flag": gettext("Flag"), "range": gettext("Reference"), "taken": gettext("Taken"), "source": gettext("Source"),
        "vitals": gettext("Vital signs of the last 48 hours"), "measure": gettext("Vital sign"),
        "grid": gettext("Observations to come: to fill in by hand"), "time": gettext("Date, time"),
        "initials": gettext("Initials"), "requests": gettext("Open requests"), "asked": gettext("Requested"),
        "what": gettext("What"), "state": gettext("State"), "notes": gettext("Last notes"),
        "documents": gettext("Documents, to be opened on the screen"), "title": gettext("Title"), "by": gettext("By"),
        "date": gettext("Date"), "left_out": gettext("NOT ON THIS PAPER"), "nothing": gettext("Nothing written."),
        "write_here": gettext("Notes by hand: date, time, name, function"), "free_beds": gettext("Free beds"),
        "remarks": gettext("Remarks"),
    }  # fmt: skip


def language_now() -> str:
    """Return the two letters of the language paper is set in."""
    return (get_language() or "en")[:2]


def time_words(at: datetime | None) -> str:
    """Write a time as `23.11. 14:05`, with the year when it is another one than now; empty for none."""
    return formats.date_format(localtime(at), "d.m. H:i") if at else ""


def stamp_words(at: datetime) -> str:
    """Write a time with its year."""
    return formats.date_format(localtime(at), "d.m.Y H:i")


def day_words(at: datetime | None) -> str:
    """Write a day with its year; empty for none."""
    return formats.date_format(localtime(at), "d.m.Y") if at else ""


def date_words(text: str) -> str:
    """Write a FHIR date as it is read: `2014-05-01` -> `01.05.2014`, `2014` as it is; other words as they are."""
    parts = text[:10].split("-")
    return ".".join(reversed(parts)) if all(part.isdigit() for part in parts) else text


def index_page(*, at: datetime, wards: Sequence[tuple[WardKey, str, Sequence[str]]], failed: Iterable[str]) -> bytes:
    """Make the index of a set: one HTML page that any browser opens without Relight. Links are relative to the set.

    Args: wards: key, name and chart files of each. failed: wards that could not be set.
    """
    parts = [_ward_part(key, place, files) for key, place, files in wards]
    bad = "".join(f"<p class='bad'>{escape(gettext('NOT PRINTED: {ward}').format(ward=ward))}</p>" for ward in failed)
    title = gettext("Paper copies of {time}").format(time=stamp_words(at))
    how = gettext(
        "Print a ward with “ward.pdf”: census sheet, then every chart. Single charts are named by bed and record"
        " number. What is written here is as old as the time above; go on by hand, and enter it when Relight is back:"
        " admission forms with a number first, then allergies, medicines, results, notes."
    )
    secret = gettext("Patients' records: keep this folder locked away, and destroy what is no longer needed.")
    body = f"<h1>{escape(title)}</h1><p>{escape(group_name())}</p><p>{escape(how)}</p><p><b>{escape(secret)}</b></p>"
    style = (
        "body{font:16px/1.5 sans-serif;max-width:60em;margin:2em auto;padding:0 1em}h2{margin:1.2em 0 .2em}"
        ".bad{border:3px solid;padding:.4em;font-weight:bold}li{display:inline-block;min-width:14em}"
    )
    head = (
        f'<meta charset="utf-8"><title>{escape(title)}</title><meta name="viewport" content="width=device-width">'
        f"<style>{style}</style>"
    )
    page = f'<!doctype html><html lang="{language_now()}"><head>{head}</head><body>{body}{bad}{"".join(parts)}'
    return f"{page}</body></html>".encode()


def _ward_part(key: WardKey, place: str, files: Sequence[str]) -> str:
    links = "".join(f'<li><a href="{key.folder}/{name}">{escape(name.removesuffix(".pdf"))}</a></li>' for name in files)
    count = ngettext("%(count)d chart", "%(count)d charts", len(files)) % {"count": len(files)}
    whole = escape(gettext("the whole ward"))
    return (
        f'<h2>{escape(place)}</h2><p><a href="{key.folder}/ward.pdf">ward.pdf</a> {whole} · {count}</p><ul>{links}</ul>'
    )
