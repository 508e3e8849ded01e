"""Appointments as their sources gave them, what was decided about each, and what is proposed.

`Appointment.outcome` is what counts now: a doctor's override where there is one, else the current decision of the
policy, empty while nothing was decided. It always follows the rows it is taken from, in the same transaction.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from relight.activity.models.base import one_of
from relight.activity.rules.booked import (
    BookingState,
    DecidedBy,
    FileKind,
    PolicyStanding,
    ProposalCause,
    ProposalState,
)
from relight.activity.types import Kind, Outcome, Urgency

_OUTCOMES = sorted(["", *(outcome.value for outcome in Outcome)])


class AppointmentSource(models.Model):
    """Where appointments come from again and again: one export of one system.

    `mapping` is column -> header as it was last confirmed, `options` what a person said of the whole list (assumed
    urgency, kind, site). `report` holds the counts of the last import, `digest` that of its file.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    name = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=12, default=FileKind.TABLE.value)
    mapping = models.JSONField(default=dict, blank=True)
    options = models.JSONField(default=dict, blank=True)
    filename = models.CharField(max_length=255, blank=True, default="")
    digest = models.CharField(max_length=64, blank=True, default="")
    report = models.JSONField(default=dict, blank=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=100)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=one_of("kind", FileKind), name="activity_source_kind"),
            models.CheckConstraint(condition=~Q(name=""), name="activity_source_named"),
        ]

    def __str__(self) -> str:
        return self.name


