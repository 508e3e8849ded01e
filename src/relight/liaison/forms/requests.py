"""Forms of requests, of what is given out and of what comes in. What may be done is decided by the services."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import get_language, gettext, gettext_lazy

from relight.liaison.rules.from_them import Typed, lines_read
from relight.liaison.rules.identity_check import Said
from relight.liaison.rules.numbers import phone_shown, registration_shown
from relight.liaison.rules.requests import (
    CALL_WORDS,
    CONSENT_WORDS,
    DIRECTION_WORDS,
    ENDING_WORDS,
    LINK_WORDS,
    TOPIC_WORDS,
    URGENCY_WORDS,
    VERIFIED_WORDS,
    WAY_WORDS,
    Direction,
    Topic,
    Urgency,
    Verified,
)
from relight.liaison.selectors.directory import practitioner_find
from relight.liaison.selectors.names import site_names, specialty_names
from relight.liaison.services.received import Incoming
from relight.liaison.services.requests import NewRequest
from relight.liaison.types import LANGUAGE_WORDS, LANGUAGES
from relight.record.api import birth_read

PLAIN = {"autocomplete": "off", "spellcheck": "false"}
LINES = {"rows": 4, "autocomplete": "off"}


def _choices(words: Mapping[Any, str]) -> list[tuple[str, str]]:
    return [(word.value, gettext(text)) for word, text in words.items()]


def _with_none(names: Mapping[str, str]) -> list[tuple[str, str]]:
    return [("", gettext("not said")), *names.items()]


class RequestForm(forms.Form):
    """A request as the call comes in: who calls, what about, how soon."""

    find = forms.CharField(
        label=gettext_lazy("Practitioner in the directory"),
        help_text=gettext_lazy("Name, practice, place or registration number; then choose below."),
        required=False,
        max_length=120,
        widget=forms.TextInput({**PLAIN, "autofocus": ""}),
    )
    practitioner = forms.ChoiceField(
        label=gettext_lazy("Practitioners found"), required=False, widget=forms.RadioSelect
    )
    caller_name = forms.CharField(
        label=gettext_lazy("Name, when not in the directory"), required=False, max_length=200,
        widget=forms.TextInput(PLAIN),
    )  # fmt: skip
    caller_number = forms.CharField(
        label=gettext_lazy("Registration number (INAMI)"), required=False, max_length=20, widget=forms.TextInput(PLAIN)
    )
    caller_practice = forms.CharField(
        label=gettext_lazy("Practice"), required=False, max_length=160, widget=forms.TextInput(PLAIN)
    )
    caller_phone = forms.CharField(
        label=gettext_lazy("Phone to call back"), required=False, max_length=40, widget=forms.TextInput(PLAIN)
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language"), choices=[(code, LANGUAGE_WORDS[code]) for code in LANGUAGES], required=False
    )
    direction = forms.ChoiceField(label=gettext_lazy("Who asks"), widget=forms.RadioSelect, initial=Direction.IN.value)
    topic = forms.ChoiceField(label=gettext_lazy("What is wanted"))
    urgency = forms.ChoiceField(label=gettext_lazy("How soon"), widget=forms.RadioSelect, initial=Urgency.TODAY.value)
    specialty = forms.ChoiceField(label=gettext_lazy("Specialty"), required=False)
    site = forms.ChoiceField(label=gettext_lazy("Site"), required=False)
    ask = forms.CharField(
        label=gettext_lazy("The question"),
        help_text=gettext_lazy("In the caller's words. It stays in the request, not in the journal."),
        max_length=4000,
        widget=forms.Textarea({**LINES, "data-private": ""}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        text = self.data.get("find") or self.initial.get("find") or ""
        self.found = practitioner_find(text, limit=8)
        options = [
            (str(one.pk), " · ".join(filter(None, (
                one.name, registration_shown(one.number), one.practice, one.city, phone_shown(one.phone or one.mobile),
            ))))
            for one in self.found
        ]  # fmt: skip
        self._choose("practitioner", [*options, ("", gettext("none of these"))])
        self._choose("direction", _choices(DIRECTION_WORDS))
        self._choose("topic", _choices(TOPIC_WORDS))
        self._choose("urgency", _choices(URGENCY_WORDS))
        self._choose("specialty", _with_none(specialty_names()))
        self._choose("site", _with_none(site_names()))

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def new(self) -> NewRequest:
        """Return what is to be logged."""
        data = self.cleaned_data
        chosen = data["practitioner"]
        return NewRequest(
            direction=Direction(data["direction"]), topic=Topic(data["topic"]), urgency=Urgency(data["urgency"]),
            ask=data["ask"], specialty=data["specialty"], site=data["site"],
            practitioner=UUID(chosen) if chosen else None, caller_name=data["caller_name"],
            caller_number=data["caller_number"], caller_practice=data["caller_practice"],
            caller_phone=data["caller_phone"], language=data["language"] or "fr",
        )  # fmt: skip


class FilterForm(forms.Form):
    """What the desk's list shows."""

    show = forms.ChoiceField(label=gettext_lazy("Show"), required=False)
    specialty = forms.ChoiceField(label=gettext_lazy("Specialty"), required=False)
    site = forms.ChoiceField(label=gettext_lazy("Site"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shown = [
            ("open", gettext("not closed yet")),
            ("late", gettext("overdue")),
            ("closed", gettext("request closed")),
            ("all", gettext("all of them")),
        ]
        self.fields["show"].choices = shown  # type: ignore[attr-defined]
        self.fields["specialty"].choices = [("", gettext("all of them")), *specialty_names().items()]  # type: ignore[attr-defined]
        self.fields["site"].choices = [("", gettext("all of them")), *site_names().items()]  # type: ignore[attr-defined]

    def wanted(self) -> dict[str, str]:
        """Return the filters that hold."""
        data = self.cleaned_data if self.is_valid() else {}
        named = {key: data[key] for key in ("specialty", "site") if data.get(key)}
        return {"show": data.get("show") or "open", **named}


class StepForm(forms.Form):
    """One step: it carries the version of the request it was made on."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.auto_id = f"id_{type(self).__name__.removesuffix('Form').lower()}_%s"


class VerifyForm(StepForm):
    """How it was made sure who calls."""

    how = forms.ChoiceField(label=gettext_lazy("How"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        wanted = [(value, text) for value, text in _choices(VERIFIED_WORDS) if value != Verified.NOT.value]
        self.fields["how"].choices = wanted  # type: ignore[attr-defined]


class IdentityForm(StepForm):
    """What the caller says of the patient: two identifiers at least."""

    family = forms.CharField(
        label=gettext_lazy("Family name"), required=False, max_length=120, widget=forms.TextInput(PLAIN)
    )
    given = forms.CharField(
        label=gettext_lazy("Given name"), required=False, max_length=120, widget=forms.TextInput(PLAIN)
    )
    birth = forms.CharField(
        label=gettext_lazy("Birth date"), required=False, max_length=20, widget=forms.TextInput(PLAIN)
    )
    number = forms.CharField(
        label=gettext_lazy("National or record number"), required=False, max_length=40, widget=forms.TextInput(PLAIN)
    )

    def clean_birth(self) -> str:
        """Read a birth date in any form people type."""
        text = self.cleaned_data["birth"].strip()
        if not text:
            return ""
        read = birth_read(text, today=timezone.localdate())
        if not read or len(read[0].birth) != len("1970-02-01"):
            raise forms.ValidationError(gettext("Write day, month and year, such as 01.02.1970."))
        return read[0].birth

    def said(self) -> Said:
        """Return what was said."""
        data = self.cleaned_data
        return Said(family=data["family"], given=data["given"], birth=data["birth"], number=data["number"])


class TieForm(IdentityForm):
    """One of the records that fit."""

    patient = forms.UUIDField(widget=forms.HiddenInput)


class UntieForm(StepForm):
    """Why the patient was the wrong one."""

    reason = forms.CharField(label=gettext_lazy("Why"), max_length=300, widget=forms.TextInput(PLAIN))


class RelationForm(StepForm):
    """Therapeutic link and consent."""

    link = forms.ChoiceField(label=gettext_lazy("Therapeutic link"), widget=forms.RadioSelect)
    consent = forms.ChoiceField(label=gettext_lazy("Consent"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["link"].choices = _choices(LINK_WORDS)  # type: ignore[attr-defined]
        self.fields["consent"].choices = _choices(CONSENT_WORDS)  # type: ignore[attr-defined]


class RouteForm(StepForm):
    """Whom it was handed to, on which line."""

    name = forms.CharField(label=gettext_lazy("Specialist reached"), max_length=120, widget=forms.TextInput(PLAIN))
    phone = forms.CharField(label=gettext_lazy("Line"), max_length=40, widget=forms.TextInput(PLAIN))


class AnswerForm(StepForm):
    """What the specialist answered."""

    by = forms.CharField(
        label=gettext_lazy("Who answered"), required=False, max_length=120, widget=forms.TextInput(PLAIN)
    )
    text = forms.CharField(
        label=gettext_lazy("Answer, as it is to be told"), max_length=4000,
        widget=forms.Textarea({**LINES, "data-private": ""}),
    )  # fmt: skip


class CallForm(StepForm):
    """One try of calling back."""

    call = forms.ChoiceField(label=gettext_lazy("Outcome"), widget=forms.RadioSelect)
    note = forms.CharField(label=gettext_lazy("Remark"), required=False, max_length=300, widget=forms.TextInput(PLAIN))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["call"].choices = _choices(CALL_WORDS)  # type: ignore[attr-defined]


class CloseForm(StepForm):
    """How it ended."""

    ending = forms.ChoiceField(label=gettext_lazy("How it ended"), widget=forms.RadioSelect)
    reason = forms.CharField(label=gettext_lazy("Why"), required=False, max_length=400, widget=forms.TextInput(PLAIN))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ending"].choices = _choices(ENDING_WORDS)  # type: ignore[attr-defined]


class ReleaseForm(StepForm):
    """Giving a summary out. `shown` says what the page showed."""

    shown = forms.CharField(max_length=64, widget=forms.HiddenInput)
    language = forms.CharField(max_length=4, widget=forms.HiddenInput)
    way = forms.ChoiceField(label=gettext_lazy("How it leaves"), widget=forms.RadioSelect)
    why = forms.CharField(
        label=gettext_lazy("What it is needed for"),
        max_length=400,
        widget=forms.TextInput({**PLAIN, "data-private": ""}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["way"].choices = _choices(WAY_WORDS)  # type: ignore[attr-defined]


class ReceiveForm(StepForm):
    """A practitioner's summary: a file, or typed from paper, one thing a line."""

    written_on = forms.DateField(
        label=gettext_lazy("Day the practitioner wrote it"),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )
    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("FHIR document (JSON), PDF, JPEG, PNG or text; the file itself stays in the chart."),
        required=False,
    )
    title = forms.CharField(
        label=gettext_lazy("Title in the chart"), required=False, max_length=120, widget=forms.TextInput(PLAIN)
    )
    no_allergies = forms.BooleanField(label=gettext_lazy("It states: no known allergy"), required=False)
    allergies = forms.CharField(label=gettext_lazy("Allergies, one a line"), required=False,
                                widget=forms.Textarea(LINES))  # fmt: skip
    medicines = forms.CharField(label=gettext_lazy("Medicines with dose, one a line"), required=False,
                                widget=forms.Textarea(LINES))  # fmt: skip
    problems = forms.CharField(label=gettext_lazy("Problems, one a line"), required=False,
                               widget=forms.Textarea(LINES))  # fmt: skip

    def incoming(self) -> Incoming:
        """Return what came in."""
        data, file = self.cleaned_data, self.cleaned_data.get("file")
        typed = Typed(
            allergies=lines_read(data["allergies"]), medicines=lines_read(data["medicines"]),
            problems=lines_read(data["problems"]), no_allergies=data["no_allergies"],
        )  # fmt: skip
        return Incoming(
            written_on=data["written_on"], title=data["title"] or gettext("Practitioner's summary"),
            filename=file.name if file else "", data=file.read() if file else b"", typed=typed,
        )  # fmt: skip


def reader_language(wanted: str, *, default: str) -> str:
    """Return the language a summary is shown in: the one asked for, else the practitioner's."""
    return wanted if wanted in LANGUAGES else default if default in LANGUAGES else (get_language() or "fr")[:2]
