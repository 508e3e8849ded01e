"""Forms of the imports: a file, what holds for the whole list, its columns, a row that stays out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django import forms
from django.utils.translation import gettext, gettext_lazy

from relight.activity.models import AppointmentSource
from relight.activity.rules.columns import COLUMN_WORDS, Column
from relight.activity.types import KIND_WORDS, URGENCY_WORDS, Kind, Urgency
from relight.hospital.api import site_list

_COLUMN = "column-"
OPTIONS = ("assume_urgency", "assume_kind", "assume_site")


class UploadForm(forms.Form):
    """A file to look at."""

    file = forms.FileField(
        label=gettext_lazy("List of appointments"),
        help_text=gettext_lazy("CSV or XLSX as exported, FHIR, HL7 SIU, iCalendar; a .gz of it too."),
        max_length=255,
    )


class ConfirmForm(forms.Form):
    """How an offered file is to be read: its source, what holds for all of it, which column holds what."""

    source = forms.CharField(
        label=gettext_lazy("Source"),
        help_text=gettext_lazy("Which list of which system: the same name each time, so that nothing doubles."),
        max_length=120,
        widget=forms.TextInput({"list": "sources-known", "autocomplete": "off"}),
    )
    assume_urgency = forms.ChoiceField(
        label=gettext_lazy("Urgency, where the list says none"),
        help_text=gettext_lazy(
            "Only when you know it: this list holds planned exams, for example. It is never guessed."
        ),
        required=False,
    )
    assume_kind = forms.ChoiceField(label=gettext_lazy("Kind, where the list says none"), required=False)
    assume_site = forms.ChoiceField(label=gettext_lazy("Site, where the list says none"), required=False)

    def __init__(
        self,
        data: Mapping[str, object] | None = None,
        *,
        headers: Sequence[str] = (),
        mapping: Mapping[str, str],
        initial: Mapping[str, str],
    ) -> None:
        super().__init__(data, initial=dict(initial))  # type: ignore[arg-type] # a QueryDict or None
        said = [("", gettext("as the list says"))]
        urgencies = [(one.value, gettext(URGENCY_WORDS[one])) for one in Urgency if one is not Urgency.UNKNOWN]
        self._choose("assume_urgency", [*said, *urgencies])
        self._choose("assume_kind", [*said, *((one.value, gettext(KIND_WORDS[one])) for one in Kind)])
        self._choose("assume_site", [*said, *((one.id, one.name) for one in site_list())])
        named = list(dict.fromkeys(header for header in headers if header))
        choices = [("", gettext("not in this list")), *((header, header) for header in named)]
        for column in Column if named else ():
            self.fields[f"{_COLUMN}{column.value}"] = forms.ChoiceField(
                label=gettext(COLUMN_WORDS[column]).capitalize(),
                choices=choices,
                required=False,
                initial=mapping.get(column.value, ""),
            )

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def sources(self) -> list[str]:
        """The names of sources known, to choose from."""
        return list(AppointmentSource.objects.values_list("name", flat=True))

    def whole(self) -> list[forms.BoundField]:
        """The fields about the whole list."""
        return [self["source"], *(self[name] for name in OPTIONS)]

    def found(self) -> list[forms.BoundField]:
        """The columns something was found for, or that were chosen now."""
        return [field for field in self._columns() if field.value()]

    def lacking(self) -> list[forms.BoundField]:
        """The columns the list does not seem to have."""
        return [field for field in self._columns() if not field.value()]

    def _columns(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith(_COLUMN)]


def mapping_of(data: Mapping[str, object]) -> dict[str, str]:
    """Return the columns as chosen in a form; an empty one takes its column out."""
    return {name.removeprefix(_COLUMN): str(value) for name, value in data.items() if name.startswith(_COLUMN)}


def options_of(data: Mapping[str, object]) -> dict[str, str]:
    """Return what holds for the whole list, as chosen in a form."""
    return {name: str(data.get(name, "")) for name in OPTIONS if data.get(name)}


class SettleForm(forms.Form):
    """Why a row kept aside stays out."""

    note = forms.CharField(
        label=gettext_lazy("Why it stays out"), max_length=400, widget=forms.TextInput({"autocomplete": "off"})
    )
