"""Forms of finding, registering and moving patients: what may be typed; what is allowed is decided by services."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext, gettext_lazy

from relight.kernel.act import Act
from relight.record.rules.birth import Reading, birth_read
from relight.record.rules.identity import Person, TypedNumber, Unknown
from relight.record.rules.numbers import number_read
from relight.record.rules.places import BED_CHARS, Place, StayKind
from relight.record.selectors.numbers import kinds_now
from relight.record.selectors.person_words import sex_words
from relight.record.selectors.ward_pages import wards_choices

PLAIN = {"autocomplete": "off", "spellcheck": "false"}
PRIVATE = {"data-private": "", **PLAIN}
NOW_FORMAT = "%Y-%m-%dT%H:%M"


class FindForm(forms.Form):
    """One box to find a patient. It is posted: nothing of a patient stands in an address."""

    use_required_attribute = False  # a box that was emptied shows an empty list, no reproach
    q = forms.CharField(
        label=gettext_lazy("Find a patient, or scan a wristband"),
        help_text=gettext_lazy("Name, birth date in any form, number, “bed 12”."),
        max_length=120,
        widget=forms.TextInput({"type": "search", "data-scan": "", "autocapitalize": "off", **PRIVATE}),
    )

    def __init__(self, *args: Any, live: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if live:  # the answers come as one types, below the box
            asked = {"hx-post": reverse("record:patients"), "hx-trigger": "input changed delay:150ms"}
            told = {"hx-target": "#found", "hx-sync": "this:replace"}
            self.fields["q"].widget.attrs.update({**asked, **told})


class WardMixin(forms.Form):
    """A ward and a bed. `wards` are all that may be chosen."""

    ward = forms.ChoiceField(label=gettext_lazy("Ward"))
    bed = forms.CharField(
        label=gettext_lazy("Bed"),
        help_text=gettext_lazy("As it is written on the bed; empty while there is none."),
        required=False,
        max_length=BED_CHARS,
        widget=forms.TextInput({"autocapitalize": "characters", **PLAIN}),
    )

    def wards_set(self, *, act: Act, all_of_them: bool = False, optional: bool = False) -> None:
        """Offer the wards somebody may choose from. Args: all_of_them: other wards of the house below."""
        words = gettext("Not yet") if optional else gettext("Choose a ward")
        field = self.fields["ward"]
        field.choices = [("", words), *wards_choices(act=act, all_of_them=all_of_them)]  # type: ignore[attr-defined]
        field.required = not optional

    def place(self) -> Place:
        """Return the place that was chosen; its ward is empty where none was."""
        site, _, ward = self.cleaned_data["ward"].partition("/")
        return Place(site=site, ward=ward, bed=self.cleaned_data["bed"])


def paper_field() -> forms.CharField:
    """Make the field of the number on a paper admission form."""
    return forms.CharField(
        label=gettext_lazy("Number on the paper form"),
        help_text=gettext_lazy("Only for somebody admitted on a numbered form; else they get the next number."),
        required=False,
        max_length=20,
        widget=forms.TextInput({"inputmode": "numeric", "data-scan": "", **PRIVATE}),
    )


def sex_field(*, required: bool = False) -> forms.ChoiceField:
    """Make the field of the sex; its choices are set when the form is, in the reader's language."""
    return forms.ChoiceField(label=gettext_lazy("Sex"), required=required)


def sex_choices(*, with_none: bool) -> list[tuple[str, str]]:
    """List the sexes in words."""
    known = [(word, sex_words(word)) for word in ("female", "male", "other")]
    return [*([("", gettext("not known"))] if with_none else []), *known]


