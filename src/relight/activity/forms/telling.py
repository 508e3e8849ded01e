"""Forms of telling: what a call came to, a desk, a batch, receipts. What may be is decided by rules and services."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy

from relight.activity.models import Desk
from relight.activity.rules.mailing import WHO_WORDS, MailWho
from relight.activity.rules.telling import ATTEMPT_WORDS, Attempt
from relight.activity.selectors.names import Names
from relight.activity.services.desks import DeskGiven
from relight.activity.types import KIND_WORDS
from relight.hospital.api import site_list
from relight.kernel.errors import N_

PLAIN = {"autocomplete": "off"}
LANGUAGE_NAMES = (("fr", "français"), ("nl", "Nederlands"), ("de", "Deutsch"), ("en", "English"))
MANY = forms.CheckboxSelectMultiple


class CallForm(forms.Form):
    """What a call came to. shown: ids of the notices that stood on the page."""

    outcome = forms.ChoiceField(label=gettext_lazy("What the call came to"), widget=forms.RadioSelect)
    number = forms.ChoiceField(label=gettext_lazy("Number dialled"), required=False)
    spoke_with = forms.CharField(
        label=gettext_lazy("Who took the message"),
        help_text=gettext_lazy("Name, and what they are to the patient. Only for a parent, guardian or carer."),
        required=False,
        max_length=120,
        widget=forms.TextInput({"data-private": "", **PLAIN}),
    )
    back_at = forms.DateTimeField(
        label=gettext_lazy("Call back at"),
        required=False,
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    note = forms.CharField(
        label=gettext_lazy("Note"),
        help_text=gettext_lazy("What the patient objects; a doctor reads it."),
        required=False,
        max_length=400,
        widget=forms.Textarea({"rows": 2, "maxlength": 400, "data-private": ""}),
    )
    shown = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, numbers: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["outcome"].choices = [(one.value, gettext(word)) for one, word in ATTEMPT_WORDS.items()]  # type: ignore[attr-defined]
        self.fields["number"].choices = list(numbers) or [("", "—")]  # type: ignore[attr-defined]

    def attempt(self) -> Attempt:
        """Return the outcome chosen."""
        return Attempt(self.cleaned_data["outcome"])


class NumberForm(forms.Form):
    """A number somebody gave for the patient."""

    number = forms.CharField(
        label=gettext_lazy("Another number of the patient"),
        max_length=40,
        widget=forms.TextInput({"inputmode": "tel", "data-private": "", **PLAIN}),
    )


class DeskForm(forms.Form):
    """A desk: who calls about what, and the number patients call back."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    phone = forms.CharField(
        label=gettext_lazy("Number patients call back"), max_length=40, widget=forms.TextInput({"inputmode": "tel"})
    )
    hours = forms.CharField(
        label=gettext_lazy("When it is answered"),
        help_text=gettext_lazy("As patients read it: Monday to Friday, 8 to 17 h."),
        required=False,
        max_length=120,
    )
    sites = forms.MultipleChoiceField(label=gettext_lazy("Sites"), required=False, widget=MANY)
    kinds = forms.MultipleChoiceField(label=gettext_lazy("Kinds"), required=False, widget=MANY)
    specialties = forms.MultipleChoiceField(label=gettext_lazy("Specialties"), required=False, widget=MANY)
    language = forms.ChoiceField(
        label=gettext_lazy("Language, where a patient's is not known"), choices=LANGUAGE_NAMES, initial="fr"
    )
    sender = forms.CharField(
        label=gettext_lazy("Sender on letters"),
        required=False,
        max_length=400,
        widget=forms.Textarea({"rows": 3, "maxlength": 400}),
    )

    def __init__(self, *args: Any, names: Names, specialties: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._choose("sites", [(site.id, site.name) for site in site_list()])
        self._choose("kinds", [(kind.value, gettext(word)) for kind, word in KIND_WORDS.items()])
        self._choose("specialties", sorted(((one, names.specialty(one)) for one in specialties), key=lambda p: p[1]))

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        field.choices = choices  # type: ignore[attr-defined]
        field.help_text = gettext(N_("None ticked: all of them."))

    def given(self) -> DeskGiven:
        """Return what was typed."""
        return DeskGiven(**self.cleaned_data)


class BatchForm(forms.Form):
    """A batch of letters or text messages of one desk."""

    desk = forms.ChoiceField(label=gettext_lazy("Desk"))
    who = forms.ChoiceField(label=gettext_lazy("To whom"), widget=forms.RadioSelect, initial=MailWho.UNREACHABLE.value)

    def __init__(self, *args: Any, desks: Sequence[Desk], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["desk"].choices = [(str(one.pk), one.name) for one in desks]  # type: ignore[attr-defined]
        self.fields["who"].choices = [(one.value, gettext(word)) for one, word in WHO_WORDS.items()]  # type: ignore[attr-defined]


class SentForm(forms.Form):
    """When a batch left, and whether what no longer holds was taken out of it."""

    on = forms.DateField(
        label=gettext_lazy("Posted or handed over on"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    taken_out = forms.BooleanField(label=gettext_lazy("What no longer holds was taken out of the pile"), required=False)

    @classmethod
    def of(cls, day: date) -> SentForm:
        """Return the form with a day filled in."""
        return cls(initial={"on": day})


class ReturnedForm(forms.Form):
    """A letter that came back."""

    reference = forms.CharField(
        label=gettext_lazy("Reference on the letter"),
        max_length=40,
        widget=forms.TextInput({"data-scan": "", "spellcheck": "false", **PLAIN}),
    )


class ReceiptsForm(forms.Form):
    """A provider's file of receipts."""

    file = forms.FileField(
        label=gettext_lazy("Receipts of the provider"),
        help_text=gettext_lazy("CSV with the columns reference and status."),
        widget=forms.FileInput({"accept": ".csv,.txt"}),
    )
