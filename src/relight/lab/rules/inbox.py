"""What makes a message the same message again, and what kind a message is by its header.

Owns the rule of the inbox: stored once however often it is sent. Source: docs/design/gateway.md, "Inbox".
"""

from __future__ import annotations

from hashlib import sha256

from relight.lab.types import MessageKind, Protocol

RESULT_TYPES = frozenset({"ORU", "OUL"})
QUERY_TYPES = frozenset({"QBP", "QRY"})
ORDER_REPLY_TYPES = frozenset({"ORL", "ORR", "RRO"})
OTHER_TYPES = frozenset({"ACK", "ESU", "ESR", "SSU", "SSR", "INU", "INR", "NMD", "EAC", "EAR", "EAN", "EQP", "QCN"})


def idem_of(*, protocol: Protocol, control_id: str, content: bytes) -> bytes:
    """Return what makes a message the same again on its link: sha256 of its control id and content.

    The time of sending (MSH-7) is left out, because some analyzers write a new one when they repeat.
    The same id with other content is another message: analyzers start counting again when they are
    switched on.
    """
    mark = sha256(control_id.encode("utf-8", "surrogateescape"))
    mark.update(b"\0")
    if protocol is Protocol.HL7:
        end = content.find(b"\r")
        head = content[: end if end >= 0 else len(content)]
        fields = head.split(head[3:4] or b"|", 7)
        if len(fields) > 6:
            fields[6] = b""
        mark.update(b"|".join(fields))
        mark.update(content[len(head) :])
    else:
        mark.update(content)
    return mark.digest()


def kind_of_type(type_name: str) -> MessageKind:
    """Say what an HL7 message is by MSH-9 (`ORU^R01`); INVALID is no laboratory message.

    What carries results stays UNREAD until it is read: only its samples say whether it is QC.
    """
    word = type_name.partition("^")[0]
    if word in RESULT_TYPES:
        return MessageKind.UNREAD
    if word in QUERY_TYPES:
        return MessageKind.QUERY
    if word in ORDER_REPLY_TYPES:
        return MessageKind.ORDER_REPLY
    if word in OTHER_TYPES:
        return MessageKind.OTHER
    return MessageKind.INVALID
