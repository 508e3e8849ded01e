"""The inbox: messages as they came, the reports and results in them, what was exchanged."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from relight.lab.models.base import one_of
from relight.lab.models.links import Link, Lis
from relight.lab.types import AckOutcome, HoldReason, MessageKind, MessageState, ReportState, Validation


class Message(models.Model):
    """One message, stored once however often it was sent.

    `seq` is the order of arrival. `content` is what was sent, byte for byte, frames joined.
    `idem` is what makes it the same message again (rules.inbox). `repeats` counts how often it came
    again. `state` is the worst state of its reports: held, refused, waiting, delivered.
    """

    seq = models.BigAutoField(primary_key=True)
    id = models.UUIDField(unique=True, editable=False)
    link = models.ForeignKey(Link, on_delete=models.PROTECT, related_name="messages", db_index=False)
    protocol = models.CharField(max_length=8)
    type = models.CharField(max_length=40, blank=True, default="")
    control_id = models.CharField(max_length=200, blank=True, default="")
    idem = models.BinaryField(max_length=32)
    content = models.BinaryField()
    received_at = models.DateTimeField()
    peer = models.CharField(max_length=64, blank=True, default="")
    kind = models.CharField(max_length=12, default=MessageKind.UNREAD.value)
    state = models.CharField(max_length=12, default=MessageState.RECEIVED.value)
    ack_outcome = models.CharField(max_length=12, default=AckOutcome.NONE.value)
    repeats = models.PositiveIntegerField(default=0)
    repeated_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=16, blank=True, default="")
    problem_at = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["link", "idem"], name="message_once"),
            models.CheckConstraint(condition=one_of("kind", MessageKind), name="message_kind"),
            models.CheckConstraint(condition=one_of("state", MessageState), name="message_state"),
            models.CheckConstraint(condition=one_of("ack_outcome", AckOutcome), name="message_ack"),
        ]
        indexes = [
            models.Index(fields=["link", "seq"], name="message_of_link"),
            models.Index(fields=["seq"], condition=Q(state="received"), name="message_received"),
            models.Index(fields=["seq"], condition=Q(state__in=["held", "refused"]), name="message_aside"),
        ]


class Report(models.Model):
    """The results of one sample in one message that share one fate.

    What of a sample must wait for a person is a report of its own, so that the rest goes on. `sent` is
    what the laboratory system is sent, fixed at the first attempt: every attempt sends the same bytes
    under the same control id. `patient` is what the analyzer said of the patient, as it said it.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="reports")
    part = models.PositiveIntegerField()
    link = models.ForeignKey(Link, on_delete=models.PROTECT, related_name="reports", db_index=False)
    lis = models.ForeignKey(Lis, null=True, on_delete=models.PROTECT, related_name="reports", db_index=False)
    order = models.UUIDField(null=True, db_index=True)  # of the record: which ServiceRequests
    sample = models.CharField(max_length=80, blank=True, default="", db_index=True)
    patient = models.JSONField(default=dict, blank=True)
    state = models.CharField(max_length=12)
    hold = models.CharField(max_length=20, blank=True, default="")
    hold_detail = models.CharField(max_length=200, blank=True, default="")
    validation = models.CharField(max_length=12, default=Validation.PRELIMINARY.value)
    validated_by = models.CharField(max_length=80, blank=True, default="")
    validated_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField()
    control_id = models.CharField(max_length=40, blank=True, default="")
    sent = models.BinaryField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    tried_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    refused_code = models.CharField(max_length=16, blank=True, default="")
    refused_text = models.CharField(max_length=400, blank=True, default="")
    closed_by = models.CharField(max_length=80, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["message", "part"], name="report_part"),
            models.CheckConstraint(condition=one_of("state", ReportState), name="report_state"),
            models.CheckConstraint(condition=Q(hold="") | one_of("hold", HoldReason), name="report_hold"),
            models.CheckConstraint(
                condition=Q(state="held", hold__gt="") | ~Q(state="held"), name="report_held_because"
            ),
            models.CheckConstraint(condition=one_of("validation", Validation), name="report_validation"),
        ]
        indexes = [
            models.Index(fields=["lis", "message", "part"], condition=Q(state="waiting"), name="report_waiting"),
            models.Index(fields=["made_at"], condition=Q(state__in=["held", "refused"]), name="report_aside"),
            models.Index(fields=["link", "made_at"], name="report_of_link"),
        ]


class Result(models.Model):
    """One measured value. `value` and `unit_sent` are as the analyzer wrote them, `unit` is UCUM and
    `number` the value in it, as a decimal text; empty for what is no number. `superseded_by` is the
    correction that replaced it: the old value is kept and shown."""

    id = models.UUIDField(primary_key=True, editable=False)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="results")
    line = models.PositiveIntegerField()
    sample = models.CharField(max_length=80, blank=True, default="")
    code = models.CharField(max_length=120)
    loinc = models.CharField(max_length=16, blank=True, default="")
    name = models.CharField(max_length=120, blank=True, default="")
    value = models.TextField(blank=True, default="")
    unit_sent = models.CharField(max_length=60, blank=True, default="")
    number = models.CharField(max_length=40, blank=True, default="")
    unit = models.CharField(max_length=60, blank=True, default="")
    range = models.CharField(max_length=120, blank=True, default="")
    flags = models.JSONField(default=list, blank=True)
    status = models.CharField(max_length=4, blank=True, default="")
    critical = models.BooleanField(default=False)
    measured_at = models.DateTimeField(null=True)
    instrument = models.CharField(max_length=120, blank=True, default="")
    notes = models.TextField(blank=True, default="")
    superseded_by = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="supersedes")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "line"], name="result_line")]
        indexes = [models.Index(fields=["sample", "code"], name="result_of_sample")]


class Exchange(models.Model):
    """Something the gateway sent an analyzer, or is to send it: the answer to a query, an order.

    Written before it is sent. `state`: waiting, sent, accepted, refused.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    link = models.ForeignKey(Link, on_delete=models.PROTECT, related_name="exchanges")
    message = models.ForeignKey(Message, null=True, on_delete=models.PROTECT, related_name="answers")
    order = models.UUIDField(null=True, db_index=True)
    kind = models.CharField(max_length=12)  # answer | order | cancel
    content = models.BinaryField()
    control_id = models.CharField(max_length=40, blank=True, default="")
    made_at = models.DateTimeField()
    state = models.CharField(max_length=12, default="waiting")
    attempts = models.PositiveIntegerField(default=0)
    done_at = models.DateTimeField(null=True)
    code = models.CharField(max_length=16, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "sent", "accepted", "refused"]), name="exchange_state"
            ),
            models.CheckConstraint(condition=Q(kind__in=["answer", "order", "cancel"]), name="exchange_kind"),
        ]
        indexes = [models.Index(fields=["link", "made_at"], condition=Q(state="waiting"), name="exchange_waiting")]
