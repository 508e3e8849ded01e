"""What was said of each site, saying by saying; one of them is current.

`beds` is a list of `[kind, free, total]`. A saying is never changed: the next one takes its place.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from relight.activity.models.base import one_of
from relight.activity.rules.posture import SiteState


class SitePosture(models.Model):
    """One saying about one site. diverted_to: where ambulances go meanwhile, in words."""

    id = models.UUIDField(primary_key=True, editable=False)
    site = models.CharField(max_length=64)
    state = models.CharField(max_length=10)
    diverted = models.BooleanField(default=False)
    diverted_to = models.CharField(max_length=200, blank=True, default="")
    theatres_open = models.PositiveIntegerField(default=0)
    theatres = models.PositiveIntegerField(default=0)
    beds = models.JSONField(default=list)
    note = models.TextField(blank=True, default="")
    at = models.DateTimeField()
    by = models.CharField(max_length=100)
    current = models.BooleanField(default=True)

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(condition=one_of("state", SiteState), name="activity_posture_state"),
            models.CheckConstraint(condition=Q(theatres_open__lte=F("theatres")), name="activity_posture_theatres"),
            models.CheckConstraint(condition=Q(diverted=False) | ~Q(diverted_to=""), name="activity_posture_diverted"),
            models.UniqueConstraint(fields=["site"], condition=Q(current=True), name="activity_posture_one"),
        ]
        indexes = [models.Index(fields=["site", "-at"], name="activity_posture_of")]
