"""The Django app of the laboratory."""

from django.apps import AppConfig


class LabConfig(AppConfig):
    """Names the app; nothing happens at start."""

    name = "relight.lab"
    label = "lab"
    default_auto_field = "django.db.models.BigAutoField"
