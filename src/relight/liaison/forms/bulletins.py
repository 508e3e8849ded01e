"""Forms of bulletins: the part a person writes, in four languages; the approval."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from relight.liaison.rules.words import words_of
from relight.liaison.services.bulletins import FREE_MOST
from relight.liaison.types import LANGUAGE_WORDS, LANGUAGES


class WriteForm(forms.Form):
    """The part a person writes. number: of the saved state the writer began from."""

    number = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code in LANGUAGES:
            self.fields[f"free_{code}"] = forms.CharField(
                label=f"{words_of(code).text('message_title')} ({LANGUAGE_WORDS[code]})",
                required=False,
                strip=False,
                max_length=FREE_MOST + 200,  # the service says the limit in a sentence; this stops a pasted book
                widget=forms.Textarea({"rows": 6, "lang": code, "maxlength": FREE_MOST}),
            )

    def free(self) -> dict[str, str]:
        """Return what was typed, by language."""
        return {code: self.cleaned_data[f"free_{code}"] for code in LANGUAGES}

    @staticmethod
    def initial_of(number: int, free: dict[str, str]) -> dict[str, object]:
        """Fill the form from what was saved last."""
        return {"number": number, **{f"free_{code}": free.get(code, "") for code in LANGUAGES}}


class ApproveForm(forms.Form):
    """The approval. shown: digest of the draft on the page. live: of the state known to differ from it."""

    shown = forms.CharField(max_length=64, widget=forms.HiddenInput)
    live = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)
    as_drawn = forms.BooleanField(
        label=gettext_lazy("It goes out as it stood when it was drawn; I know what has changed since."), required=False
    )
    partial = forms.BooleanField(label=gettext_lazy("The message goes out in the languages it has."), required=False)
    password = forms.CharField(
        label=gettext_lazy("Your password"),
        help_text=gettext_lazy("It is your signature: your name stands on the bulletin."),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
    )

    def __init__(self, *args: Any, is_moved: bool = False, lacks: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_moved:
            del self.fields["as_drawn"]
        if not lacks:
            del self.fields["partial"]

    def given(self) -> dict[str, Any]:
        """Return the arguments of the approval."""
        data = self.cleaned_data
        return {
            "shown": data["shown"], "password": data["password"], "partial": data.get("partial", False),
            "as_drawn": data["live"] if data.get("as_drawn") else "",
        }  # fmt: skip
