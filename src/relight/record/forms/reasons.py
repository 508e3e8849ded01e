"""Forms that ask for a reason and nothing else."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from relight.record.forms.writing.base import PLAIN


class ErrorForm(forms.Form):
    """Mark something as entered in error."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=gettext_lazy("What was wrong?"), max_length=200, widget=forms.TextInput({**PLAIN, "data-focus": ""})
    )
