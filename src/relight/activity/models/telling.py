"""Who has to be told what: desks, patients to call, what each must hear, attempts, letters and text messages.

A `CallCard` is one patient as callers see them: held by one caller at a time, whatever desks their appointments
belong to. A `Notice` is one thing to hear about one appointment; telephone numbers stay with the appointments.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from relight.activity.models.appointments import Appointment
from relight.activity.models.base import one_of
from relight.activity.rules.mailing import MailingState, Receipt
from relight.activity.rules.telling import Attempt, NoticeState, Way, What


class Desk(models.Model):
    """Who calls about which appointments: any of these sites, specialties, kinds; none of a list is all of them.

    `phone` is where patients call back, `sender` the lines above a letter. `closed_at`: given up, its past kept.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    name = models.CharField(max_length=80, unique=True)
    sites = models.JSONField(default=list, blank=True)
    specialties = models.JSONField(default=list, blank=True)
    kinds = models.JSONField(default=list, blank=True)
    phone = models.CharField(max_length=40)
    hours = models.CharField(max_length=80, blank=True, default="")
    sender = models.CharField(max_length=300, blank=True, default="")
    language = models.CharField(max_length=2, default="fr")
    at = models.DateTimeField()
    by = models.CharField(max_length=100)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["name"]
        constraints = [models.CheckConstraint(condition=~Q(name="") & ~Q(phone=""), name="activity_desk_named")]

    def __str__(self) -> str:
        return self.name


class CallCard(models.Model):
    """One patient to tell. `name` is folded family and given name; `phones` those of their appointments, `wrong`
    numbers that are not theirs, `extra` those somebody gave on the telephone, all E.164. `next_at`: not before; none,
    now. `unreachable`: no number is left, or it was tried often enough."""

    id = models.UUIDField(primary_key=True, editable=False)
    patient = models.UUIDField(null=True, db_index=True)
    national_number = models.CharField(max_length=40, blank=True, default="", db_index=True)
    name = models.CharField(max_length=250, blank=True, default="", db_index=True)
    birth_date = models.DateField(null=True)
    phones = models.JSONField(default=list, blank=True)
    wrong = models.JSONField(default=list, blank=True)
    extra = models.JSONField(default=list, blank=True)
    tries = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    asked_back = models.BooleanField(default=False)
    unreachable = models.BooleanField(default=False)
    held_by = models.CharField(max_length=100, blank=True, default="")
    held_until = models.DateTimeField(null=True)
    deceased_at = models.DateTimeField(null=True)
    objects_since = models.DateTimeField(null=True)
    opened_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["held_by"], name="activity_card_held")]


class Notice(models.Model):
    """One thing a patient has to hear about one appointment; at most one is live an appointment.

    `written_at`: a letter was posted or a text handed out, so that they may know. `told_at`: somebody said it.
    `starts_at`: the time that is told, for a new date; else none, and the appointment's counts.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="notices")
    card = models.ForeignKey(CallCard, on_delete=models.PROTECT, related_name="notices")
    what = models.CharField(max_length=12)
    to_site = models.CharField(max_length=64, blank=True, default="")
    starts_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=8, default=NoticeState.OPEN.value)
    opened_at = models.DateTimeField()
    written_at = models.DateTimeField(null=True)
    written_way = models.CharField(max_length=8, blank=True, default="")
    told_at = models.DateTimeField(null=True)
    told_by = models.CharField(max_length=100, blank=True, default="")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["opened_at", "id"]
        constraints = [
            models.CheckConstraint(condition=one_of("what", What), name="activity_notice_what"),
            models.CheckConstraint(condition=one_of("state", NoticeState), name="activity_notice_state"),
            models.CheckConstraint(
                condition=Q(written_way="") | one_of("written_way", Way), name="activity_notice_way"
            ),
            models.CheckConstraint(condition=~Q(state="told") | Q(told_at__isnull=False), name="activity_notice_told"),
            models.UniqueConstraint(
                fields=["appointment"], condition=Q(state__in=["open", "written"]), name="activity_notice_live"
            ),
        ]
        indexes = [models.Index(fields=["state", "card"], name="activity_notice_card")]


class CallAttempt(models.Model):
    """One call, whatever it came to. `notices` are the ids of what was told, `number` what was dialled."""

    id = models.UUIDField(primary_key=True, editable=False)
    card = models.ForeignKey(CallCard, on_delete=models.PROTECT, related_name="attempts")
    outcome = models.CharField(max_length=16)
    number = models.CharField(max_length=40, blank=True, default="")
    spoke_with = models.CharField(max_length=120, blank=True, default="")
    note = models.CharField(max_length=400, blank=True, default="")
    back_at = models.DateTimeField(null=True)
    notices = models.JSONField(default=list, blank=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=100)

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [models.CheckConstraint(condition=one_of("outcome", Attempt), name="activity_attempt_outcome")]


class Mailing(models.Model):
    """A batch of letters or text messages, as it was made. `aside`: how many of the desk could not be written to."""

    id = models.UUIDField(primary_key=True, editable=False)
    way = models.CharField(max_length=8)
    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="mailings")
    state = models.CharField(max_length=8, default=MailingState.MADE.value)
    content = models.BinaryField()
    people = models.PositiveIntegerField()
    aside = models.PositiveIntegerField(default=0)
    parts = models.PositiveIntegerField(default=0)
    at = models.DateTimeField()
    by = models.CharField(max_length=100)
    sent_on = models.DateField(null=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.CharField(max_length=100, blank=True, default="")

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(condition=one_of("way", Way), name="activity_mailing_way"),
            models.CheckConstraint(condition=one_of("state", MailingState), name="activity_mailing_state"),
        ]


class MailItem(models.Model):
    """What a batch says about one notice. `reference` names it to the provider and on the letter: never a patient's
    number. `place` is the letter's number in the pile."""

    id = models.UUIDField(primary_key=True, editable=False)
    mailing = models.ForeignKey(Mailing, on_delete=models.PROTECT, related_name="items")
    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="mail")
    reference = models.CharField(max_length=24)
    place = models.PositiveIntegerField(default=0)
    number = models.CharField(max_length=20, blank=True, default="")
    receipt = models.CharField(max_length=10, blank=True, default="")
    receipt_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["place", "id"]
        constraints = [
            models.UniqueConstraint(fields=["mailing", "notice"], name="activity_mail_once"),
            models.CheckConstraint(condition=Q(receipt="") | one_of("receipt", Receipt), name="activity_mail_receipt"),
        ]
        indexes = [models.Index(fields=["reference"], name="activity_mail_reference")]
