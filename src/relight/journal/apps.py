"""The journal as a Django app."""

from django.apps import AppConfig


class JournalConfig(AppConfig):
    """Journal: entries, events, evidence."""

    name = "relight.journal"
    label = "journal"
    default_auto_field = "django.db.models.BigAutoField"
