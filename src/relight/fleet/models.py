"""Tables of the fleet: line items, what was seen of them, their way along the line.

Owns tables and constraints, no verbs: `services` write, `selectors` read. Actors are opaque ids,
sites, roles and services are ids of the hospital's description. Source: docs/design/line.md.
"""

from __future__ import annotations

from uuid import UUID

from django.db import models
from django.db.models import Q

from relight.fleet.types import (
    IN_LINE,
    Capacity,
    IdentifierKind,
    Kind,
    Klass,
    Nature,
    Stage,
    State,
    state_of,
)


def _one_of(field: str, words: type) -> Q:
    """The constraint that a text column holds a word of an Enum."""
    return Q(**{f"{field}__in": sorted(word.value for word in words)})  # type: ignore[attr-defined]


class LineItem(models.Model):
    """One machine, data set or application.

    `version` counts the changes that void a signature: identity, class, placement, stage,
    attestations, quarantine, retirement. Being seen again changes nothing of it. `fixed` names
    the fields a person set by hand: imports leave them alone. `search` is lower-case text of all
    a scanner or a person may type. `admitted_at` is empty unless the item is admitted now.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    kind = models.CharField(max_length=16, default=Kind.MACHINE.value)
    klass = models.CharField(max_length=20, default=Klass.OTHER.value)
    name = models.CharField(max_length=200)
    hostname = models.CharField(max_length=255, blank=True, default="")
    fqdn = models.CharField(max_length=255, blank=True, default="")
    serial = models.CharField(max_length=120, blank=True, default="")
    uuid = models.CharField(max_length=64, blank=True, default="")
    os = models.CharField(max_length=200, blank=True, default="")
    model = models.CharField(max_length=200, blank=True, default="")
    site = models.CharField(max_length=64, blank=True, default="")
    room = models.CharField(max_length=120, blank=True, default="")
    role = models.CharField(max_length=64, blank=True, default="")
    service = models.CharField(max_length=64, blank=True, default="")
    tags = models.JSONField(default=list, blank=True)
    fixed = models.JSONField(default=list, blank=True)
    stage = models.CharField(max_length=16, default=Stage.SEEN.value)
    stage_since = models.DateTimeField()
    quarantined = models.BooleanField(default=False)
    retired = models.BooleanField(default=False)
    expected = models.BooleanField(default=False)
    seen_first = models.DateTimeField(null=True, blank=True)
    seen_last = models.DateTimeField(null=True, blank=True)
    admitted_at = models.DateTimeField(null=True, blank=True)
    added_at = models.DateTimeField()
    search = models.TextField(blank=True, default="")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["name", "id"]
        indexes = [
            models.Index(fields=["site", "stage", "name"], name="fleet_item_place"),
            models.Index(fields=["stage", "stage_since"], name="fleet_item_wait"),
            models.Index(fields=["name", "id"], name="fleet_item_name"),
            models.Index(fields=["serial"], name="fleet_item_serial"),
            models.Index(fields=["hostname"], name="fleet_item_hostname"),
            models.Index(
                fields=["kind", "retired", "quarantined", "stage", "site", "expected", "seen_first"],
                name="fleet_item_count",
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=_one_of("kind", Kind), name="fleet_item_kind"),
            models.CheckConstraint(condition=_one_of("klass", Klass), name="fleet_item_klass"),
            models.CheckConstraint(condition=_one_of("stage", Stage), name="fleet_item_stage"),
            models.CheckConstraint(condition=~Q(name=""), name="fleet_item_named"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def state(self) -> State:
        """Where the item counts."""
        return state_of(Stage(self.stage), quarantined=self.quarantined, retired=self.retired)

    @property
    def operational(self) -> bool:
        """Whether the item counts as a working component: admitted, not quarantined, not retired."""
        return self.state is State.ADMITTED

    @property
    def in_line(self) -> bool:
        return self.state in IN_LINE

    @property
    def ref(self) -> str:
        """The component's id in the hospital's graph."""
        return component_ref(self.id)


def component_ref(item: UUID) -> str:
    """Return the reference of an item in the hospital's graph: `fleet:<uuid>`."""
    return f"fleet:{item}"


