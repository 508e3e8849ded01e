"""The door of the record for every app above it."""

from relight.record.rules.canonical import dumps, loads
from relight.record.selectors.history import history, seen_in, version_get
from relight.record.selectors.store import resource_find, resource_get, resources_get, resources_of
from relight.record.selectors.unresolved import Unresolved, unresolved_count, unresolved_list
from relight.record.selectors.verify import ChainReport, chains_verify
from relight.record.services.amend import resource_amend, resource_create, resource_error
from relight.record.services.aside import AsideRow, aside_list, aside_write
from relight.record.services.export import ExportReport, record_export
from relight.record.services.import_run import record_import, source_open
from relight.record.services.rebuild import record_rebuild
from relight.record.services.store import entries_write
from relight.record.types import (
    Body,
    EntryAct,
    EntryDraft,
    Held,
    ImportReport,
    ResourceStatus,
    SourceKind,
    Version,
    Written,
)

__all__ = [
    "AsideRow",
    "Body",
    "ChainReport",
    "EntryAct",
    "EntryDraft",
    "ExportReport",
    "Held",
    "ImportReport",
    "ResourceStatus",
    "SourceKind",
    "Unresolved",
    "Version",
    "Written",
    "aside_list",
    "aside_write",
    "chains_verify",
    "dumps",
    "entries_write",
    "history",
    "loads",
    "record_export",
    "record_import",
    "record_rebuild",
    "resource_amend",
    "resource_create",
    "resource_error",
    "resource_find",
    "resource_get",
    "resources_get",
    "resources_of",
    "seen_in",
    "source_open",
    "unresolved_count",
    "unresolved_list",
    "version_get",
]
