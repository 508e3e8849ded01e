"""Forms of requests: laboratory tests, imaging, others; cancelling.

Owns turning what was typed into what the services take. What may be asked is decided by them.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import get_language, gettext, gettext_lazy

from relight.kernel.errors import RelightError
from relight.paper.labels import Sheet
from relight.record import errors
from relight.record.forms.writing.base import PLAIN, MomentField, WritingForm
from relight.record.rules.medication.imaging import (
    CONTRAST_WORDS,
    MODALITY_WORDS,
    PREGNANCY_WORDS,
    Imaging,
    Modality,
    imaging_refusal,
)
from relight.record.rules.requests import PRIORITY_NAMES, Lookup, Priority, Wanted, tests_once
from relight.record.rules.tests_catalogue import GROUP_NAMES, named
from relight.record.selectors.catalogue import catalogue_now
from relight.ui.api import form_blame

SCAN = {**PLAIN, "data-scan": "", "autocapitalize": "off", "spellcheck": "false"}


def _line(label: Any, *, most: int = 200, required: bool = False, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label, max_length=most, required=required, help_text=help_text, widget=forms.TextInput(PLAIN)
    )


class RequestForm(WritingForm):
    """What every request says."""

    priority = forms.ChoiceField(label=gettext_lazy("Priority"), initial=Priority.ROUTINE.value)
    prescriber = _line(gettext_lazy("Asked by"), most=120)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [(one.value, gettext(PRIORITY_NAMES[one])) for one in Priority]
        self.fields["priority"].choices = names  # type: ignore[attr-defined]


class LaboratoryForm(RequestForm):
    """Tests from the catalogue: short names typed, panels and single tests ticked."""

    words = _line(
        gettext_lazy("Tests, typed"),
        most=400,
        help_text=gettext_lazy("Short names, parted by blanks or commas: Na K CRP Hb. Or tick below."),
    )
    panels = forms.MultipleChoiceField(
        label=gettext_lazy("Panels"), required=False, widget=forms.CheckboxSelectMultiple
    )
    tests = forms.MultipleChoiceField(
        label=gettext_lazy("Single tests"), required=False, widget=forms.CheckboxSelectMultiple
    )
    reason = _line(gettext_lazy("Clinical question"), most=400)
    sample = forms.CharField(
        label=gettext_lazy("Sample number"),
        help_text=gettext_lazy("Scan the label that is on the tube. Empty: the next number, with labels to print."),
        required=False,
        max_length=40,
        widget=forms.TextInput(SCAN),
    )
    taken_at = MomentField(
        label=gettext_lazy("Taken at"), required=False, help_text=gettext_lazy("Empty: not taken yet.")
    )
    note = _line(gettext_lazy("Note for the laboratory"), most=400)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = (get_language() or "en")[:2]
        catalogue = catalogue_now()
        panels = [(panel.id, named(panel.names, language=language)) for panel in catalogue.panels]
        self.fields["panels"].choices = panels  # type: ignore[attr-defined]
        groups: dict[str, list[tuple[str, str]]] = {}
        for test in catalogue.tests.values():
            label = named(test.names, language=language)
            groups.setdefault(gettext(GROUP_NAMES[test.group]), []).append((test.loinc, label))
        self.fields["tests"].choices = list(groups.items())  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        try:
            values["wanted"] = self._wanted(values)
        except RelightError as error:
            error.where = "words"
            form_blame(self, error)
        return values

    def _wanted(self, values: dict[str, Any]) -> tuple[Wanted, ...]:
        catalogue = catalogue_now()
        chosen = {panel.id: panel.tests for panel in catalogue.panels}
        found = [Wanted(loinc=loinc) for panel in values.get("panels", ()) for loinc in chosen[panel]]
        found += [Wanted(loinc=loinc) for loinc in values.get("tests", ())]
        found += Lookup.over(catalogue).sentence(values.get("words", ""))
        if not found:
            raise errors.NO_TESTS.error(where="words")
        return tests_once(found)


def _choices(words: Any) -> list[tuple[str, Any]]:
    return [(getattr(key, "value", key), gettext_lazy(word)) for key, word in words.items()]


class ImagingForm(RequestForm):
    """An image: what, of which region, why."""

    modality = forms.ChoiceField(label=gettext_lazy("Examination"), choices=_choices(MODALITY_WORDS))
    region = _line(gettext_lazy("Region and side"), help_text=gettext_lazy("Such as: right wrist, two views."))
    question = _line(gettext_lazy("Clinical question"), most=400)
    justification = _line(
        gettext_lazy("Justification"), most=400, help_text=gettext_lazy("Asked for where there are rays.")
    )
    pregnancy = forms.ChoiceField(label=gettext_lazy("Pregnancy"), choices=[("", "—"), *_choices(PREGNANCY_WORDS)])
    contrast = forms.ChoiceField(
        label=gettext_lazy("Contrast"), choices=_choices(CONTRAST_WORDS), initial="radiologist"
    )
    kidney = _line(
        gettext_lazy("Kidney function"), help_text=gettext_lazy("Last creatinine or eGFR, with its date; or not known.")
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not self.errors:
            values["imaging"] = Imaging(
                modality=Modality(values["modality"]),
                **{
                    name: values[name]
                    for name in ("region", "question", "pregnancy", "contrast", "kidney", "justification")
                },
            )
            refusal = imaging_refusal(values["imaging"])
            if refusal is not None:
                form_blame(self, refusal)
        return values


class OtherForm(RequestForm):
    """Any other request: an opinion, physiotherapy, an ECG."""

    what = forms.CharField(
        label=gettext_lazy("What is asked for"),
        max_length=200,
        widget=forms.TextInput({**PLAIN, "list": "others-known", "data-focus": ""}),
    )
    question = _line(gettext_lazy("Clinical question"), most=400, required=True)
    note = _line(gettext_lazy("Note"), most=400)


class RequestCancelForm(forms.Form):
    """Cancel an order, as it was shown."""

    reason = forms.CharField(
        label=gettext_lazy("Why"), max_length=200, widget=forms.TextInput({**PLAIN, "data-focus": ""})
    )


class LabelSheetForm(forms.Form):
    """Which paper labels are printed on; the roll unless another is asked for."""

    paper = forms.ChoiceField(choices=[(sheet.value, sheet.value) for sheet in Sheet], required=False)

    def sheet(self) -> Sheet:
        """Return the paper asked for; an unknown word is the roll."""
        return Sheet(self.cleaned_data["paper"]) if self.is_valid() and self.cleaned_data["paper"] else Sheet.ROLL
