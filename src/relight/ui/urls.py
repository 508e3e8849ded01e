"""The one address of the frame: the style guide, where it is switched on."""

from __future__ import annotations

from django.urls import path

from relight.ui.styleguide import styleguide

app_name = "ui"
urlpatterns = [path("styleguide/", styleguide, name="styleguide")]
