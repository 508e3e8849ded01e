"""`{% load writing %}`: words of the pages that write into a chart.

    {{ writer|writer }}   who is writing what since when
    {{ part|marked }}     a part of a text, marked as put in or left out: by underline, strike and colour
    {{ word|severity }}   how bad a reaction was
    {{ date|partial }}    a date of which the day may be missing, as people write it
    {% amend_href patient type id as href %}   where an item is amended, empty for what has no form
Owns markup only.
"""

from __future__ import annotations

from uuid import UUID

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from relight.record.models import Identifier
from relight.record.rules.allergies import SEVERITY_WORDS, Severity
from relight.record.rules.merging import Mark, Part
from relight.record.rules.problems import partial_shown
from relight.record.rules.vitals import SET
from relight.record.selectors.draft_words import writer_words

EDITS = {
    "Composition": "record:note-edit",
    "AllergyIntolerance": "record:allergy-edit",
    "Condition": "record:problem-edit",
}
register = template.Library()
register.filter("writer", writer_words)
register.filter("partial", partial_shown)


@register.simple_tag
def amend_href(patient: UUID, type: str, id: UUID) -> str:
    """Return where an item is amended; empty for what has no form. One statement for an Observation, none else."""
    if type == "Observation":
        set_id = Identifier.objects.filter(resource=id, system=SET).values_list("value", flat=True).first()
        return reverse("record:vitals-edit", args=[patient, set_id]) if set_id else ""
    return reverse(EDITS[type], args=[patient, id]) if type in EDITS else ""


@register.filter
def marked(part: Part) -> SafeString:
    """Mark what became of a part."""
    tag = {Mark.GONE: "del", Mark.NEW: "ins"}.get(part.mark, "span")
    return format_html(f"<{tag}>{{}}</{tag}>", part.text)


@register.filter
def severity(word: str) -> str:
    """Name a severity."""
    return gettext(SEVERITY_WORDS[Severity(word)]) if word in set(Severity) else word
