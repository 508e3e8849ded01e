"""The Django app of activity."""

from django.apps import AppConfig


class ActivityConfig(AppConfig):
    """Names the app; nothing happens at start."""

    name = "relight.activity"
    label = "activity"
    default_auto_field = "django.db.models.BigAutoField"
