"""What somebody is writing and has not yet written into the record.

A row is what one opened form holds (`ticket`), its owner's alone. `content` is the form's fields as JSON, emptied when
the row is closed: written, or thrown away by its owner. A closed row stays a while, so that a late saving finds it.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Draft(models.Model):
    """A form being filled. `version` is what its writer saw of the thing amended, empty for a new one; `tab` the page
    that saved last, `count` how often it was saved."""

    ticket = models.UUIDField(primary_key=True, editable=False)
    owner = models.CharField(max_length=100)
    patient = models.UUIDField()
    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=80)
    version = models.CharField(max_length=2000, blank=True)
    content = models.TextField(default="{}")
    count = models.PositiveIntegerField(default=0)
    tab = models.CharField(max_length=40, blank=True)
    opened_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["patient"], name="record_draft_patient", condition=Q(closed_at=None)),
            models.Index(fields=["owner", "-saved_at"], name="record_draft_owner", condition=Q(closed_at=None)),
        ]
