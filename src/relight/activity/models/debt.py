"""What was cancelled and waits for a new date, and how many new dates there can be.

A `DebtItem` is one wait: from the cancellation until a new date is given, the appointment is restored or nobody needs
it any more. A date that is given back closes its item and opens another, so that the past stays what it was.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from relight.activity.models.appointments import Appointment
from relight.activity.models.base import one_of
from relight.activity.rules.debt import DebtEnd, DebtState
from relight.activity.types import Kind


class DebtItem(models.Model):
    """One wait. `kind`, `specialty`, `site` and `unit` are those of the appointment when it was cancelled, `due` its
    date, `rank` its clinical urgency (0 first), `since` when it was cancelled. `slot_…` is the new date."""

    id = models.UUIDField(primary_key=True, editable=False)
    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="debts", db_index=False)
    kind = models.CharField(max_length=16)
    specialty = models.CharField(max_length=64, blank=True, default="")
    site = models.CharField(max_length=64, blank=True, default="")
    unit = models.CharField(max_length=140, blank=True, default="")
    rank = models.PositiveSmallIntegerField()
    due = models.DateTimeField(null=True)
    since = models.DateTimeField()
    state = models.CharField(max_length=10, default=DebtState.WAITING.value)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=100, blank=True, default="")
    ended_why = models.CharField(max_length=12, blank=True, default="")
    note = models.CharField(max_length=400, blank=True, default="")
    slot_at = models.DateTimeField(null=True)
    slot_site = models.CharField(max_length=64, blank=True, default="")
    slot_place = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        ordering = ["rank", "due", "id"]
        constraints = [
            models.CheckConstraint(condition=one_of("kind", Kind), name="activity_debt_kind"),
            models.CheckConstraint(condition=one_of("state", DebtState), name="activity_debt_state"),
            models.CheckConstraint(condition=one_of("ended_why", DebtEnd) | Q(ended_why=""), name="activity_debt_why"),
            models.CheckConstraint(
                condition=Q(state="waiting", ended_at=None) | (~Q(state="waiting") & Q(ended_at__isnull=False)),
                name="activity_debt_ended",
            ),
            models.CheckConstraint(condition=~Q(state="booked") | Q(slot_at__isnull=False), name="activity_debt_slot"),
            models.UniqueConstraint(
                fields=["appointment"], condition=Q(state__in=["waiting", "booked"]), name="activity_debt_one"
            ),
        ]
        indexes = [
            models.Index(fields=["state", "rank", "due", "id"], name="activity_debt_order"),
            models.Index(fields=["specialty", "since"], name="activity_debt_history"),
        ]


class Capacity(models.Model):
    """How many new dates a week a lane has for what waits. week: a Monday, or null for every week without a row of its
    own."""

    id = models.UUIDField(primary_key=True, editable=False)
    kind = models.CharField(max_length=16)
    specialty = models.CharField(max_length=64, blank=True, default="")
    site = models.CharField(max_length=64, blank=True, default="")
    week = models.DateField(null=True)
    slots = models.PositiveIntegerField()
    at = models.DateTimeField()
    by = models.CharField(max_length=100)

    class Meta:
        ordering = ["site", "kind", "specialty", "week"]
        constraints = [
            models.CheckConstraint(condition=one_of("kind", Kind), name="activity_capacity_kind"),
            models.UniqueConstraint(fields=["kind", "specialty", "site", "week"], name="activity_capacity_once"),
            models.UniqueConstraint(
                fields=["kind", "specialty", "site"], condition=Q(week=None), name="activity_capacity_every"
            ),
        ]
