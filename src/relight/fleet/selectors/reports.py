"""Reads of the inspection engine's evidence: a report as it came, its facts, its list of hashes, what holds."""

from __future__ import annotations

import base64
import hashlib
import mmap
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson

from relight.fleet import errors
from relight.fleet.models import InspectorKey, Report
from relight.fleet.rules.reports import Found, ReportFacts
from relight.inspection.signing import report_verify
from relight.journal.api import evidence_path
from relight.people.api import names_of

HASH_BYTES = 32


def report_facts(content: bytes) -> ReportFacts:
    """Read a report and check its signature with the key inside it.

    Whether that key counts is another question. Raises: InputError RL-FLT-134 for what is no report,
    RL-INS-011 and RL-INS-012 where the signature cannot be read or does not hold.
    """
    try:
        document = orjson.loads(content)
    except orjson.JSONDecodeError as fault:
        raise errors.REPORT_UNREADABLE.error(why=f"line {fault.lineno}") from fault
    if not isinstance(document, dict):
        raise errors.REPORT_UNREADABLE.error(why="JSON, but no object")
    kid = report_verify(document)
    try:
        return _facts(document, kid=kid, digest=hashlib.sha256(content).hexdigest())
    except (KeyError, TypeError, ValueError) as fault:
        raise errors.REPORT_UNREADABLE.error(why=f"{type(fault).__name__}: {fault}") from fault


def _facts(document: Mapping[str, Any], *, kid: str, digest: str) -> ReportFacts:
    subject = document.get("subject") or {}
    return ReportFacts(
        digest=digest,
        kid=kid,
        public=base64.b64decode(document["signature"]["public_key"]),
        verdict=_verdict(document),
        files=int(document["files"]),
        bytes_in_scope=int(document["bytes_in_scope"]),
        bytes_inspected=int(document["bytes_inspected"]),
        findings=len(document["findings"]),
        unread=len(document["unread"]),
        started=_time(document["started"]),
        finished=_time(document["finished"]),
        serial=str(subject.get("serial", "")),
        uuid=str(subject.get("uuid", "")),
        hashes=str(document["hashes"]["sha256"]),
        hash_count=int(document["hashes"]["count"]),
    )


def _verdict(document: Mapping[str, Any]) -> Found:
    """Take the verdict at its word only where its own figures bear it out."""
    said = Found(document["verdict"])
    if said is Found.CLEAN and (
        document["findings"] or document["unread"] or int(document["bytes_inspected"]) < int(document["bytes_in_scope"])
    ):
        raise ValueError("it says clean, and its own figures do not")
    return said


def _time(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError("a time without zone")
    return at


def report_list(item: UUID) -> list[Report]:
    """List the reports about an item, newest first."""
    return list(Report.objects.filter(item_id=item))


def report_get(item: UUID, report: UUID) -> Report:
    """Return one report about an item. Raises: MissingError RL-FLT-140."""
    row = Report.objects.filter(item_id=item, pk=report).first()
    if row is None:
        raise errors.REPORT_MISSING.error()
    return row


def enrolled_kids() -> frozenset[str]:
    """Return the keys whose reports count."""
    return frozenset(InspectorKey.objects.filter(withdrawn_at__isnull=True).values_list("kid", flat=True))


def key_standing(kid: str) -> str:
    """Say of a key: `enrolled`, `withdrawn` or `unknown`."""
    row = InspectorKey.objects.filter(pk=kid).first()
    if row is None:
        return "unknown"
    return "withdrawn" if row.withdrawn_at else "enrolled"


def inspector_keys() -> list[tuple[InspectorKey, str, str]]:
    """List inspector keys with the names of who enrolled and who withdrew them."""
    rows = list(InspectorKey.objects.all())
    names = names_of({actor for row in rows for actor in (row.enrolled_by, row.withdrawn_by) if actor})
    return [(row, names[row.enrolled_by], names.get(row.withdrawn_by, "")) for row in rows]


def keys_waiting() -> list[tuple[str, int]]:
    """List keys nobody enrolled that signed reports kept here, with how many."""
    known = set(InspectorKey.objects.values_list("kid", flat=True))
    counts: dict[str, int] = {}
    for kid in Report.objects.exclude(kid__in=known).values_list("kid", flat=True):
        counts[kid] = counts.get(kid, 0) + 1
    return sorted(counts.items())


def hashes_check(content: bytes, facts: ReportFacts) -> None:
    """Refuse a list of hashes that is not the one the report was signed with. Raises: RL-FLT-135."""
    if hashlib.sha256(content).hexdigest() != facts.hashes or len(content) != facts.hash_count * HASH_BYTES:
        raise errors.HASHES_FOREIGN.error()


def hashes_hit(digest: str, wanted: Iterable[bytes]) -> Iterator[bytes]:
    """Yield which of some SHA-256 a kept list holds, by binary search in the file; nothing is loaded."""
    place = evidence_path(digest)
    if place.stat().st_size == 0:
        return
    with Path(place).open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        for hash in wanted:
            if _holds(content, hash):
                yield hash


def _holds(content: mmap.mmap, wanted: bytes) -> bool:
    low, high = 0, len(content) // HASH_BYTES
    while low < high:
        middle = (low + high) // 2
        found = content[middle * HASH_BYTES : (middle + 1) * HASH_BYTES]
        if found == wanted:
            return True
        if found < wanted:
            low = middle + 1
        else:
            high = middle
    return False
