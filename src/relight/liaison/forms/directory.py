"""Forms of the directory: what is looked for, an entry, a file and its columns. The rules check what is typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy

from relight.liaison.models import Desk, Practitioner
from relight.liaison.rules.directory import DeskGiven, PractitionerGiven, desk_read, practitioner_read
from relight.liaison.rules.numbers import phone_shown, registration_shown
from relight.liaison.selectors.names import site_index, site_names, specialty_index, specialty_names
from relight.liaison.types import DESK_WORDS, LANGUAGE_WORDS, LANGUAGES, RECEIPT_WORDS, WAY_WORDS, FileKind, Receipt

PLAIN = {"autocomplete": "off", "spellcheck": "false"}


def _text(label: Any, *, length: int = 160, required: bool = False, hint: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label, max_length=length, required=required, help_text=hint, widget=forms.TextInput(PLAIN)
    )


class FindForm(forms.Form):
    """What is looked for in the directory."""

    find = _text(gettext_lazy("Name, specialty, site or place"))
    site = forms.ChoiceField(label=gettext_lazy("Site"), required=False)
    specialty = forms.ChoiceField(label=gettext_lazy("Specialty"), required=False)
    ended = forms.BooleanField(label=gettext_lazy("Ended entries"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["site"].choices = [("", gettext("all of them")), *site_names().items()]  # type: ignore[attr-defined]
        self.fields["specialty"].choices = [("", gettext("all of them")), *specialty_names().items()]  # type: ignore[attr-defined]

    def wanted(self) -> dict[str, Any]:
        """Return what is looked for; nothing when the address holds nonsense."""
        data = self.cleaned_data if self.is_valid() else {}
        return {name: data.get(name) or "" for name in ("find", "site", "specialty")} | {
            "ended": bool(data.get("ended"))
        }


class PractitionerForm(forms.Form):
    """One practitioner."""

    family = _text(gettext_lazy("Family name"), length=120, required=True)
    given = _text(gettext_lazy("Given name"), length=120)
    number = _text(gettext_lazy("Registration number"), length=40, hint=gettext_lazy("Eleven digits, as on the stamp."))
    specialty = forms.ChoiceField(label=gettext_lazy("Specialty"), initial="general-practice")
    practice = _text(gettext_lazy("Practice"))
    street = _text(gettext_lazy("Street and number"))
    postcode = _text(gettext_lazy("Postcode"), length=12)
    city = _text(gettext_lazy("Place"), length=120)
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Languages"), required=False, choices=list(LANGUAGE_WORDS.items()),
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    phone = _text(gettext_lazy("Telephone"), length=40)
    mobile = _text(gettext_lazy("Mobile phone"), length=40)
    fax = _text(gettext_lazy("Fax"), length=40)
    email = _text(gettext_lazy("Mail"), length=254)
    secure_mailbox = _text(gettext_lazy("Secure mailbox"), length=254)
    way = forms.ChoiceField(label=gettext_lazy("Preferred way"), required=False)
    note = _text(gettext_lazy("Remark"), length=400)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["specialty"].choices = list(specialty_names().items())  # type: ignore[attr-defined]
        ways = [(way.value, gettext(word)) for way, word in WAY_WORDS.items()]
        self.fields["way"].choices = [("", gettext("the first that has an address")), *ways]  # type: ignore[attr-defined]

    def given_now(self) -> PractitionerGiven:
        """Return the practitioner. Raises: RL-LIA-001, 003, 005-009."""
        cells = {name: str(value) for name, value in self.cleaned_data.items() if name != "languages"}
        cells["languages"] = " ".join(self.cleaned_data["languages"])
        return practitioner_read(cells, names=specialty_index())


def practitioner_initial(row: Practitioner) -> dict[str, Any]:
    """Return what a form of an entry begins with."""
    told = {name: getattr(row, name) for name in PractitionerForm.base_fields}
    phones = {name: phone_shown(told[name]) for name in ("phone", "mobile", "fax")}
    return told | phones | {"number": registration_shown(row.number)}


class DeskForm(forms.Form):
    """One line of the hospital."""

    name = _text(gettext_lazy("Who answers"), required=True)
    kind = forms.ChoiceField(label=gettext_lazy("What for"))
    site = forms.ChoiceField(label=gettext_lazy("Site"), required=False)
    specialty = forms.ChoiceField(label=gettext_lazy("Specialty"), required=False)
    phone = _text(gettext_lazy("Telephone"), length=40)
    fax = _text(gettext_lazy("Fax"), length=40)
    email = _text(gettext_lazy("Mail"), length=254)
    secure_mailbox = _text(gettext_lazy("Secure mailbox"), length=254)
    hours = _text(
        gettext_lazy("Hours"),
        length=200,
        hint=gettext_lazy("Such as Mo-Fr 08:30-12:00, 13:00-17:00; Sa 09:00-12:00; PH off. Or 24/7."),
    )
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Languages"), required=False, choices=list(LANGUAGE_WORDS.items()),
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    public = forms.BooleanField(label=gettext_lazy("May stand on the public site"), required=False, initial=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code in LANGUAGES:
            words = {"language": LANGUAGE_WORDS[code]}
            self.fields[f"send_{code}"] = _text(gettext("What to send (%(language)s)") % words, length=400)
            self.fields[f"how_{code}"] = _text(gettext("How to send it (%(language)s)") % words, length=400)
        self.fields["kind"].choices = [(kind.value, gettext(word)) for kind, word in DESK_WORDS.items()]  # type: ignore[attr-defined]
        self.fields["site"].choices = [("", gettext("all sites")), *site_names().items()]  # type: ignore[attr-defined]
        self.fields["specialty"].choices = [("", gettext("all specialties")), *specialty_names().items()]  # type: ignore[attr-defined]

    def given_now(self) -> DeskGiven:
        """Return the line. Raises: RL-LIA-003 … 006, 008, 013, 014."""
        data = self.cleaned_data
        cells = {name: str(value) for name, value in data.items() if name not in ("languages", "public")}
        cells |= {"languages": " ".join(data["languages"]), "public": "yes" if data["public"] else "no"}
        return desk_read(cells, sites=site_index(), names=specialty_index())


def desk_initial(row: Desk) -> dict[str, Any]:
    """Return what a form of a line begins with."""
    told = {name: getattr(row, name) for name in DeskForm.base_fields}
    said = {f"{part}_{code}": text for part in ("send", "how") for code, text in getattr(row, part).items()}
    return told | said | {"phone": phone_shown(row.phone), "fax": phone_shown(row.fax)}


class UploadForm(forms.Form):
    """A file for the directory."""

    kind = forms.ChoiceField(label=gettext_lazy("What it lists"))
    file = forms.FileField(
        label=gettext_lazy("CSV file"),
        help_text=gettext_lazy("The first line names the columns. It is shown before anything is taken."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            (FileKind.PRACTITIONERS.value, gettext("practitioners")),
            (FileKind.DESKS.value, gettext("lines of the hospital")),
        ]


COLUMN_WORDS: Mapping[str, Any] = {
    **{name: field.label for form in (PractitionerForm, DeskForm) for name, field in form.base_fields.items()},
    "send": gettext_lazy("What to send"),
    "how": gettext_lazy("How to send it"),
}


def _label(name: str) -> str:
    """Name a column: `send_fr` -> `What to send (Français)`."""
    part, _, code = name.rpartition("_")
    if part in ("send", "how"):
        return f"{COLUMN_WORDS[part]} ({LANGUAGE_WORDS[code]})"
    return str(COLUMN_WORDS[name])


class MappingForm(forms.Form):
    """Which column holds what."""

    def __init__(
        self, *args: Any, columns: Mapping[str, str], headers: Sequence[str], chosen: Mapping[str, str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        options = [("", gettext("no column")), *((one, one) for one in dict.fromkeys(headers) if one)]
        for name in columns:
            self.fields[f"column-{name}"] = forms.ChoiceField(
                label=_label(name), required=False, choices=options, initial=chosen.get(name, "")
            )

    def mapping(self) -> dict[str, str]:
        """Return field to header."""
        return {name.removeprefix("column-"): str(value) for name, value in self.cleaned_data.items() if value}


class ReceiptForm(forms.Form):
    """A pasted list of what came back."""

    receipt = forms.ChoiceField(label=gettext_lazy("What is known of them"))
    text = forms.CharField(
        label=gettext_lazy("One practitioner a line"), max_length=200_000, widget=forms.Textarea({"rows": 5}),
        help_text=gettext_lazy("Registration number, address, telephone or name."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = [(one.value, gettext(word)) for one, word in RECEIPT_WORDS.items() if one is not Receipt.SENT]
        self.fields["receipt"].choices = words  # type: ignore[attr-defined]
