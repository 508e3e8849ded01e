"""Forms of orders: typed by hand, imported, cancelled; ranges of sample numbers; filters of lists.

Owns turning what was typed into a `NewOrder`. What an order may be is decided by the services.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import get_language, gettext, gettext_lazy, pgettext_lazy

from relight.hospital.api import site_list
from relight.kernel.errors import RelightError
from relight.lab.rules.orders import PRIORITY_NAMES, Lookup, NewOrder, PatientId, Priority, Wanted, tests_once
from relight.lab.selectors.orders import wards_known
from relight.paper.labels import Sheet
from relight.record.api import catalogue_now
from relight.record.plain import GROUP_NAMES, NO_TESTS, TEST_NOT_LISTED, named
from relight.ui.api import form_blame

PLAIN = {"autocomplete": "off", "spellcheck": "false"}
SCAN = {**PLAIN, "data-scan": "", "autocapitalize": "off"}
SEXES = [("", gettext_lazy("not known")), ("F", pgettext_lazy("sex", "female")), ("M", pgettext_lazy("sex", "male"))]
STATES = [("open", gettext_lazy("open")), ("done", gettext_lazy("done")), ("cancelled", gettext_lazy("cancelled"))]


def site_choices() -> list[tuple[str, str]]:
    """Return the sites of the hospital, and that none is said."""
    return [("", gettext("not known")), *((site.id, site.name) for site in site_list())]


def _language() -> str:
    return (get_language() or "en")[:2]


def panel_choices() -> list[tuple[str, str]]:
    """Return the panels of the catalogue."""
    return [(panel.id, named(panel.names, language=_language())) for panel in catalogue_now().panels]


def test_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the tests of the catalogue by group, in its order."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for test in catalogue_now().tests.values():
        label = named(test.names, language=_language())
        groups.setdefault(gettext(GROUP_NAMES[test.group]), []).append((test.loinc, label))
    return list(groups.items())


class TestsMixin(forms.Form):
    """Choosing tests: panels, boxes, or short names typed one after the other."""

    words = forms.CharField(
        label=gettext_lazy("Tests, typed"),
        help_text=gettext_lazy("Short names, parted by blanks or commas: Na K CRP Hb. Or tick below."),
        required=False,
        max_length=400,
        widget=forms.TextInput({**PLAIN, "autocapitalize": "off"}),
    )
    panels = forms.MultipleChoiceField(
        label=gettext_lazy("Panels"), required=False, widget=forms.CheckboxSelectMultiple
    )
    tests = forms.MultipleChoiceField(
        label=gettext_lazy("Single tests"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["panels"].choices = panel_choices()  # type: ignore[attr-defined]
        self.fields["tests"].choices = test_choices()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        try:
            values["wanted"] = self._wanted(values)
        except RelightError as error:
            form_blame(self, error)
        return values

    def _wanted(self, values: dict[str, Any]) -> tuple[Wanted, ...]:
        lookup = Lookup.over(catalogue_now())
        chosen = {panel.id: panel.tests for panel in catalogue_now().panels}
        found = [Wanted(loinc=loinc) for panel in values.get("panels", ()) for loinc in chosen[panel]]
        found += [Wanted(loinc=loinc) for loinc in values.get("tests", ())]
        try:
            found += lookup.sentence(values.get("words", ""))
        except RelightError as error:
            raise TEST_NOT_LISTED.error(where="words", **error.params) from error
        if not found:
            raise NO_TESTS.error(where="words")
        return tests_once(found)


class OrderForm(TestsMixin):
    """An order by hand; the scanner begins in the first field."""

    sample = forms.CharField(
        label=gettext_lazy("Sample number"),
        help_text=gettext_lazy("Scan the label on the tube. Empty: the next reserved number is given."),
        required=False,
        max_length=40,
        widget=forms.TextInput({**SCAN, "autofocus": ""}),
    )
    family = forms.CharField(label=gettext_lazy("Family name"), max_length=120, widget=forms.TextInput(PLAIN))
    given = forms.CharField(
        label=gettext_lazy("Given names"), required=False, max_length=120, widget=forms.TextInput(PLAIN)
    )
    birth_date = forms.DateField(
        label=gettext_lazy("Birth date"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    sex = forms.ChoiceField(label=gettext_lazy("Sex"), required=False, choices=SEXES)
    record = forms.CharField(
        label=gettext_lazy("Record number"), required=False, max_length=60, widget=forms.TextInput(SCAN)
    )
    national = forms.CharField(
        label=gettext_lazy("National number"), required=False, max_length=40, widget=forms.TextInput(SCAN)
    )
    site = forms.ChoiceField(label=gettext_lazy("Site"), required=False)
    ward = forms.CharField(
        label=gettext_lazy("Ward"), required=False, max_length=80, widget=forms.TextInput({**PLAIN, "list": "wards"})
    )
    bed = forms.CharField(label=gettext_lazy("Bed"), required=False, max_length=40, widget=forms.TextInput(PLAIN))
    prescriber = forms.CharField(
        label=gettext_lazy("Prescriber"), required=False, max_length=120, widget=forms.TextInput(PLAIN)
    )
    priority = forms.ChoiceField(label=gettext_lazy("Priority"), initial=Priority.ROUTINE.value)
    taken_at = forms.DateTimeField(
        label=gettext_lazy("Taken at"),
        required=False,
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    note = forms.CharField(
        label=gettext_lazy("Note for the laboratory"), required=False, max_length=400, widget=forms.TextInput(PLAIN)
    )
    field_order = ("sample", "family", "given", "birth_date", "sex", "record", "national", "site", "ward", "bed")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["site"].choices = site_choices()  # type: ignore[attr-defined]
        names = [(one.value, gettext(PRIORITY_NAMES[one])) for one in Priority]
        self.fields["priority"].choices = names  # type: ignore[attr-defined]
        self.wards = wards_known()

    def order(self) -> NewOrder:
        """What was typed."""
        values = self.cleaned_data
        ids = [PatientId(system=name, value=values[name]) for name in ("record", "national") if values[name]]
        plain = {name: values[name] for name in ("sample", "family", "given", "birth_date", "sex", "site", "ward")}
        return NewOrder(
            patient_ids=tuple(ids),
            bed=values["bed"],
            prescriber=values["prescriber"],
            priority=Priority(values["priority"]),
            taken_at=values["taken_at"],
            note=values["note"],
            tests=values["wanted"],
            **plain,
        )


class AddTestsForm(TestsMixin):
    """Tests added to an order."""


class CancelForm(forms.Form):
    """Cancel an order."""

    reason = forms.CharField(label=gettext_lazy("Why"), max_length=200, widget=forms.TextInput(PLAIN))


class ImportForm(forms.Form):
    """A file of orders."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy(
            "HL7 messages (OML, ORM), or a CSV file whose first line names its columns: sample, family, given, "
            "birth_date, sex, record, ward, priority, tests. French, Dutch and German names are understood."
        ),
    )


