"""Forms of the clean zone: what may be typed; what is allowed is decided by the services."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from relight.cleanzone.services.flows import LONGEST_DAYS, VALID_DAYS, FlowGiven
from relight.cleanzone.types import Peer
from relight.hospital.api import role_names, service_list, site_list

ANY = ("", "–")


class FlowForm(forms.Form):
    """A flow proposed by hand: who asks, who answers, on what, for whom and until when."""

    source_role = forms.ChoiceField(label=gettext_lazy("Who opens the connection: role"), required=False)
    source_site = forms.ChoiceField(label=gettext_lazy("at the site"), required=False)
    source_service = forms.ChoiceField(label=gettext_lazy("of the service"), required=False)
    source = forms.CharField(
        label=gettext_lazy("or networks outside the zone"),
        help_text=gettext_lazy("Such as 192.0.2.0/28; several with a space between."),
        required=False,
        max_length=300,
    )
    destination_role = forms.ChoiceField(label=gettext_lazy("Who answers: role"), required=False)
    destination_site = forms.ChoiceField(label=gettext_lazy("at the site"), required=False)
    destination_service = forms.ChoiceField(label=gettext_lazy("of the service"), required=False)
    destination = forms.CharField(label=gettext_lazy("or networks outside the zone"), required=False, max_length=300)
    protocol = forms.ChoiceField(label=gettext_lazy("Protocol"), choices=[("tcp", "TCP"), ("udp", "UDP")])
    ports = forms.CharField(
        label=gettext_lazy("Ports"), help_text=gettext_lazy("Such as 443 or 443,8440-8450."), max_length=200
    )
    reason = forms.CharField(label=gettext_lazy("Who needs it and for what"), max_length=300)
    owner = forms.CharField(label=gettext_lazy("Who answers for it"), required=False, max_length=64)
    days = forms.IntegerField(
        label=gettext_lazy("Days until it ends"), initial=VALID_DAYS, min_value=1, max_value=LONGEST_DAYS
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = {
            "role": [ANY, *role_names().items()],
            "site": [ANY, *((site.id, site.name) for site in site_list())],
            "service": [ANY, *((service.id, service.name) for service in service_list())],
        }
        for side in ("source", "destination"):
            for word, found in choices.items():
                self.fields[f"{side}_{word}"].choices = found  # type: ignore[attr-defined] # ChoiceField

    def given(self) -> FlowGiven:
        """Return the flow as the service takes it."""
        data = self.cleaned_data
        return FlowGiven(
            source=self._peer("source"),
            destination=self._peer("destination"),
            protocol=data["protocol"],
            ports=data["ports"],
            reason=data["reason"],
            owner=data["owner"],
            days=data["days"],
        )

    def _peer(self, side: str) -> Peer:
        data = self.cleaned_data
        return Peer(
            role=data[f"{side}_role"],
            site=data[f"{side}_site"],
            service=data[f"{side}_service"],
            networks=tuple(data[side].replace(",", " ").split()),
        )


class SignForm(forms.Form):
    """A signature over flows. shown: digest of what is on the page."""

    shown = forms.CharField(max_length=64, widget=forms.HiddenInput)
    password = forms.CharField(
        label=gettext_lazy("Your password"),
        help_text=gettext_lazy("It is your signature: your name stands on it."),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
    )


class NoteForm(forms.Form):
    """Why a flow is refused or closed."""

    note = forms.CharField(label=gettext_lazy("Why"), max_length=300)
