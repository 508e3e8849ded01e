"""Forms of the ladder and of comparison sheets; what is allowed is decided by the services."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext, gettext_lazy

from relight.lab.types import RUNG_NAMES, Rung

PASSWORD = forms.PasswordInput({"autocomplete": "current-password"})


class SignForm(forms.Form):
    """Sign a link's next rung."""

    digest = forms.CharField(widget=forms.HiddenInput, max_length=64)
    password = forms.CharField(
        label=gettext_lazy("Your password"),
        help_text=gettext_lazy("It is your signature: it stands in the journal under your name."),
        strip=False,
        max_length=200,
        widget=PASSWORD,
    )


class LowerForm(forms.Form):
    """Take a link down."""

    to = forms.ChoiceField(label=gettext_lazy("Down to"))
    reason = forms.CharField(
        label=gettext_lazy("Why"), max_length=400, widget=forms.Textarea({"rows": 2, "maxlength": 400})
    )

    def __init__(self, *args: object, rung: Rung, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type] # what a form takes
        below = [one for one in reversed(Rung) if one.height < rung.height]
        self.fields["to"].choices = [(one.value, gettext(RUNG_NAMES[one])) for one in below]  # type: ignore[attr-defined]


class LineForm(forms.Form):
    """One value as it was written by hand."""

    sample = forms.CharField(
        label=gettext_lazy("Sample"),
        max_length=80,
        widget=forms.TextInput(
            {"data-scan": "", "data-focus": "", "autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}
        ),
    )
    test = forms.CharField(
        label=gettext_lazy("Test"),
        max_length=120,
        widget=forms.TextInput({"list": "sheet-tests", "autocomplete": "off", "spellcheck": "false"}),
    )
    by_hand = forms.CharField(
        label=gettext_lazy("Value by hand"),
        max_length=60,
        widget=forms.TextInput({"autocomplete": "off", "inputmode": "decimal"}),
    )
    unit = forms.CharField(
        label=gettext_lazy("Unit"),
        help_text=gettext_lazy("Empty: as the analyzer writes it."),
        required=False,
        max_length=60,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
    )
