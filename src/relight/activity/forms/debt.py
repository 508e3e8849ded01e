"""Forms of the debt: a new date, a session, an end, a date given back, places a week."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy

from relight.activity.rules.debt import END_WORDS, DebtEnd, Lane
from relight.activity.selectors.debt_pages import PlacesRow, lane_read

NOTE = forms.Textarea({"rows": 2, "maxlength": 400})
SESSION_MOST = 50


class _When(forms.Form):
    """A day and a time."""

    day = forms.DateField(label=gettext_lazy("Day"), widget=forms.DateInput({"type": "date"}))
    time = forms.TimeField(label=gettext_lazy("Time"), widget=forms.TimeInput({"type": "time"}))
    place = forms.CharField(
        label=gettext_lazy("Room or person"),
        help_text=gettext_lazy("Said to the patient."),
        required=False,
        max_length=200,
    )

    def starts_at(self) -> datetime:
        """Return the moment, where Relight stands."""
        given = self.cleaned_data
        return timezone.make_aware(datetime.combine(given["day"], given["time"]))


class BookForm(_When):
    """A new date for one patient."""

    site = forms.ChoiceField(label=gettext_lazy("Site"))

    def __init__(self, *args: object, sites: Sequence[tuple[str, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        field = self.fields["site"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(sites)
        self.order_fields(["day", "time", "site", "place"])


class SessionForm(_When):
    """A session for those who are next in a lane. shown: their ids, in order, as the page showed them."""

    minutes = forms.IntegerField(label=gettext_lazy("Minutes each"), min_value=1, max_value=600, initial=20)
    count = forms.IntegerField(label=gettext_lazy("How many"), min_value=1, max_value=SESSION_MOST, initial=12)
    lane = forms.CharField(widget=forms.HiddenInput)
    shown = forms.CharField(widget=forms.HiddenInput, required=False)

    field_order = ("day", "time", "minutes", "count", "place", "lane", "shown")

    def clean_lane(self) -> Lane:
        """Read the lane."""
        lane = lane_read(self.cleaned_data["lane"])
        if lane is None:
            raise forms.ValidationError(gettext("The page did not come back whole. Open it again."))
        return lane

    def clean_shown(self) -> list[UUID]:
        """Read who was shown."""
        try:
            return [UUID(part) for part in self.cleaned_data["shown"].split(",") if part]
        except ValueError as refusal:
            raise forms.ValidationError(gettext("The page did not come back whole. Open it again.")) from refusal


class EndForm(forms.Form):
    """Why somebody waits no more."""

    why = forms.ChoiceField(label=gettext_lazy("Why"), widget=forms.RadioSelect)
    note = forms.CharField(label=gettext_lazy("Who said so, and when"), max_length=400, widget=NOTE)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        field = self.fields["why"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(end.value, gettext(END_WORDS[end])) for end in DebtEnd if end is not DebtEnd.RESTORED]


class ReturnForm(forms.Form):
    """Why a new date is given back."""

    note = forms.CharField(label=gettext_lazy("Why it is given back"), max_length=400, widget=NOTE)


class PlacesForm(forms.Form):
    """Places a week of every lane of a site: one number for each week, others for weeks of their own."""

    def __init__(self, *args: object, rows: Sequence[PlacesRow], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.rows = rows
        for row in rows:
            self._put(row.query, None, row.every)
            for week, slots in row.weeks:
                self._put(row.query, week, slots)

    def _put(self, query: str, week: date | None, slots: int | None) -> None:
        label = gettext("Week of %(day)s") % {"day": week.isoformat()} if week else gettext("Every week")
        widget = forms.NumberInput({"min": 0, "max": 2000, "inputmode": "numeric", "aria-label": f"{label}, {query}"})
        self.fields[_name(query, week)] = forms.IntegerField(
            label=label, required=False, min_value=0, max_value=2000, initial=slots, widget=widget
        )

    def lines(self) -> list[tuple[PlacesRow, list[forms.BoundField]]]:
        """Return each row with its fields: every week, then the weeks shown."""
        return [
            (row, [self[_name(row.query, week)] for week in (None, *(week for week, _ in row.weeks))])
            for row in self.rows
        ]

    def places(self) -> dict[tuple[Lane, date | None], int | None]:
        """Return what was typed, by lane and week."""
        found: dict[tuple[Lane, date | None], int | None] = {}
        for row in self.rows:
            lane = lane_read(row.query)
            assert lane is not None
            for week in (None, *(week for week, _ in row.weeks)):
                found[lane, week] = self.cleaned_data[_name(row.query, week)]
        return found


def _name(query: str, week: date | None) -> str:
    return f"{query}|{week.isoformat() if week else ''}"
