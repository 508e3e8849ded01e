"""Forms of paper: the schedule of copies, and how many blank forms of a ward."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language, gettext_lazy

from relight.kernel.act import Act
from relight.kernel.errors import RelightError
from relight.record.rules.paper_forms import AT_MOST, Forms
from relight.record.rules.printing import EVERY_MIN, KEEP, WardKey, every_read, ward_read
from relight.record.selectors.printing import PaperStanding

LANGUAGES = (("fr", "Français"), ("nl", "Nederlands"), ("de", "Deutsch"), ("en", "English"))
PLAIN = {"autocomplete": "off", "spellcheck": "false"}


class ScheduleForm(forms.Form):
    """Where wards are printed to, how often, which. No ward ticked means all."""

    folder = forms.CharField(
        label=gettext_lazy("Folder"),
        help_text=gettext_lazy("On a disk of its own or a stick, such as /media/stick/relight."),
        max_length=500,
        widget=forms.TextInput(PLAIN),
    )
    every = forms.CharField(
        label=gettext_lazy("Every"),
        help_text=gettext_lazy("30m, 2h: a copy older than two hours is said to be too old."),
        max_length=8,
        widget=forms.TextInput(PLAIN),
    )
    keep = forms.IntegerField(
        label=gettext_lazy("Sets to keep"),
        min_value=KEEP.start,
        max_value=KEEP.stop - 1,
        widget=forms.NumberInput(PLAIN),
    )
    language = forms.ChoiceField(label=gettext_lazy("Language of the paper"))
    wards = forms.MultipleChoiceField(
        label=gettext_lazy("Wards; none for all with anybody in them"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, wards: list[tuple[str, str]], standing: PaperStanding, **kwargs: Any) -> None:
        spoken = (get_language() or settings.LANGUAGE_CODE)[:2]
        first = {
            "folder": standing.folder,
            "every": _every_words(standing.every_min),
            "keep": standing.keep,
            "language": spoken,
            "wards": list(standing.wards),
        }
        super().__init__(*args, **{"initial": first, **kwargs})
        self.fields["wards"].choices = wards  # type: ignore[attr-defined]
        self.fields["language"].choices = list(settings.LANGUAGES)  # type: ignore[attr-defined]

    def clean_every(self) -> int:
        """Return minutes."""
        try:
            return every_read(self.cleaned_data["every"])
        except RelightError as error:
            raise forms.ValidationError(error.next(str), code="every") from error

    def wanted(self) -> list[WardKey]:
        """Return the wards that were ticked."""
        return [ward_read(one) for one in self.cleaned_data["wards"]]


def _every_words(minutes: int) -> str:
    minutes = minutes if minutes in EVERY_MIN else 120
    return f"{minutes // 60}h" if minutes % 60 == 0 else f"{minutes}m"


class WardFormsForm(forms.Form):
    """How many blank forms of which ward, in which language."""

    ward = forms.ChoiceField(label=gettext_lazy("Ward"))
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=LANGUAGES)
    numbers = forms.BooleanField(
        label=gettext_lazy("Reserve a patient number for each admission form"),
        help_text=gettext_lazy("For patients nobody can look up: the number is theirs, on paper now and here later."),
        required=False,
        initial=True,
    )

    def __init__(self, *args: Any, act: Act, described: Forms, wards: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        spoken = (get_language() or settings.LANGUAGE_CODE)[:2]
        self.described = described
        self.fields["ward"].choices = wards  # type: ignore[attr-defined]
        self.fields["language"].initial = spoken if spoken in dict(LANGUAGES) else "fr"
        self.spoken = spoken
        for form in described.forms:
            self.fields[f"count_{form.id}"] = forms.IntegerField(
                label=described.word(f"form_{form.id}", language=spoken),
                required=False,
                min_value=0,
                max_value=AT_MOST,
                initial=0,
                widget=forms.NumberInput({"inputmode": "numeric", **PLAIN}),
            )

    def rows(self) -> list[Any]:
        """Return the fields of the counts, in the order of the forms."""
        return [self[f"count_{form.id}"] for form in self.described.forms]

    def counts(self) -> dict[str, int]:
        """Return form id -> how many."""
        return {form.id: self.cleaned_data.get(f"count_{form.id}") or 0 for form in self.described.forms}
