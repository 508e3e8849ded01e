"""Requests about patients, who is on duty, what was given out, what came from outside."""

from __future__ import annotations

from enum import StrEnum

from django.db import models
from django.db.models import Q

from relight.liaison.models.directory import Practitioner
from relight.liaison.rules.requests import (
    Call,
    Consent,
    Direction,
    Ending,
    Link,
    State,
    Step,
    Topic,
    Urgency,
    Verified,
    Way,
)


def _words(field: str, words: type[StrEnum]) -> Q:
    return Q(**{f"{field}__in": sorted(word.value for word in words)})


class DutyTurn(models.Model):
    """Somebody on duty for a specialty from one moment to another. `site`: empty for the whole group. `rank`: 1 is
    called first. `source`: the file and line it came from, empty for one typed here."""

    id = models.UUIDField(primary_key=True, editable=False)
    specialty = models.CharField(max_length=64)
    site = models.CharField(max_length=64, blank=True, default="")
    name = models.CharField(max_length=120)
    phone = models.CharField(max_length=40)
    phone2 = models.CharField(max_length=40, blank=True, default="")
    rank = models.PositiveSmallIntegerField(default=1)
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    note = models.CharField(max_length=200, blank=True, default="")
    source = models.CharField(max_length=200, blank=True, default="")
    at = models.DateTimeField()
    by = models.CharField(max_length=80)

    class Meta:
        ordering = ("begins_at", "specialty", "site", "rank", "id")
        constraints = [
            models.UniqueConstraint(fields=["specialty", "site", "rank", "begins_at", "name"], name="duty_turn_once"),
            models.CheckConstraint(condition=Q(ends_at__gt=models.F("begins_at")), name="duty_turn_times"),
        ]
        indexes = [models.Index(fields=["specialty", "ends_at"], name="duty_turn_now")]