class ImportRun(models.Model):
    """One import of one file: what it was, who brought it, what became of its rows.

    `source` is the name under which later files of the same origin come again; `status` is
    `done` or `refused`; `mapping` is the header mapping used, `counts` the report's numbers.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    format = models.CharField(max_length=32)
    source = models.CharField(max_length=120)
    filename = models.CharField(max_length=255)
    digest = models.CharField(max_length=64)
    size_bytes = models.BigIntegerField(default=0)
    encoding = models.CharField(max_length=32, blank=True, default="")
    nature = models.CharField(max_length=16, default=Nature.SEEN.value)
    at = models.DateTimeField()
    actor = models.CharField(max_length=100)
    status = models.CharField(max_length=16)
    mapping = models.JSONField(default=dict, blank=True)
    counts = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["digest"], name="fleet_run_digest")]
        constraints = [models.CheckConstraint(condition=_one_of("nature", Nature), name="fleet_run_nature")]

    def __str__(self) -> str:
        return self.filename


class Sighting(models.Model):
    """One record of one source about one item: "seen by". `at` is when the source saw it.

    Unique per source and record, so that the same file twice doubles nothing.
    """

    item = models.ForeignKey(LineItem, on_delete=models.PROTECT, related_name="sightings")
    run = models.ForeignKey(ImportRun, on_delete=models.PROTECT, related_name="sightings")
    source = models.CharField(max_length=120)
    record = models.CharField(max_length=255)
    nature = models.CharField(max_length=16, default=Nature.SEEN.value)
    line = models.PositiveIntegerField(default=0)
    at = models.DateTimeField()
    data = models.JSONField(default=dict)

    class Meta:
        ordering = ["-at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["source", "record"], name="fleet_sighting_once"),
            models.CheckConstraint(condition=_one_of("nature", Nature), name="fleet_sighting_nature"),
        ]

    def __str__(self) -> str:
        return f"{self.source}/{self.record}"


class Identifier(models.Model):
    """One identifier of one item, normalised. A strong one names one item only.

    Provisional ones (a source's own record id, an address, a bare host name) may repeat.
    """

    item = models.ForeignKey(LineItem, on_delete=models.PROTECT, related_name="identifiers")
    kind = models.CharField(max_length=16)
    value = models.CharField(max_length=400)
    provisional = models.BooleanField(default=False)
    source = models.CharField(max_length=120, blank=True, default="")

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["kind", "value"], name="fleet_identifier_value")]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "value"], condition=Q(provisional=False), name="fleet_identifier_strong"
            ),
            models.UniqueConstraint(fields=["item", "kind", "value"], name="fleet_identifier_once"),
            models.CheckConstraint(condition=_one_of("kind", IdentifierKind), name="fleet_identifier_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.value}"


class AsideRow(models.Model):
    """One row of a file that could not go in, kept to be mended. `raw` is the row as it came."""

    run = models.ForeignKey(ImportRun, on_delete=models.PROTECT, related_name="aside")
    line = models.PositiveIntegerField(default=0)
    code = models.CharField(max_length=20)
    message = models.TextField()
    raw = models.TextField()
    mended = models.BooleanField(default=False)
    mended_at = models.DateTimeField(null=True, blank=True)
    mended_by = models.CharField(max_length=100, blank=True, default="")

    class Meta:
        ordering = ["run", "line", "id"]

    def __str__(self) -> str:
        return f"{self.code} line {self.line}"


class DoubtfulMatch(models.Model):
    """Two items that may be one machine: a person decides, never a merge in silence.

    `state` is `open`, `same` (merged) or `different`; `other` is the item made for the row, empty
    once merged away (`other_name` says what it was, `MergedItem` where it went).
    """

    item = models.ForeignKey(LineItem, on_delete=models.PROTECT, related_name="doubts")
    other = models.ForeignKey(
        LineItem, on_delete=models.SET_NULL, null=True, blank=True, related_name="doubts_as_other"
    )
    other_name = models.CharField(max_length=200, blank=True, default="")
    sighting = models.ForeignKey(Sighting, on_delete=models.PROTECT, null=True, blank=True)
    reason = models.TextField()
    at = models.DateTimeField()
    state = models.CharField(max_length=16, default="open")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=100, blank=True, default="")

    class Meta:
        ordering = ["state", "-at", "id"]
        constraints = [models.UniqueConstraint(fields=["item", "other"], name="fleet_doubt_once")]

    def __str__(self) -> str:
        return f"{self.item_id} / {self.other_id}"


class MergedItem(models.Model):
    """An item that turned out to be another one: its old address leads to the one that stays."""

    id = models.UUIDField(primary_key=True, editable=False)
    into = models.ForeignKey(LineItem, on_delete=models.PROTECT, related_name="merged")
    name = models.CharField(max_length=200)
    at = models.DateTimeField()
    actor = models.CharField(max_length=100)

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.name} -> {self.into_id}"


class Attestation(models.Model):
    """One person's word that one check is met by one item, with the files that show it.

    `evidence` is a list of {digest, name, media_type, size_bytes}; `batch` is named by the journal
    entry; `policy` is the digest of the policy it was given under; `void` once the item went back
    behind the check's stage.
    """

    item = models.ForeignKey(LineItem, on_delete=models.PROTECT, related_name="attestations")
    check_id = models.CharField(max_length=64)
    stage = models.CharField(max_length=16)
    how = models.CharField(max_length=16)
    by = models.CharField(max_length=100)
    at = models.DateTimeField()
    note = models.TextField(blank=True, default="")
    evidence = models.JSONField(default=list, blank=True)
    batch = models.UUIDField()
    policy = models.CharField(max_length=64)
    void = models.BooleanField(default=False)

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["item", "void", "check_id"], name="fleet_attestation_item")]
        constraints = [
            models.CheckConstraint(condition=_one_of("stage", Stage), name="fleet_attestation_stage"),
        ]

    def __str__(self) -> str:
        return f"{self.check_id} {self.item_id}"


class StageMove(models.Model):
    """One change of where one item counts. The burn-up and every timeline are read from here."""

    item = models.ForeignKey(LineItem, on_delete=models.PROTECT, related_name="moves")
    from_state = models.CharField(max_length=16)
    to_state = models.CharField(max_length=16)
    at = models.DateTimeField()
    actor = models.CharField(max_length=100)
    reason = models.TextField(blank=True, default="")
    batch = models.UUIDField()

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["at", "to_state", "from_state"], name="fleet_move_at"),
            models.Index(fields=["item", "at"], name="fleet_move_item"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=_one_of("from_state", State) & _one_of("to_state", State), name="fleet_move_states"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_state} -> {self.to_state}"


class AdmissionSignature(models.Model):
    """One person's signature, in one capacity, over a batch of items as they stood.

    `signature` is the id given by `people`; `digest` covers what was shown: the items, their
    versions, the policy, the digests of their evidence.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    signature = models.CharField(max_length=64)
    capacity = models.CharField(max_length=16)
    actor = models.CharField(max_length=100)
    at = models.DateTimeField()
    digest = models.CharField(max_length=64)
    policy = models.CharField(max_length=64)

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(condition=_one_of("capacity", Capacity), name="fleet_signature_capacity"),
        ]

    def __str__(self) -> str:
        return f"{self.capacity} {self.actor}"


