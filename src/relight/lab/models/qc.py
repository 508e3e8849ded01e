"""Quality control: targets per lot and level, the points measured."""

from __future__ import annotations

from django.db import models

from relight.lab.models.inbox import Message
from relight.lab.models.links import Link


class QcTarget(models.Model):
    """What one control material should measure: mean and standard deviation, as decimal texts."""

    id = models.UUIDField(primary_key=True, editable=False)
    link = models.ForeignKey(Link, on_delete=models.CASCADE, related_name="qc_targets")
    code = models.CharField(max_length=120)
    level = models.CharField(max_length=40)
    lot = models.CharField(max_length=60)
    mean = models.CharField(max_length=32)
    sd = models.CharField(max_length=32)
    unit = models.CharField(max_length=60, blank=True, default="")
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["link", "code", "level", "lot"], name="qc_target_once")]


class QcPoint(models.Model):
    """One control measurement. `rules` are the Westgard rules it breaks; `note` what was done about it."""

    id = models.UUIDField(primary_key=True, editable=False)
    link = models.ForeignKey(Link, on_delete=models.CASCADE, related_name="qc_points")
    message = models.ForeignKey(Message, null=True, on_delete=models.PROTECT, related_name="qc_points")
    line = models.PositiveIntegerField(default=0)
    code = models.CharField(max_length=120)
    level = models.CharField(max_length=40, blank=True, default="")
    lot = models.CharField(max_length=60, blank=True, default="")
    value = models.CharField(max_length=60)
    number = models.CharField(max_length=40, blank=True, default="")
    unit = models.CharField(max_length=60, blank=True, default="")
    measured_at = models.DateTimeField()
    rules = models.JSONField(default=list, blank=True)
    note = models.CharField(max_length=400, blank=True, default="")
    noted_by = models.CharField(max_length=80, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "line"], name="qc_point_once")]
        indexes = [models.Index(fields=["link", "code", "level", "lot", "measured_at"], name="qc_series")]
