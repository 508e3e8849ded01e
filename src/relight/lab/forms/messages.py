"""The filters above the list of messages; what they hold stands in the address."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy

from relight.lab.models import Link
from relight.lab.rules.words import ACK_NAMES, KIND_NAMES, STATE_NAMES
from relight.lab.selectors.inbox import RESULTS, MessageFilter

TIME = {"type": "datetime-local"}


class MessageFilterForm(forms.Form):
    """Filter by link, kind, state, acknowledgement and time."""

    link = forms.ChoiceField(required=False, label=gettext_lazy("Link"))
    kind = forms.ChoiceField(required=False, label=gettext_lazy("Message about"))
    state = forms.ChoiceField(required=False, label=gettext_lazy("State"))
    ack = forms.ChoiceField(required=False, label=gettext_lazy("Analyzer told"))
    since = forms.CharField(required=False, label=gettext_lazy("Received from"), widget=forms.TextInput(attrs=TIME))
    until = forms.CharField(required=False, label=gettext_lazy("Received before"), widget=forms.TextInput(attrs=TIME))

    def __init__(self, wanted: MessageFilter) -> None:
        super().__init__(initial=wanted.params())
        links = Link.objects.order_by("name").values_list("pk", "name")
        together = [(RESULTS, gettext("all about results"))]
        self._choose("link", links)
        self._choose("kind", [*together, *((kind.value, gettext(name)) for kind, name in KIND_NAMES.items())])
        self._choose("state", [(state.value, gettext(name)) for state, name in STATE_NAMES.items()])
        self._choose("ack", [(ack.value, gettext(name)) for ack, name in ACK_NAMES.items()])

    def _choose(self, name: str, choices: Iterable[tuple[Any, Any]]) -> None:
        self.fields[name].choices = [("", gettext("all")), *choices]  # type: ignore[attr-defined]
