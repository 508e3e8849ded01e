"""The form of a site's posture. What makes it whole is decided by `rules.posture`."""

from __future__ import annotations

from collections.abc import Iterator

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext, gettext_lazy

from relight.activity.rules.posture import BED_WORDS, MOST, SITE_WORDS, BedKind, Beds, PostureSaid, SiteState
from relight.kernel.errors import N_

COUNT = {"inputmode": "numeric", "autocomplete": "off", "min": 0, "max": MOST}


def _count(label: str) -> forms.IntegerField:
    return forms.IntegerField(
        label=gettext_lazy(label), required=False, min_value=0, max_value=MOST, widget=forms.NumberInput(COUNT)
    )


class PostureForm(forms.Form):
    """How a site stands; two numbers a kind of bed, both empty where nobody counts. shown: the saying beside it."""

    state = forms.ChoiceField(label=gettext_lazy("The site is"), widget=forms.RadioSelect)
    diverted = forms.BooleanField(label=gettext_lazy("Ambulances are diverted"), required=False)
    diverted_to = forms.CharField(
        label=gettext_lazy("Where to"),
        help_text=gettext_lazy("A hospital, or who decides: “112 decides, Arlon first”."),
        required=False,
        max_length=200,
    )
    theatres_open = _count(N_("Theatres usable now"))
    theatres = _count(N_("Theatres there are"))
    note = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 2, "maxlength": 2000}),
    )
    shown = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        field = self.fields["state"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(state.value, gettext(SITE_WORDS[state])) for state in SiteState]
        for kind in BedKind:
            self.fields[f"beds_{kind.value}_free"] = _count(N_("free"))
            self.fields[f"beds_{kind.value}_total"] = _count(N_("staffed"))

    def bed_rows(self) -> Iterator[tuple[str, BoundField, BoundField]]:
        """Yield each kind of bed by name, with its two fields."""
        for kind in BedKind:
            yield gettext(BED_WORDS[kind]), self[f"beds_{kind.value}_free"], self[f"beds_{kind.value}_total"]

    def said(self) -> PostureSaid:
        """Return what was typed. A kind with one number alone counts nought for the other."""
        given = self.cleaned_data
        beds = []
        for kind in BedKind:
            free, total = given[f"beds_{kind.value}_free"], given[f"beds_{kind.value}_total"]
            if free is not None or total is not None:
                beds.append(Beds(kind=kind, free=free or 0, total=total or 0))
        return PostureSaid(
            state=SiteState(given["state"]),
            diverted=given["diverted"],
            diverted_to=given["diverted_to"],
            theatres_open=given["theatres_open"] or 0,
            theatres=given["theatres"] or 0,
            beds=tuple(beds),
            note=given["note"],
        )

    @staticmethod
    def initial_of(said: PostureSaid | None, *, shown: object) -> dict[str, object]:
        """Fill the form from what was said last."""
        if said is None:
            return {"state": SiteState.OPEN.value}
        counts: dict[str, object] = {}
        for beds in said.beds:
            counts[f"beds_{beds.kind.value}_free"] = beds.free
            counts[f"beds_{beds.kind.value}_total"] = beds.total
        return {
            "state": said.state.value,
            "diverted": said.diverted,
            "diverted_to": said.diverted_to,
            "theatres_open": said.theatres_open,
            "theatres": said.theatres,
            "note": said.note,
            "shown": shown,
            **counts,
        }
