"""Django's handle on the console."""

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    """The console: pages over all other apps."""

    name = "relight.console"
    label = "console"
