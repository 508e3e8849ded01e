"""Forms of people: what may be typed; what is allowed is decided by the services."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext, gettext_lazy

from relight.people.scopes import scope_groups
from relight.people.types import ROLE_NAMES, STAFF_ROLES

NAME_ATTRS = {"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}


def role_choices() -> list[tuple[str, str]]:
    """List the roles that can be given, in the reader's language."""
    return [(role.value, gettext(ROLE_NAMES[role])) for role in STAFF_ROLES]


def password_field(label: Any, *, new: bool = False, help_text: Any = "") -> forms.CharField:
    """Make a password field that a password manager understands."""
    attrs = {"autocomplete": "new-password" if new else "current-password"}
    return forms.CharField(
        label=label, help_text=help_text, strip=False, max_length=200, widget=forms.PasswordInput(attrs)
    )


class TwiceForm(forms.Form):
    """A form in which a new password is typed twice."""

    def clean_again(self) -> str:
        """Refuse two passwords that differ: somebody in gloves mistyped one."""
        again: str = self.cleaned_data["again"]
        if again != self.cleaned_data.get("password", again):
            raise forms.ValidationError(gettext("The two passwords are not the same. Type the second one again."))
        return again


NEW_PASSWORD_HELP = gettext_lazy(
    "At least 10 characters. Three words that have nothing to do with each other are good."
)


class SignInForm(forms.Form):
    """User name, password, and whose workstation this is."""

    username = forms.CharField(
        label=gettext_lazy("User name"), max_length=60, widget=forms.TextInput({**NAME_ATTRS, "autofocus": True})
    )
    password = password_field(gettext_lazy("Password"))
    workstation = forms.ChoiceField(
        label=gettext_lazy("This workstation"),
        choices=[
            ("shared", gettext_lazy("is shared: sign me out after 10 minutes without a move")),
            ("own", gettext_lazy("is mine alone: keep me signed in for 8 hours")),
        ],
        initial="shared",
        widget=forms.RadioSelect,
    )


class FirstForm(TwiceForm):
    """The first administrator, made by the one-time link."""

    name = forms.CharField(
        label=gettext_lazy("Your name"), max_length=120, widget=forms.TextInput({"autocomplete": "name"})
    )
    username = forms.CharField(
        label=gettext_lazy("User name"),
        max_length=60,
        help_text=gettext_lazy("What you type to sign in, such as l.lambert"),
        widget=forms.TextInput(NAME_ATTRS),
    )
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=settings.LANGUAGES)
    password = password_field(gettext_lazy("Password"), new=True, help_text=NEW_PASSWORD_HELP)
    again = password_field(gettext_lazy("The same password again"), new=True)


class PasswordForm(TwiceForm):
    """A new password of one's own."""

    old = password_field(gettext_lazy("Your password until now"))
    password = password_field(gettext_lazy("New password"), new=True, help_text=NEW_PASSWORD_HELP)
    again = password_field(gettext_lazy("The new password again"), new=True)


class ProfileForm(forms.Form):
    """What a person may change about themselves."""

    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=settings.LANGUAGES)


class StaffForm(forms.Form):
    """What an administrator writes about somebody."""

    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=120, help_text=gettext_lazy("As it stands in the journal.")
    )
    roles = forms.MultipleChoiceField(label=gettext_lazy("Roles"), widget=forms.CheckboxSelectMultiple)
    places = forms.MultipleChoiceField(
        label=gettext_lazy("Limited to"),
        required=False,
        help_text=gettext_lazy("Tick nothing for the whole hospital."),
        widget=forms.CheckboxSelectMultiple,
    )
    scope = forms.CharField(
        label=gettext_lazy("Limited to, in words"),
        required=False,
        help_text=gettext_lazy(
            "Sites and services, with spaces between: site:arlon service:emergency. Empty: the whole hospital."
        ),
        widget=forms.TextInput({"spellcheck": "false", "autocapitalize": "none"}),
    )
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=settings.LANGUAGES)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["roles"].choices = role_choices()  # type: ignore[attr-defined] # a ChoiceField
        self._scope_prepare()

    def _scope_prepare(self) -> None:
        """Offer the known sites and services as boxes; words stay to be typed only where boxes cannot say them."""
        groups = scope_groups()
        known = {word for _title, group in groups for word, _name in group}
        words = str(self.initial.get("scope", "")).split()
        strange = " ".join(word for word in words if word not in known)
        if not groups:
            del self.fields["places"]
            return
        self.fields["places"].choices = groups  # type: ignore[attr-defined] # a ChoiceField
        self.initial = {**self.initial, "places": [word for word in words if word in known], "scope": strange}
        if not strange:
            self.fields["scope"].widget = forms.HiddenInput()

    def clean_scope(self) -> list[str]:
        """Read the words of the scope, however they are parted."""
        text: str = self.cleaned_data["scope"]
        return text.replace(",", " ").replace(";", " ").lower().split()

    def clean(self) -> dict[str, Any]:
        """Join what was ticked with what was typed."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        given["scope"] = [*given.pop("places", []), *given.get("scope", [])]
        return given


class StaffAddForm(StaffForm):
    """A new account."""

    username = forms.CharField(
        label=gettext_lazy("User name"),
        max_length=60,
        help_text=gettext_lazy("What they type to sign in, such as l.lambert. It cannot be changed later."),
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
    field_order = ("name", "username", "roles", "places", "scope", "language")


class StaffEditForm(StaffForm):
    """A change of an account."""

    active = forms.BooleanField(
        label=gettext_lazy("May sign in"),
        required=False,
        help_text=gettext_lazy("Without it the account stays, with all it did, and nobody can sign in with it."),
    )


class StaffFilterForm(forms.Form):
    """The filters of the staff list; they stand in the address."""

    q = forms.CharField(label=gettext_lazy("Name"), required=False)
    role = forms.ChoiceField(label=gettext_lazy("Role"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [("", gettext("All")), *role_choices()]  # type: ignore[attr-defined]
