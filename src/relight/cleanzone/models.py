"""Tables of the clean zone: segments, addresses, flows with their signatures, tries on routers, checks.

Owns tables and constraints, no verbs. Items, sites and actors are ids: no foreign key leads to another app.
Source: docs/design/zone.md.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from relight.cleanzone.types import FlowState, Origin, Peer, TryState, peer_of, ports_text


def _one_of(field: str, words: type) -> Q:
    return Q(**{f"{field}__in": sorted(word.value for word in words)})  # type: ignore[attr-defined]


class SegmentPlan(models.Model):
    """Networks of a site's segment. `interface`: the router's towards it, for the check of sender addresses."""

    site = models.CharField(primary_key=True, max_length=64)
    ipv4 = models.CharField(max_length=18)
    ipv6 = models.CharField(max_length=43, blank=True, default="")
    vlan = models.PositiveSmallIntegerField(default=0)
    interface = models.CharField(max_length=15, blank=True, default="")
    at = models.DateTimeField()
    by = models.CharField(max_length=100)

    class Meta:
        ordering: ClassVar[list[str]] = ["site"]

    def __str__(self) -> str:
        return self.site


class ZoneAddress(models.Model):
    """The place of a machine in its site's segment; the same for as long as it stays at the site."""

    item = models.UUIDField(primary_key=True, editable=False)
    site = models.CharField(max_length=64)
    number = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["site", "number"], name="cleanzone_address_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="cleanzone_address_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.site} {self.number}"


class FlowRow(models.Model):
    """A flow and where it stands. `key` names what it opens: one that is alive has it alone."""

    id = models.UUIDField(primary_key=True, editable=False)
    number = models.PositiveIntegerField(unique=True)
    key = models.CharField(max_length=400)
    source = models.JSONField()
    destination = models.JSONField()
    protocol = models.CharField(max_length=3)
    ports = models.JSONField()
    owner = models.CharField(max_length=64, blank=True, default="")
    reason = models.CharField(max_length=300)
    why = models.JSONField(default=list, blank=True)
    origin = models.CharField(max_length=8)
    state = models.CharField(max_length=10, default=FlowState.PROPOSED.value)
    expires_at = models.DateTimeField(null=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=100)
    approved_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=100, blank=True, default="")
    ended_note = models.CharField(max_length=300, blank=True, default="")
    hits = models.PositiveBigIntegerField(default=0)
    hits_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=_one_of("state", FlowState), name="cleanzone_flow_state"),
            models.CheckConstraint(condition=_one_of("origin", Origin), name="cleanzone_flow_origin"),
            models.UniqueConstraint(
                fields=["key"],
                condition=Q(state__in=[FlowState.PROPOSED.value, FlowState.APPROVED.value]),
                name="cleanzone_flow_alive_once",
            ),
            models.CheckConstraint(
                condition=~Q(state=FlowState.APPROVED.value) | Q(approved_at__isnull=False),
                name="cleanzone_flow_approved_when",
            ),
            models.CheckConstraint(
                condition=Q(expires_at=None) | Q(expires_at__gt=F("at")), name="cleanzone_flow_ends_after"
            ),
        ]

    def __str__(self) -> str:
        return f"F{self.number}"

    @property
    def source_peer(self) -> Peer:
        return peer_of(self.source)

    @property
    def destination_peer(self) -> Peer:
        return peer_of(self.destination)

    @property
    def port_pairs(self) -> tuple[tuple[int, int], ...]:
        return tuple((int(low), int(high)) for low, high in self.ports)

    @property
    def ports_words(self) -> str:
        return f"{self.protocol.upper()} {ports_text(self.port_pairs)}"


class FlowSignature(models.Model):
    """One of the two signatures of a flow. `digest`: of what was shown, for all flows signed in one go."""

    flow = models.ForeignKey(FlowRow, on_delete=models.PROTECT, related_name="signatures")
    actor = models.CharField(max_length=100)
    at = models.DateTimeField()
    digest = models.CharField(max_length=64)
    signature = models.UUIDField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["flow", "actor"], name="cleanzone_two_people_sign")
        ]

    def __str__(self) -> str:
        return f"{self.flow_id} {self.actor}"


class Try(models.Model):
    """A ruleset sent to a router. It is in force once confirmed; `text` is exactly what was sent."""

    id = models.UUIDField(primary_key=True, editable=False)
    number = models.PositiveIntegerField(unique=True)
    router = models.CharField(max_length=64)
    state = models.CharField(max_length=12, default=TryState.WAITING.value)
    digest = models.CharField(max_length=64)
    text = models.TextField()
    flows = models.PositiveIntegerField()
    machines = models.PositiveIntegerField()
    confirm_s = models.PositiveIntegerField()
    at = models.DateTimeField()
    by = models.CharField(max_length=100)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=100, blank=True, default="")
    said = models.TextField(blank=True, default="")

    class Meta:
        ordering: ClassVar[list[str]] = ["-number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=_one_of("state", TryState), name="cleanzone_try_state"),
            models.UniqueConstraint(
                fields=["router"], condition=Q(state=TryState.WAITING.value), name="cleanzone_one_try_waits"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.router} {self.number}"


class RouterStand(models.Model):
    """What is known of a router now: when it was last looked at, what differed, what it could not be told.

    `owed_at`: when it was last owed a closing it has not taken yet; `shut`: machines to be shut before all else. It is
    told again until it answers.
    """

    router = models.CharField(primary_key=True, max_length=64)
    checked_at = models.DateTimeField(null=True)
    drifts = models.JSONField(default=list, blank=True)
    told_at = models.DateTimeField(null=True)
    owed_at = models.DateTimeField(null=True)
    shut = models.JSONField(default=list, blank=True)
    said = models.TextField(blank=True, default="")

    def __str__(self) -> str:
        return self.router


class SeenRun(models.Model):
    """One look at connections that were seen: what was read and what was found."""

    id = models.UUIDField(primary_key=True, editable=False)
    at = models.DateTimeField()
    by = models.CharField(max_length=100)
    filename = models.CharField(max_length=200)
    connections = models.PositiveIntegerField()
    other = models.PositiveIntegerField()
    bad = models.PositiveIntegerField()
    findings = models.JSONField(default=list)
    findings_count = models.PositiveIntegerField()
    used = models.JSONField(default=dict)

    class Meta:
        ordering: ClassVar[list[str]] = ["-at", "-id"]

    def __str__(self) -> str:
        return self.filename
