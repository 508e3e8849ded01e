"""Entries and what is made from them: the current resources, their aliases, references and identifiers.

`Entry` is append-only: triggers in the database refuse the rest. Resource, Alias, Reference and Identifier are a
projection and can be made again from the entries (`services.rebuild`). Bodies are bytes, never a JSON column that a
database would reorder or round.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from relight.record.types import EntryAct, ReferenceState, ResourceStatus, SourceKind


def _words(field: str, words: type[EntryAct] | type[ReferenceState] | type[ResourceStatus] | type[SourceKind]) -> Q:
    return Q(**{f"{field}__in": sorted(word.value for word in words)})


class Node(models.Model):
    """A Relight that writes entries. `head` is the last link of its chain, `number` how long the chain is."""

    id = models.UUIDField(primary_key=True, editable=False)
    name = models.CharField(max_length=120)
    is_here = models.BooleanField(default=False)
    number = models.BigIntegerField(default=0)
    clock = models.CharField(max_length=16)
    head = models.BinaryField(max_length=32)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["is_here"], condition=Q(is_here=True), name="record_node_here_once")
        ]


class Source(models.Model):
    """Where data came from: a backup, a regional summary, the laboratory. `as_of`: how old it was."""

    id = models.UUIDField(primary_key=True, editable=False)
    kind = models.CharField(max_length=12)
    name = models.CharField(max_length=200, unique=True)
    as_of = models.DateTimeField(null=True)
    digest = models.CharField(max_length=64, blank=True, default="")
    imported_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=_words("kind", SourceKind), name="record_source_kind")]


class Entry(models.Model):
    """One change of one resource, for ever.

    `seq` is the order in this database, `number` the place in the node's chain, `batch` the number of the first
    entry of its write. `previous` is the entry it follows. `status` is what the resource became. `body` is what was
    given, in canonical bytes; empty for `seen`, whose digest says what was seen. `document` is the bundle or delivery
    it came in, where its references are looked up first; `scope` is where its id counts: empty for the whole source.
    """

    seq = models.BigIntegerField(primary_key=True)
    id = models.UUIDField(unique=True, editable=False)
    node = models.ForeignKey(Node, on_delete=models.PROTECT, db_index=False, related_name="entries")
    number = models.BigIntegerField()
    batch = models.BigIntegerField()
    clock = models.CharField(max_length=16)
    resource = models.UUIDField()
    type = models.CharField(max_length=64)
    version = models.PositiveIntegerField()
    previous = models.UUIDField(null=True)
    act = models.CharField(max_length=8)
    status = models.CharField(max_length=8)
    actor = models.CharField(max_length=100)
    at = models.DateTimeField()
    reason = models.CharField(max_length=400, blank=True, default="")
    source = models.ForeignKey(Source, null=True, on_delete=models.PROTECT, db_index=False, related_name="entries")
    document = models.CharField(max_length=80, blank=True, default="")
    scope = models.CharField(max_length=80, blank=True, default="")
    origin_id = models.CharField(max_length=200, blank=True, default="")
    url = models.CharField(max_length=400, blank=True, default="")
    body = models.BinaryField()
    digest = models.BinaryField(max_length=32)
    chain = models.BinaryField(max_length=32)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["node", "number"], name="record_entry_once"),
            models.CheckConstraint(condition=_words("act", EntryAct), name="record_entry_act"),
            models.CheckConstraint(condition=_words("status", ResourceStatus), name="record_entry_status"),
        ]
        indexes = [
            models.Index(fields=["resource", "seq"], name="record_entry_of"),
            models.Index(  # who registered whom here: a ground to open a record
                fields=["actor", "at"],
                name="record_entry_registered",
                condition=Q(type="Patient", act="create", source__isnull=True),
            ),
        ]


class Resource(models.Model):
    """What is held now. `id` is its FHIR id here; `entry` the number (`seq`) of its current version.

    `versions` is the last version number given, past ones included. `patient` is whose record it is in. `body` is
    the served form: own id, version and resolved references.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    type = models.CharField(max_length=64)
    version = models.PositiveIntegerField()
    versions = models.PositiveIntegerField()
    entry = models.BigIntegerField(unique=True)
    patient = models.UUIDField(null=True)
    status = models.CharField(max_length=8)
    source = models.UUIDField(null=True)
    updated_at = models.DateTimeField()
    clinical_at = models.DateTimeField(null=True)
    body = models.BinaryField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=_words("status", ResourceStatus), name="record_resource_status")
        ]
        indexes = [
            models.Index(fields=["patient", "type", "clinical_at"], name="record_resource_of"),
            models.Index(fields=["type", "updated_at"], name="record_resource_type"),
            models.Index(fields=["type", "id"], name="record_resource_ids"),
        ]


