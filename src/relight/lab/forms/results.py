"""Forms of results, calls and sheets: filters, the call that was made, which ward to print."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy

from relight.hospital.api import site_list
from relight.lab.models import Link
from relight.lab.rules.calls import ATTEMPT_NAMES, Attempt
from relight.lab.selectors.orders import ward_names, wards_known

PLAIN = {"autocomplete": "off", "spellcheck": "false"}


class ResultFilterForm(forms.Form):
    """The filters above the results; none of them names a patient."""

    standing = forms.ChoiceField(required=False, label=gettext_lazy("Validation"))
    critical = forms.ChoiceField(required=False, label=gettext_lazy("Critical"))
    site = forms.ChoiceField(required=False, label=gettext_lazy("Site"))
    ward = forms.ChoiceField(required=False, label=gettext_lazy("Ward"))
    link = forms.ChoiceField(required=False, label=gettext_lazy("Link"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        every = [("", gettext("all"))]
        standings = [("preliminary", gettext("preliminary")), ("validated", gettext("validated"))]
        self._choose("standing", [*every, *standings])
        self._choose("critical", [*every, ("1", gettext("critical only"))])
        self._choose("site", [*every, *((site.id, site.name) for site in site_list())])
        names = ward_names()
        self._choose("ward", [*every, *((ward, names.get(ward, ward)) for ward in wards_known())])
        self._choose("link", [*every, *Link.objects.order_by("name").values_list("pk", "name")])

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def wanted(self) -> dict[str, Any]:
        """The filters that are set; an unheard-of word filters nothing."""
        self.is_valid()
        found: dict[str, Any] = {name: value for name, value in self.cleaned_data.items() if value}
        if "critical" in found:
            found["critical"] = True
        return found


class AttemptForm(forms.Form):
    """An attempt that reached nobody who could take the value."""

    outcome = forms.ChoiceField(label=gettext_lazy("What came of it"))
    note = forms.CharField(label=gettext_lazy("Note"), required=False, max_length=200, widget=forms.TextInput(PLAIN))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        outcomes = [one for one in Attempt if one is not Attempt.REACHED]
        choices = [(one.value, gettext(ATTEMPT_NAMES[one])) for one in outcomes]
        self.fields["outcome"].choices = choices  # type: ignore[attr-defined]


class ReadBackForm(forms.Form):
    """The call that was made: who took the value, and the value as they said it."""

    reached = forms.CharField(label=gettext_lazy("Who took it"), max_length=120, widget=forms.TextInput(PLAIN))
    read_back = forms.CharField(
        label=gettext_lazy("Read back"),
        help_text=gettext_lazy("Type patient, test and value as the other person repeated them."),
        max_length=200,
        widget=forms.TextInput({**PLAIN, "data-private": ""}),
    )


class WithdrawForm(forms.Form):
    """Why nobody has to be called."""

    reason = forms.CharField(label=gettext_lazy("Why"), max_length=200, widget=forms.TextInput(PLAIN))


class SheetMakeForm(forms.Form):
    """Which ward to print, and from when."""

    site = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    ward = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)
    since = forms.DateTimeField(
        label=gettext_lazy("All received since"),
        help_text=gettext_lazy("Empty: what was not printed yet."),
        required=False,
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
