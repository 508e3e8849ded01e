"""Tables of the hospital: descriptions, nodes with their stored level, pools, components, signatures.

What exists follows from the description in force, compiled when it is needed; what is stored here is
state, so that pages only read. Ids of sites, services and functions are strings: no foreign key leads
anywhere. A node that a description takes out is kept aside, with all that was signed for it.
"""

from typing import ClassVar

from django.db import models


class LoadedDescription(models.Model):
    """One description file as it was loaded. The last one is in force."""

    id = models.UUIDField(primary_key=True)
    filename = models.CharField(max_length=255)
    digest = models.CharField(max_length=64)
    text = models.TextField()
    at = models.DateTimeField()
    actor = models.CharField(max_length=100)


class Standing(models.Model):
    """The one row that says which description is in force, day zero, and how often anything changed."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    description = models.ForeignKey(LoadedDescription, null=True, on_delete=models.PROTECT)
    day_zero = models.DateTimeField(null=True)
    revision = models.PositiveBigIntegerField(default=0)


class Node(models.Model):
    """A function or a service unit and its level. aside: no description in force has it.

    expected_…: when it is expected to reach a level again; all empty, or all but the actor set.
    """

    id = models.CharField(primary_key=True, max_length=140)
    kind = models.CharField(max_length=10)
    level = models.PositiveSmallIntegerField()
    since = models.DateTimeField()
    via = models.TextField(blank=True)
    root = models.TextField(blank=True)
    aside = models.BooleanField(default=False)
    expected_level = models.PositiveSmallIntegerField(null=True)
    expected_median = models.DateField(null=True)
    expected_p80 = models.DateField(null=True)
    expected_at = models.DateTimeField(null=True)
    expected_by = models.CharField(max_length=100, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(expected_level=None, expected_median=None, expected_p80=None, expected_at=None)
                | models.Q(
                    expected_level__isnull=False,
                    expected_median__lte=models.F("expected_p80"),
                    expected_at__isnull=False,
                ),
                name="hospital_expected_is_whole",
            )
        ]
        ordering: ClassVar[list[str]] = ["id"]


class NodeChange(models.Model):
    """One change of a node's level, and what caused it."""

    node = models.CharField(max_length=140)
    before = models.PositiveSmallIntegerField()
    after = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    actor = models.CharField(max_length=100)
    via = models.TextField(blank=True)
    root = models.TextField(blank=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["node", "-id"], name="hospital_change_node")]


class Pool(models.Model):
    """How many components of a pool are operational now. key: owner, selector and kind."""

    key = models.TextField(primary_key=True)
    operational = models.PositiveIntegerField()
    known = models.PositiveIntegerField()


class Component(models.Model):
    """What the owner of a component last said about it. ref: opaque, such as `fleet:<uuid>`."""

    ref = models.CharField(primary_key=True, max_length=100)
    name = models.CharField(max_length=255)
    site = models.CharField(max_length=64, blank=True)
    role = models.CharField(max_length=64, blank=True)
    service = models.CharField(max_length=64, blank=True)
    tags = models.JSONField(default=list)
    operational = models.BooleanField()
    available = models.BooleanField()
    stages_left = models.PositiveSmallIntegerField()
    evidence = models.CharField(max_length=200, blank=True)


class Acceptance(models.Model):
    """A named person signed that a function works end to end; in force until it ends."""

    id = models.UUIDField(primary_key=True)
    function = models.CharField(max_length=140)
    actor = models.CharField(max_length=100)
    at = models.DateTimeField()
    note = models.TextField()
    digest = models.CharField(max_length=64)
    signature = models.UUIDField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=100, blank=True)
    ended_note = models.TextField(blank=True)
    lapsed = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["function"], condition=models.Q(ended_at=None), name="hospital_one_acceptance_in_force"
            )
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["function", "-at"], name="hospital_acceptance_of")
        ]


class ZoneSegment(models.Model):
    """The clean zone's segment of a site. turn: counts openings; signatures are for one turn."""

    site = models.CharField(primary_key=True, max_length=64)
    state = models.CharField(max_length=10)
    since = models.DateTimeField()
    actor = models.CharField(max_length=100)
    note = models.TextField(blank=True)
    turn = models.PositiveIntegerField(default=1)


class ZoneSignature(models.Model):
    """One of the two signatures that open a segment."""

    id = models.UUIDField(primary_key=True)
    site = models.CharField(max_length=64)
    turn = models.PositiveIntegerField()
    actor = models.CharField(max_length=100)
    at = models.DateTimeField()
    digest = models.CharField(max_length=64)
    signature = models.UUIDField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["site", "turn", "actor"], name="hospital_two_people_open_a_zone")
        ]
