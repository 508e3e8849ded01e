"""Forms of prescribing, stopping, signing and giving: what was typed, as values of the rules.

Owns reading doses and times at their field. What is allowed is decided by the services.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext, gettext_lazy

from relight.kernel.errors import RelightError
from relight.record import errors
from relight.record.forms.writing.base import PLAIN, MomentField, WritingForm
from relight.record.rules.medication.doses import Dose, dose_read, frequency_read
from relight.record.rules.medication.formulary import Frequency, named
from relight.record.rules.medication.giving import Giving
from relight.record.rules.medication.orders import Line, Override, Prescription
from relight.record.rules.medication.timing import Kind, Schedule
from relight.record.rules.medication.words import ROUTES, UNITS
from relight.record.selectors.formulary import formulary_now
from relight.ui.api import form_blame

KIND_CHOICES = [
    (Kind.REGULAR.value, gettext_lazy("Regular")),
    (Kind.AS_NEEDED.value, gettext_lazy("As needed")),
    (Kind.ONCE.value, gettext_lazy("Once")),
    (Kind.INFUSION.value, gettext_lazy("Infusion")),
]
SCAN = {**PLAIN, "data-scan": "", "autocapitalize": "off", "spellcheck": "false"}


def frequency_choices() -> list[tuple[str, str]]:
    """Return the frequencies of the file, and that none is chosen."""
    language = (get_language() or "en")[:2]
    return [("", "—"), *((one.id, named(one.names, language)) for one in formulary_now().frequencies.values())]


class PrescribeForm(WritingForm):
    """A prescription. Args: prescribers: (actor, name) of those who may be named, for an order by telephone; empty for
    somebody who prescribes themselves. at: now."""

    drug = forms.CharField(
        label=gettext_lazy("Medicine"),
        help_text=gettext_lazy("Type its first letters and choose; one that is not in the list may be written out."),
        max_length=200,
        widget=forms.TextInput({**PLAIN, "data-focus": "", "spellcheck": "false"}),
    )
    kind = forms.ChoiceField(label=gettext_lazy("Given"), choices=KIND_CHOICES, initial=Kind.REGULAR.value)
    dose = forms.CharField(
        label=gettext_lazy("Dose"),
        help_text=gettext_lazy("With its unit: 0,5 mg · 1 g · 500 microgram. Also with how often: 1 g 3x/d."),
        max_length=60,
        widget=forms.TextInput({**PLAIN, "spellcheck": "false"}),
    )
    rate = forms.CharField(
        label=gettext_lazy("Rate of the infusion"),
        help_text=gettext_lazy("Such as 42 ml/h."),
        max_length=40,
        required=False,
        widget=forms.TextInput(PLAIN),
    )
    route = forms.ChoiceField(label=gettext_lazy("Route"))
    frequency = forms.ChoiceField(label=gettext_lazy("How often"), required=False)
    first_now = forms.BooleanField(label=gettext_lazy("First dose now, whatever the hour"), required=False)
    start = MomentField(label=gettext_lazy("Begins"))
    end = MomentField(label=gettext_lazy("Ends"), required=False, help_text=gettext_lazy("Empty: until it is stopped."))
    reason = forms.CharField(
        label=gettext_lazy("As needed: what for"), max_length=200, required=False, widget=forms.TextInput(PLAIN)
    )
    most = forms.CharField(
        label=gettext_lazy("As needed: at most in 24 hours"),
        max_length=40,
        required=False,
        widget=forms.TextInput(PLAIN),
    )
    note = forms.CharField(label=gettext_lazy("Note"), max_length=400, required=False, widget=forms.TextInput(PLAIN))
    why = forms.CharField(
        label=gettext_lazy("Why is it changed?"), max_length=200, required=False, widget=forms.TextInput(PLAIN)
    )
    prescriber = forms.ChoiceField(
        label=gettext_lazy("Prescriber who ordered it by telephone"),
        help_text=gettext_lazy("Read the order back before you hang up. It waits for their signature."),
        required=False,
    )

    def __init__(self, *args: Any, prescribers: list[tuple[str, str]], is_change: bool = False, **kwargs: Any) -> None:
        self.options = {"prescribers": prescribers, "is_change": is_change}
        super().__init__(*args, **kwargs)
        routes = [(key, gettext(word)) for key, word in ROUTES.items()]
        self.fields["route"].choices = [("", "—"), *routes]  # type: ignore[attr-defined]
        self.fields["frequency"].choices = frequency_choices()  # type: ignore[attr-defined]
        self.fields["prescriber"].choices = [("", "—"), *prescribers]  # type: ignore[attr-defined]
        if self.data.get("kind") == Kind.INFUSION.value:
            self.fields["dose"].required = False  # a rate alone is one
        if not prescribers:
            del self.fields["prescriber"]
        if not is_change:
            del self.fields["why"]

    def clean(self) -> dict[str, Any]:
        """Read the doses; a frequency written behind the dose counts where none was chosen."""
        values = super().clean() or {}
        kind = Kind(values.get("kind") or Kind.REGULAR.value)
        unit = self._unit(values.get("drug", ""))
        values["read"] = {
            "dose": self._dose(values, "dose", unit, required=kind is not Kind.INFUSION),
            "rate": self._dose(values, "rate", "ml/h", required=False) if kind is Kind.INFUSION else None,
            "most": self._dose(values, "most", unit, required=False) if kind is Kind.AS_NEEDED else None,
        }
        if kind is Kind.REGULAR and not values.get("frequency") and "frequency" not in self.errors:
            self.blame(errors.FREQUENCY_MISSING.error(where="frequency"))
        return values

    def _unit(self, drug: str) -> str:
        """Return the unit that counts where none is written: that of a medicine with only one."""
        found = formulary_now().named(drug)
        return found[0].units[0] if len(found) == 1 and len(found[0].units) == 1 else ""

    def _dose(self, values: dict[str, Any], name: str, unit: str, *, required: bool) -> Dose | None:
        text = values.get(name) or ""
        if not text.strip() and (not required or name in self.errors):
            return None
        try:
            typed = dose_read(text, unit=unit)
            is_rate = UNITS[typed.dose.unit].is_rate
            if is_rate != (name == "rate"):
                raise errors.DOSE_UNREAD.error(where=name)
            if name == "dose" and typed.frequency and not values.get("frequency"):
                found = frequency_read(typed.frequency, formulary_now().frequencies.values())
                if found is None:
                    raise errors.FREQUENCY_MISSING.error(where="frequency")
                values["frequency"] = found.id
        except RelightError as error:
            error.where = name if error.where == "dose" else error.where
            self.blame(error)
            return None
        return typed.dose

    def blame(self, error: RelightError) -> None:
        """Show a refusal at its field."""
        form_blame(self, error)

    def prescription(self, *, override: Override | None, prior: Any = None) -> Prescription:
        """Return what was typed, once it is valid."""
        values = self.cleaned_data
        kind = Kind(values["kind"])
        found = formulary_now().named(values["drug"])
        read = values["read"]
        return Prescription(
            name=values["drug"],
            atc=found[0].atc if len(found) == 1 else "",
            kind=kind,
            dose=read["dose"],
            rate=read["rate"],
            route=values["route"],
            schedule=schedule_from(
                kind=kind,
                frequency=formulary_now().frequencies.get(values.get("frequency") or ""),
                start=values["start"],
                end=values.get("end"),
                first_now=bool(values.get("first_now")),
            ),
            reason=values["reason"] if kind is Kind.AS_NEEDED else "",
            most=read["most"],
            note=values["note"],
            override=override,
            prior=prior,
        )


def schedule_from(
    *, kind: Kind, frequency: Frequency | None, start: datetime, end: datetime | None, first_now: bool
) -> Schedule:
    """Return when a medicine is given: one moment for a single dose; a first dose out of turn beside the rhythm."""
    if kind is Kind.ONCE:
        return Schedule(start=start, end=end, events=(start,))
    if kind is Kind.INFUSION:
        return Schedule(start=start, end=end)
    times = frequency.times if frequency else ()
    hours = frequency.hours if frequency else 0
    if kind is Kind.AS_NEEDED:
        return Schedule(start=start, end=end)
    return Schedule(start=start, end=end, times=times, hours=hours, events=(start,) if first_now and times else ())


def initial_of(line: Line, *, start: datetime) -> dict[str, Any]:
    """Return a prescription as the form's initial values. Args: start: from when the new one counts."""
    frequencies = formulary_now().frequencies.values()
    schedule = line.schedule
    rhythm = (schedule.times, schedule.hours)
    found = next((one.id for one in frequencies if (one.times, one.hours) == rhythm and any(rhythm)), "")
    return {
        "drug": line.name,
        "kind": line.kind.value,
        "dose": typed_of(line.dose),
        "rate": typed_of(line.rate),
        "route": line.route,
        "frequency": found,
        "start": start,
        "end": schedule.end if schedule.end and schedule.end > start else None,
        "reason": line.reason,
        "most": typed_of(line.most),
        "note": line.note,
    }


