"""People as a Django app."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Staff, roles, sign-in."""

    name = "relight.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen to the lock-out of django-axes, so that the journal has it."""
        from relight.people import signals  # noqa: F401, PLC0415 - needs the apps loaded