class Request(models.Model):
    """One request. `version`: counts its steps, so that two desks never go on from the same point.

    `caller_*`: as the directory had it when it was logged, or as typed. `identified`: which identifiers fitted.
    `due_at`: when it stands out as it is now; `level`: how often it did. `ask`, `answer`: about a patient.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    number = models.PositiveIntegerField(unique=True)
    version = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=12, default=State.OPEN.value)
    direction = models.CharField(max_length=4, default=Direction.IN.value)
    topic = models.CharField(max_length=12)
    urgency = models.CharField(max_length=12)
    specialty = models.CharField(max_length=64, blank=True, default="")
    site = models.CharField(max_length=64, blank=True, default="")
    ask = models.TextField()
    practitioner = models.ForeignKey(Practitioner, null=True, on_delete=models.PROTECT, related_name="requests")
    caller_name = models.CharField(max_length=250)
    caller_number = models.CharField(max_length=20, blank=True, default="")
    caller_practice = models.CharField(max_length=160, blank=True, default="")
    caller_phone = models.CharField(max_length=40)
    language = models.CharField(max_length=4, default="fr")
    verified = models.CharField(max_length=12, default=Verified.NOT.value)
    verified_at = models.DateTimeField(null=True)
    verified_by = models.CharField(max_length=80, blank=True, default="")
    patient = models.UUIDField(null=True)
    identified = models.JSONField(default=list, blank=True)
    identified_at = models.DateTimeField(null=True)
    identified_by = models.CharField(max_length=80, blank=True, default="")
    link = models.CharField(max_length=12, blank=True, default="")
    consent = models.CharField(max_length=12, blank=True, default="")
    routed_name = models.CharField(max_length=120, blank=True, default="")
    routed_phone = models.CharField(max_length=40, blank=True, default="")
    routed_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True, default="")
    answered_at = models.DateTimeField(null=True)
    answered_by = models.CharField(max_length=120, blank=True, default="")
    tries = models.PositiveSmallIntegerField(default=0)
    reached_at = models.DateTimeField(null=True)
    level = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(null=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=80)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=80, blank=True, default="")
    ending = models.CharField(max_length=12, blank=True, default="")
    ending_note = models.CharField(max_length=400, blank=True, default="")

    class Meta:
        ordering = ("-number",)
        constraints = [
            models.CheckConstraint(condition=_words("state", State), name="request_state"),
            models.CheckConstraint(condition=_words("direction", Direction), name="request_direction"),
            models.CheckConstraint(condition=_words("topic", Topic), name="request_topic"),
            models.CheckConstraint(condition=_words("urgency", Urgency), name="request_urgency"),
            models.CheckConstraint(condition=_words("verified", Verified), name="request_verified"),
            models.CheckConstraint(condition=_words("link", Link), name="request_link"),
            models.CheckConstraint(condition=_words("consent", Consent), name="request_consent"),
            models.CheckConstraint(
                condition=Q(state=State.CLOSED.value, closed_at__isnull=False, due_at__isnull=True)
                | (~Q(state=State.CLOSED.value) & Q(closed_at__isnull=True)),
                name="request_closed_whole",
            ),
            models.CheckConstraint(
                condition=Q(patient__isnull=True, identified_at__isnull=True)
                | Q(patient__isnull=False, identified_at__isnull=False),
                name="request_patient_checked",
            ),
            models.CheckConstraint(condition=_words("ending", Ending) | Q(ending=""), name="request_ending"),
        ]
        indexes = [
            models.Index(fields=["due_at"], name="request_due", condition=Q(due_at__isnull=False)),
            models.Index(fields=["patient"], name="request_patient", condition=Q(patient__isnull=False)),
        ]


class RequestStep(models.Model):
    """One thing done to a request: who, when, a word of it. `number`: the version it was done on, 0 for the first.
    `what`: a stable word; `text`: as typed."""

    id = models.UUIDField(primary_key=True, editable=False)
    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="steps")
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    actor = models.CharField(max_length=80)
    step = models.CharField(max_length=12)
    what = models.CharField(max_length=40, blank=True, default="")
    text = models.CharField(max_length=400, blank=True, default="")

    class Meta:
        ordering = ("number",)
        constraints = [
            models.UniqueConstraint(fields=["request", "number"], name="request_step_once"),
            models.CheckConstraint(condition=_words("step", Step), name="request_step_word"),
            models.CheckConstraint(
                condition=~Q(step=Step.CALLED.value) | _words("what", Call), name="request_step_call"
            ),
        ]


class Disclosure(models.Model):
    """One summary that left: who gave it, to whom, why, by which way, which digest. `document`: the FHIR document and
    `paper`: the PDF, byte for byte as they left. Never changed, never taken away."""

    id = models.UUIDField(primary_key=True, editable=False)
    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="disclosures")
    patient = models.UUIDField()
    to_name = models.CharField(max_length=250)
    to_number = models.CharField(max_length=20, blank=True, default="")
    way = models.CharField(max_length=12)
    why = models.CharField(max_length=400)
    link = models.CharField(max_length=12)
    consent = models.CharField(max_length=12)
    language = models.CharField(max_length=4)
    digest = models.CharField(max_length=64)
    document = models.BinaryField()
    paper_digest = models.CharField(max_length=64)
    paper = models.BinaryField()
    at = models.DateTimeField()
    by = models.CharField(max_length=80)

    class Meta:
        ordering = ("-at", "-id")
        constraints = [
            models.CheckConstraint(condition=_words("way", Way), name="disclosure_way"),
            models.CheckConstraint(condition=~Q(why=""), name="disclosure_why"),
        ]
        indexes = [models.Index(fields=["patient", "-at"], name="disclosure_patient")]


class Received(models.Model):
    """One summary that came in from a practitioner, bound to a checked patient. `digest`: of the file or the typed
    lines; the same twice for one patient is refused. `source`: the record's source its content stands under."""

    id = models.UUIDField(primary_key=True, editable=False)
    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="received")
    patient = models.UUIDField()
    source = models.UUIDField()
    kind = models.CharField(max_length=12)
    filename = models.CharField(max_length=200, blank=True, default="")
    digest = models.CharField(max_length=64)
    written_on = models.DateField()
    entries = models.PositiveIntegerField()
    left_out = models.PositiveIntegerField(default=0)
    document = models.UUIDField(null=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=80)

    class Meta:
        ordering = ("-at", "-id")
        constraints = [
            models.UniqueConstraint(fields=["patient", "digest"], name="received_once"),
            models.CheckConstraint(condition=Q(kind__in=["fhir", "paper", "pdf"]), name="received_kind"),
        ]
