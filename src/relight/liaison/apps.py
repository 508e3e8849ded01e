"""The Django app of liaison."""

from django.apps import AppConfig


class LiaisonConfig(AppConfig):
    """Names the app; nothing happens at start."""

    name = "relight.liaison"
    label = "liaison"
    default_auto_field = "django.db.models.BigAutoField"
