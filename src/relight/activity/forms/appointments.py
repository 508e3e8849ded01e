"""Forms of appointments: the filters above the list, the search for a patient, a doctor's word.

They parse and clean; what is allowed is decided by services. No filter names a patient: that search is posted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy

from relight.activity.models import Appointment, AppointmentSource
from relight.activity.rules.booked import BOOKING_WORDS
from relight.activity.selectors.ask import AskFilter
from relight.activity.selectors.lists import NOBODY, PERIODS, AppointmentFilter
from relight.activity.selectors.names import Names
from relight.activity.types import KIND_WORDS, OUTCOME_WORDS, URGENCY_WORDS, Outcome
from relight.hospital.api import site_list

PLAIN = {"autocomplete": "off", "spellcheck": "false"}


class AppointmentFilterForm(forms.Form):
    """The filters above the list; what they hold stands in the address."""

    when = forms.ChoiceField(required=False, label=gettext_lazy("When"))
    day = forms.CharField(required=False, label=gettext_lazy("Day"), widget=forms.DateInput({"type": "date"}))
    outcome = forms.ChoiceField(required=False, label=gettext_lazy("Decision"))
    site = forms.ChoiceField(required=False, label=gettext_lazy("Site"))
    kind = forms.ChoiceField(required=False, label=gettext_lazy("Kind"))
    specialty = forms.ChoiceField(required=False, label=gettext_lazy("Specialty"))
    urgency = forms.ChoiceField(required=False, label=gettext_lazy("Urgency"))
    by = forms.ChoiceField(required=False, label=gettext_lazy("Whose word"))
    source = forms.ChoiceField(required=False, label=gettext_lazy("Source"))
    state = forms.ChoiceField(required=False, label=gettext_lazy("Booking"))
    rule = forms.CharField(required=False, label=gettext_lazy("Rule"), widget=forms.TextInput(PLAIN))

    def __init__(self, filter: AppointmentFilter, names: Names) -> None:
        super().__init__(initial=filter.params())
        every = [("", gettext("all"))]
        unknown = [(NOBODY, gettext("not known"))]
        self._choose("when", [*every, *((word, gettext(name)) for word, name in PERIODS.items())])
        outcomes = [(one.value, gettext(name)) for one, name in OUTCOME_WORDS.items()]
        self._choose("outcome", [*every, *outcomes, (NOBODY, gettext("not decided"))])
        self._choose("site", [*every, *((site.id, site.name) for site in site_list()), *unknown])
        self._choose("kind", [*every, *((one.value, gettext(name)) for one, name in KIND_WORDS.items())])
        self._choose("specialty", [*every, *specialty_choices(names), *unknown])
        self._choose("urgency", [*every, *((one.value, gettext(name)) for one, name in URGENCY_WORDS.items())])
        self._choose("by", [*every, ("policy", gettext("the policy's")), ("doctor", gettext("a doctor's"))])
        self._choose("source", [*every, *((str(pk), name) for pk, name in source_choices())])
        booked = [(one.value, gettext(name)) for one, name in BOOKING_WORDS.items() if one.value != "booked"]
        self._choose("state", [("", gettext("booked")), *booked, ("any", gettext("all"))])

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        now = self.initial.get(name, "")
        if now and now not in {value for value, _ in choices}:
            choices = [*choices, (now, now)]
        self.fields[name].choices = choices  # type: ignore[attr-defined]


def specialty_choices(names: Names) -> list[tuple[str, str]]:
    """List the specialties that have appointments, by name."""
    found = Appointment.objects.exclude(specialty="").order_by().values_list("specialty", flat=True).distinct()
    return sorted(((slug, names.specialty(slug)) for slug in found), key=lambda pair: pair[1].casefold())


def source_choices() -> list[tuple[Any, str]]:
    """List the sources appointments came from."""
    return list(AppointmentSource.objects.order_by("name").values_list("pk", "name"))


class FindForm(forms.Form):
    """Words of one patient; posted, so that they stand in no address."""

    q = forms.CharField(
        label=gettext_lazy("Find a patient's appointments"),
        help_text=gettext_lazy("Name, birth date, record or national number."),
        max_length=120,
        widget=forms.TextInput({"data-scan": "", "data-private": "", "type": "search", **PLAIN}),
    )


class OverrideForm(forms.Form):
    """A doctor's word about one appointment, or about several."""

    outcome = forms.ChoiceField(label=gettext_lazy("Decision"), widget=forms.RadioSelect)
    to_site = forms.ChoiceField(label=gettext_lazy("To which site"), required=False)
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("Kept with the decision; whoever tells the patient reads it."),
        max_length=1000,
        widget=forms.Textarea({"rows": 2, "maxlength": 1000, "data-private": ""}),
    )

    def __init__(self, *args: Any, site: str = "", ask: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        outcomes = [one for one in Outcome if ask or one is not Outcome.ASK]
        self.fields["outcome"].choices = [(one.value, gettext(OUTCOME_WORDS[one])) for one in outcomes]  # type: ignore[attr-defined]
        sites = [(one.id, one.name) for one in site_list() if one.id != site]
        self.fields["to_site"].choices = [("", "—"), *sites]  # type: ignore[attr-defined]
        self.fields["to_site"].help_text = gettext("Only for “move”.")

    def clean(self) -> dict[str, Any]:
        """Ask for a site when something moves; forget it when nothing does."""
        given: dict[str, Any] = super().clean() or {}
        if given.get("outcome") == Outcome.MOVE.value and not given.get("to_site"):
            self.add_error("to_site", gettext("Choose the site that takes the patient."))
        if given.get("outcome") != Outcome.MOVE.value:
            given["to_site"] = ""
        return given


class EndForm(forms.Form):
    """Why a doctor's word no longer holds."""

    why = forms.CharField(label=gettext_lazy("Why it no longer holds"), max_length=1000, widget=forms.TextInput(PLAIN))


class AskFilterForm(forms.Form):
    """Which part of the doctors' queue to work on; each choice says how many wait there."""

    site = forms.ChoiceField(required=False, label=gettext_lazy("Site"))
    specialty = forms.ChoiceField(required=False, label=gettext_lazy("Specialty"))
    kind = forms.ChoiceField(required=False, label=gettext_lazy("Kind"))

    def __init__(self, filter: AskFilter, counts: Mapping[str, Sequence[tuple[str, str, int]]]) -> None:
        super().__init__(initial=filter.params())
        for name, rows in counts.items():
            choices = [("", gettext("all")), *((value, f"{word} ({count})") for value, word, count in rows)]
            now = self.initial.get(name, "")
            if now and now not in {value for value, _ in choices}:
                choices.append((now, now))
            self.fields[name].choices = choices  # type: ignore[attr-defined]
