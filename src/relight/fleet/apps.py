"""The Django app of the fleet."""

from django.apps import AppConfig


class FleetConfig(AppConfig):
    """Names the app; nothing happens at start."""

    name = "relight.fleet"
    label = "fleet"
    default_auto_field = "django.db.models.BigAutoField"