class SignedItem(models.Model):
    """One item under one signature. It holds as long as the item's digest is still this one."""

    signed = models.ForeignKey(AdmissionSignature, on_delete=models.PROTECT, related_name="items")
    item = models.ForeignKey(LineItem, on_delete=models.PROTECT, related_name="signatures")
    version = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["signed", "item"], name="fleet_signed_once")]

    def __str__(self) -> str:
        return f"{self.signed_id} {self.item_id}"


class Passport(models.Model):
    """A passport that was issued: the token as it was handed out, and when it was revoked.

    An item has one passport that is not revoked. The token is the proof; the columns repeat what
    lists and checks ask for.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    item = models.ForeignKey(LineItem, on_delete=models.PROTECT, related_name="passports")
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    kid = models.CharField(max_length=16)
    token = models.TextField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.CharField(max_length=100, blank=True, default="")
    reason = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["-issued_at", "-id"]
        indexes = [models.Index(fields=["expires_at"], name="fleet_passport_expires")]
        constraints = [
            models.UniqueConstraint(
                fields=["item"], condition=models.Q(revoked_at__isnull=True), name="fleet_passport_one"
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class InspectorKey(models.Model):
    """The public key of an inspection engine whose reports count, once a security officer enrolled it."""

    kid = models.CharField(primary_key=True, max_length=16)
    public = models.CharField(max_length=64)
    name = models.CharField(max_length=120)
    enrolled_at = models.DateTimeField()
    enrolled_by = models.CharField(max_length=100)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.CharField(max_length=100, blank=True, default="")

    class Meta:
        ordering = ["-enrolled_at"]

    def __str__(self) -> str:
        return f"{self.name} {self.kid}"


class Report(models.Model):
    """A signed report of the inspection engine about one item, kept as it came. One file, one item.

    `counted` says whether it met checks: of an enrolled key, about this item, and saying enough.
    `hashes` names the kept list of SHA-256 of every inspected file: sorted, 32 bytes each.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    item = models.ForeignKey(LineItem, on_delete=models.PROTECT, related_name="reports")
    digest = models.CharField(max_length=64, unique=True)
    hashes = models.CharField(max_length=64, blank=True, default="")
    kid = models.CharField(max_length=16, db_index=True)
    verdict = models.CharField(max_length=16)
    files = models.BigIntegerField()
    bytes_in_scope = models.BigIntegerField()
    bytes_inspected = models.BigIntegerField()
    findings = models.PositiveIntegerField()
    unread = models.PositiveIntegerField()
    started = models.DateTimeField()
    finished = models.DateTimeField()
    at = models.DateTimeField()
    actor = models.CharField(max_length=100)
    counted = models.BooleanField(default=False)

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.verdict} {self.digest[:12]}"


