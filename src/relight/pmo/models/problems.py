"""Problems that wards report, and who waits for the answer."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from relight.pmo.types import ProblemState


class Problem(models.Model):
    """One thing that does not work at one place, as a blocker with an owner. what: a function's id as the description
    writes it, or one of `rules.problems.THINGS`. where: id of a service unit, or a site's. There is one open problem
    for a thing at a place: who reports it again is added to it."""

    id = models.UUIDField(primary_key=True, editable=False)
    number = models.PositiveIntegerField(unique=True)
    what = models.CharField(max_length=80)
    where = models.CharField(max_length=120)
    note = models.CharField(max_length=300, blank=True, default="")
    state = models.CharField(max_length=16, default=ProblemState.OPEN.value)
    reported_at = models.DateTimeField()
    owner = models.CharField(max_length=80, blank=True, default="")
    owned_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=500, blank=True, default="")
    answered_at = models.DateTimeField(null=True)
    answered_by = models.CharField(max_length=80, blank=True, default="")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["reported_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["what", "where"],
                condition=~Q(state=ProblemState.SOLVED.value),
                name="problem_once_while_open",
            ),
            models.CheckConstraint(
                condition=Q(state__in=sorted(one.value for one in ProblemState)), name="problem_state"
            ),
        ]


class ProblemVoice(models.Model):
    """Somebody who reported a problem. told_at: when they were shown its last answer."""

    id = models.UUIDField(primary_key=True, editable=False)
    problem = models.ForeignKey(Problem, on_delete=models.PROTECT, related_name="voices")
    by = models.CharField(max_length=80)
    at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["at"]
        constraints = [models.UniqueConstraint(fields=["problem", "by"], name="problem_voice_once")]
