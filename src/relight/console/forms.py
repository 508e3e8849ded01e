"""Forms of the console: what the journal is filtered by."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy

from relight.console.rules.entries import read_day
from relight.console.rules.words import verb_words
from relight.console.types import JournalFilter
from relight.kernel.errors import RelightError


class JournalFilterForm(forms.Form):
    """The filter of the list of entries; every field may be empty."""

    text = forms.CharField(label=gettext_lazy("Words in it"), required=False, max_length=200)
    actor = forms.ChoiceField(label=gettext_lazy("Who"), required=False)
    verb = forms.ChoiceField(label=gettext_lazy("Did what"), required=False)
    subject = forms.CharField(label=gettext_lazy("About"), required=False, max_length=200)
    day = forms.CharField(label=gettext_lazy("Day"), required=False, max_length=20)

    def __init__(
        self, *args: Any, actors: Iterable[tuple[str, str]], verbs: Iterable[str], day_zero: date | None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.day_zero = day_zero
        self.found_day: date | None = None
        actor_field, verb_field = self.fields["actor"], self.fields["verb"]
        assert isinstance(actor_field, forms.ChoiceField) and isinstance(verb_field, forms.ChoiceField)
        actor_field.choices = [("", gettext("anybody")), *actors]
        verb_field.choices = [("", gettext("anything")), *((verb, gettext(verb_words(verb).did)) for verb in verbs)]

    def clean_day(self) -> str:
        """Read the day as a date or as a day of the crisis."""
        text = str(self.cleaned_data["day"])
        try:
            self.found_day = read_day(text, day_zero=self.day_zero)
        except RelightError as error:
            raise forms.ValidationError(f"{error.message(gettext)} {error.next(gettext)}", code=error.code) from error
        return text

    def filter(self) -> JournalFilter:
        """Return what is asked for; a field that could not be read narrows nothing."""
        asked = getattr(self, "cleaned_data", {})
        return JournalFilter(
            actor=asked.get("actor", ""),
            verb=asked.get("verb", ""),
            subject=asked.get("subject", "").strip(),
            text=asked.get("text", "").strip(),
            day=self.found_day,
        )
