"""Acknowledgements: when one is wanted, how it is written, what one that came says.

Owns original and enhanced mode, MSA and ERR. Refuses clocks and numbering: time and control id are arguments.
MSA-2 is MSH-10 byte for byte.
Source: HL7 v2.8 chapter 2, sections 2.9.2, 2.9.3, 2.14.5 and 2.14.8; docs/design/hl7.md, cases 60-72.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from functools import lru_cache

from relight.wire import errors
from relight.wire.hl7.charsets import codec_of, encodable
from relight.wire.hl7.delimiters import Delimiters
from relight.wire.hl7.escapes import writer
from relight.wire.hl7.header import KEPT, Head
from relight.wire.hl7.message import Message, Segment, read
from relight.wire.mllp import END

# what answers another message and is itself never answered in original mode
_ANSWERS = frozenset(
    re.findall(
        r"\w+",
        "ACK ADR CRM DSR ERP MCF NMR ORB ORD ORF ORG ORI ORL ORN ORP ORR ORS OSR PPV PRR QCK RAR RDR RER RGR ROR "
        "RPI RPL RPR RRA RRD RRE RRG RRI RSP RTB SQR TBR VXR VXX",
    )
)


class AckCode(Enum):
    """MSA-1. A: the application has (AA), cannot (AE) or will not (AR); C: it is kept (CA), or not (CE, CR)."""

    AA = "AA"
    AE = "AE"
    AR = "AR"
    CA = "CA"
    CE = "CE"
    CR = "CR"

    @property
    def accepts(self) -> bool:
        return self in (AckCode.AA, AckCode.CA)

    @property
    def is_commit(self) -> bool:
        """Enhanced mode's first answer: about keeping the message, not about what it says."""
        return self in (AckCode.CA, AckCode.CE, AckCode.CR)


class Want(Enum):
    """MSH-15 and MSH-16: for which outcomes an acknowledgement is wanted (table 0155)."""

    ALWAYS = "AL"
    NEVER = "NE"
    ERRORS = "ER"
    SUCCESSES = "SU"

    def holds(self, *, accepted: bool) -> bool:
        """Say whether an acknowledgement of this outcome is wanted."""
        return self is Want.ALWAYS or self is (Want.SUCCESSES if accepted else Want.ERRORS)


@dataclass(frozen=True, slots=True, kw_only=True)
class AckPlan:
    """Which acknowledgements a sender waits for. `enhanced`: answer CA, CE, CR first."""

    enhanced: bool
    accept: Want
    application: Want


_ORIGINAL = AckPlan(enhanced=False, accept=Want.NEVER, application=Want.ALWAYS)
_SILENT = AckPlan(enhanced=False, accept=Want.NEVER, application=Want.NEVER)
_WANTS = {want.value: want for want in Want}


def ack_wanted(head: Head) -> AckPlan:
    """Read MSH-15 and MSH-16. Both empty: original mode. A word that is none of the four counts as not said."""
    if len(head.fields) < 15 or not (head.fields[14] or head.raw(16)):
        return _SILENT if head.type in _ANSWERS else _ORIGINAL
    accept, application = _WANTS.get(head.accept_ack), _WANTS.get(head.app_ack)
    if accept is None and application is None:
        return _SILENT if head.type in _ANSWERS else _ORIGINAL
    return AckPlan(enhanced=True, accept=accept or Want.NEVER, application=application or Want.NEVER)


class Condition(Enum):
    """ERR-3, table 0357: why a message is not taken."""

    SEGMENT_SEQUENCE = ("100", "Segment sequence error")
    FIELD_MISSING = ("101", "Required field missing")
    DATA_TYPE = ("102", "Data type error")
    VALUE_UNKNOWN = ("103", "Table value not found")
    MESSAGE_TYPE = ("200", "Unsupported message type")
    EVENT_CODE = ("201", "Unsupported event code")
    PROCESSING_ID = ("202", "Unsupported processing id")
    VERSION = ("203", "Unsupported version id")
    KEY_UNKNOWN = ("204", "Unknown key identifier")
    KEY_DUPLICATE = ("205", "Duplicate key identifier")
    LOCKED = ("206", "Application record locked")
    INTERNAL = ("207", "Application internal error")


@dataclass(frozen=True, slots=True, kw_only=True)
class AckError:
    """Why, for the sender. Args: location: `SPM-2`, empty for the whole. code: our own, such as RL-LAB-012.

    text: for a person; never a value of a patient.
    """

    condition: Condition = Condition.INTERNAL
    location: str = ""
    code: str = ""
    text: str = ""


def ack(
    asked: Head | Message,
    code: AckCode,
    *,
    control_id: str,
    at: datetime,
    text: str = "",
    error: AckError | None = None,
) -> bytes:
    """Write the acknowledgement of a message: its delimiters, version and character set, ends swapped.

    Args: asked: what is acknowledged. control_id: MSH-10 of the answer, unique at this end. at: its time; with a
    zone, the zone is written. text: MSA-3. Returns: the message, not framed; MSA-2 is MSH-10 as it came.
    """
    head = asked.head if isinstance(asked, Message) else asked
    said = head.fields if len(head.fields) > 20 else [*head.fields, *[b""] * (21 - len(head.fields))]
    likeness = (head.separator, said[1], said[8], said[11], said[17], head.wide)
    shape = _shape(*likeness) if sum(map(len, likeness)) < KEPT else _shape.__wrapped__(*likeness)
    fields = [
        *(b"MSH", shape.encoding, said[4], said[5], said[2], said[3]),
        *(stamp(at).encode(), b"", shape.type, shape.written(control_id)),
        *(said[10] or b"P", said[11], b"", b"", b"", b"", b"", said[17]),
        *(b"", b"", said[20] if said[20].startswith(b"LAB-") else b""),
    ]
    separator = head.separator
    msa = separator.join([b"MSA", code.value.encode(), said[9]])
    if text:
        msa += separator + shape.written(text)
    answer = separator.join(fields).rstrip(separator) + b"\r" + msa + b"\r"
    if error is not None:
        answer += _err(shape, error) + b"\r"
    if END in answer:  # an echoed value ends with 0x1C: kept from ending the frame by one more separator
        answer = answer.replace(END, END[:1] + separator + END[1:])
    return answer.decode("utf-8", "replace").encode(head.wide) if head.wide else answer


