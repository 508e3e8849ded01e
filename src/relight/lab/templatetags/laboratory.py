"""`{% load laboratory %}`: the counts of the laboratory's tab bar.

Owns no markup and no query of its own.
"""

from __future__ import annotations

from django import template

from relight.lab.selectors.board import TabCounts
from relight.lab.selectors.board import tab_counts as counted

register = template.Library()


@register.simple_tag
def tab_counts() -> TabCounts:
    """Count what waits for somebody."""
    return counted()
