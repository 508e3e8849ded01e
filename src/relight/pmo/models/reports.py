"""Situation reports, hours and costs with their evidence, risks."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from relight.pmo.types import LedgerKind, ReportState


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


class LedgerLine(models.Model):
    """Hours or money the crisis cost on one day. amount: hours, or euros. who: person, team or firm. evidence: SHA-256
    of the file kept, empty for none yet. A line is withdrawn, never changed."""

    id = models.UUIDField(primary_key=True, editable=False)
    number = models.PositiveIntegerField(unique=True)
    kind = models.CharField(max_length=16)
    day = models.DateField()
    who = models.CharField(max_length=120)
    what = models.CharField(max_length=200)
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    evidence = models.CharField(max_length=64, blank=True, default="")
    filename = models.CharField(max_length=255, blank=True, default="")
    at = models.DateTimeField()
    by = models.CharField(max_length=80)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.CharField(max_length=80, blank=True, default="")

    class Meta:
        ordering = ["-day", "-number"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=sorted(one.value for one in LedgerKind)), name="ledger_kind")
        ]


class Risk(models.Model):
    """What may still go wrong. likely, grave: 1 to 3. answer: what is done about it."""

    id = models.UUIDField(primary_key=True, editable=False)
    number = models.PositiveIntegerField(unique=True)
    title = models.CharField(max_length=200)
    likely = models.PositiveSmallIntegerField()
    grave = models.PositiveSmallIntegerField()
    answer = models.CharField(max_length=500, blank=True, default="")
    owner = models.CharField(max_length=120, blank=True, default="")
    at = models.DateTimeField()
    by = models.CharField(max_length=80)
    ended_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(
                condition=Q(likely__gte=1, likely__lte=3, grave__gte=1, grave__lte=3), name="risk_scale"
            )
        ]
