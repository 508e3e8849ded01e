"""Files sent in from the page of sources, and what became of each. The file itself waits in the data folder."""

from __future__ import annotations

from django.db import models


class ImportRequest(models.Model):
    """A file somebody asked to have imported.

    `state` is `waiting`, `done` or `refused`; `code` and `params` are the refusal's. `skipped`: why it is no FHIR.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    filename = models.CharField(max_length=200)
    source = models.CharField(max_length=200)
    kind = models.CharField(max_length=12)
    as_of = models.DateTimeField(null=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=100)
    state = models.CharField(max_length=8, default="waiting")
    code = models.CharField(max_length=16, blank=True, default="")
    params = models.JSONField(default=dict)
    skipped = models.CharField(max_length=300, blank=True, default="")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["state", "at"], name="record_request_state")]
