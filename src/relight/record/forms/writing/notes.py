"""The form of a note: a title, a field a heading, why it is amended. A discharge letter's is the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from relight.record.forms.writing.base import PLAIN, ReasonField, WritingForm
from relight.record.rules.notes import TEXT_CHARS, TITLE_CHARS, NotePart


class NoteForm(WritingForm):
    """A note under its headings. Args: headings: (title, hint, lines) of each section. amends: asks why."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=TITLE_CHARS, widget=forms.TextInput(attrs=PLAIN))

    def __init__(
        self, *args: Any, headings: Sequence[tuple[str, str, int]], amends: bool = False, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.options = {"headings": headings, "amends": amends}
        self.headings = headings
        for place, (title, hint, lines) in enumerate(headings):
            attrs = {"rows": lines, "data-grow": "", "autocapitalize": "sentences", "spellcheck": "true"}
            self.fields[f"part_{place}"] = forms.CharField(
                label=title or gettext_lazy("Text"), help_text=hint, required=False, max_length=TEXT_CHARS, strip=False,
                widget=forms.Textarea(attrs=attrs),
            )  # fmt: skip
        if amends:
            self.fields["reason"] = ReasonField()

    def part_fields(self) -> list[forms.BoundField]:
        """Return the fields of the sections."""
        return [self[f"part_{place}"] for place in range(len(self.headings))]

    @property
    def parts(self) -> list[NotePart]:
        """Return what was written, a section a heading, line ends alike."""
        return [
            NotePart(title=title, text=self.cleaned_data[f"part_{place}"].replace("\r\n", "\n").strip("\n"))
            for place, (title, _, _) in enumerate(self.headings)
        ]


def parts_initial(title: str, parts: Sequence[NotePart]) -> dict[str, str]:
    """Return a note as the form's initial values."""
    return {"title": title, **{f"part_{place}": part.text for place, part in enumerate(parts)}}
