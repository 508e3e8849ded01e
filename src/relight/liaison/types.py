"""What liaison is made of, as plain values.

Owns the words of the directory, of bulletins and of their delivery. Refuses Django, files and clocks.
Source: docs/design/liaison.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from relight.kernel.errors import N_

LANGUAGES = ("fr", "nl", "de", "en")

# -- directory and bulletins ----------------------------------------------------------------------


class Way(StrEnum):
    """How a practitioner is reached, in the order that costs everybody least."""

    SECURE = "secure-mailbox"
    MAIL = "mail"
    FAX = "fax"
    SMS = "sms"
    PHONE = "phone"
    POST = "post"


class DeskKind(StrEnum):
    """What a line at the hospital is for."""

    URGENT = "urgent"
    SPECIALIST = "specialist"
    RESULTS = "results"
    APPOINTMENTS = "appointments"
    INFORMATION = "information"


class Availability(StrEnum):
    """What a practitioner may count on. URGENT: planned activity is suspended, urgent patients are taken."""

    OPEN = "open"
    DEGRADED = "degraded"
    URGENT = "urgent-only"
    SUSPENDED = "suspended"


class BulletinState(StrEnum):
    """A bulletin is written, then approved; an approved one never changes."""

    DRAFT = "draft"
    APPROVED = "approved"


class Shape(StrEnum):
    """How a bulletin leaves: what it is printed, mailed, faxed, shown or sent as."""

    PDF = "pdf"
    FAX = "fax"
    HTML = "html"
    TEXT = "text"
    SMS = "sms"


class Receipt(StrEnum):
    """What is known of one sending. SENT: it left, nobody confirmed it."""

    SENT = "sent"
    READ = "read"
    CALLED = "called"
    RETURNED = "returned"
    NO_ANSWER = "no-answer"


class FileKind(StrEnum):
    """What a file of the directory lists."""

    PRACTITIONERS = "practitioners"
    DESKS = "desks"


WAY_WORDS: Mapping[Way, str] = {
    Way.SECURE: N_("secure mailbox"),
    Way.MAIL: N_("mail"),
    Way.FAX: N_("fax"),
    Way.SMS: N_("text message"),
    Way.PHONE: N_("telephone"),
    Way.POST: N_("post"),
}
DESK_WORDS: Mapping[DeskKind, str] = {
    DeskKind.URGENT: N_("urgent referrals"),
    DeskKind.SPECIALIST: N_("specialist’s advice"),
    DeskKind.RESULTS: N_("results"),
    DeskKind.APPOINTMENTS: N_("appointments"),
    DeskKind.INFORMATION: N_("information"),
}
AVAILABILITY_WORDS: Mapping[Availability, str] = {
    Availability.OPEN: N_("open"),
    Availability.DEGRADED: N_("degraded"),
    Availability.URGENT: N_("urgent patients only"),
    Availability.SUSPENDED: N_("suspended"),
}
AVAILABILITY_LOOK: Mapping[Availability, str] = {
    Availability.OPEN: "open",
    Availability.DEGRADED: "degraded",
    Availability.URGENT: "late",
    Availability.SUSPENDED: "closed",
}
SHAPE_WORDS: Mapping[Shape, str] = {
    Shape.PDF: N_("PDF, two pages"),
    Shape.FAX: N_("fax, one page"),
    Shape.HTML: N_("web page"),
    Shape.TEXT: N_("text for mail"),
    Shape.SMS: N_("text message"),
}
RECEIPT_WORDS: Mapping[Receipt, str] = {
    Receipt.SENT: N_("sent, not confirmed"),
    Receipt.READ: N_("read"),
    Receipt.CALLED: N_("told by telephone"),
    Receipt.RETURNED: N_("came back"),
    Receipt.NO_ANSWER: N_("called, no answer"),
}
LANGUAGE_WORDS: Mapping[str, str] = {"fr": "Français", "nl": "Nederlands", "de": "Deutsch", "en": "English"}
