"""Forms of the policy: its text, and the signature under it. Whether a text is sound is decided by the rules."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

LONGEST = 200_000
PASSWORD = forms.PasswordInput({"autocomplete": "current-password"})


class PolicyForm(forms.Form):
    """The text of a draft. shown: digest of the draft that was opened."""

    text = forms.CharField(
        label=gettext_lazy("Text of the policy"),
        help_text=gettext_lazy("TOML. In each set the first rule that fits decides; the last one has no condition."),
        max_length=LONGEST,
        strip=False,
        widget=forms.Textarea({"rows": 40, "spellcheck": "false", "autocomplete": "off", "wrap": "off"}),
    )
    shown = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def clean_text(self) -> str:
        """Return the text with the line ends of a file, not of a form."""
        return str(self.cleaned_data["text"]).replace("\r\n", "\n")


class PolicySignForm(forms.Form):
    """Sign a policy. digest: of the text that was shown."""

    digest = forms.CharField(max_length=64, widget=forms.HiddenInput)
    password = forms.CharField(
        label=gettext_lazy("Your password"),
        help_text=gettext_lazy("It is your signature: it stands in the journal under your name."),
        strip=False,
        max_length=200,
        widget=PASSWORD,
    )
