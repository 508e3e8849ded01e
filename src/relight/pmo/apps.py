"""The Django app of the restart office."""

from django.apps import AppConfig


class PmoConfig(AppConfig):
    """Names the app; nothing happens at start."""

    name = "relight.pmo"
    label = "pmo"
    default_auto_field = "django.db.models.BigAutoField"
