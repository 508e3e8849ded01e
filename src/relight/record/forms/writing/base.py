"""What every form that writes into a chart carries: whose it is, which version was seen, which draft it keeps.

Owns these hidden fields and the widgets of times and dates. Rules stay in `rules`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy

PLAIN = {"autocomplete": "off"}
MINUTES = "%Y-%m-%dT%H:%M"


class WritingForm(forms.Form):
    """A form of one patient's chart. Its hidden fields are filled by `views.writing.flow`."""

    patient = forms.CharField(widget=forms.HiddenInput, required=False)
    version = forms.CharField(widget=forms.HiddenInput, required=False)
    draft = forms.CharField(widget=forms.HiddenInput, required=False)
    draft_tab = forms.CharField(widget=forms.HiddenInput(attrs={"data-draft-tab": ""}), required=False)
    draft_count = forms.CharField(widget=forms.HiddenInput(attrs={"data-draft-count": ""}), required=False)
    use_required_attribute = False

    MARKS = ("patient", "version", "draft", "draft_tab", "draft_count")

    @property
    def written(self) -> dict[str, Any]:
        """The cleaned fields without the form's own marks."""
        return {name: value for name, value in self.cleaned_data.items() if name not in self.MARKS}

    def own_fields(self) -> list[str]:
        """Name the fields people fill in."""
        return [name for name in self.fields if name not in self.MARKS]

    def initial_of(self, content: Mapping[str, list[str]]) -> dict[str, Any]:
        """Return what a draft's content is as this form's initial values; what it lacks was empty."""
        made: dict[str, Any] = {}
        for name in self.own_fields():
            values = content.get(name, [])
            several = isinstance(self.fields[name], forms.MultipleChoiceField)
            made[name] = values if several else (values[0] if values else "")
        return made


class MomentField(forms.DateTimeField):
    """A time to the minute, of this house's clocks."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local", **PLAIN}, format=MINUTES)
        formats = [MINUTES, "%Y-%m-%dT%H:%M:%S", "%d/%m/%Y %H:%M", "%Y-%m-%d %H:%M"]
        super().__init__(**{"widget": widget, "input_formats": formats, **options})


def minutes_text(at: datetime) -> str:
    """Return a time as `MomentField` shows and reads it."""
    return timezone.localtime(at).strftime(MINUTES)


class ReasonField(forms.CharField):
    """Why something is changed."""

    def __init__(self, **options: Any) -> None:
        label = gettext_lazy("Why is it changed?")
        super().__init__(
            **{"label": label, "max_length": 400, "required": False, "widget": forms.TextInput(attrs=PLAIN), **options}
        )
