"""Tables and constraints, no verbs."""

from relight.liaison.models.bulletins import Batch, Bulletin, BulletinText, Delivery
from relight.liaison.models.directory import Desk, DirectoryFile, Practitioner
from relight.liaison.models.requests import Disclosure, DutyTurn, Received, Request, RequestStep

__all__ = [
    "Batch",
    "Bulletin",
    "BulletinText",
    "Delivery",
    "Desk",
    "DirectoryFile",
    "Disclosure",
    "DutyTurn",
    "Practitioner",
    "Received",
    "Request",
    "RequestStep",
]
