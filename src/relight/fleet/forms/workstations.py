"""Forms of enrolled workstations: a code typed or scanned, why one is revoked, the filters of the list."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy

from relight.fleet.forms.batch import place_choices
from relight.fleet.rules.words import Words


class CodeForm(forms.Form):
    """The code on the technician's screen."""

    code = forms.CharField(
        label=gettext_lazy("Code"),
        help_text=gettext_lazy("Eight letters and digits, for example K7QM-2X4T. Type them, or scan them here."),
        max_length=40,
        widget=forms.TextInput(
            {"autofocus": True, "autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )


class RevokeForm(forms.Form):
    """Why a workstation is revoked."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=500)


class PlaceForm(forms.Form):
    """Which workstations the list shows."""

    site = forms.ChoiceField(required=False, label=gettext_lazy("Site"))
    service = forms.ChoiceField(required=False, label=gettext_lazy("Service"))

    def __init__(self, data: Any, words: Words) -> None:
        super().__init__(data)
        for name in ("site", "service"):
            choices = [("", gettext("all")), *place_choices(words, name)]
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    def chosen(self) -> dict[str, str]:
        """Return the places that were chosen and exist."""
        self.full_clean()
        return {name: self.cleaned_data.get(name, "") for name in ("site", "service")}