class SeriesForm(forms.Form):
    """A range of sample numbers reserved for a site."""

    site = forms.ChoiceField(label=gettext_lazy("Site"), required=False)
    begins = forms.CharField(
        label=gettext_lazy("Prefix"),
        help_text=gettext_lazy("2 to 6 digits that no laboratory system uses, agreed with the laboratory."),
        max_length=6,
        widget=forms.TextInput({**PLAIN, "inputmode": "numeric"}),
    )
    digits = forms.IntegerField(
        label=gettext_lazy("Digits of the counter"),
        help_text=gettext_lazy("The check digit comes behind it."),
        min_value=4,
        max_value=8,
        initial=6,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["site"].choices = site_choices()  # type: ignore[attr-defined]


class NumbersForm(forms.Form):
    """Sample numbers given out ahead, as labels."""

    site = forms.ChoiceField(label=gettext_lazy("Site"), required=False)
    count = forms.IntegerField(label=gettext_lazy("How many"), min_value=1, max_value=500, initial=40)
    paper = forms.ChoiceField(label=gettext_lazy("Paper"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["site"].choices = site_choices()  # type: ignore[attr-defined]
        self.fields["paper"].choices = paper_choices()  # type: ignore[attr-defined]


def paper_choices() -> list[tuple[str, str]]:
    """Return what labels may be printed on."""
    return [(Sheet.ROLL.value, gettext("Roll, 50 x 25 mm")), (Sheet.A4.value, gettext("A4, 40 labels"))]


class SheetForm(forms.Form):
    """Which paper labels are printed on; the roll unless another is asked for."""

    paper = forms.ChoiceField(choices=[(sheet.value, sheet.value) for sheet in Sheet], required=False)

    def sheet(self) -> Sheet:
        """The paper asked for; an unknown word is the roll."""
        return Sheet(self.cleaned_data["paper"]) if self.is_valid() and self.cleaned_data["paper"] else Sheet.ROLL


class FindForm(forms.Form):
    """One box for a scanned sample or a name. It is posted: patient data stands in no address."""

    q = forms.CharField(
        label=gettext_lazy("Scan a sample, or type a name"),
        max_length=120,
        widget=forms.TextInput({**SCAN, "type": "search"}),
    )


class OrderFilterForm(forms.Form):
    """The filters above the orders; none of them names a patient."""

    state = forms.ChoiceField(required=False, label=gettext_lazy("State"))
    site = forms.ChoiceField(required=False, label=gettext_lazy("Site"))
    ward = forms.ChoiceField(required=False, label=gettext_lazy("Ward"))
    priority = forms.ChoiceField(required=False, label=gettext_lazy("Priority"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        every = [("", gettext("all"))]
        sites = [(site.id, site.name) for site in site_list()]
        self.fields["state"].choices = [*every, *STATES]  # type: ignore[attr-defined]
        self.fields["site"].choices = [*every, *sites]  # type: ignore[attr-defined]
        self.fields["ward"].choices = [*every, *((ward, ward) for ward in wards_known())]  # type: ignore[attr-defined]
        names = [(one.value, gettext(PRIORITY_NAMES[one])) for one in Priority]
        self.fields["priority"].choices = [*every, *names]  # type: ignore[attr-defined]

    def wanted(self) -> dict[str, str]:
        """The filters that are set; an unheard-of word filters nothing."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}
