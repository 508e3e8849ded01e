"""Forms of quality control."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

PLAIN = {"autocomplete": "off", "spellcheck": "false"}


class TargetForm(forms.Form):
    """The target of one control level of one lot."""

    code = forms.CharField(label=gettext_lazy("Test"), max_length=120, widget=forms.TextInput(PLAIN))
    level = forms.CharField(label=gettext_lazy("Level"), max_length=40, widget=forms.TextInput(PLAIN))
    lot = forms.CharField(label=gettext_lazy("Lot"), max_length=60, widget=forms.TextInput({**PLAIN, "data-scan": ""}))
    mean = forms.CharField(
        label=gettext_lazy("Mean"), max_length=32, widget=forms.TextInput({**PLAIN, "inputmode": "decimal"})
    )
    sd = forms.CharField(
        label=gettext_lazy("Standard deviation"),
        max_length=32,
        widget=forms.TextInput({**PLAIN, "inputmode": "decimal"}),
    )
    unit = forms.CharField(label=gettext_lazy("Unit"), required=False, max_length=60, widget=forms.TextInput(PLAIN))


class TargetsFileForm(forms.Form):
    """Targets from a file."""

    file = forms.FileField(
        label=gettext_lazy("CSV file"),
        help_text=gettext_lazy("First line: test, level, lot, mean, sd, unit."),
        widget=forms.FileInput({"accept": ".csv,text/csv"}),
    )


class NoteForm(forms.Form):
    """What was done about a broken rule."""

    note = forms.CharField(
        label=gettext_lazy("What was found and done"),
        help_text=gettext_lazy("Such as: new reagent bottle, calibrated, control measured again."),
        max_length=400,
        widget=forms.Textarea({"rows": 2, "maxlength": 400}),
    )
