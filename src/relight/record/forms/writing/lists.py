"""Forms of allergies, problems, documents; of refuting, resolving, and marking as entered in error."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.functional import lazy
from django.utils.translation import gettext, gettext_lazy

from relight.record.forms.writing.base import PLAIN, ReasonField, WritingForm
from relight.record.rules import allergies, documents, problems
from relight.record.rules.chart.allergies import Allergy

_say = lazy(gettext, str)


def _choices(words: Mapping[Any, str], *, empty: bool = False) -> list[tuple[str, Any]]:
    made: list[tuple[str, Any]] = [("", "–")] if empty else []
    return [*made, *((str(key), _say(word)) for key, word in words.items())]


class AllergyForm(WritingForm):
    """What somebody reacts to, how, how badly. The substance may be anything; one from the list brings its code."""

    name = forms.CharField(
        label=gettext_lazy("Substance"), max_length=allergies.NAME_CHARS, required=False,
        widget=forms.TextInput(attrs={**PLAIN, "list": "substances", "data-focus": ""}),
    )  # fmt: skip
    category = forms.ChoiceField(label=gettext_lazy("Kind"), choices=_choices(allergies.CATEGORY_WORDS))
    reaction = forms.CharField(
        label=gettext_lazy("Reaction"), max_length=200, required=False, widget=forms.TextInput(attrs=PLAIN),
        help_text=gettext_lazy("Such as rash, swelling, shock"),
    )  # fmt: skip
    severity = forms.ChoiceField(
        label=gettext_lazy("How bad it was"), required=False, choices=_choices(allergies.SEVERITY_WORDS, empty=True)
    )
    criticality = forms.ChoiceField(
        label=gettext_lazy("Danger at the next contact"), choices=_choices(allergies.CRITICALITY_WORDS),
        initial=allergies.Criticality.UNKNOWN.value,
    )  # fmt: skip
    certainty = forms.ChoiceField(
        label=gettext_lazy("How sure"), choices=_choices(allergies.CERTAINTY_WORDS),
        initial=allergies.Certainty.UNCONFIRMED.value,
    )  # fmt: skip
    note = forms.CharField(
        label=gettext_lazy("Remark"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, amends: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        self.options = {"amends": amends}
        if amends:
            self.fields["reason"] = ReasonField()

    def given(self, *, atc: str = "", snomed: str = "") -> allergies.AllergyGiven:
        """Return the allergy. Args: codes of the substance, where it is one of the list."""
        data = self.cleaned_data
        return allergies.AllergyGiven(
            name=" ".join(data["name"].split()), category=allergies.Category(data["category"]),
            criticality=allergies.Criticality(data["criticality"]), certainty=allergies.Certainty(data["certainty"]),
            reaction=data["reaction"], severity=allergies.Severity(data["severity"]) if data["severity"] else None,
            note=data["note"], atc=atc, snomed=snomed,
        )  # fmt: skip


def allergy_initial(read: Allergy, *, category: str) -> dict[str, str]:
    """Return an allergy from anywhere as the form's initial values."""
    sure = read.certainty if read.certainty in set(allergies.Certainty) else allergies.Certainty.UNCONFIRMED.value
    known = {one.value for one in allergies.Category}
    return {
        "name": read.name,
        "category": category if category in known else allergies.Category.MEDICATION.value,
        "reaction": read.reaction,
        "severity": read.severity,
        "criticality": read.criticality or allergies.Criticality.UNKNOWN.value,
        "certainty": str(sure),
        "note": read.note,
    }


class ProblemForm(WritingForm):
    """What ails a patient, since when."""

    name = forms.CharField(
        label=gettext_lazy("Problem"), max_length=200, required=False,
        widget=forms.TextInput(attrs={**PLAIN, "data-focus": ""}),
    )  # fmt: skip
    certainty = forms.ChoiceField(label=gettext_lazy("How sure"), choices=_choices(problems.CERTAINTY_WORDS))
    status = forms.ChoiceField(label=gettext_lazy("State"), choices=_choices(problems.STATUS_WORDS))
    since = forms.CharField(
        label=gettext_lazy("Since"), max_length=10, required=False, widget=forms.TextInput(attrs=PLAIN),
        help_text=gettext_lazy("2019, 03/2019 or 14/03/2019"),
    )  # fmt: skip
    until = forms.CharField(
        label=gettext_lazy("Until"), max_length=10, required=False, widget=forms.TextInput(attrs=PLAIN)
    )
    system = forms.ChoiceField(
        label=gettext_lazy("Code of"), required=False, choices=[("", "–"), *problems.SYSTEM_WORDS.items()]
    )
    code = forms.CharField(
        label=gettext_lazy("Code"), max_length=20, required=False, widget=forms.TextInput(attrs=PLAIN)
    )
    note = forms.CharField(
        label=gettext_lazy("Remark"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, amends: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        self.options = {"amends": amends}
        if amends:
            self.fields["reason"] = ReasonField()

    @property
    def given(self) -> problems.ProblemGiven:
        """Return the problem."""
        data = {name: value for name, value in self.written.items() if name != "reason"}
        data["certainty"] = problems.Certainty(data["certainty"])
        data["status"] = problems.Status(data["status"])
        return problems.ProblemGiven(**data)


def problem_initial(read: problems.ProblemGiven) -> dict[str, str]:
    """Return a problem as the form's initial values."""
    names = ("name", "certainty", "status", "since", "until", "system", "code", "note")
    return {name: str(getattr(read, name)) for name in names}


class DocumentForm(WritingForm):
    """A file for the chart; on a telephone its camera."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("PDF, JPEG, PNG or plain text, up to 15 MB. On a telephone: take a picture of it."),
        widget=forms.FileInput(attrs={"accept": "application/pdf,image/jpeg,image/png,text/plain,.pdf,.txt"}),
    )
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=_choices(documents.KIND_WORDS))
    title = forms.CharField(
        label=gettext_lazy("Title"), max_length=documents.TITLE_CHARS, widget=forms.TextInput(attrs=PLAIN)
    )
    taken = forms.CharField(
        label=gettext_lazy("Day of the document"), max_length=10, required=False,
        widget=forms.TextInput(attrs=PLAIN), help_text=gettext_lazy("2019, 03/2019 or 14/03/2019"),
    )  # fmt: skip


class WhyForm(forms.Form):
    """An act on one item that takes a reason."""

    patient = forms.CharField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=gettext_lazy("Why?"), max_length=400, widget=forms.TextInput(attrs={**PLAIN, "data-focus": ""})
    )


class ResolveForm(forms.Form):
    """The end of a problem."""

    patient = forms.CharField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput)
    until = forms.CharField(
        label=gettext_lazy("Over since"), max_length=10, required=False, widget=forms.TextInput(attrs=PLAIN),
        help_text=gettext_lazy("Empty for today"),
    )  # fmt: skip


class NoneKnownForm(forms.Form):
    """The statement that no allergy is known."""

    patient = forms.CharField(widget=forms.HiddenInput)
    note = forms.CharField(
        label=gettext_lazy("Who said so"), max_length=200, required=False, widget=forms.TextInput(attrs=PLAIN),
        help_text=gettext_lazy("The patient, the family, the general practitioner"),
    )  # fmt: skip


class SignForm(forms.Form):
    """The signature of a letter. Args: digest: of what was shown."""

    patient = forms.CharField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput)
    digest = forms.CharField(widget=forms.HiddenInput)
    password = forms.CharField(
        label=gettext_lazy("Your password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "data-private": ""}),
    )
