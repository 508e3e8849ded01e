"""Tables and constraints, no verbs."""

from relight.liaison.models.bulletins import Batch, Bulletin, Delivery
from relight.liaison.models.directory import Desk, DirectoryFile, Practitioner

__all__ = ["Batch", "Bulletin", "Delivery", "Desk", "DirectoryFile", "Practitioner"]