class PersonForm(WardMixin):
    """A known person, and where they are admitted to."""

    family = forms.CharField(label=gettext_lazy("Family name"), max_length=120, widget=forms.TextInput(PRIVATE))
    given = forms.CharField(
        label=gettext_lazy("Given names"), required=False, max_length=120, widget=forms.TextInput(PRIVATE)
    )
    birth = forms.CharField(
        label=gettext_lazy("Birth date"),
        help_text=gettext_lazy("In any form: 1.2.1970, 010270, 1970."),
        required=False,
        max_length=40,
        widget=forms.TextInput({"inputmode": "text", **PRIVATE}),
    )
    sex = sex_field()
    national = forms.CharField(
        label=gettext_lazy("National number"),
        required=False,
        max_length=40,
        widget=forms.TextInput({"inputmode": "numeric", "data-scan": "", **PRIVATE}),
    )
    phone = forms.CharField(
        label=gettext_lazy("Telephone"), required=False, max_length=40, widget=forms.TextInput(PRIVATE)
    )
    kind = forms.ChoiceField(label=gettext_lazy("Admitted as"), required=False)
    checked = forms.BooleanField(
        label=gettext_lazy("I compared number, birth date and sex on the card: they are this person's."),
        required=False,
    )
    paper = paper_field()
    field_order = ("family", "given", "birth", "sex", "national", "phone", "paper", "ward", "bed", "kind", "checked")

    def __init__(self, *args: Any, act: Act, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.wards_set(act=act, optional=True)
        self.fields["sex"].choices = sex_choices(with_none=True)  # type: ignore[attr-defined]
        self.fields["kind"].choices = kind_choices()  # type: ignore[attr-defined]

    def clean_birth(self) -> str:
        """Read a birth date as it was meant; one that no date can be read from is refused."""
        text = self.cleaned_data["birth"].strip()
        if not text:
            return ""
        read = birth_read(text, today=localdate())
        if not read or read[0].reading is Reading.SWAPPED:
            raise forms.ValidationError(gettext("No birth date can be read from this. Type day, month and year."))
        return read[0].birth

    def person(self) -> Person:
        """Return who was typed."""
        said = self.cleaned_data
        return Person(
            family=said["family"], given=said["given"], birth=said["birth"], sex=said["sex"], phone=said["phone"],
            numbers=_national(said["national"]),
        )  # fmt: skip


class IdentifyForm(PersonForm):
    """Who an unknown patient is; where they are does not change by it."""

    ward = bed = kind = paper = None  # type: ignore[assignment]
    field_order = ("family", "given", "birth", "sex", "national", "phone", "checked")  # type: ignore[assignment]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        forms.Form.__init__(self, *args, **kwargs)
        self.fields["sex"].choices = sex_choices(with_none=True)  # type: ignore[attr-defined]


def _national(text: str) -> tuple[TypedNumber, ...]:
    """Return a national number under the system of the country it fits; under the first where it fits none, so that
    the service refuses it with its reason."""
    if not text.strip():
        return ()
    kinds = kinds_now()
    known = number_read(text, kinds=kinds)
    kind = known.kind if known else kinds[0]
    return (TypedNumber(system=kind.systems[0], value=text.strip()),)


class UnknownForm(WardMixin):
    """Somebody nobody can name."""

    sex = sex_field()
    about = forms.IntegerField(
        label=gettext_lazy("Age, about"),
        help_text=gettext_lazy("In years, as it seems."),
        required=False,
        min_value=0,
        max_value=129,
        widget=forms.NumberInput({"inputmode": "numeric", **PLAIN}),
    )
    seen = forms.CharField(
        label=gettext_lazy("Recognised by"),
        help_text=gettext_lazy("What sets this person apart: “red coat”, “tattoo on left arm”."),
        required=False,
        max_length=60,
        widget=forms.TextInput(PRIVATE),
    )
    kind = forms.ChoiceField(label=gettext_lazy("Admitted as"), required=False)
    paper = paper_field()
    field_order = ("sex", "about", "seen", "paper", "ward", "bed", "kind")

    def __init__(self, *args: Any, act: Act, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.act = act
        self.wards_set(act=act, optional=True)
        self.fields["sex"].choices = sex_choices(with_none=True)  # type: ignore[attr-defined]
        self.fields["kind"].choices = kind_choices()  # type: ignore[attr-defined]

    def unknown(self) -> Unknown:
        """Return them as the label says it: `X, male, about 40, emergency 14:05`."""
        said = self.cleaned_data
        names = dict(wards_choices(act=self.act))
        ward = names.get(said["ward"], "").partition(" · ")[0]
        at = localtime(self.act.at).strftime("%H:%M")
        parts = (
            "X",
            sex_words(said["sex"]) if said["sex"] else "",
            gettext("about %(years)s") % {"years": said["about"]} if said["about"] is not None else "",
            said["seen"].strip(),
            f"{ward} {at}".strip(),
        )
        return Unknown(
            text=", ".join(part for part in parts if part), sex=said["sex"] or "unknown", about=said["about"]
        )


def kind_choices() -> list[tuple[str, str]]:
    """List as what somebody is in the house."""
    return [
        (StayKind.INPATIENT.value, gettext("inpatient")),
        (StayKind.EMERGENCY.value, gettext("emergency")),
        (StayKind.SHORT.value, gettext("day patient")),
    ]


def moment_field(label: Any) -> forms.DateTimeField:
    """Make the field of a time; empty means now."""
    return forms.DateTimeField(
        label=label,
        help_text=gettext_lazy("Empty: now."),
        required=False,
        widget=forms.DateTimeInput({"type": "datetime-local"}, format=NOW_FORMAT),
    )


class AdmitForm(WardMixin):
    """An admission."""

    kind = forms.ChoiceField(label=gettext_lazy("Admitted as"))
    at = moment_field(gettext_lazy("Since"))
    reason = forms.CharField(
        label=gettext_lazy("Reason for coming"), required=False, max_length=400, widget=forms.TextInput(PRIVATE)
    )
    checked = forms.BooleanField(
        label=gettext_lazy("Recorded as deceased: I checked that it is this person."), required=False
    )
    field_order = ("ward", "bed", "kind", "at", "reason", "checked")

    def __init__(self, *args: Any, act: Act, deceased: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.wards_set(act=act)
        self.fields["kind"].choices = kind_choices()  # type: ignore[attr-defined]
        if not deceased:
            del self.fields["checked"]


class TransferForm(WardMixin):
    """A move to another ward or bed."""

    at = moment_field(gettext_lazy("Moved at"))
    field_order = ("ward", "bed", "at")

    def __init__(self, *args: Any, act: Act, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.wards_set(act=act, all_of_them=True)


class DischargeForm(forms.Form):
    """The end of a stay."""

    at = moment_field(gettext_lazy("Left at"))
    to = forms.CharField(
        label=gettext_lazy("Where to"),
        help_text=gettext_lazy("Home, another hospital, deceased."),
        required=False,
        max_length=200,
        widget=forms.TextInput({"list": "discharged-to", **PLAIN}),
    )


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=gettext_lazy("Why"), max_length=400, widget=forms.TextInput(PRIVATE))


class GlassForm(forms.Form):
    """Why somebody opens a record outside their wards."""

    reason = forms.CharField(
        label=gettext_lazy("Why you need this record"),
        help_text=gettext_lazy("5 to 400 characters. It stays in the patient's file under your name."),
        max_length=400,
        widget=forms.Textarea({"rows": 3, **PRIVATE}),
    )


class MergeForm(ReasonForm):
    """Which of two records stays, as they were compared."""

    keep = forms.ChoiceField(label=gettext_lazy("Which record stays"), widget=forms.RadioSelect)
    seen = forms.CharField(widget=forms.HiddenInput)
    other_seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, sides: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["keep"].choices = sides  # type: ignore[attr-defined]


def moment_or_none(value: datetime | None) -> datetime | None:
    """Return a time that was typed to the minute; none means now."""
    return value.replace(second=0, microsecond=0) if value else None
