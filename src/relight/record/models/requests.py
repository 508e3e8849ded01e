"""Requests as they are looked up: by sample, by test, by place; reserved sample numbers.

RequestRow, OrderRow and SampleRow are projections of ServiceRequest and Specimen, made again from the entries: the
resources are the only store. RequestRow and SampleRow hang on `entry`, the number of the version they were taken from;
an OrderRow is made of the requests that are one order. SampleSeries is what was decided here.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class RequestRow(models.Model):
    """One ServiceRequest. `state`: open, done, cancelled, paused; `order` is which requests are one order."""

    resource = models.UUIDField(primary_key=True, editable=False)
    entry = models.BigIntegerField(unique=True)
    version = models.PositiveIntegerField()
    order = models.UUIDField(db_index=True)
    patient = models.UUIDField(null=True, db_index=True)
    specimen = models.UUIDField(null=True)
    number = models.CharField(max_length=80, blank=True)
    system = models.CharField(max_length=120, blank=True)
    loinc = models.CharField(max_length=40, blank=True)
    name = models.CharField(max_length=200, blank=True)
    category = models.CharField(max_length=12)
    state = models.CharField(max_length=12)
    priority = models.CharField(max_length=8)
    site = models.CharField(max_length=64, blank=True)
    ward = models.CharField(max_length=80, blank=True)
    bed = models.CharField(max_length=40, blank=True)
    place = models.CharField(max_length=120, blank=True)
    prescriber = models.CharField(max_length=120, blank=True)
    made_at = models.DateTimeField()
    note = models.CharField(max_length=400, blank=True)
    source = models.CharField(max_length=200, blank=True)
    cancel_reason = models.CharField(max_length=200, blank=True)
    encounter = models.UUIDField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["specimen"], name="record_request_sample", condition=Q(specimen__isnull=False)),
            models.Index(fields=["loinc", "site"], name="record_request_open", condition=Q(state="open")),
        ]


class OrderRow(models.Model):
    """The requests of one order together. `patient` is null where they name several: nobody's then. `soon`: 0 for
    immediate, 1 urgent, 2 routine."""

    id = models.UUIDField(primary_key=True, editable=False)
    patient = models.UUIDField(null=True, db_index=True)
    specimen = models.UUIDField(null=True)
    number = models.CharField(max_length=80, blank=True, db_index=True)
    category = models.CharField(max_length=12)
    state = models.CharField(max_length=12)
    priority = models.CharField(max_length=8)
    soon = models.PositiveSmallIntegerField()
    site = models.CharField(max_length=64, blank=True)
    ward = models.CharField(max_length=80, blank=True)
    bed = models.CharField(max_length=40, blank=True)
    place = models.CharField(max_length=120, blank=True)
    prescriber = models.CharField(max_length=120, blank=True)
    made_at = models.DateTimeField()
    note = models.CharField(max_length=400, blank=True)
    source = models.CharField(max_length=200, blank=True)
    cancel_reason = models.CharField(max_length=200, blank=True)
    encounter = models.UUIDField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["category", "state", "soon", "made_at"], name="record_order_open"),
            models.Index(fields=["specimen"], name="record_order_sample", condition=Q(specimen__isnull=False)),
        ]


class SampleRow(models.Model):
    """One Specimen: the number on its barcode, when it was taken."""

    specimen = models.UUIDField(primary_key=True, editable=False)
    entry = models.BigIntegerField(unique=True)
    patient = models.UUIDField(null=True)
    sample = models.CharField(max_length=80, db_index=True)
    taken_at = models.DateTimeField(null=True)


class SampleSeries(models.Model):
    """The sample numbers reserved for one site: prefix, counter, check digit. `last` is the last number given
    out. Numbers of a former prefix stay taken: a row is never removed, only closed by `open`."""

    id = models.UUIDField(primary_key=True, editable=False)
    site = models.CharField(max_length=64, blank=True, default="")
    prefix = models.CharField(max_length=6, unique=True)
    digits = models.PositiveSmallIntegerField(default=6)
    last = models.PositiveBigIntegerField(default=0)
    open = models.BooleanField(default=True)
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["site"], condition=Q(open=True), name="record_sample_series_once"),
        ]
