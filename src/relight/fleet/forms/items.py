"""Forms of the list and of one item: filters, an item by hand, the scanner's box."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy

from relight.fleet.forms.batch import klass_choices, place_choices
from relight.fleet.rules.words import Words
from relight.fleet.selectors.items import ItemFilter
from relight.fleet.selectors.policy import words_now
from relight.fleet.services.items import NewItem
from relight.fleet.types import Kind, Klass, State


class ItemFilterForm(forms.Form):
    """The filters above the list; what they hold stands in the address."""

    q = forms.CharField(
        required=False,
        label=gettext_lazy("Find"),
        widget=forms.TextInput(attrs={"data-scan": "", "autocomplete": "off", "type": "search", "spellcheck": "false"}),
    )
    state = forms.ChoiceField(required=False, label=gettext_lazy("State"))
    site = forms.ChoiceField(required=False, label=gettext_lazy("Site"))
    klass = forms.ChoiceField(required=False, label=gettext_lazy("Class"))
    service = forms.ChoiceField(required=False, label=gettext_lazy("Service"))
    role = forms.ChoiceField(required=False, label=gettext_lazy("Role"))
    room = forms.CharField(required=False, label=gettext_lazy("Room"))
    known = forms.ChoiceField(required=False, label=gettext_lazy("Known from"))
    kind = forms.ChoiceField(required=False, label=gettext_lazy("Kind"))

    def __init__(self, filter: ItemFilter, words: Words) -> None:
        super().__init__(initial=filter.params())
        every = [("", gettext("all"))]
        nowhere = [("-", gettext("not known"))]
        states = [(state.value, words.state(state)) for state in State]
        groups = [("in-line", gettext("in the line")), ("working", gettext("all but retired"))]
        self._choose("state", [*every, *groups, *states])
        self._choose("site", [*every, *place_choices(words, "site"), *nowhere])
        self._choose("service", [*every, *place_choices(words, "service"), *nowhere])
        self._choose("role", [*every, *words.machine_roles.items(), *nowhere])
        self._choose("klass", [*every, *klass_choices()])
        self._choose("kind", [*every, *((kind.value, words.kind(kind)) for kind in Kind)])
        self._choose(
            "known",
            [
                *every,
                ("seen", gettext("seen by a source")),
                ("expected", gettext("expected by a list")),
                ("missing", gettext("expected, never seen")),
            ],
        )
        for field in self.fields.values():
            field.widget.attrs.setdefault("autocomplete", "off")

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        now = self.initial.get(name, "")
        if now and now not in {value for value, _ in choices}:
            choices = [*choices, (now, now)]
        self.fields[name].choices = choices  # type: ignore[attr-defined]


class ItemAddForm(forms.Form):
    """An item by hand: a data set, an application, a machine no inventory knows."""

    klass = forms.ChoiceField(label=gettext_lazy("Class"))
    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    serial = forms.CharField(
        label=gettext_lazy("Serial number"),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    hostname = forms.CharField(label=gettext_lazy("Host name"), required=False, max_length=253)
    model = forms.CharField(label=gettext_lazy("Model"), required=False, max_length=200)
    site = forms.CharField(label=gettext_lazy("Site"), required=False, max_length=64)
    room = forms.CharField(label=gettext_lazy("Room"), required=False, max_length=120)
    service = forms.CharField(label=gettext_lazy("Service"), required=False, max_length=64)
    role = forms.CharField(
        label=gettext_lazy("Role"),
        required=False,
        max_length=64,
        help_text=gettext_lazy("What the dependencies count it as: workstation, domain-controller …"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = words_now(places=True)
        self.fields["klass"].choices = klass_choices()  # type: ignore[attr-defined]
        for name in ("site", "service"):
            places = place_choices(words, name)
            if places:
                label = self.fields[name].label
                choices = [("", gettext("not known")), *places]
                self.fields[name] = forms.ChoiceField(required=False, label=label, choices=choices)

    def item(self) -> NewItem:
        """What was written down."""
        values = dict(self.cleaned_data)
        return NewItem(klass=Klass(values.pop("klass")), **values)
