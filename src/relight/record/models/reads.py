"""Who opened which record: found by patient. The proof is the journal's entry, which holds the same."""

from __future__ import annotations

from django.db import models


class ReadNote(models.Model):
    """One reading of one patient's record. `what` says by which way (`fhir.read Observation`), never what it said.

    `ground` is the word of `rules.access.Ground` it was opened on; empty where only a list showed it.
    """

    id = models.BigAutoField(primary_key=True)
    patient = models.UUIDField()
    at = models.DateTimeField()
    actor = models.CharField(max_length=100)
    door = models.CharField(max_length=12)
    what = models.CharField(max_length=80)
    ground = models.CharField(max_length=12, blank=True, default="")

    class Meta:
        indexes = [
            models.Index(fields=["patient", "at"], name="record_read_of"),
            models.Index(fields=["actor", "at"], name="record_read_by"),
            models.Index(fields=["at"], name="record_read_at"),
        ]
