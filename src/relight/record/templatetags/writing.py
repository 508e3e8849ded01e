"""`{% load writing %}`: words of the pages that write into a chart.

    {{ writer|writer }}   who is writing what since when
    {{ part|marked }}     a part of a text, marked as put in or left out: by underline, strike and colour
    {{ word|severity }}   how bad a reaction was
Owns markup only.
"""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from relight.record.rules.allergies import SEVERITY_WORDS, Severity
from relight.record.rules.merging import Mark, Part
from relight.record.selectors.draft_words import writer_words

register = template.Library()
register.filter("writer", writer_words)


@register.filter
def marked(part: Part) -> SafeString:
    """Mark what became of a part."""
    tag = {Mark.GONE: "del", Mark.NEW: "ins"}.get(part.mark, "span")
    return format_html(f"<{tag}>{{}}</{tag}>", part.text)


@register.filter
def severity(word: str) -> str:
    """Name a severity."""
    return gettext(SEVERITY_WORDS[Severity(word)]) if word in set(Severity) else word
