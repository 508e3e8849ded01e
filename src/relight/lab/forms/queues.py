"""Forms of decisions about held and refused results: what may be typed; what is allowed is decided by services."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import get_language, gettext, gettext_lazy

from relight.lab.models import Link, Result
from relight.lab.rules.mapping import Meaning
from relight.lab.rules.queues import CLOSE_NAMES, CloseReason
from relight.lab.types import HOLD_NAMES, ReportState
from relight.record.api import catalogue_now
from relight.record.plain import named

PLAIN = {"autocomplete": "off", "spellcheck": "false"}
SCAN = {"data-scan": "", "data-private": "", **PLAIN}


def password_field() -> forms.CharField:
    """Make the field of a signature."""
    return forms.CharField(
        label=gettext_lazy("Your password"),
        help_text=gettext_lazy("It is your signature: it stands in the journal under your name."),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
    )


class QueueFilterForm(forms.Form):
    """The filters above a queue."""

    link = forms.ChoiceField(required=False, label=gettext_lazy("Link"))
    why = forms.ChoiceField(required=False, label=gettext_lazy("Why"))

    def __init__(self, *, state: ReportState, link: str, why: str, codes: Sequence[tuple[str, str]]) -> None:
        super().__init__(initial={"link": link, "why": why})
        every = [("", gettext("all"))]
        reasons = [(one.value, gettext(name)) for one, name in HOLD_NAMES.items()]
        self._choose("link", [*every, *Link.objects.order_by("name").values_list("pk", "name")])
        self._choose("why", [*every, *(reasons if state is ReportState.HELD else codes)])

    def _choose(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]


class WhyForm(forms.Form):
    """Why something is decided so."""

    reason = forms.CharField(label=gettext_lazy("Why"), max_length=400, widget=forms.TextInput(PLAIN))


class CloseForm(forms.Form):
    """Why results do not go to the laboratory system."""

    why = forms.ChoiceField(label=gettext_lazy("What became of them"))
    reason = forms.CharField(
        label=gettext_lazy("In words"),
        required=False,
        max_length=400,
        help_text=gettext_lazy("Needed for another reason."),
        widget=forms.TextInput(PLAIN),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # none is chosen beforehand: “transcribed by hand”, unread, would lose results nobody transcribed
        choices = [("", "—"), *((one.value, gettext(name)) for one, name in CLOSE_NAMES.items())]
        self.fields["why"].choices = choices  # type: ignore[attr-defined]

    def clean_why(self) -> CloseReason:
        """Return the reason as its word."""
        return CloseReason(self.cleaned_data["why"])


class OrderForm(forms.Form):
    """The sample number of the order to compare with."""

    sample = forms.CharField(
        label=gettext_lazy("Sample number of the order"),
        max_length=80,
        help_text=gettext_lazy("Scan the tube, or type the number from it."),
        widget=forms.TextInput(SCAN),
    )


class PlaceForm(forms.Form):
    """The proof that results belong to the order that is shown: its number once more, and a signature."""

    order = forms.UUIDField(widget=forms.HiddenInput)
    sample_again = forms.CharField(
        label=gettext_lazy("Sample number, once more"),
        max_length=80,
        help_text=gettext_lazy("From the tube in your hand, not from this page."),
        widget=forms.TextInput(SCAN),
    )
    password = password_field()


class MapForm(forms.Form):
    """What one code of an analyzer means."""

    code = forms.CharField(widget=forms.HiddenInput, max_length=120)
    unit_sent = forms.CharField(widget=forms.HiddenInput, required=False, max_length=60)
    known = forms.ChoiceField(label=gettext_lazy("Test"), required=False)
    loinc = forms.CharField(
        label=gettext_lazy("LOINC"), required=False, max_length=16, widget=forms.TextInput(PLAIN),
        help_text=gettext_lazy("Only for a test that is not in the list."),
    )  # fmt: skip
    name = forms.CharField(label=gettext_lazy("Name"), required=False, max_length=120)
    unit = forms.CharField(
        label=gettext_lazy("Unit of the result"),
        required=False,
        max_length=60,
        help_text=gettext_lazy("UCUM, such as mmol/L. Nothing: the unit of the test in the list."),
        widget=forms.TextInput(PLAIN),
    )
    factor = forms.CharField(
        label=gettext_lazy("Multiply the value with"),
        required=False,
        max_length=20,
        initial="1",
        help_text=gettext_lazy("1 when the analyzer's unit is this unit. Nothing: results in words."),
        widget=forms.TextInput(PLAIN),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = get_language() or "en"
        tests = [(test.loinc, f"{named(test.names, language=language)} ({test.loinc})") for test in _tests()]
        choices = [("", gettext("not in this list")), *sorted(tests, key=lambda pair: pair[1].casefold())]
        self.fields["known"].choices = choices  # type: ignore[attr-defined]

    def meaning(self) -> Meaning:
        """Return what was said; a test of the list brings its name and unit."""
        given = self.cleaned_data
        test = catalogue_now().tests.get(given["known"]) if given["known"] else None
        if test is None:
            return Meaning(loinc=given["loinc"], name=given["name"], unit=given["unit"], factor=given["factor"])
        name = given["name"] or named(test.names, language="en")
        return Meaning(loinc=test.loinc, name=name, unit=given["unit"] or test.unit, factor=given["factor"])


class MendForm(forms.Form):
    """What of a refused report may be changed: its sample number, what its tests are called. Never a value."""

    sample = forms.CharField(
        label=gettext_lazy("Sample number"), required=False, max_length=80, widget=forms.TextInput(PLAIN)
    )
    sample_again = forms.CharField(
        label=gettext_lazy("Sample number, once more"),
        required=False,
        max_length=80,
        help_text=gettext_lazy("Only when it changes: it then becomes another patient's result."),
        widget=forms.TextInput(SCAN),
    )
    password = password_field()
    reason = forms.CharField(label=gettext_lazy("Why"), max_length=400, widget=forms.TextInput(PLAIN))

    def __init__(self, *args: Any, sample: str, results: Sequence[Result], **kwargs: Any) -> None:
        kwargs["initial"] = {"sample": sample}
        super().__init__(*args, **kwargs)
        self.results = list(results)
        self.fields["password"].required = False
        self.fields["password"].help_text = gettext("Only when the sample number changes: it is your signature.")
        for result in self.results:
            label = gettext("LOINC of %(test)s") % {"test": result.name or result.code}
            self.fields[f"loinc_{result.pk}"] = forms.CharField(
                label=label, max_length=16, initial=result.loinc, widget=forms.TextInput(PLAIN)
            )

    def plain(self) -> list[BoundField]:
        """List the fields beside the tests'."""
        return [self[name] for name in ("reason", "sample", "sample_again", "password")]

    def named(self) -> list[BoundField]:
        """List the fields of the tests."""
        return [self[f"loinc_{result.pk}"] for result in self.results]

    def names_refused(self) -> bool:
        """Say whether what a test is called was refused."""
        return any(name.startswith("loinc_") for name in self.errors)

    def tests(self) -> dict[UUID, Meaning]:
        """Return what was renamed: a result to what it means now."""
        found = {}
        tests = catalogue_now().tests
        for result in self.results:
            loinc = self.cleaned_data[f"loinc_{result.pk}"].strip()
            if loinc != result.loinc:
                known = tests.get(loinc)
                found[result.pk] = Meaning(
                    loinc=loinc, name=named(known.names, language="en") if known else result.name
                )
        return found


def _tests() -> list[Any]:
    return list(catalogue_now().tests.values())
