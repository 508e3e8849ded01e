"""Errors of services shown at the field they are about."""

from __future__ import annotations

from django.forms import BaseForm
from django.utils.translation import gettext

from relight.kernel.errors import RelightError


def form_blame(form: BaseForm, error: RelightError) -> None:
    """Show a coded error in a form: at the field its `where` names, else on top.

    The sentence says what was wrong and what to do now, as everywhere.
    """
    field = error.where if error.where in form.fields else None
    form.add_error(field, f"{error.message(gettext)} {error.next(gettext)}")  # type: ignore[attr-defined] # BaseForm has it
