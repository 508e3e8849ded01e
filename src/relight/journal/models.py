"""Tables of the journal. Entries and events are append-only: triggers in the database refuse the rest.

`body` and `events` are kept as the canonical text that was hashed, never as a JSON column that a
database would reorder.
"""

from django.db import models


class Head(models.Model):
    """The one row every writer locks first: where the chain and the events stand."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    entry_seq = models.BigIntegerField(default=0)
    event_seq = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64)


class Entry(models.Model):
    """One write."""

    seq = models.BigIntegerField(primary_key=True)
    id = models.UUIDField(unique=True)
    at = models.DateTimeField(db_index=True)
    actor = models.CharField(max_length=100, db_index=True)
    door = models.CharField(max_length=20)
    verb = models.CharField(max_length=60, db_index=True)
    subject = models.CharField(max_length=200, db_index=True)
    body = models.TextField()
    events = models.TextField()
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["seq"]


class Event(models.Model):
    """What a write means for others."""

    seq = models.BigIntegerField(primary_key=True)
    entry_seq = models.BigIntegerField(db_index=True)
    at = models.DateTimeField()
    name = models.CharField(max_length=60)
    subject = models.CharField(max_length=200)
    body = models.TextField()

    class Meta:
        ordering = ["seq"]
        indexes = [
            models.Index(fields=["name", "seq"], name="journal_event_name"),
            models.Index(fields=["subject", "seq"], name="journal_event_subject"),
        ]


class Cursor(models.Model):
    """How far a subscriber has come."""

    subscriber = models.CharField(primary_key=True, max_length=100)
    seq = models.BigIntegerField(default=0)
    tries = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    error = models.TextField(default="")


class AsideEvent(models.Model):
    """An event a subscriber gave up on; kept to be run again."""

    subscriber = models.CharField(max_length=100)
    event_seq = models.BigIntegerField()
    at = models.DateTimeField()
    error = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subscriber", "event_seq"], name="journal_aside_once")]


class Evidence(models.Model):
    """A file in the evidence store, by content. Stored once however often it is brought."""

    digest = models.CharField(primary_key=True, max_length=64)
    size_bytes = models.BigIntegerField()
    name = models.CharField(max_length=255)
    media_type = models.CharField(max_length=100)
    at = models.DateTimeField()
    actor = models.CharField(max_length=100)
