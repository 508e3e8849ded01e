"""Forms of the hospital: what may be typed; what is allowed is decided by the services."""

from __future__ import annotations

import base64
import binascii
import gzip
import io
import zlib
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from relight.hospital.errors import NOT_GZIP, TOO_LARGE
from relight.hospital.rules.description import LIMIT_MB, description_read
from relight.hospital.types import Description, DescriptionCheck

NOTE = forms.Textarea({"rows": 3, "maxlength": 2000})
PASSWORD = forms.PasswordInput({"autocomplete": "current-password"})


class AcceptForm(forms.Form):
    """Sign that a function works end to end."""

    note = forms.CharField(
        label=gettext_lazy("What was tried, and where"),
        help_text=gettext_lazy("Such as: signed in on two wards, a prescription written and printed."),
        max_length=2000,
        widget=NOTE,
    )
    password = forms.CharField(
        label=gettext_lazy("Your password"),
        help_text=gettext_lazy("It is your signature: it stands in the journal under your name."),
        strip=False,
        max_length=200,
        widget=PASSWORD,
    )


class WithdrawForm(forms.Form):
    """Take an acceptance back."""

    note = forms.CharField(label=gettext_lazy("Why it does not work"), max_length=2000, widget=NOTE)


class ZoneBuildForm(forms.Form):
    """Start building a segment."""

    note = forms.CharField(
        label=gettext_lazy("Note"), required=False, max_length=500, widget=forms.Textarea({"rows": 2, "maxlength": 500})
    )


class ZoneSignForm(forms.Form):
    """Sign the opening of a segment."""

    password = forms.CharField(label=gettext_lazy("Your password"), strip=False, max_length=200, widget=PASSWORD)


class ZoneCloseForm(forms.Form):
    """Close a segment."""

    note = forms.CharField(label=gettext_lazy("Why it is closed"), max_length=2000, widget=NOTE)


class DescriptionForm(forms.Form):
    """A description file, plain or .gz."""

    file = forms.FileField(
        label=gettext_lazy("Description file"),
        help_text=gettext_lazy("A TOML file, plain or packed as .gz."),
        widget=forms.FileInput({"accept": ".toml,.gz"}),
    )

    def check_read(self) -> DescriptionCheck:
        """Read the file that was sent. Raises: InputError RL-HOS-033, RL-HOS-034."""
        upload: Any = self.cleaned_data["file"]
        content: bytes = upload.read(LIMIT_MB * 1_000_000 + 1)
        name = str(upload.name)
        if content[:2] == b"\x1f\x8b":
            content, name = unpacked(content), name.removesuffix(".gz")
        return description_read(content, filename=name)


def unpacked(content: bytes) -> bytes:
    """Unpack a gzip file, up to what a description may be. Raises: InputError RL-HOS-033, RL-HOS-034."""
    try:
        with gzip.open(io.BytesIO(content)) as file:
            plain = file.read(LIMIT_MB * 1_000_000 + 1)
    except (OSError, EOFError, zlib.error) as refusal:
        raise NOT_GZIP.error(where="file") from refusal
    if len(plain) > LIMIT_MB * 1_000_000:
        raise TOO_LARGE.error(where="file", limit=LIMIT_MB)
    return plain


class ConfirmForm(forms.Form):
    """The description whose difference was shown, carried along; and that removals are meant."""

    content = forms.CharField(widget=forms.HiddenInput)
    filename = forms.CharField(widget=forms.HiddenInput, max_length=255)
    shown_against = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)
    removals = forms.BooleanField(
        label=gettext_lazy("Yes, take these parts out. What was signed for them is kept aside."), required=False
    )

    @staticmethod
    def initial_of(description: Description, *, shown_against: str) -> dict[str, str]:
        """Carry a description in the page: packed, so that no browser changes its line ends."""
        packed = base64.b64encode(zlib.compress(description.text.encode())).decode()
        return {"content": packed, "filename": description.filename, "shown_against": shown_against}

    def clean_content(self) -> bytes:
        """Unpack what was carried."""
        try:
            unpack = zlib.decompressobj()
            return unpack.decompress(base64.b64decode(self.cleaned_data["content"]), LIMIT_MB * 1_000_000)
        except (binascii.Error, zlib.error, ValueError) as refusal:
            raise forms.ValidationError(
                gettext_lazy("The page did not come back whole. Send the file again.")
            ) from refusal
