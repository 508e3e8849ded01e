"""What the gateway knows beside the orders of the record; result sheets; calls about critical values.

Orders are ServiceRequests of the record, and nowhere else: `selectors.orders` reads them for the rest of the app.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class TestState(models.Model):
    """What the gateway alone knows of a test of an order, until the record says it too.

    `sent`: an analyzer was told to run it. `measured`: its result is here. `wanted`: the result that was here is not
    usable. The order itself is the record's: `order` is the requisition its ServiceRequests share.
    """

    pk = models.CompositePrimaryKey("order", "loinc")
    order = models.UUIDField()
    loinc = models.CharField(max_length=40)
    state = models.CharField(max_length=12)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=["sent", "measured", "wanted"]), name="test_state_word")
        ]


class ChartDue(models.Model):
    """An order whose results changed since they were written into the patient's record.

    Written in the transaction of the change, taken away in the one that writes the record: neither is lost, neither
    done twice. `attempts`, `not_before`: after a failure.
    """

    order = models.UUIDField(primary_key=True, editable=False)
    since = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    not_before = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["since"], name="chart_due_since")]


class Charted(models.Model):
    """A resource of the record that holds what the laboratory found: an Observation, or the report of an order.

    `result`: the value an Observation shows; a correction takes the place of what it corrects. `state`: live; error,
    when the laboratory took it back; aside, when somebody marked it in the chart and the laboratory leaves it so.
    `digest`: of the body as written.
    """

    resource = models.UUIDField(primary_key=True, editable=False)
    type = models.CharField(max_length=20)
    order = models.UUIDField(db_index=True)
    patient = models.UUIDField()
    result = models.ForeignKey("lab.Result", null=True, on_delete=models.PROTECT, related_name="charted")
    state = models.CharField(max_length=8)
    digest = models.BinaryField(max_length=32)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=["live", "error", "aside"]), name="charted_state"),
            models.CheckConstraint(condition=Q(type__in=["Observation", "DiagnosticReport"]), name="charted_type"),
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