def stamp(at: datetime) -> str:
    """Write a time as HL7 does, to the second: `20261123171956+0100`."""
    iso = at.isoformat(timespec="seconds")
    day = iso[:4] + iso[5:7] + iso[8:10] + iso[11:13] + iso[14:16] + iso[17:19]
    return day + iso[19:25].replace(":", "")


@dataclass(frozen=True, slots=True)
class _Shape:
    """What all answers to the messages of one sender have in common."""

    marks: Delimiters
    version: str
    codec: str
    encoding: bytes
    type: bytes

    def written(self, text: str) -> bytes:
        if text.isascii() and text.isalnum():
            return text.encode()
        return encodable(writer(self.marks)(text), codec=self.codec)

    def before(self, version: str) -> bool:
        """Say whether the message is of an older version; one that does not say is taken for old."""
        return (self.version or "2.1") < version


@lru_cache(maxsize=512)
def _shape(separator: bytes, encoding: bytes, kind: bytes, version: bytes, charset: bytes, wide: str) -> _Shape:
    like = Head([b"MSH", encoding, *[b""] * 6, kind, b"", b"", version, *[b""] * 5, charset], separator, 0, wide)
    marks = like.delimiters
    codec = "utf-8" if wide else codec_of(like.charset) or "utf-8"
    codec = "utf-8" if codec.startswith("utf") else codec
    bare = _Shape(marks, like.version, codec, b"", b"")
    trigger = like.trigger.encode()
    if not trigger or bare.before("2.2"):
        answer = [b"ACK"]
    else:  # the structure is named since v2.3.1
        answer = [b"ACK", trigger] if bare.before("2.3.1") else [b"ACK", trigger, b"ACK"]
    sound = encoding if marks.sound else encodable(marks.encoding, codec=codec)
    return _Shape(marks, like.version, codec, sound, marks.component.encode().join(answer))


def _err(shape: _Shape, error: AckError) -> bytes:
    """ERR: fields of their own since v2.5, before that one coded field."""
    marks, own = shape.marks, writer(shape.marks)
    code, name = error.condition.value
    segment, _, field = error.location.partition("-")
    if shape.before("2.5"):
        reason = marks.subcomponent.join([code, own(error.text or name), "HL70357"])
        place = marks.component.join([own(segment), "1" if segment else "", own(field), reason])
        return encodable(f"ERR{marks.field}{place}", codec=shape.codec)
    place = marks.component.join([own(segment), "1", own(field)]) if field else own(segment)
    coded = marks.component.join([code, name, "HL70357"])
    fields = ["ERR", "", place, coded, "E", own(error.code), "", "", own(error.text)]
    return encodable(marks.field.join(fields).rstrip(marks.field), codec=shape.codec)


@dataclass(frozen=True, slots=True, kw_only=True)
class AckFault:
    """One ERR of an acknowledgement. `location` as the receiver wrote it; `code` of table 0357."""

    location: str
    code: str
    severity: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledgement:
    """What a receiver answered. `control_id` is MSA-2, never trimmed."""

    code: AckCode
    control_id: str
    text: str
    errors: tuple[AckFault, ...]
    type: str  # of the answer: ACK, ORL, RSP
    message: Message


def read_ack(raw: bytes) -> Acknowledgement:
    """Read an acknowledgement, or any answer with an MSA (ORL, RSP).

    Raises: NO_MSH (RL-WIR-201), NO_ACKNOWLEDGEMENT (RL-WIR-215), BAD_ACKNOWLEDGEMENT (RL-WIR-216).
    """
    message = read(raw)
    msa = message.first("MSA")
    if msa is None:
        raise errors.NO_ACKNOWLEDGEMENT.error(where="MSA")
    try:
        code = AckCode(msa.field(1).strip())
    except ValueError:
        raise errors.BAD_ACKNOWLEDGEMENT.error(where="MSA-1") from None
    return Acknowledgement(
        code=code,
        control_id=_own_id(msa),
        text=msa.field(3),
        errors=tuple(_fault(segment) for segment in message.all("ERR")),
        type=message.type,
        message=message,
    )


def _own_id(msa: Segment) -> str:
    """MSA-2 as it stands, like MSH-10: neither unescaped nor split, so that only the very same id matches."""
    fields: Sequence[str] = msa.fields
    return fields[2] if len(fields) > 2 else ""


def _fault(err: Segment) -> AckFault:
    if err.field(3):
        return AckFault(
            location=err.field(2),
            code=err.first(3),
            severity=err.field(4),
            text=err.field(8) or err.field(7) or err.component(3, 2),
        )
    parts = err.subcomponents(1, 4)
    return AckFault(
        location="-".join(part for part in (err.component(1, 1), err.component(1, 3)) if part),
        code=parts[0] if parts else "",
        severity="E",
        text=parts[1] if len(parts) > 1 else "",
    )
