"""Bulletins, the lists they are sent by, and what came back."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from relight.liaison.models.directory import Practitioner
from relight.liaison.types import BulletinState, Receipt, Way


class Bulletin(models.Model):
    """One bulletin. There is one draft at a time; an approved one has a number and never changes.

    `facts`: what the spine and the policy said, canonical. `changes`: against the one before. `free`: the part a
    person wrote, by language. `version`: raised by every drawing and saving. `digest`: SHA-256 of the canonical
    document. `seal`, `kid`: Relight's signature over it. `signature`: of the person who approved.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    number = models.PositiveIntegerField(null=True, unique=True)
    state = models.CharField(max_length=16, default=BulletinState.DRAFT.value)
    facts = models.JSONField(default=dict)
    changes = models.JSONField(default=list)
    free = models.JSONField(default=dict, blank=True)
    drawn_at = models.DateTimeField()
    drawn_by = models.CharField(max_length=80)
    edited_at = models.DateTimeField(null=True)
    edited_by = models.CharField(max_length=80, blank=True, default="")
    approved_at = models.DateTimeField(null=True)
    approved_by = models.CharField(max_length=80, blank=True, default="")
    approver = models.CharField(max_length=160, blank=True, default="")
    signature = models.CharField(max_length=64, blank=True, default="")
    digest = models.CharField(max_length=64, blank=True, default="")
    kid = models.CharField(max_length=16, blank=True, default="")
    seal = models.CharField(max_length=128, blank=True, default="")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("-number", "-drawn_at")
        constraints = [
            models.UniqueConstraint(
                fields=["state"], condition=Q(state=BulletinState.DRAFT.value), name="bulletin_one_draft"
            ),
            models.CheckConstraint(
                condition=Q(state=BulletinState.DRAFT.value, number__isnull=True)
                | Q(state=BulletinState.APPROVED.value, number__isnull=False),
                name="bulletin_number_when_approved",
            ),
        ]


class BulletinText(models.Model):
    """One state of the part a person wrote, as it was saved. Kept for good: nothing that was written is lost."""

    id = models.UUIDField(primary_key=True, editable=False)
    bulletin = models.ForeignKey(Bulletin, on_delete=models.PROTECT, related_name="texts")
    number = models.PositiveIntegerField()
    free = models.JSONField(default=dict, blank=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=80)

    class Meta:
        ordering = ("-number",)
        constraints = [models.UniqueConstraint(fields=["bulletin", "number"], name="bulletin_text_once")]


class Batch(models.Model):
    """One list of addresses by one way, as it was handed to whoever sends it."""

    id = models.UUIDField(primary_key=True, editable=False)
    bulletin = models.ForeignKey(Bulletin, on_delete=models.PROTECT, related_name="batches")
    way = models.CharField(max_length=16)
    turn = models.PositiveIntegerField()
    at = models.DateTimeField()
    by = models.CharField(max_length=80)
    sent_at = models.DateTimeField(null=True)
    sent_by = models.CharField(max_length=80, blank=True, default="")

    class Meta:
        ordering = ("at", "turn", "id")
        constraints = [
            models.UniqueConstraint(fields=["bulletin", "way", "turn"], name="batch_turn_once"),
            models.CheckConstraint(condition=Q(way__in=sorted(one.value for one in Way)), name="batch_way"),
        ]


class Delivery(models.Model):
    """One bulletin to one practitioner by one way. `receipt`: the last word, empty while on the list only."""

    id = models.UUIDField(primary_key=True, editable=False)
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="deliveries")
    bulletin = models.ForeignKey(Bulletin, on_delete=models.PROTECT, related_name="deliveries")
    practitioner = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="deliveries")
    way = models.CharField(max_length=16)
    address = models.CharField(max_length=400)
    language = models.CharField(max_length=2)
    receipt = models.CharField(max_length=16, blank=True, default="")
    receipt_at = models.DateTimeField(null=True)
    receipt_by = models.CharField(max_length=80, blank=True, default="")
    note = models.CharField(max_length=200, blank=True, default="")
    said = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ("practitioner__family", "practitioner__given", "id")
        constraints = [
            models.UniqueConstraint(fields=["bulletin", "practitioner", "way"], name="delivery_once_a_way"),
            models.CheckConstraint(
                condition=Q(receipt__in=["", *sorted(one.value for one in Receipt)]), name="delivery_receipt"
            ),
        ]