class Appointment(models.Model):
    """One appointment of one source, once however often it came.

    `patient` is the record's patient when record or national number and birth date both match, else null. `digest` is
    that of all the source said of it. `search` is lower-case text of names, numbers and birth date. `site`, `service`
    and `specialty` are ids, `place` and `practitioner` text. `raw` holds what had no column of its own.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    source = models.ForeignKey(AppointmentSource, on_delete=models.PROTECT, related_name="appointments", db_index=False)
    origin_id = models.CharField(max_length=200)
    kind = models.CharField(max_length=16, default=Kind.OTHER.value)
    urgency = models.CharField(max_length=12, default=Urgency.UNKNOWN.value)
    specialty = models.CharField(max_length=64, blank=True, default="")
    site = models.CharField(max_length=64, blank=True, default="")
    service = models.CharField(max_length=64, blank=True, default="")
    starts_at = models.DateTimeField(null=True)
    minutes = models.PositiveIntegerField(default=0)
    reason = models.TextField(blank=True, default="")
    categories = models.JSONField(default=list, blank=True)
    follow_up = models.BooleanField(null=True)
    practitioner = models.CharField(max_length=200, blank=True, default="")
    place = models.CharField(max_length=200, blank=True, default="")
    patient = models.UUIDField(null=True, db_index=True)
    family = models.CharField(max_length=120, blank=True, default="")
    given = models.CharField(max_length=120, blank=True, default="")
    birth_date = models.DateField(null=True)
    national_number = models.CharField(max_length=40, blank=True, default="")
    record_number = models.CharField(max_length=64, blank=True, default="")
    phone = models.CharField(max_length=60, blank=True, default="")
    mobile = models.CharField(max_length=60, blank=True, default="")
    email = models.CharField(max_length=254, blank=True, default="")
    address = models.CharField(max_length=400, blank=True, default="")
    language = models.CharField(max_length=8, blank=True, default="")
    search = models.TextField(blank=True, default="")
    state = models.CharField(max_length=12, default=BookingState.BOOKED.value)
    outcome = models.CharField(max_length=8, blank=True, default="")
    outcome_by = models.CharField(max_length=8, blank=True, default="")
    outcome_since = models.DateTimeField(null=True)
    to_site = models.CharField(max_length=64, blank=True, default="")
    digest = models.CharField(max_length=64)
    raw = models.JSONField(default=dict, blank=True)
    added_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["starts_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["source", "origin_id"], name="activity_appointment_once"),
            models.CheckConstraint(condition=one_of("kind", Kind), name="activity_appointment_kind"),
            models.CheckConstraint(condition=one_of("urgency", Urgency), name="activity_appointment_urgency"),
            models.CheckConstraint(condition=one_of("state", BookingState), name="activity_appointment_state"),
            models.CheckConstraint(condition=Q(outcome__in=_OUTCOMES), name="activity_appointment_outcome"),
            models.CheckConstraint(condition=one_of("outcome_by", DecidedBy), name="activity_appointment_by"),
            models.CheckConstraint(
                condition=Q(outcome="", outcome_by="") | (~Q(outcome="") & ~Q(outcome_by="")),
                name="activity_appointment_whose",
            ),
        ]
        indexes = [
            models.Index(fields=["starts_at", "id"], name="activity_appointment_when"),
            models.Index(fields=["outcome", "state", "starts_at"], name="activity_appointment_out"),
            models.Index(fields=["site", "starts_at"], name="activity_appointment_site"),
            models.Index(fields=["specialty", "starts_at"], name="activity_appointment_spec"),
        ]


class AppointmentAside(models.Model):
    """A row that could not be read, as it came. `key` makes the same row of the same source one however often it
    comes. `settled_at`: somebody dealt with it."""

    id = models.UUIDField(primary_key=True, editable=False)
    source = models.ForeignKey(AppointmentSource, on_delete=models.PROTECT, related_name="asides", db_index=False)
    line = models.PositiveIntegerField()
    code = models.CharField(max_length=16)
    message = models.CharField(max_length=400)
    text = models.TextField(blank=True, default="")
    key = models.CharField(max_length=64)
    at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.CharField(max_length=100, blank=True, default="")
    note = models.CharField(max_length=400, blank=True, default="")

    class Meta:
        ordering = ["source", "line", "id"]
        constraints = [models.UniqueConstraint(fields=["source", "key"], name="activity_aside_once")]


class PolicyVersion(models.Model):
    """One version of the policy, word for word. At most one is in force. `number` counts here; `policy` is the id and
    version its text states (`id@version`)."""

    id = models.UUIDField(primary_key=True, editable=False)
    number = models.PositiveIntegerField(unique=True)
    policy = models.CharField(max_length=120)
    text = models.TextField()
    digest = models.CharField(max_length=64)
    state = models.CharField(max_length=12, default=PolicyStanding.DRAFT.value)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=100)
    signed_at = models.DateTimeField(null=True)
    signed_by = models.CharField(max_length=100, blank=True, default="")
    signature = models.UUIDField(null=True)
    in_force_from = models.DateTimeField(null=True)
    in_force_until = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.CheckConstraint(condition=one_of("state", PolicyStanding), name="activity_policy_state"),
            models.UniqueConstraint(fields=["state"], condition=Q(state="in-force"), name="activity_policy_one"),
            models.UniqueConstraint(fields=["state"], condition=Q(state="signed"), name="activity_policy_next"),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(signature__isnull=False), name="activity_policy_signed_by"
            ),
        ]


class DecisionRow(models.Model):
    """What the policy decided about an appointment, and why; the last one is `current`. `because` by language, `saw`
    pairs of what was looked at and its state, `policy` the number of the version, `batch` one deciding."""

    id = models.UUIDField(primary_key=True, editable=False)
    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="decisions")
    outcome = models.CharField(max_length=8)
    rule = models.CharField(max_length=120)
    because = models.JSONField(default=dict)
    saw = models.JSONField(default=list, blank=True)
    policy = models.PositiveIntegerField()
    to_site = models.CharField(max_length=64, blank=True, default="")
    categories = models.JSONField(default=list, blank=True)
    at = models.DateTimeField()
    batch = models.UUIDField(db_index=True)
    current = models.BooleanField(default=True)

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(condition=one_of("outcome", Outcome), name="activity_decision_outcome"),
            models.UniqueConstraint(fields=["appointment"], condition=Q(current=True), name="activity_decision_one"),
        ]


class Override(models.Model):
    """A doctor's word about one appointment: it stands above the policy until it is ended."""

    id = models.UUIDField(primary_key=True, editable=False)
    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="overrides")
    outcome = models.CharField(max_length=8)
    to_site = models.CharField(max_length=64, blank=True, default="")
    reason = models.TextField()
    actor = models.CharField(max_length=100)
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=100, blank=True, default="")
    ended_why = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(condition=one_of("outcome", Outcome), name="activity_override_outcome"),
            models.CheckConstraint(condition=~Q(reason=""), name="activity_override_reason"),
            models.UniqueConstraint(
                fields=["appointment"], condition=Q(ended_at__isnull=True), name="activity_override_one"
            ),
        ]


class Proposal(models.Model):
    """A deciding anew that waits for somebody's word, with its difference.

    `before`, `after`: how many appointments have each outcome. `counts`: cancel, restore, ask, move, keep. `changes`:
    ids by these words. `digest` is that of policy and changes: what was shown is what takes effect. `trigger` names
    what changed (`unit:laboratory@arlon`, `policy:3`). One waits for each cause at most.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    cause = models.CharField(max_length=8)
    trigger = models.CharField(max_length=120, blank=True, default="")
    policy = models.PositiveIntegerField()
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    changes = models.JSONField(default=dict)
    digest = models.CharField(max_length=64)
    state = models.CharField(max_length=10, default=ProposalState.WAITING.value)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=100)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=100, blank=True, default="")

    class Meta:
        ordering = ["-made_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=one_of("cause", ProposalCause), name="activity_proposal_cause"),
            models.CheckConstraint(condition=one_of("state", ProposalState), name="activity_proposal_state"),
            models.UniqueConstraint(fields=["cause"], condition=Q(state="waiting"), name="activity_proposal_one"),
        ]
