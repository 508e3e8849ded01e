"""The form of a set of vital signs: one line, read by a keypad, every field with its unit.

Owns reading what was typed; limits are `rules.vitals`.
"""

from __future__ import annotations

from decimal import Decimal
from hashlib import sha256
from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy

from relight.kernel.errors import RelightError
from relight.record import errors
from relight.record.forms.writing.base import PLAIN, MomentField, ReasonField, WritingForm
from relight.record.rules.news2 import Consciousness, Scale
from relight.record.rules.vitals import LEVELS, MEASURES, Measure, VitalSet, unlikely, value_read
from relight.ui.api import form_blame

FIRST = ("respiration", "saturation", "flow", "systolic", "diastolic", "pulse", "temperature")
MORE = ("pain", "glucose", "weight", "height")
AIR = (("", "–"), ("air", gettext_lazy("air")), ("oxygen", gettext_lazy("oxygen")))
WIDTH = {0: 3, 1: 4, 2: 5}


class MeasureField(forms.CharField):
    """A value typed by hand. Returns the digits kept."""

    def __init__(self, measure: Measure, **options: Any) -> None:
        self.measure = measure
        attrs = {"inputmode": "decimal" if measure.decimals else "numeric", "size": WIDTH[measure.decimals], **PLAIN}
        super().__init__(
            label=gettext_lazy(measure.name), required=False, max_length=8, widget=forms.TextInput(attrs=attrs),
            **options,
        )  # fmt: skip

    def clean(self, value: Any) -> str:
        try:
            return value_read(super().clean(value), self.measure)
        except RelightError as error:
            raise forms.ValidationError(f"{error.message(gettext)} {error.next(gettext)}") from None


class VitalsForm(WritingForm):
    """A set. Args: age_years: for what is likely. may_be_pregnant: whether it is asked. amends: asks why."""

    at = MomentField(label=gettext_lazy("Measured at"))
    air = forms.ChoiceField(label=gettext_lazy("Air or oxygen"), choices=AIR, required=False)
    consciousness = forms.ChoiceField(label=gettext_lazy("Consciousness (ACVPU)"), required=False)
    pregnant = forms.ChoiceField(
        label=gettext_lazy("Pregnant"), required=False,
        choices=(("", "–"), ("no", gettext_lazy("no")), ("yes", gettext_lazy("yes"))),
    )  # fmt: skip
    note = forms.CharField(
        label=gettext_lazy("Remark"), required=False, max_length=300, widget=forms.TextInput(attrs=PLAIN)
    )
    confirmed = forms.CharField(widget=forms.HiddenInput, required=False)
    checked = forms.BooleanField(
        label=gettext_lazy("I measured again or checked: these values are right."), required=False
    )

    def __init__(
        self,
        *args: Any,
        age_years: int | None = None,
        may_be_pregnant: bool = False,
        amends: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.options = {"age_years": age_years, "may_be_pregnant": may_be_pregnant, "amends": amends}
        self.age_years = age_years
        for key in (*FIRST, *MORE):
            self.fields[key] = MeasureField(MEASURES[key])
        self.fields["consciousness"].choices = [  # type: ignore[attr-defined] # a ChoiceField has them
            ("", "–"), *((one.value, f"{one.value} – {gettext(LEVELS[one][1])}") for one in Consciousness)
        ]  # fmt: skip
        if not may_be_pregnant:
            del self.fields["pregnant"]
        if amends:
            self.fields["reason"] = ReasonField(required=True)
        self.asks: tuple[str, ...] = ()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        values = self._values()
        if data.get("air") == "air" and Decimal(values.get("flow", "0")):
            self.add_error("air", gettext("A flow of oxygen is typed, and “air” is chosen. Correct one of the two."))
        odd = unlikely(values, age_years=self.age_years)
        mark = _mark({key: values[key] for key in odd})
        if odd and not self.errors and not (data.get("checked") and data.get("confirmed") == mark):
            self.asks = odd
            names = ", ".join(
                f"{gettext(MEASURES[key].name)} {values[key]} {MEASURES[key].shown}" for key in odd
            )  # fmt: skip
            form_blame(self, errors.VITALS_UNLIKELY.error(where="checked", names=names))
            asked: Any = self.data.copy()  # type: ignore[attr-defined] # a QueryDict has it
            asked["confirmed"] = mark
            asked.pop("checked", None)
            self.data = asked
        return data

    def _values(self) -> dict[str, str]:
        return {key: text for key in (*FIRST, *MORE) if (text := self.cleaned_data.get(key))}

    @property
    def given(self) -> VitalSet:
        """Return the set."""
        data = self.cleaned_data
        level, air, pregnant = data.get("consciousness"), data.get("air"), data.get("pregnant")
        return VitalSet(
            at=data["at"], values=self._values(), on_oxygen=None if not air else air == "oxygen",
            consciousness=Consciousness(level) if level else None,
            is_pregnant=None if not pregnant else pregnant == "yes", note=data["note"].strip(),
        )  # fmt: skip

    def cells(self) -> list[tuple[forms.BoundField, str]]:
        """Return the fields of the line in tab order, each with its unit."""
        line = ["respiration", "saturation", "air", "flow", "systolic", "diastolic", "pulse", "consciousness"]
        names = [*line, "temperature", *MORE]
        return [(self[name], MEASURES[name].shown if name in MEASURES else "") for name in names]


def _mark(values: dict[str, str]) -> str:
    """Return what a confirmation is about: other values are asked about anew."""
    return sha256(repr(sorted(values.items())).encode()).hexdigest()[:16] if values else ""


def set_initial(given: VitalSet, *, at: str) -> dict[str, str]:
    """Return a set as the form's initial values. Args: at: as the form shows it."""
    air = "" if given.on_oxygen is None else "oxygen" if given.on_oxygen else "air"
    pregnant = "" if given.is_pregnant is None else "yes" if given.is_pregnant else "no"
    level = given.consciousness.value if given.consciousness else ""
    return {
        **given.values, "at": at, "air": air, "consciousness": level, "pregnant": pregnant, "note": given.note,
    }  # fmt: skip


class ScaleForm(forms.Form):
    """Which oxygen saturation is aimed at."""

    patient = forms.CharField(widget=forms.HiddenInput)
    version = forms.CharField(widget=forms.HiddenInput, required=False)
    scale = forms.ChoiceField(
        label=gettext_lazy("Oxygen target"),
        choices=(
            (Scale.ONE.value, gettext_lazy("Scale 1: 96 % and more")),
            (Scale.TWO.value, gettext_lazy("Scale 2: 88 to 92 %, in hypercapnic respiratory failure")),
        ),
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=400, widget=forms.TextInput(attrs=PLAIN), required=False
    )
    use_required_attribute = False