class Alias(models.Model):
    """What a source calls a resource. `document` is the entry's scope: empty where the id counts for the whole source.

    A full address (`urn:uuid:…`, `http…`) has the type ``""``.
    """

    pk = models.CompositePrimaryKey("source", "origin_id", "type", "document")
    source = models.UUIDField()
    origin_id = models.CharField(max_length=400)
    type = models.CharField(max_length=64, blank=True)
    document = models.CharField(max_length=80, blank=True)
    resource = models.UUIDField(db_index=True)


class Reference(models.Model):
    """A reference of a current resource. `n` counts them; `text` is as written; `key` what it is looked up by.

    `scope` is where its key counts: the source and, for local ids, the document (rules of Alias).
    """

    pk = models.CompositePrimaryKey("resource", "n")
    resource = models.UUIDField()
    n = models.PositiveIntegerField()
    path = models.CharField(max_length=200)
    target = models.UUIDField(null=True)
    target_type = models.CharField(max_length=64, blank=True, default="")
    text = models.CharField(max_length=400)
    key = models.CharField(max_length=400)
    form = models.CharField(max_length=12)
    state = models.CharField(max_length=12)
    source = models.UUIDField(null=True)
    document = models.CharField(max_length=80, blank=True, default="")

    class Meta:
        constraints = [models.CheckConstraint(condition=_words("state", ReferenceState), name="record_reference_state")]
        indexes = [
            models.Index(fields=["target", "path"], name="record_reference_to", condition=Q(target__isnull=False)),
            models.Index(fields=["key"], name="record_reference_open", condition=Q(target__isnull=True)),
        ]


class Identifier(models.Model):
    """A business identifier a current resource carries, to find what logical and conditional references mean."""

    pk = models.CompositePrimaryKey("value", "system", "resource")
    value = models.CharField(max_length=200)
    system = models.CharField(max_length=200)
    resource = models.UUIDField(db_index=True)
    type = models.CharField(max_length=64)
    source = models.UUIDField(null=True)


class ImportRun(models.Model):
    """One import of one path. An unfinished one is taken up where it stood."""

    id = models.UUIDField(primary_key=True, editable=False)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="runs")
    root = models.CharField(max_length=64)
    actor = models.CharField(max_length=100)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["source", "root"], name="record_run_open", condition=Q(finished_at__isnull=True))
        ]


class ImportFile(models.Model):
    """How far a run is in one file. `at` counts the parts (lines, documents) that are in; `offset` the bytes."""

    pk = models.CompositePrimaryKey("run", "path")
    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="files", db_index=False)
    path = models.CharField(max_length=1000)
    stamp = models.CharField(max_length=60)
    at = models.BigIntegerField(default=0)
    kept = models.BigIntegerField(default=0)
    known = models.BigIntegerField(default=0)
    why = models.CharField(max_length=300, blank=True, default="")
    is_done = models.BooleanField(default=False)


class Aside(models.Model):
    """A resource that could not be taken, as it came. `line` is where it begins in its file."""

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(ImportRun, on_delete=models.PROTECT, related_name="asides")
    path = models.CharField(max_length=1000)
    line = models.BigIntegerField()
    code = models.CharField(max_length=16)
    params = models.JSONField(default=dict)
    raw = models.BinaryField()
