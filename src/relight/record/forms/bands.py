"""Forms of paper for patients, number ranges, the auditor's filters, and files sent in."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext, gettext_lazy

from relight.hospital.api import site_list
from relight.paper.labels import Sheet
from relight.people.api import staff_list
from relight.record.forms.patients import PLAIN, PRIVATE
from relight.record.types import SourceKind


class BandForm(forms.Form):
    """What is printed for a patient."""

    what = forms.ChoiceField(label=gettext_lazy("What"), widget=forms.RadioSelect, initial="band")
    copies = forms.IntegerField(
        label=gettext_lazy("Labels"), required=False, min_value=1, max_value=40, initial=10,
        help_text=gettext_lazy("How many, for forms and samples."),
    )  # fmt: skip
    paper = forms.ChoiceField(label=gettext_lazy("Paper"), initial=Sheet.ROLL.value)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        whats = [("band", gettext("Wristband")), ("labels", gettext("Labels"))]
        self.fields["what"].choices = whats  # type: ignore[attr-defined]
        papers = [(Sheet.ROLL.value, gettext("Label printer (roll)")), (Sheet.A4.value, gettext("A4 sheet"))]
        self.fields["paper"].choices = papers  # type: ignore[attr-defined]


class RangeForm(forms.Form):
    """A range of patient numbers reserved for a site."""

    site = forms.ChoiceField(label=gettext_lazy("Site"), required=False)
    begins = forms.CharField(
        label=gettext_lazy("Prefix"),
        help_text=gettext_lazy("4 or 5 digits; the third and fourth together 13 to 19, so that it is no birth date."),
        max_length=5,
        widget=forms.TextInput({"inputmode": "numeric", **PLAIN}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["site"].choices = site_choices()  # type: ignore[attr-defined]


class TakeForm(forms.Form):
    """Patient numbers given out ahead, as blank labels."""

    site = forms.ChoiceField(label=gettext_lazy("Site"), required=False)
    count = forms.IntegerField(label=gettext_lazy("How many"), min_value=1, max_value=500, initial=20)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["site"].choices = site_choices()  # type: ignore[attr-defined]


def site_choices() -> list[tuple[str, str]]:
    """List the sites to choose from; the whole group first."""
    return [("", gettext("all sites")), *((site.id, site.name) for site in site_list())]


class AuditForm(forms.Form):
    """The filters above the readings; none of them names a patient."""

    who = forms.ChoiceField(label=gettext_lazy("Person"), required=False)
    since = forms.DateField(
        label=gettext_lazy("From"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateField(
        label=gettext_lazy("To"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["who"].choices = [  # type: ignore[attr-defined]
            ("", gettext("everybody")), *((one.actor, one.name) for one in staff_list()),
        ]  # fmt: skip

    def wanted(self) -> dict[str, Any]:
        """Return the filters that are set; a day counts from midnight to midnight here."""
        self.is_valid()
        said = self.cleaned_data
        found: dict[str, Any] = {"actor": said["who"]} if said.get("who") else {}
        if said.get("since"):
            found["since"] = _midnight(said["since"])
        if said.get("until"):
            found["until"] = _midnight(said["until"] + timedelta(days=1))
        return found


def _midnight(day: Any) -> datetime:
    return datetime.combine(day, time.min, tzinfo=get_current_timezone()).astimezone(UTC)


class NumberForm(forms.Form):
    """A record number whose readings the auditor looks for. It is posted."""

    number = forms.CharField(
        label=gettext_lazy("Record number"), max_length=64, widget=forms.TextInput({"data-scan": "", **PRIVATE})
    )


class UploadForm(forms.Form):
    """A file to import."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("FHIR bundles, NDJSON, HL7 v2 messages; packed with gzip or not."),
    )
    source = forms.CharField(
        label=gettext_lazy("Which system it comes from"),
        help_text=gettext_lazy("The same name each time: ids count within it. Empty: the file's name."),
        required=False,
        max_length=200,
        widget=forms.TextInput(PLAIN),
    )
    kind = forms.ChoiceField(label=gettext_lazy("What it is"))
    as_of = forms.DateField(
        label=gettext_lazy("How old the data is"),
        help_text=gettext_lazy("The day of the backup or of the summary."),
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            (SourceKind.BACKUP.value, gettext("last backup")),
            (SourceKind.REGIONAL.value, gettext("regional summary")),
            (SourceKind.IMPORT.value, gettext("another export")),
        ]

    def as_of_moment(self) -> datetime | None:
        """Return the day the data is of, as its beginning here."""
        day = self.cleaned_data["as_of"]
        return _midnight(day) if day else None
