"""Situation reports and what people wrote in them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from relight.pmo.types import ReportState


class Report(models.Model):
    """One situation report. There is one draft at a time; an approved one has a number and never changes.

    facts: what was counted, canonical. free: what a person wrote, by language. previous: digest of the report before:
    the reports are a chain. digest: SHA-256 of the canonical document. seal, kid: Relight's signature over it.
    signature: of the person who approved.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    number = models.PositiveIntegerField(null=True, unique=True)
    state = models.CharField(max_length=16, default=ReportState.DRAFT.value)
    facts = models.JSONField()
    free = models.JSONField(default=dict, blank=True)
    previous = models.CharField(max_length=64, blank=True, default="")
    drawn_at = models.DateTimeField()
    drawn_by = models.CharField(max_length=80)
    approved_at = models.DateTimeField(null=True)
    approved_by = models.CharField(max_length=80, blank=True, default="")
    approver = models.CharField(max_length=160, blank=True, default="")
    signature = models.CharField(max_length=64, blank=True, default="")
    digest = models.CharField(max_length=64, blank=True, default="")
    kid = models.CharField(max_length=16, blank=True, default="")
    seal = models.CharField(max_length=128, blank=True, default="")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-number", "-drawn_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["state"], condition=Q(state=ReportState.DRAFT.value), name="report_one_draft"
            ),
            models.CheckConstraint(
                condition=Q(state=ReportState.DRAFT.value, number__isnull=True)
                | Q(state=ReportState.APPROVED.value, number__isnull=False),
                name="report_number_when_approved",
            ),
        ]


class ReportText(models.Model):
    """One state of what a person wrote, as it was saved. Kept for good: nothing that was written is lost."""

    id = models.UUIDField(primary_key=True, editable=False)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="texts")
    number = models.PositiveIntegerField()
    free = models.JSONField()
    at = models.DateTimeField()
    by = models.CharField(max_length=80)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["report", "number"], name="report_text_once")]
