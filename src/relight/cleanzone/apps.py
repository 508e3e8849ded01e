"""The Django app of the clean zone."""

from django.apps import AppConfig


class CleanzoneConfig(AppConfig):
    """Names the app; nothing happens at start."""

    name = "relight.cleanzone"
    label = "cleanzone"
    default_auto_field = "django.db.models.BigAutoField"
