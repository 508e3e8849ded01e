"""The ladder: evidence for a rung, comparison sheets, signatures, climbs and falls."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from relight.lab.models.base import one_of
from relight.lab.models.links import Link
from relight.lab.types import Rung


class Comparison(models.Model):
    """A comparison sheet: samples measured on the link and transcribed by hand, side by side."""

    id = models.UUIDField(primary_key=True, editable=False)
    link = models.ForeignKey(Link, on_delete=models.CASCADE, related_name="comparisons")
    rung = models.CharField(max_length=16)
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=80)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=80, blank=True, default="")
    verdict = models.CharField(max_length=8, blank=True, default="")  # pass | fail

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(verdict__in=["", "pass", "fail"]), name="comparison_verdict"),
            models.UniqueConstraint(fields=["link"], condition=Q(closed_at=None), name="comparison_open_once"),
        ]


class ComparisonLine(models.Model):
    """One value of one sample: what was written by hand, and the result of the link it stands beside."""

    id = models.UUIDField(primary_key=True, editable=False)
    comparison = models.ForeignKey(Comparison, on_delete=models.CASCADE, related_name="lines")
    sample = models.CharField(max_length=80)
    code = models.CharField(max_length=120)
    by_hand = models.CharField(max_length=60)
    unit = models.CharField(max_length=60, blank=True, default="")
    by = models.CharField(max_length=80)
    at = models.DateTimeField()
    result = models.ForeignKey("lab.Result", null=True, on_delete=models.PROTECT, related_name="compared")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["comparison", "sample", "code"], name="comparison_line_once")]


class LinkEvidence(models.Model):
    """One check of a rung that was met (or failed): connection test, comparison, QC, query test."""

    id = models.UUIDField(primary_key=True, editable=False)
    link = models.ForeignKey(Link, on_delete=models.CASCADE, related_name="evidence")
    check_id = models.CharField(max_length=40)
    met = models.BooleanField()
    at = models.DateTimeField()
    by = models.CharField(max_length=80)
    note = models.CharField(max_length=400, blank=True, default="")
    facts = models.JSONField(default=dict, blank=True)
    comparison = models.ForeignKey(Comparison, null=True, on_delete=models.PROTECT)

    class Meta:
        indexes = [models.Index(fields=["link", "check_id", "at"], name="link_evidence_last")]


class RungSignature(models.Model):
    """One of the two signatures under a climb. `version` is the link's when it was signed."""

    id = models.UUIDField(primary_key=True, editable=False)
    link = models.ForeignKey(Link, on_delete=models.CASCADE, related_name="signatures")
    rung = models.CharField(max_length=16)
    capacity = models.CharField(max_length=16)
    actor = models.CharField(max_length=80)
    at = models.DateTimeField()
    digest = models.CharField(max_length=64)
    version = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["link", "rung", "version", "capacity"], name="rung_signature_capacity_once"
            ),
            models.UniqueConstraint(fields=["link", "rung", "version", "actor"], name="rung_signature_actor_once"),
        ]


class Climb(models.Model):
    """One change of rung, up or down. `code` says why a link fell by itself; empty otherwise."""

    id = models.UUIDField(primary_key=True, editable=False)
    link = models.ForeignKey(Link, on_delete=models.CASCADE, related_name="climbs")
    at = models.DateTimeField()
    actor = models.CharField(max_length=80)
    from_rung = models.CharField(max_length=16)
    to_rung = models.CharField(max_length=16)
    code = models.CharField(max_length=16, blank=True, default="")
    reason = models.CharField(max_length=400, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=one_of("to_rung", Rung), name="climb_to"),
            models.CheckConstraint(condition=one_of("from_rung", Rung), name="climb_from"),
        ]
        indexes = [models.Index(fields=["link", "at"], name="climb_of_link")]
