"""The only door of `ui` for other apps: tables, matrices, errors as answers or in a form, phrases of dates.

Templates use `{% load relight %}`, whose docstring shows every component.
"""

from __future__ import annotations

from relight.ui.components.words import number, share, share_of
from relight.ui.context import THEME_COOKIE, THEMES
from relight.ui.error_pages import error_response, incident_code, status_of
from relight.ui.forms import form_blame
from relight.ui.icons import icon_svg
from relight.ui.moment import date_words, day_number, day_word, moment, span_words
from relight.ui.rules import STATES, state_key, state_look
from relight.ui.tables import Column, Table, csv_response, csv_safe, table_read
from relight.ui.types import Link, Matrix, MatrixCell, MatrixRow, Share, Tone

__all__ = [
    "STATES",
    "THEMES",
    "THEME_COOKIE",
    "Column",
    "Link",
    "Matrix",
    "MatrixCell",
    "MatrixRow",
    "Share",
    "Table",
    "Tone",
    "csv_response",
    "csv_safe",
    "date_words",
    "day_number",
    "day_word",
    "error_response",
    "form_blame",
    "icon_svg",
    "incident_code",
    "moment",
    "number",
    "share",
    "share_of",
    "span_words",
    "state_key",
    "state_look",
    "status_of",
    "table_read",
]
