"""Forms of the restart office."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from relight.pmo.services.problems import ANSWER_MOST, NOTE_MOST
from relight.pmo.services.reports import FREE_MOST
from relight.pmo.types import LANGUAGES

LANGUAGE_WORDS = {"fr": "français", "nl": "Nederlands", "de": "Deutsch", "en": "English"}


class NoteForm(forms.Form):
    """More about a problem one reported."""

    note = forms.CharField(
        label=gettext_lazy("Say more, if it helps"),
        help_text=gettext_lazy("No patient's name or number: everybody in the restart office reads it."),
        max_length=NOTE_MOST,
        widget=forms.Textarea({"rows": 2}),
    )


class AnswerForm(forms.Form):
    """The answer to a ward. version: of the problem on the page."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    text = forms.CharField(
        label=gettext_lazy("Answer to those who reported it"),
        error_messages={"required": gettext_lazy("There is no answer for the ward.")},
        max_length=ANSWER_MOST,
        widget=forms.Textarea({"rows": 3}),
    )
    solved = forms.BooleanField(label=gettext_lazy("It works again: the problem is solved"), required=False)


class WriteForm(forms.Form):
    """What a person writes in a report. number: of the saved state the writer began from."""

    number = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code in LANGUAGES:
            self.fields[f"free_{code}"] = forms.CharField(
                label=LANGUAGE_WORDS[code],
                required=False,
                strip=False,
                max_length=FREE_MOST + 200,  # the service says the limit in a sentence; this stops a pasted book
                widget=forms.Textarea({"rows": 4, "lang": code, "maxlength": FREE_MOST}),
            )

    def free(self) -> dict[str, str]:
        """Return what was typed, by language."""
        return {code: self.cleaned_data[f"free_{code}"] for code in LANGUAGES}


class SignForm(forms.Form):
    """A signature. shown: digest of what is on the page."""

    shown = forms.CharField(max_length=64, widget=forms.HiddenInput)
    password = forms.CharField(
        label=gettext_lazy("Your password"),
        help_text=gettext_lazy("It is your signature: your name stands on it."),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
    )


class TaskForm(forms.Form):
    """A task people add to the plan."""

    title = forms.CharField(label=gettext_lazy("What is to be done"), max_length=200)
    team = forms.ChoiceField(label=gettext_lazy("Team"))
    minutes = forms.IntegerField(label=gettext_lazy("Minutes of work"), initial=60)
    site = forms.ChoiceField(label=gettext_lazy("Site"), required=False)
    before = forms.ChoiceField(label=gettext_lazy("Must be done before this function is accepted"), required=False)
    after = forms.CharField(label=gettext_lazy("After the tasks with these numbers"), required=False, max_length=200)
    not_before = forms.DateField(
        label=gettext_lazy("Not before"), required=False, widget=forms.DateInput({"type": "date"})
    )
    due = forms.DateField(label=gettext_lazy("Due by"), required=False, widget=forms.DateInput({"type": "date"}))

    def __init__(
        self,
        *args: Any,
        teams: list[tuple[str, str]],
        sites: list[tuple[str, str]],
        functions: list[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("team", teams), ("site", [("", "–"), *sites]), ("before", [("", "–"), *functions])):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices


class TaskFileForm(forms.Form):
    """A file of tasks."""

    file = forms.FileField(
        label=gettext_lazy("File of tasks"), help_text=gettext_lazy("CSV, iCalendar (.ics) or Microsoft Project XML.")
    )
    team = forms.ChoiceField(label=gettext_lazy("Team of rows that name none"))

    def __init__(self, *args: Any, teams: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["team"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = teams


class LineForm(forms.Form):
    """Hours or a cost."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Hours or a cost"),
        choices=[("hours", gettext_lazy("hours of work")), ("cost", gettext_lazy("cost in euros"))],
    )
    day = forms.DateField(label=gettext_lazy("Day"), widget=forms.DateInput({"type": "date"}))
    who = forms.CharField(label=gettext_lazy("Person, team or firm"), max_length=120)
    what = forms.CharField(label=gettext_lazy("For what"), max_length=200)
    amount = forms.DecimalField(label=gettext_lazy("Hours, or euros"), max_digits=12, decimal_places=2)
    file = forms.FileField(
        label=gettext_lazy("Proof of it"),
        required=False,
        help_text=gettext_lazy("Invoice, order, time sheet: kept as it is."),
    )


class RiskForm(forms.Form):
    """A risk."""

    title = forms.CharField(label=gettext_lazy("What may go wrong"), max_length=200)
    likely = forms.ChoiceField(
        label=gettext_lazy("How likely"),
        choices=[("1", gettext_lazy("unlikely")), ("2", gettext_lazy("possible")), ("3", gettext_lazy("likely"))],
    )
    grave = forms.ChoiceField(
        label=gettext_lazy("How grave"),
        choices=[
            ("1", gettext_lazy("a delay")),
            ("2", gettext_lazy("grave")),
            ("3", gettext_lazy("patients in danger")),
        ],
    )
    answer = forms.CharField(label=gettext_lazy("What is done about it"), max_length=500, required=False)
    owner = forms.CharField(label=gettext_lazy("Who watches it"), max_length=120, required=False)

    def given(self) -> dict[str, Any]:
        """Return the arguments of the service."""
        data = self.cleaned_data
        return {**data, "likely": int(data["likely"]), "grave": int(data["grave"])}


class ProposeForm(forms.Form):
    """An order proposed as a decision."""

    title = forms.CharField(label=gettext_lazy("What comes first, in a few words"), max_length=200)
    reason = forms.CharField(label=gettext_lazy("Why"), max_length=1000, widget=forms.Textarea({"rows": 2}))
