"""Tables of people. Roles and scope are words; sites and services are string ids of floors above."""

import uuid
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models


class StaffManager(BaseUserManager["Staff"]):
    """Finds staff by user name, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> "Staff":
        return self.get(username=(username or "").lower())


class Staff(AbstractBaseUser):
    """One person who may sign in."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    username = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    roles = models.JSONField(default=list)
    scope = models.JSONField(default=list)
    language = models.CharField(max_length=5, default="fr")
    is_active = models.BooleanField(default=True)
    must_change_password = models.BooleanField(default=True)
    demo = models.BooleanField(default=False)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects: ClassVar[StaffManager] = StaffManager()

    class Meta:
        ordering = ["name"]

    @property
    def actor(self) -> str:
        """The opaque id under which this person acts."""
        return f"staff:{self.id}"


class FirstLink(models.Model):
    """The one-time link that makes the first administrator; only its digest is kept."""

    digest = models.CharField(primary_key=True, max_length=64)
    at = models.DateTimeField()


class Signature(models.Model):
    """A person's signature: re-authenticated, over the digest of what was shown."""

    id = models.UUIDField(primary_key=True)
    actor = models.CharField(max_length=100, db_index=True)
    at = models.DateTimeField()
    digest = models.CharField(max_length=64, db_index=True)
    meaning = models.CharField(max_length=200)


class ApiToken(models.Model):
    """A bearer token of a program: a staff member's, or a workstation's or system's of its own.

    Only the digest of its text is kept. `roles` and `scope` are all it may use; of a staff member's token never
    more than that person holds at the moment of use.
    """

    id = models.UUIDField(primary_key=True)
    digest = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=120)
    staff = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="tokens")
    roles = models.JSONField(default=list)
    scope = models.JSONField(default=list)
    issued_by = models.CharField(max_length=100)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
