"""Tables of the restart office: plans as they were computed. No verbs: `services` write, `selectors` read."""

from __future__ import annotations

from django.db import models


class Plan(models.Model):
    """One plan with its forecast, whole. `number` counts from 1; the highest is the latest. goals: the order, as ids of
    nodes with `:up` or `:normal`, from which the next search starts. published_at: its dates were written where wards
    and bulletins read them."""

    id = models.UUIDField(primary_key=True, editable=False)
    number = models.PositiveIntegerField(unique=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=100)
    goals = models.JSONField()
    document = models.JSONField()
    digest = models.CharField(max_length=64)
    published_at = models.DateTimeField(null=True)
    published_by = models.CharField(max_length=100, blank=True, default="")

    class Meta:
        ordering = ["-number"]
