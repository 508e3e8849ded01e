"""The door of liaison for every app above it."""

from relight.liaison.rules.table import LIMIT_MB
from relight.liaison.selectors.bulletin_files import BulletinFile, bulletin_file
from relight.liaison.selectors.bulletins import bulletin_document_signed, bulletin_find, draft_shown
from relight.liaison.services.bulletins import bulletin_approve, bulletin_draw, bulletin_write
from relight.liaison.services.directory import DirectoryReport, directory_import
from relight.liaison.services.site import SiteReport, site_publish
from relight.liaison.types import LANGUAGES, FileKind, Shape

__all__ = [
    "LANGUAGES",
    "LIMIT_MB",
    "BulletinFile",
    "DirectoryReport",
    "FileKind",
    "Shape",
    "SiteReport",
    "bulletin_approve",
    "bulletin_document_signed",
    "bulletin_draw",
    "bulletin_file",
    "bulletin_find",
    "bulletin_write",
    "directory_import",
    "draft_shown",
    "site_publish",
]
