"""Links to analyzers and the laboratory systems behind the gateway."""

from __future__ import annotations

from django.db import models

from relight.lab.models.base import one_of
from relight.lab.types import OrdersKept, Protocol, Rung, Transport


class Lis(models.Model):
    """One laboratory system. `failing_since` is empty while it answers; `last_ok_at` its last
    acknowledgement, `last_code` why it does not answer (a code of the register)."""

    id = models.CharField(primary_key=True, max_length=64)
    name = models.CharField(max_length=120)
    protocol = models.CharField(max_length=8, default=Protocol.HL7.value)
    host = models.CharField(max_length=255)
    port = models.PositiveIntegerField()
    tls = models.JSONField(default=dict, blank=True)
    reply_timeout_s = models.PositiveIntegerField(default=30)
    enabled = models.BooleanField(default=True)
    connected = models.BooleanField(default=False)
    last_ok_at = models.DateTimeField(null=True)
    failing_since = models.DateTimeField(null=True)
    last_code = models.CharField(max_length=16, blank=True, default="")

    class Meta:
        constraints = [models.CheckConstraint(condition=one_of("protocol", Protocol), name="lis_protocol")]


class Link(models.Model):
    """One link to one analyzer.

    `version` counts what voids a signature: settings and rung. `fell_because` is why the link fell by
    itself, a code of the register; empty once it climbs again.
    """

    id = models.CharField(primary_key=True, max_length=64)
    name = models.CharField(max_length=120)
    site = models.CharField(max_length=64, blank=True, default="")
    role = models.CharField(max_length=64, default="analyzer-link")
    tags = models.JSONField(default=list, blank=True)
    driver = models.CharField(max_length=64, default="generic")
    protocol = models.CharField(max_length=8)
    transport = models.CharField(max_length=16)
    host = models.CharField(max_length=255, blank=True, default="")
    port = models.PositiveIntegerField(default=0)
    device = models.CharField(max_length=255, blank=True, default="")
    serial = models.JSONField(default=dict, blank=True)
    peers = models.JSONField(default=list, blank=True)
    limits = models.JSONField(default=dict, blank=True)
    tls = models.JSONField(default=dict, blank=True)
    lis = models.ForeignKey(Lis, null=True, on_delete=models.PROTECT, related_name="links")
    orders = models.CharField(max_length=8, default=OrdersKept.HERE.value)
    enabled = models.BooleanField(default=True)
    rung = models.CharField(max_length=16, default=Rung.PAPER.value)
    rung_since = models.DateTimeField()
    fell_because = models.CharField(max_length=16, blank=True, default="")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=one_of("protocol", Protocol), name="link_protocol"),
            models.CheckConstraint(condition=one_of("transport", Transport), name="link_transport"),
            models.CheckConstraint(condition=one_of("orders", OrdersKept), name="link_orders"),
            models.CheckConstraint(condition=one_of("rung", Rung), name="link_rung"),
        ]


class LinkState(models.Model):
    """What the gateway last knew of a link: it alone writes here.

    `connected_since` is empty while nobody is connected. `problems` counts refused frames and
    messages since the link connected, `last_code` names the last one.
    """

    link = models.OneToOneField(Link, primary_key=True, on_delete=models.CASCADE, related_name="now")
    connected_since = models.DateTimeField(null=True)
    peer = models.CharField(max_length=64, blank=True, default="")
    heard_at = models.DateTimeField(null=True)
    problems = models.PositiveIntegerField(default=0)
    last_code = models.CharField(max_length=16, blank=True, default="")
    last_code_at = models.DateTimeField(null=True)


class TestMap(models.Model):
    """What a person said one analyzer code means, beside what the driver file knows.

    `factor` turns the analyzer's unit into `unit` (UCUM), as a decimal text; empty for text values.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    link = models.ForeignKey(Link, on_delete=models.CASCADE, related_name="tests")
    code = models.CharField(max_length=120)
    unit_sent = models.CharField(max_length=60, blank=True, default="")
    loinc = models.CharField(max_length=16)
    name = models.CharField(max_length=120)
    unit = models.CharField(max_length=60, blank=True, default="")
    factor = models.CharField(max_length=32, blank=True, default="1")
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["link", "code", "unit_sent"], name="test_map_once")]
