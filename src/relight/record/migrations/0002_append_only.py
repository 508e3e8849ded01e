"""Entries become append-only in the database itself."""

from django.db import migrations

from relight.record import guards


def install(apps, schema_editor):
    """Set the triggers."""
    guards.install(schema_editor.connection)


def remove(apps, schema_editor):
    """Take the triggers away, to go back."""
    guards.remove(schema_editor.connection)


class Migration(migrations.Migration):
    """Triggers."""

    dependencies = [("record", "0001_initial")]
    operations = [migrations.RunPython(install, remove)]
