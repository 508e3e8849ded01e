"""Forms of passports."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from relight.paper.labels import Sheet
from relight.wire.passport import MAX_TOKEN


class PassportForm(forms.Form):
    """The text of a label's code, as a scanner types it."""

    token = forms.CharField(
        label=gettext_lazy("Code of the label"),
        help_text=gettext_lazy("Put the cursor here and scan the label, or paste the text of its code."),
        max_length=2 * MAX_TOKEN,
        widget=forms.Textarea({"rows": 3, "autofocus": True, "spellcheck": "false", "data-scan": "submit"}),
    )


class SheetForm(forms.Form):
    """What the label printer holds."""

    paper = forms.ChoiceField(required=False, choices=[(sheet.value, sheet.value) for sheet in Sheet])

    def sheet(self) -> Sheet:
        """Return the sheet asked for, a roll where none is named."""
        self.full_clean()
        return Sheet(self.cleaned_data.get("paper") or Sheet.ROLL.value)
