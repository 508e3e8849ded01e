"""Practitioners outside, desks inside, the files they came from."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from relight.liaison.types import DeskKind, FileKind, Way


class Practitioner(models.Model):
    """A practitioner outside the hospital.

    `number`: registration number, eleven digits, empty when not known. `key`: what makes two rows without number the
    same person. `secure_mailbox`: address or number of the secure mailbox. `active`: False once struck off the list.
    `doubtful`: ways whose address sent something back; one stands here until that address is corrected.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    number = models.CharField(max_length=11, blank=True, default="")
    key = models.CharField(max_length=200)
    family = models.CharField(max_length=120)
    given = models.CharField(max_length=120, blank=True, default="")
    specialty = models.CharField(max_length=64, default="general-practice")
    practice = models.CharField(max_length=160, blank=True, default="")
    street = models.CharField(max_length=160, blank=True, default="")
    postcode = models.CharField(max_length=12, blank=True, default="")
    city = models.CharField(max_length=120, blank=True, default="")
    languages = models.JSONField(default=list, blank=True)
    phone = models.CharField(max_length=32, blank=True, default="")
    mobile = models.CharField(max_length=32, blank=True, default="")
    fax = models.CharField(max_length=32, blank=True, default="")
    email = models.CharField(max_length=254, blank=True, default="")
    secure_mailbox = models.CharField(max_length=254, blank=True, default="")
    way = models.CharField(max_length=16, default=Way.MAIL.value)
    note = models.CharField(max_length=400, blank=True, default="")
    doubtful = models.JSONField(default=list, blank=True)
    active = models.BooleanField(default=True)
    search = models.TextField(blank=True, default="")
    source = models.CharField(max_length=200, blank=True, default="")
    at = models.DateTimeField()
    by = models.CharField(max_length=80)

    class Meta:
        ordering = ("family", "given", "id")
        constraints = [
            models.UniqueConstraint(fields=["number"], condition=~Q(number=""), name="practitioner_number_once"),
            models.CheckConstraint(condition=Q(way__in=sorted(one.value for one in Way)), name="practitioner_way"),
        ]

    @property
    def name(self) -> str:
        """Return the name as lists show it: `LAMBERT Claire`."""
        return f"{self.family.upper()} {self.given}".strip()

    @property
    def language(self) -> str:
        """Return the language to write in: the first one named, else French."""
        return str(self.languages[0]) if self.languages else "fr"


class Desk(models.Model):
    """A line at the hospital: who answers about what, when, and what to send there.

    `site`: id of the hospital's description, empty for all sites. `specialty`: id of a service of the description or
    of the shipped list of specialties; empty for all. `hours`: as the rules read them. `send`, `how`: by language.
    `public`: may stand on the static site.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    kind = models.CharField(max_length=16, default=DeskKind.SPECIALIST.value)
    site = models.CharField(max_length=64, blank=True, default="")
    specialty = models.CharField(max_length=64, blank=True, default="")
    name = models.CharField(max_length=160)
    phone = models.CharField(max_length=32, blank=True, default="")
    fax = models.CharField(max_length=32, blank=True, default="")
    email = models.CharField(max_length=254, blank=True, default="")
    secure_mailbox = models.CharField(max_length=254, blank=True, default="")
    hours = models.CharField(max_length=200, blank=True, default="")
    languages = models.JSONField(default=list, blank=True)
    send = models.JSONField(default=dict, blank=True)
    how = models.JSONField(default=dict, blank=True)
    public = models.BooleanField(default=True)
    active = models.BooleanField(default=True)
    source = models.CharField(max_length=200, blank=True, default="")
    at = models.DateTimeField()
    by = models.CharField(max_length=80)

    class Meta:
        ordering = ("site", "specialty", "kind", "name", "id")
        constraints = [
            models.UniqueConstraint(fields=["kind", "site", "specialty", "name"], name="desk_once"),
            models.CheckConstraint(condition=Q(kind__in=sorted(one.value for one in DeskKind)), name="desk_kind"),
        ]


class DirectoryFile(models.Model):
    """A file of practitioners or desks: kept as it came, checked, then taken in or dropped. `aside`: rows not taken."""

    id = models.UUIDField(primary_key=True, editable=False)
    kind = models.CharField(max_length=16)
    filename = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    text = models.TextField()
    mapping = models.JSONField(default=dict, blank=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=80)
    done_at = models.DateTimeField(null=True)
    done_by = models.CharField(max_length=80, blank=True, default="")
    counts = models.JSONField(default=dict, blank=True)
    aside = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ("-at", "-id")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=sorted(one.value for one in FileKind)), name="directory_file_kind"
            )
        ]
