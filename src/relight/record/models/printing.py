"""What was put on paper, when and for whom; the schedule that does it; numbers that wait on paper forms.

Only services write here. Paper itself is not kept: it holds what the record held at that moment.
"""

from __future__ import annotations

from django.db import models


class PrintKind(models.TextChoices):
    """What was printed."""

    CHART = "chart"
    WARD = "ward"
    SET = "set"
    FORMS = "forms"


class PrintRun(models.Model):
    """One printing. `wards`: a list of `site/ward` in JSON. `what`: counts of forms, in JSON. `code`: why it failed,
    empty when it is whole. `folder`: where a set lies."""

    id = models.UUIDField(primary_key=True, editable=False)
    kind = models.CharField(max_length=8, choices=PrintKind.choices)
    at = models.DateTimeField()
    by = models.CharField(max_length=100)
    door = models.CharField(max_length=12)
    wards = models.JSONField(default=list)
    what = models.JSONField(default=dict)
    patients = models.PositiveIntegerField(default=0)
    folder = models.CharField(max_length=500, blank=True)
    code = models.CharField(max_length=16, blank=True)
    took_ms = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(kind__in=PrintKind.values), name="record_print_kind")]
        indexes = [models.Index(fields=["-at"], name="record_print_latest")]


class PrintSchedule(models.Model):
    """How wards are printed by themselves: one row. `wards`: `site/ward` in JSON, empty for all. `made_at`: when the
    last set that lies there was begun. `next_at`: when to try next; `failures` counts since then."""

    id = models.PositiveSmallIntegerField(primary_key=True)
    is_on = models.BooleanField(default=False)
    folder = models.CharField(max_length=500, blank=True)
    every_min = models.PositiveIntegerField(default=120)
    wards = models.JSONField(default=list)
    keep = models.PositiveIntegerField(default=6)
    language = models.CharField(max_length=5, default="fr")
    set_at = models.DateTimeField()
    set_by = models.CharField(max_length=100)
    made_at = models.DateTimeField(null=True)
    tried_at = models.DateTimeField(null=True)
    next_at = models.DateTimeField()
    failures = models.PositiveIntegerField(default=0)
    code = models.CharField(max_length=16, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="record_print_schedule_once")]


class PaperNumber(models.Model):
    """A number printed on an admission form. It waits until a patient has it, or the form is said to be thrown away."""

    number = models.CharField(max_length=11, primary_key=True)
    site = models.CharField(max_length=64)
    ward = models.CharField(max_length=64)
    run = models.ForeignKey(PrintRun, on_delete=models.PROTECT, related_name="numbers")
    void_at = models.DateTimeField(null=True)
    void_by = models.CharField(max_length=100, blank=True)
