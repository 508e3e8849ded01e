"""The laboratory's pure door: any capture decoded, without a database, on any machine.

Owns telling HL7 from ASTM, cutting a file into messages and reading each with a shipped driver. Refuses
Django, sockets and files: bytes in, values out. Source: docs/design/lab.md, “Decoding a file”.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from relight.kernel.errors import RelightError, Translate, same
from relight.lab import errors as lab_errors
from relight.lab.drivers import driver_find, driver_guess, driver_list, driver_read
from relight.lab.rules.driver import Driver
from relight.lab.rules.interpret import interpret, sender_of
from relight.lab.rules.reading import Reading, ResultReading, SampleReading
from relight.lab.types import MessageKind, Protocol
from relight.wire import errors, hl7
from relight.wire.astm.capture import read_capture
from relight.wire.problems import Problem

__all__ = ["REFUSING", "Decoded", "DecodedMessage", "Driver", "decode", "driver_list", "driver_read"]

# what makes a part of the file no result at all; everything else was read, and is said
REFUSING = frozenset(
    spec.code
    for spec in (
        errors.CHECKSUM_WRONG,
        errors.FRAME_NUMBER_WRONG,
        errors.FRAME_GARBLED,
        errors.FRAME_TOO_LONG,
        errors.FRAME_RESTRICTED,
        errors.FRAME_ORPHANED,
        errors.NO_CHECKSUM,
        errors.NO_HEADER,
        errors.NOT_ASTM,
        errors.NOT_HL7,
        errors.NO_MSH,
        errors.UNFINISHED_FRAME,
        errors.OUTSIDE_FRAME,
        errors.OVERLONG_FRAME,
        lab_errors.NO_RESULT_LINE,
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DecodedMessage:
    """One message. Args: driver: the id of the driver that gave its codes a meaning."""

    reading: Reading
    driver: str

    @property
    def type(self) -> str:
        """MSH-9 of HL7; what an ASTM message is about."""
        reading = self.reading
        return reading.kind.value if reading.type == "ASTM" else reading.type


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """What a file holds. Args: protocol: empty when it is neither. problems: by place, in bytes of the file."""

    protocol: str
    messages: tuple[DecodedMessage, ...]
    problems: tuple[Problem, ...]

    @property
    def refusal(self) -> RelightError | None:
        """The error for a file that is refused whole: it holds no message."""
        if self.messages:
            return None
        return (self.problems[0] if self.problems else Problem(at=0, spec=lab_errors.NO_CAPTURE)).error()

    @property
    def is_whole(self) -> bool:
        """Whether no part of it was refused."""
        return bool(self.messages) and not any(problem.code in REFUSING for problem in self.problems)

    def document(self, translate: Translate = same) -> dict[str, object]:
        """Return what `relight lab decode --json` prints. Patients are left out."""
        return {
            "protocol": self.protocol,
            "messages": [_message_document(message) for message in self.messages],
            "problems": [problem.document(translate) for problem in self.problems],
        }


def decode(data: bytes, *, driver: str = "") -> Decoded:
    """Decode a file.

    Args: data: a dump of the line, records, messages in MLLP or not, unpacked. driver: the id of a shipped
    driver; by default the one that fits what the header says of its sender, for each message.
    Raises: MissingError RL-LAB-100. Nothing in the file raises: it is a problem with its place.
    """
    chosen = driver_find(driver) if driver else None
    if hl7.is_hl7(data):
        return _hl7(data, chosen)
    capture = read_capture(data, encoding=(chosen.encoding or None) if chosen else None)
    found = [_one(message.raw, Protocol.ASTM, chosen) for message in capture.messages]
    own = [problem for message in found for problem in message.reading.problems if problem.spec in OWN]
    if not found and all(problem.spec is errors.NOT_ASTM for problem in capture.problems):
        return Decoded(protocol="", messages=(), problems=(Problem(at=0, spec=lab_errors.NO_CAPTURE),))
    return Decoded(protocol=Protocol.ASTM.value, messages=tuple(found), problems=_in_order([*capture.problems, *own]))


OWN = (lab_errors.NO_RESULT_LINE,)  # problems of reading a message, which the capture does not know yet


def _hl7(data: bytes, chosen: Driver | None) -> Decoded:
    found: list[DecodedMessage] = []
    problems: list[Problem] = []
    for piece in hl7.split(data):
        if piece.problem is not None:
            problems.append(piece.problem)
            continue
        message = _one(piece.content, Protocol.HL7, chosen)
        problems.extend(problem.moved(piece.at) for problem in message.reading.problems)
        if not _is_refused(message.reading):
            found.append(message)
    return Decoded(protocol=Protocol.HL7.value, messages=tuple(found), problems=_in_order(problems))


def _is_refused(reading: Reading) -> bool:
    """Say whether a message could not be read at all; one of another department is read, and holds no result."""
    return reading.kind is MessageKind.INVALID and any(problem.code in REFUSING for problem in reading.problems)


def _one(content: bytes, protocol: Protocol, chosen: Driver | None) -> DecodedMessage:
    driver = chosen or driver_guess(sender_of(content, protocol=protocol), protocol=protocol)
    return DecodedMessage(reading=interpret(content, protocol=protocol, driver=driver), driver=driver.id)


def _in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(problems, key=lambda problem: problem.at))


def _message_document(message: DecodedMessage) -> dict[str, object]:
    reading = message.reading
    return {
        "type": message.type,
        "control_id": reading.control_id,
        "kind": reading.kind.value,
        "sender": reading.sender,
        "driver": message.driver,
        "results": [_result_document(sample, line) for sample, line in reading.lines()],
    }


def _result_document(sample: SampleReading, line: ResultReading) -> dict[str, object]:
    return {
        "sample": sample.sample,
        "code": line.code_sent,
        "value": line.value,
        "unit": line.unit_sent,
        "flag": ",".join(line.flags),
        "status": line.status,
        "range": line.range,
        "qc": sample.is_qc,
        "loinc": line.loinc,
        "number": line.number,
        "ucum": line.unit,
        "measured_at": line.measured_at.isoformat() if line.measured_at else "",
        "hold": line.hold.value if line.hold else "",
    }
