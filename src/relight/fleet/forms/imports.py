"""Forms of the imports: a file, its columns, a row to mend."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django import forms
from django.utils.translation import gettext, gettext_lazy

from relight.fleet.readers.types import FIELD_WORDS, Field
from relight.fleet.types import Nature

_FIELD = "column-"


def _nature_field() -> forms.ChoiceField:
    return forms.ChoiceField(
        label=gettext_lazy("What the list says"),
        choices=[
            (Nature.SEEN.value, gettext_lazy("these machines were seen (scan, agent, directory, leases)")),
            (Nature.EXPECTED.value, gettext_lazy("these machines should be there (purchase list, asset register)")),
        ],
        widget=forms.RadioSelect,
        initial=Nature.SEEN.value,
    )


class UploadForm(forms.Form):
    """A file to look at."""

    file = forms.FileField(
        label=gettext_lazy("Inventory"),
        help_text=gettext_lazy(
            "nmap XML, NetBox, GLPI, DHCP leases, LDIF, a directory export or any CSV; a .gz of it too."
        ),
        max_length=255,
    )


class ConfirmForm(forms.Form):
    """How an offered file is to be read: its source, what it says, which column holds what."""

    source = forms.CharField(
        label=gettext_lazy("Source"),
        max_length=120,
        help_text=gettext_lazy("The tool or list it comes from. The same name each time, so that nothing doubles."),
    )
    nature = _nature_field()

    def __init__(
        self,
        data: Mapping[str, object] | None = None,
        *,
        headers: Sequence[str] = (),
        mapping: Mapping[str, str],
        source: str = "",
    ) -> None:
        super().__init__(data, initial={"source": source})  # type: ignore[arg-type] # a QueryDict or None
        choices = [("", gettext("not in this table")), *((header, header) for header in headers)]
        for field in Field if headers else ():
            self.fields[f"{_FIELD}{field.value}"] = forms.ChoiceField(
                label=gettext(FIELD_WORDS[field]),
                choices=choices,
                required=False,
                initial=mapping.get(field.value, ""),
            )

    def found(self) -> list[forms.BoundField]:
        """The fields a column was found for, or that were chosen now."""
        return [field for field in self._columns() if field.value()]

    def lacking(self) -> list[forms.BoundField]:
        """The fields the table does not seem to have."""
        return [field for field in self._columns() if not field.value()]

    def _columns(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith(_FIELD)]

    def mapping(self) -> dict[str, str]:
        """The columns as chosen; an empty one takes its field out."""
        return {
            name.removeprefix(_FIELD): str(value)
            for name, value in self.cleaned_data.items()
            if name.startswith(_FIELD)
        }


class MendForm(forms.Form):
    """One row as it came, to be corrected."""

    text = forms.CharField(
        label=gettext_lazy("The row as it came"),
        strip=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "autocomplete": "off", "class": "mono"}),
        help_text=gettext_lazy("Correct it here. The file that was kept does not change."),
    )
