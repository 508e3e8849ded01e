"""Who the patients are and where: faces, their words and numbers, stays; reserved numbers, merges, broken glass.

PatientFace, PatientNumber, FaceWord, NameWord, Gram and Stay are projections, made again from the entries; rows hang
on `entry`, the number of the version they were taken from. NumberRange, Merge and GlassBreak are what was decided
here: only services write them, and nothing takes them away.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class PatientFace(models.Model):
    """What a patient is recognised by. `other_names` and `words` are lists in JSON; see rules.faces.Face."""

    patient = models.UUIDField(primary_key=True, editable=False)
    entry = models.BigIntegerField(unique=True)
    family = models.CharField(max_length=120, blank=True)
    given = models.CharField(max_length=120, blank=True)
    text = models.CharField(max_length=120, blank=True)
    other_names = models.TextField(default="[]")
    words = models.TextField(default="[]")
    birth = models.CharField(max_length=10, blank=True)
    sex = models.CharField(max_length=8, blank=True)
    is_deceased = models.BooleanField(default=False)
    is_unknown = models.BooleanField(default=False)
    about = models.PositiveSmallIntegerField(null=True)
    merged_into = models.UUIDField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["birth"], name="record_face_birth"),
            models.Index(fields=["merged_into"], name="record_face_merged", condition=Q(merged_into__isnull=False)),
        ]


class PatientNumber(models.Model):
    """A number of a patient as it is compared (`plain`) and as written."""

    pk = models.CompositePrimaryKey("plain", "system", "entry")
    plain = models.CharField(max_length=64)
    system = models.CharField(max_length=200, blank=True)
    entry = models.BigIntegerField(db_index=True)
    value = models.CharField(max_length=120)

    class Meta:
        indexes = [models.Index(fields=["plain"], name="record_number_begins", opclasses=["varchar_pattern_ops"])]


class NameWord(models.Model):
    """A word of a name, once, for its trigrams. `id` is a number made of the word itself (rules.names.word_key)."""

    id = models.BigIntegerField(primary_key=True)
    word = models.CharField(max_length=40)


class FaceWord(models.Model):
    """Which face has which word: the word itself, so that all that begin alike stand together."""

    pk = models.CompositePrimaryKey("entry", "word")
    entry = models.BigIntegerField()
    word = models.CharField(max_length=40)

    class Meta:
        indexes = [
            models.Index(
                fields=["word", "entry"], name="record_faceword_begins", opclasses=["varchar_pattern_ops", "int8_ops"]
            )
        ]


class Gram(models.Model):
    """Which words hold which three letters. `size` is the word's length, so that far longer ones are not looked at."""

    pk = models.CompositePrimaryKey("gram", "size", "word")
    gram = models.BigIntegerField()
    size = models.PositiveSmallIntegerField()
    word = models.BigIntegerField()


class Stay(models.Model):
    """A place where a patient is or was: the n-th of an encounter. `bed_plain` is the bed as it is compared."""

    pk = models.CompositePrimaryKey("encounter", "n")
    encounter = models.UUIDField()
    n = models.PositiveIntegerField()
    entry = models.BigIntegerField(db_index=True)
    patient = models.UUIDField()
    kind = models.CharField(max_length=8)
    site = models.CharField(max_length=64, blank=True)
    ward = models.CharField(max_length=64, blank=True)
    bed = models.CharField(max_length=20, blank=True)
    bed_plain = models.CharField(max_length=20, blank=True)
    shown = models.CharField(max_length=120, blank=True)
    location = models.UUIDField(null=True)
    since = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True)
    is_open = models.BooleanField()

    class Meta:
        indexes = [
            models.Index(fields=["patient", "since"], name="record_stay_of"),
            models.Index(fields=["site", "ward", "bed_plain"], name="record_stay_now", condition=Q(is_open=True)),
            models.Index(fields=["bed_plain"], name="record_stay_bed", condition=Q(is_open=True)),
            models.Index(fields=["site", "ward", "until"], name="record_stay_ward"),
        ]


class NumberRange(models.Model):
    """Numbers reserved for a site while the hospital's own system is down. `last` is the last counter given out."""

    id = models.UUIDField(primary_key=True, editable=False)
    site = models.CharField(max_length=64, blank=True)
    prefix = models.CharField(max_length=6, unique=True)
    last = models.PositiveIntegerField(default=0)
    is_open = models.BooleanField(default=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=100)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["site"], condition=Q(is_open=True), name="record_range_open_once")
        ]


class Merge(models.Model):
    """Two records said to be one person; undone again or not. `was_active` is what `gone` said of itself before."""

    id = models.UUIDField(primary_key=True, editable=False)
    kept = models.UUIDField(db_index=True)
    gone = models.UUIDField(db_index=True)
    was_active = models.BooleanField(null=True)
    reason = models.CharField(max_length=400)
    at = models.DateTimeField()
    by = models.CharField(max_length=100)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.CharField(max_length=100, blank=True)
    undone_reason = models.CharField(max_length=400, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["gone"], condition=Q(undone_at=None), name="record_merge_once"),
            models.CheckConstraint(condition=~Q(kept=models.F("gone")), name="record_merge_two"),
        ]


class GlassBreak(models.Model):
    """Somebody opened a record outside their wards, and said why. It closes by itself at `until`."""

    id = models.UUIDField(primary_key=True, editable=False)
    patient = models.UUIDField()
    actor = models.CharField(max_length=100)
    reason = models.CharField(max_length=400)
    at = models.DateTimeField()
    until = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["patient", "-at"], name="record_glass_of"),
            models.Index(fields=["-at"], name="record_glass_latest"),
        ]
