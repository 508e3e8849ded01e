"""The hospital as a Django app."""

from django.apps import AppConfig


class HospitalConfig(AppConfig):
    """Sites, services, functions, components."""

    name = "relight.hospital"
    label = "hospital"
    default_auto_field = "django.db.models.BigAutoField"
