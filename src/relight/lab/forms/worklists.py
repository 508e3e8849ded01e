"""The filters above the worklists."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy

from relight.hospital.api import site_list
from relight.lab.models import Link
from relight.lab.rules.orders import PRIORITY_NAMES, Priority
from relight.lab.selectors.worklists import NOBODY


class WorklistForm(forms.Form):
    """Which lists to show; none of the filters names a patient."""

    site = forms.ChoiceField(required=False, label=gettext_lazy("Site"))
    link = forms.ChoiceField(required=False, label=gettext_lazy("Analyzer"))
    priority = forms.ChoiceField(required=False, label=gettext_lazy("Priority"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        every = [("", gettext("all"))]
        links = [*Link.objects.order_by("name").values_list("pk", "name"), (NOBODY, gettext("no analyzer"))]
        sites = [(site.id, site.name) for site in site_list()]
        priorities = [(one.value, gettext(PRIORITY_NAMES[one])) for one in Priority]
        for name, choices in (("site", sites), ("link", links), ("priority", priorities)):
            self.fields[name].choices = [*every, *choices]  # type: ignore[attr-defined]

    def wanted(self) -> dict[str, str]:
        """The filters that are set; an unheard-of word filters nothing."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}
