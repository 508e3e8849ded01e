"""The Django app of the record."""

from django.apps import AppConfig


class RecordConfig(AppConfig):
    """Names the app; nothing happens at start."""

    name = "relight.record"
    label = "record"
    default_auto_field = "django.db.models.BigAutoField"
