"""Forms of the inspection engine's evidence: a report, an inspector's key, a hunt."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

MAX_FILE_MB = 512


class ReportForm(forms.Form):
    """A report as the engine wrote it, and the list of hashes beside it."""

    report = forms.FileField(
        label=gettext_lazy("Report (report.json)"),
        help_text=gettext_lazy("As “relight inspect --out” wrote it. It is checked, and kept as evidence."),
    )
    hashes = forms.FileField(
        label=gettext_lazy("List of hashes (hashes.sha256)"),
        required=False,
        help_text=gettext_lazy(
            "Lies beside the report. With it, a sign of the attack learned later can be looked for."
        ),
    )


class EnrolForm(forms.Form):
    """An inspector's public key."""

    name = forms.CharField(
        label=gettext_lazy("Name of this inspector"),
        help_text=gettext_lazy("What is written on the stick, for example “stick 4, bench Arlon”."),
        max_length=120,
    )
    key = forms.CharField(
        label=gettext_lazy("Public key"),
        help_text=gettext_lazy("64 hexadecimal digits, as “relight inspect --show-key” prints them on that stick."),
        max_length=80,
        widget=forms.TextInput({"spellcheck": "false", "autocomplete": "off"}),
    )


class WithdrawForm(forms.Form):
    """Why a key counts no longer."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=500)


class HuntForm(forms.Form):
    """Files known to be bad, by SHA-256."""

    source = forms.CharField(
        label=gettext_lazy("Where these come from"),
        help_text=gettext_lazy("For example “CERT bulletin 2026-114”. It becomes the reason of each quarantine."),
        max_length=120,
    )
    indicators = forms.CharField(
        label=gettext_lazy("SHA-256, one a line"),
        help_text=gettext_lazy("What follows the 64 digits on a line is passed over."),
        widget=forms.Textarea({"rows": 8, "spellcheck": "false"}),
        max_length=2_000_000,
    )
