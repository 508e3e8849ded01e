"""Files of appointments that were sent in from the page: offered, confirmed, imported by the worker."""

from __future__ import annotations

from django.db import models

from relight.activity.models.base import one_of
from relight.activity.rules.booked import FileKind
from relight.activity.rules.uploads import UploadState


class AppointmentUpload(models.Model):
    """One file that was sent in. It waits in the data folder until it is in, refused or dropped; then it is taken away.

    `mapping` is column -> header as confirmed, `options` what a person said of the whole list, `report` the counts of
    what it brought, `code` and `params` why it was refused.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    filename = models.CharField(max_length=255)
    kind = models.CharField(max_length=12, default=FileKind.TABLE.value)
    source = models.CharField(max_length=120, blank=True, default="")
    mapping = models.JSONField(default=dict, blank=True)
    options = models.JSONField(default=dict, blank=True)
    state = models.CharField(max_length=10, default=UploadState.OFFERED.value)
    report = models.JSONField(default=dict, blank=True)
    code = models.CharField(max_length=16, blank=True, default="")
    params = models.JSONField(default=dict, blank=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=100)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(condition=one_of("kind", FileKind), name="activity_upload_kind"),
            models.CheckConstraint(condition=one_of("state", UploadState), name="activity_upload_state"),
        ]
