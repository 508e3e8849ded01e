"""Forms of the duty roster."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.timezone import get_default_timezone, is_naive, make_aware
from django.utils.translation import gettext, gettext_lazy

from relight.liaison.rules.duty import RANKS, Turn
from relight.liaison.rules.numbers import phone_read
from relight.liaison.selectors.names import site_names, specialty_names

PLAIN = {"autocomplete": "off", "spellcheck": "false"}
MOMENT = {"type": "datetime-local"}


class DutyForm(forms.Form):
    """One turn of duty."""

    specialty = forms.ChoiceField(label=gettext_lazy("Specialty"))
    site = forms.ChoiceField(label=gettext_lazy("Site"), required=False)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=120, widget=forms.TextInput(PLAIN))
    phone = forms.CharField(label=gettext_lazy("Phone"), max_length=40, widget=forms.TextInput(PLAIN))
    phone2 = forms.CharField(
        label=gettext_lazy("Another phone"), required=False, max_length=40, widget=forms.TextInput(PLAIN)
    )
    begins = forms.DateTimeField(
        label=gettext_lazy("From"), widget=forms.DateTimeInput(MOMENT, format="%Y-%m-%dT%H:%M")
    )
    ends = forms.DateTimeField(label=gettext_lazy("Until"), widget=forms.DateTimeInput(MOMENT, format="%Y-%m-%dT%H:%M"))
    rank = forms.TypedChoiceField(
        label=gettext_lazy("Called as"), coerce=int, initial=1, choices=[(rank, str(rank)) for rank in RANKS]
    )
    note = forms.CharField(label=gettext_lazy("Remark"), required=False, max_length=200, widget=forms.TextInput(PLAIN))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["specialty"].choices = [("", "…"), *specialty_names().items()]  # type: ignore[attr-defined]
        self.fields["site"].choices = [("", gettext("all sites")), *site_names().items()]  # type: ignore[attr-defined]

    def turn(self) -> Turn:
        """Return the turn. Raises: RL-LIA-003 for a phone number."""
        data = self.cleaned_data
        return Turn(
            specialty=data["specialty"], site=data["site"], name=" ".join(data["name"].split()),
            phone=phone_read(data["phone"]), phone2=phone_read(data["phone2"], field="phone2"),
            begins=_aware(data["begins"]), ends=_aware(data["ends"]), rank=data["rank"], note=data["note"],
        )  # fmt: skip


class RosterForm(forms.Form):
    """A list of turns."""

    file = forms.FileField(
        label=gettext_lazy("CSV file"),
        help_text=gettext_lazy(
            "Columns: specialty, site, name, phone, from, to, and where known rank and second phone."
        ),
    )


class DutyFilterForm(forms.Form):
    """What the roster shows."""

    specialty = forms.ChoiceField(label=gettext_lazy("Specialty"), required=False)
    site = forms.ChoiceField(label=gettext_lazy("Site"), required=False)
    past = forms.BooleanField(label=gettext_lazy("Past turns too"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["specialty"].choices = [("", gettext("all of them")), *specialty_names().items()]  # type: ignore[attr-defined]
        self.fields["site"].choices = [("", gettext("all of them")), *site_names().items()]  # type: ignore[attr-defined]

    def wanted(self, *, at: datetime) -> dict[str, Any]:
        """Return the filters that hold. Args: at: now; turns that ended before are left out unless asked for."""
        data = self.cleaned_data if self.is_valid() else {}
        return {
            "specialty": data.get("specialty") or "", "site": data.get("site") or "",
            "since": None if data.get("past") else at,
        }  # fmt: skip


def _aware(at: datetime) -> datetime:
    return make_aware(at, get_default_timezone()) if is_naive(at) else at