def typed_of(dose: Dose | None) -> str:
    """Return a dose as it is typed: `0,5 mg`."""
    if dose is None:
        return ""
    mark = "." if (get_language() or "en").startswith("en") else ","
    return f"{format(dose.amount.normalize(), 'f').replace('.', mark)} {_unit_typed(dose.unit)}"


def _unit_typed(unit: str) -> str:
    return {"IU": "UI", "IU/h": "UI/h"}.get(unit, unit) if (get_language() or "en").startswith("fr") else unit


class StopForm(forms.Form):
    """Stop a medicine."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    type = forms.ChoiceField(
        choices=[(one, one) for one in ("MedicationRequest", "MedicationStatement")], widget=forms.HiddenInput
    )
    reason = forms.CharField(
        label=gettext_lazy("Why is it stopped?"), max_length=200, widget=forms.TextInput({**PLAIN, "data-focus": ""})
    )
    prescriber = forms.ChoiceField(
        label=gettext_lazy("Prescriber who ordered it by telephone"),
        help_text=gettext_lazy("Read the order back before you hang up. It waits for their signature."),
    )

    def __init__(self, *args: Any, prescribers: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["prescriber"].choices = [("", "—"), *prescribers]  # type: ignore[attr-defined]
        if not prescribers:
            del self.fields["prescriber"]


class ConfirmForm(forms.Form):
    """Sign an order that was taken by telephone."""

    digest = forms.CharField(widget=forms.HiddenInput, max_length=64)
    password = forms.CharField(
        label=gettext_lazy("Your password"),
        help_text=gettext_lazy("It is your signature: it stands in the journal under your name."),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
    )


OUTCOMES = [("given", gettext_lazy("Given")), ("not-given", gettext_lazy("Not given"))]


class GiveForm(WritingForm):
    """A dose that was given, or was not. Args: unit: of the prescribed dose."""

    band = forms.CharField(
        label=gettext_lazy("Scan the wristband"),
        help_text=gettext_lazy("Another patient's is refused."),
        required=False,
        max_length=80,
        widget=forms.TextInput({**SCAN, "data-focus": "", "data-private": ""}),
    )
    band_skipped = forms.CharField(
        label=gettext_lazy("Not scanned, because"),
        required=False,
        max_length=120,
        widget=forms.TextInput({**PLAIN, "list": "band-reasons"}),
    )
    outcome = forms.ChoiceField(
        label=gettext_lazy("What happened"), choices=OUTCOMES, initial="given", widget=forms.RadioSelect
    )
    dose = forms.CharField(
        label=gettext_lazy("Dose given"), required=False, max_length=40, widget=forms.TextInput(PLAIN)
    )
    rate = forms.CharField(label=gettext_lazy("Rate"), required=False, max_length=40, widget=forms.TextInput(PLAIN))
    at = MomentField(label=gettext_lazy("At"))
    reason = forms.CharField(
        label=gettext_lazy("Why not, or why another dose"),
        required=False,
        max_length=200,
        widget=forms.TextInput({**PLAIN, "list": "give-reasons"}),
    )
    note = forms.CharField(label=gettext_lazy("Note"), required=False, max_length=400, widget=forms.TextInput(PLAIN))
    again = forms.BooleanField(
        label=gettext_lazy("It was given indeed, beside what is recorded: record it again"), required=False
    )

    def __init__(self, *args: Any, unit: str = "", is_infusion: bool = False, **kwargs: Any) -> None:
        self.options = {"unit": unit, "is_infusion": is_infusion}
        super().__init__(*args, **kwargs)
        if not is_infusion:
            del self.fields["rate"]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        for name, unit in (("dose", self.options["unit"]), ("rate", "ml/h")):
            text = values.get(name) or ""
            values[f"{name}_read"] = None
            if not text.strip():
                continue
            try:
                values[f"{name}_read"] = dose_read(text, unit=str(unit)).dose
            except RelightError as error:
                error.where = name
                form_blame(self, error)
        return values

    def giving(self, *, due: datetime | None, now: datetime) -> Giving:
        """Return what was typed. The minute that runs is now: a time typed to the minute never lies ahead."""
        values = self.cleaned_data
        at = values["at"]
        if timedelta(0) <= now - at < timedelta(minutes=1):
            at = now
        return Giving(
            is_given=values["outcome"] == "given",
            at=at,
            due=due,
            dose=values["dose_read"],
            rate=values.get("rate_read"),
            reason=values["reason"],
            note=values["note"],
            again=values["again"],
        )


class SheetDayForm(forms.Form):
    """Which day of the sheet."""

    day = forms.DateField(
        label=gettext_lazy("Day"),
        required=False,
        widget=forms.DateInput({"type": "date", **PLAIN}, format="%Y-%m-%d"),
    )
