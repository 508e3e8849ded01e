"""The Django app of the frame."""

from __future__ import annotations

from django.apps import AppConfig


class UiConfig(AppConfig):
    """Gives its templates, tags, static files and catalogues; it has no tables."""

    name = "relight.ui"
    label = "ui"
