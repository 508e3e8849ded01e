"""Orders typed or imported here while the laboratory system is down; calls about critical values.

Once the record exists its ServiceRequests are the only store: `selectors.orders` is the one place
that reads these tables for the rest of the app.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Order(models.Model):
    """What is wanted of one sample of one patient. `sample` is on the tube's barcode.

    `patient_ids`: [{"system": "record", "value": "…"}, …]. `number` is the placer's order number.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    sample = models.CharField(max_length=80, unique=True)
    number = models.CharField(max_length=80, blank=True, default="", db_index=True)
    family = models.CharField(max_length=120)
    given = models.CharField(max_length=120, blank=True, default="")
    birth_date = models.DateField(null=True)
    sex = models.CharField(max_length=1, blank=True, default="")
    patient_ids = models.JSONField(default=list, blank=True)
    site = models.CharField(max_length=64, blank=True, default="")
    ward = models.CharField(max_length=80, blank=True, default="")
    bed = models.CharField(max_length=40, blank=True, default="")
    prescriber = models.CharField(max_length=120, blank=True, default="")
    priority = models.CharField(max_length=8, default="routine")
    specimen = models.CharField(max_length=40, blank=True, default="")
    taken_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=400, blank=True, default="")
    source = models.CharField(max_length=200, blank=True, default="")
    state = models.CharField(max_length=12, default="open")
    cancel_reason = models.CharField(max_length=200, blank=True, default="")
    cancelled_at = models.DateTimeField(null=True)
    cancelled_by = models.CharField(max_length=80, blank=True, default="")
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=80)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(priority__in=["routine", "urgent", "stat"]), name="order_priority"),
            models.CheckConstraint(condition=Q(state__in=["open", "done", "cancelled"]), name="order_state"),
        ]
        indexes = [models.Index(fields=["state", "made_at"], name="order_open")]


class OrderTest(models.Model):
    """One test of an order, by LOINC. `state`: wanted, sent (to an analyzer), done, cancelled."""

    id = models.UUIDField(primary_key=True, editable=False)
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="tests")
    loinc = models.CharField(max_length=16)
    name = models.CharField(max_length=120)
    state = models.CharField(max_length=12, default="wanted")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "loinc"], name="order_test_once"),
            models.CheckConstraint(
                condition=Q(state__in=["wanted", "sent", "done", "cancelled"]), name="order_test_state"
            ),
        ]


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
            models.UniqueConstraint(fields=["site"], condition=Q(open=True), name="sample_series_open_once"),
        ]


class ResultSheet(models.Model):
    """A sheet of results printed for a ward, kept as it was printed.

    `confirmed_at`: somebody said that it came out of the printer. One that did not is dropped, and its
    results are to be printed again.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    site = models.CharField(max_length=64, blank=True, default="")
    ward = models.CharField(max_length=80, blank=True, default="")
    since = models.DateTimeField(null=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=80)
    patients = models.PositiveIntegerField()
    values = models.PositiveIntegerField()
    content = models.BinaryField()
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.CharField(max_length=80, blank=True, default="")
    dropped_at = models.DateTimeField(null=True)
    dropped_by = models.CharField(max_length=80, blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["at"], name="result_sheet_last")]


class SheetResult(models.Model):
    """One result on a sheet, with the standing it was printed with: validated since, it is due again."""

    id = models.BigAutoField(primary_key=True)
    sheet = models.ForeignKey(ResultSheet, on_delete=models.CASCADE, related_name="results")
    result = models.ForeignKey("lab.Result", on_delete=models.PROTECT, related_name="printed")
    validation = models.CharField(max_length=12)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sheet", "result"], name="sheet_result_once")]
        indexes = [models.Index(fields=["result", "validation"], name="sheet_result_standing")]


class Call(models.Model):
    """A critical value someone must be told of: who was reached, when, and what they read back.

    `withdrawn` is why nobody has to be called: only for a result that a person put aside.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    result = models.OneToOneField("lab.Result", on_delete=models.PROTECT, related_name="call")
    opened_at = models.DateTimeField()
    attempts = models.JSONField(default=list, blank=True)  # [{"at", "by", "outcome", "note"}]
    reached = models.CharField(max_length=120, blank=True, default="")
    read_back_text = models.CharField(max_length=200, blank=True, default="")
    read_back = models.BooleanField(default=False)
    withdrawn = models.CharField(max_length=200, blank=True, default="")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=80, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at=None) | Q(read_back=True, reached__gt="") | Q(withdrawn__gt=""),
                name="call_closed_read_back",
            )
        ]
        indexes = [models.Index(fields=["opened_at"], condition=Q(closed_at=None), name="call_open")]
