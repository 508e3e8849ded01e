"""Plans as they were computed, forecasts as they were made, the order people decided, tasks they added."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from relight.pmo.types import DecisionState, TaskState


class Plan(models.Model):
    """One plan with its forecast, whole. `number` counts from 1; the highest is the latest. goals: the computed order,
    as ids of nodes with `:up` or `:normal`, from which the next search starts. published_at: its dates were written
    where wards and bulletins read them."""

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


class DayForecast(models.Model):
    """The forecast of machines made on one day of the crisis, from the days before it. count: by the end of the last
    of them. points: quantiles by day, that day first. Never changed: it is scored against what happened."""

    day = models.PositiveIntegerField(primary_key=True)
    at = models.DateTimeField()
    count = models.PositiveIntegerField()
    total = models.PositiveIntegerField(null=True)
    points = models.JSONField()
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["day"]


class Decision(models.Model):
    """An order of restoration people decide. first: ids of the nodes put first, in order. effect: what it delays,
    as it was shown. It counts once two named people signed the same digest; the last signed one is in force."""

    id = models.UUIDField(primary_key=True, editable=False)
    number = models.PositiveIntegerField(unique=True)
    title = models.CharField(max_length=200)
    reason = models.CharField(max_length=1000)
    first = models.JSONField()
    effect = models.JSONField()
    digest = models.CharField(max_length=64)
    state = models.CharField(max_length=16, default=DecisionState.PROPOSED.value)
    proposed_at = models.DateTimeField()
    proposed_by = models.CharField(max_length=80)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=80, blank=True, default="")

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=sorted(one.value for one in DecisionState)), name="decision_state"
            )
        ]


class DecisionSignature(models.Model):
    """One named person's signature of a decision. name: as it was on the day."""

    id = models.UUIDField(primary_key=True, editable=False)
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="signatures")
    actor = models.CharField(max_length=80)
    name = models.CharField(max_length=160)
    at = models.DateTimeField()
    signature = models.CharField(max_length=64)

    class Meta:
        ordering = ["at"]
        constraints = [models.UniqueConstraint(fields=["decision", "actor"], name="decision_signed_once")]


class Task(models.Model):
    """Work people added to the plan. before: id of a function that is not accepted while this is open, or empty.
    after: numbers of tasks that come first. minutes: of work. not_before: a fixed date."""

    id = models.UUIDField(primary_key=True, editable=False)
    number = models.PositiveIntegerField(unique=True)
    title = models.CharField(max_length=200)
    team = models.CharField(max_length=60)
    minutes = models.PositiveIntegerField()
    site = models.CharField(max_length=60, blank=True, default="")
    before = models.CharField(max_length=120, blank=True, default="")
    after = models.JSONField(default=list, blank=True)
    not_before = models.DateField(null=True)
    due = models.DateField(null=True)
    owner = models.CharField(max_length=80, blank=True, default="")
    state = models.CharField(max_length=16, default=TaskState.OPEN.value)
    added_at = models.DateTimeField()
    added_by = models.CharField(max_length=80)
    ended_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=sorted(one.value for one in TaskState)), name="task_state")
        ]
