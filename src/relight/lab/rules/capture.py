"""A capture cut into what the gateway would have received from it.

Owns the same reading of headers as on the wire: what makes a message, its kind, what makes it the same again.
Refuses files and rows. Source: docs/design/lab.md, "Replay".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from relight.kernel.errors import RelightError
from relight.lab import errors
from relight.lab.rules.inbox import idem_of, kind_of_type
from relight.lab.types import Incoming, MessageKind, Protocol
from relight.wire import hl7
from relight.wire.astm.capture import is_astm, read_capture
from relight.wire.errors import CHECKSUM_WRONG, FRAME_GARBLED, FRAME_ORPHANED, NO_CHECKSUM, NO_HEADER, NOT_ASTM
from relight.wire.problems import Problem

REFUSALS = (CHECKSUM_WRONG, FRAME_GARBLED, FRAME_ORPHANED, NO_CHECKSUM, NO_HEADER, NOT_ASTM)  # parts that went nowhere


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """What a capture holds. Args: items: in order. refused: parts that are no message, and messages that are none of
    a laboratory's (these are among the items too), each with its place."""

    protocol: Protocol
    items: tuple[Incoming, ...]
    refused: tuple[Problem, ...]


def capture_cut(data: bytes, *, link: str, at: datetime) -> Cut:
    """Cut a capture. Args: at: when it counts as received. Raises: RL-LAB-100 and above when it holds nothing."""
    if hl7.is_hl7(data):
        return _hl7(data, link=link, at=at)
    if not is_astm(data):
        raise errors.NO_CAPTURE.error()
    return _astm(data, link=link, at=at)


def _hl7(data: bytes, *, link: str, at: datetime) -> Cut:
    items: list[Incoming] = []
    refused: list[Problem] = []
    for piece in hl7.split(data):
        if piece.problem is not None:
            refused.append(piece.problem)
            continue
        problem: Problem | None = None
        try:
            top = hl7.head(piece.content)
            name = f"{top.type}^{top.trigger}" if top.trigger else top.type
            kind, control_id = kind_of_type(name), top.control_id
            if kind is MessageKind.INVALID:
                problem = Problem(at=piece.at, spec=errors.NOT_A_LABORATORY_MESSAGE)
        except RelightError as refusal:
            name, control_id, kind = "", "", MessageKind.INVALID
            problem = Problem(at=piece.at, spec=refusal.spec, params=refusal.params)
        refused += [problem] if problem else []
        code = problem.code if problem else ""
        items.append(_item(Protocol.HL7, link, at, piece.content, control_id, name, kind, code))
    return Cut(protocol=Protocol.HL7, items=tuple(items), refused=tuple(refused))


def _astm(data: bytes, *, link: str, at: datetime) -> Cut:
    capture = read_capture(data)
    items = []
    for message in capture.messages:
        kind = MessageKind.QUERY if message.is_query else MessageKind.UNREAD
        name = "query" if message.is_query else "results"
        items.append(_item(Protocol.ASTM, link, at, message.raw, message.control_id.strip(), name, kind, ""))
    refused = [problem for problem in capture.problems if problem.spec in REFUSALS]
    return Cut(protocol=Protocol.ASTM, items=tuple(items), refused=tuple(refused))


def _item(  # noqa: PLR0913 - the fields of one value
    protocol: Protocol,
    link: str,
    at: datetime,
    content: bytes,
    control_id: str,
    name: str,
    kind: MessageKind,
    problem: str,
) -> Incoming:
    return Incoming(
        link=link,
        protocol=protocol,
        content=content,
        control_id=control_id,
        type=name,
        at=at,
        kind=kind,
        problem=problem,
        idem=idem_of(protocol=protocol, control_id=control_id, content=content),
    )