class Indicator(models.Model):
    """The SHA-256 of a file known to be bad. Once noted, it is looked for in every report, past and to come."""

    sha256 = models.CharField(primary_key=True, max_length=64)
    source = models.CharField(max_length=120)
    at = models.DateTimeField()
    actor = models.CharField(max_length=100)

    class Meta:
        ordering = ["-at", "sha256"]

    def __str__(self) -> str:
        return self.sha256


class Workstation(models.Model):
    """An enrolment: the browser of a machine that holds a device token. The machine stays the one component.

    An item has one enrolment that is not revoked. Tokens are kept as SHA-256: `digest` of the current one,
    `previous` of the one before until the browser has brought the current one. `seen_at` is true to some minutes.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    item = models.ForeignKey(LineItem, on_delete=models.PROTECT, related_name="enrolments")
    enrolled_at = models.DateTimeField()
    enrolled_by = models.CharField(max_length=100)
    digest = models.CharField(max_length=64, unique=True)
    previous = models.CharField(max_length=64, blank=True, default="", db_index=True)
    turned_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.CharField(max_length=100, blank=True, default="")
    reason = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["-enrolled_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["item"], condition=models.Q(revoked_at__isnull=True), name="fleet_workstation_one"
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class WorkstationCode(models.Model):
    """A one-time code that enrols the workstation it was made for. Its SHA-256 is kept, never the code."""

    id = models.UUIDField(primary_key=True, editable=False)
    item = models.ForeignKey(LineItem, on_delete=models.PROTECT, related_name="codes")
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=100)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-made_at", "-id"]

    def __str__(self) -> str:
        return str(self.id)
