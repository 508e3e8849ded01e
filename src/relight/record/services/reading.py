"""Files, read part by part: a line of NDJSON, a JSON document, an HL7 message.

Owns what a file is (by its content, never by its name alone) and how it is read without filling memory. Refuses to
write. A part is what goes in or stays out together. Source: docs/design/record.md, cases 67-79.
"""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from io import BufferedReader
from pathlib import Path
from typing import IO, Any, Final

import orjson
from django.utils.timezone import get_current_timezone

from relight.kernel.errors import N_, RelightError
from relight.record import errors
from relight.record.rules.canonical import loads
from relight.record.rules.hl7_in import message_pieces
from relight.record.rules.json_walk import entries_walk, line_at
from relight.record.rules.opening import Bad, Piece, document_key, opened
from relight.wire.hl7 import is_hl7, split

DOCUMENT_LIMIT: Final = 512 * 1024 * 1024
SNIFF: Final = 64 * 1024
_TYPE: Final = re.compile(rb'"resourceType"\s*:\s*"([A-Za-z]{2,64})"')
_FIRST: Final = (
    "Organization", "Location", "Practitioner", "PractitionerRole", "HealthcareService", "Device", "Medication",
    "Substance", "Patient", "Group", "RelatedPerson", "Encounter", "EpisodeOfCare", "Specimen",
)  # fmt: skip
_RANK: Final = {name: rank for rank, name in enumerate(_FIRST)}


class FileKind:
    """What a file is read as."""

    NDJSON = "ndjson"
    JSON = "json"
    HL7 = "hl7"


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """A file to be read, or not. Args: path: as it is told. why: says why it is no FHIR; empty when it is."""

    place: Path
    path: str
    kind: str
    stamp: str
    rank: int = 0
    why: str = ""


@dataclass(slots=True, kw_only=True)
class Part:
    """What goes in together. Args: at: its number in the file, from 1. line: where it begins, from 1.
    bad: what cannot be taken, each with its line."""

    at: int
    line: int
    pieces: list[Piece] = field(default_factory=list)
    bad: list[tuple[int, Bad]] = field(default_factory=list)


def files_of(paths: Iterable[Path]) -> list[Incoming]:
    """List the files of paths, folders opened, in the order they are read: what others refer to comes first.

    Raises: NO_SUCH_PATH (RL-REC-030).
    """
    found: dict[Path, Incoming] = {}
    for path in paths:
        if not path.exists():
            raise errors.NO_SUCH_PATH.error(where=str(path))
        for place in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if place.is_file() and place not in found:
                found[place] = _sniffed(place)
    return sorted(found.values(), key=lambda one: (one.rank, one.path))


def _sniffed(place: Path) -> Incoming:
    """Look at the beginning of a file."""
    try:
        status = place.stat()
        with _opened(place) as file:
            start = file.read(SNIFF)
    except (OSError, EOFError, zlib.error) as refusal:
        why = N_("it cannot be read") if isinstance(refusal, PermissionError) else N_("it is damaged")
        return Incoming(place=place, path=str(place), kind="", stamp="", why=why)
    stamp = f"{status.st_size}:{status.st_mtime_ns}"
    kind, why = _kind(start, place.name.lower().removesuffix(".gz"))
    match = _TYPE.search(start)
    rank = _RANK.get(match[1].decode(), len(_RANK)) if match else len(_RANK)
    return Incoming(place=place, path=str(place), kind=kind, stamp=stamp, rank=rank, why=why)


def _kind(start: bytes, name: str) -> tuple[str, str]:
    """Return what a file is read as, and why it is not read at all."""
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not text:
        return "", N_("it is empty")
    if text[:1] in b"{[":
        if b'"resourceType"' not in start:
            return "", N_("it is JSON, but holds no FHIR resource")
        return (FileKind.NDJSON if _is_lines(text, name) else FileKind.JSON), ""
    if b'"resourceType"' in start and name.endswith((".ndjson", ".jsonl", ".json")):
        return (FileKind.JSON if name.endswith(".json") else FileKind.NDJSON), ""
    if is_hl7(start):
        return FileKind.HL7, ""
    if text[:1] == b"<" and b"http://hl7.org/fhir" in start:
        return "", N_("it is FHIR in XML: have it sent as JSON")
    return "", N_("it is no FHIR and no HL7 message")


def _is_lines(text: bytes, name: str) -> bool:
    """Say whether each line is a document of its own: by its name, or because the first or second line is whole."""
    if name.endswith((".ndjson", ".jsonl")):
        return True
    lines = text.split(b"\n", 2)
    for line in lines[:2]:
        if line.strip()[:1] == b"{" and len(lines) > 1 and lines[1].strip():
            try:
                orjson.loads(line)
            except ValueError:
                continue
            return True
    return False


def _opened(place: Path) -> IO[bytes]:
    file = place.open("rb")
    if file.peek(2)[:2] == b"\x1f\x8b":
        file.close()
        return gzip.open(place, "rb")  # type: ignore[return-value] # reads as any file
    return file


def parts_of(file: Incoming, *, delivery: str, after: int = 0) -> Iterator[Part]:
    """Read a file part by part. Args: after: how many parts are in already: they are passed over unread.

    A damaged file gives what it holds, then one part that says where it breaks.
    """
    at = line = 0
    with _opened(file.place) as stream:
        if file.kind != FileKind.NDJSON:
            yield from (part for part in _whole(stream, file, delivery=delivery) if part.at > after)
            return
        while True:
            try:
                content = stream.readline(DOCUMENT_LIMIT + 1)
            except (OSError, EOFError, zlib.error):
                broken = Bad(place=0, spec=errors.FILE_BROKEN, params={}, raw=b"")
                yield Part(at=at + 1, line=line + 1, bad=[(line + 1, broken)])
                return
            if not content:
                return
            line += 1
            if not content.strip():
                continue
            at += 1
            if at > after:
                yield _line(content, at=at, line=line, delivery=delivery)


def _line(content: bytes, *, at: int, line: int, delivery: str) -> Part:
    """Read one line of NDJSON."""
    part = Part(at=at, line=line)
    if len(content) > DOCUMENT_LIMIT:
        limit = DOCUMENT_LIMIT >> 20
        part.bad.append((line, Bad(place=0, spec=errors.TOO_LARGE, params={"limit": limit}, raw=b"")))
        return part
    try:
        document = loads(content.removeprefix(b"\xef\xbb\xbf") if line == 1 else content)
    except orjson.JSONDecodeError as fault:
        params = {"line": fault.lineno, "column": fault.colno}
        part.bad.append((line, Bad(place=0, spec=errors.NOT_JSON, params=params, raw=content)))
        return part
    part.pieces, bad = opened(document, delivery=delivery)
    part.bad = [(line, one) for one in bad]
    return part


def _whole(stream: IO[bytes], file: Incoming, *, delivery: str) -> Iterator[Part]:
    content, broken = _read_all(stream)
    if len(content) > DOCUMENT_LIMIT:
        limit = DOCUMENT_LIMIT >> 20
        yield Part(at=1, line=1, bad=[(1, Bad(place=0, spec=errors.TOO_LARGE, params={"limit": limit}, raw=b""))])
    elif file.kind == FileKind.HL7:
        yield from _messages(content)
    else:
        yield _document(content.removeprefix(b"\xef\xbb\xbf"), delivery=delivery, broken=broken)


def _read_all(stream: IO[bytes]) -> tuple[bytes, bool]:
    """Read a whole file; of a damaged gzip what comes before the damage."""
    chunks: list[bytes] = []
    size = 0
    try:
        while size <= DOCUMENT_LIMIT:
            chunk = stream.read(1 << 20) if isinstance(stream, BufferedReader) else stream.read1(1 << 16)  # type: ignore[attr-defined]
            if not chunk:
                return b"".join(chunks), False
            chunks.append(chunk)
            size += len(chunk)
    except (OSError, EOFError, zlib.error):
        return b"".join(chunks), True
    return b"".join(chunks), False


def _document(content: bytes, *, delivery: str, broken: bool) -> Part:
    """Open a JSON document; of one that breaks off, the entries before the break."""
    part = Part(at=1, line=1)
    try:
        document = loads(content)
    except orjson.JSONDecodeError as fault:
        _save(content, part, fault, delivery=delivery, broken=broken)
        return part
    part.pieces, bad = opened(document, delivery=delivery)
    if bad:
        lines = _lines(content)
        part.bad = [(lines[one.place] if one.place < len(lines) else 1, one) for one in bad]
    return part


def _lines(content: bytes) -> list[int]:
    text = content.decode("utf-8", "replace")
    return [line_at(text, offset) for offset, member in entries_walk(text) if member is not None]


def _save(content: bytes, part: Part, fault: orjson.JSONDecodeError, *, delivery: str, broken: bool) -> None:
    """Take the whole entries of a broken bundle; what is wrong stays aside with its line."""
    text = content.decode("utf-8", "replace")
    head = re.search(r'"type"\s*:\s*"([a-z-]+)"', text)
    whole: list[Any] = []
    for offset, member in entries_walk(text):
        if member is not None:
            try:
                whole.append(loads(member))
                continue
            except ValueError:
                pass
        ends = broken or fault.pos >= len(text.rstrip())
        spec = errors.TRUNCATED if ends and whole else errors.NOT_JSON
        params = {} if spec is errors.TRUNCATED else {"line": fault.lineno, "column": fault.colno}
        raw = text[offset:].encode()
        part.bad.append((line_at(text, offset), Bad(place=len(whole), spec=spec, params=params, raw=raw)))
    if whole:
        is_list = text.lstrip()[:1] == "["
        bundle = {"resourceType": "Bundle", "type": head[1] if head else "collection", "entry": whole}
        part.pieces, bad = opened(whole if is_list else bundle, delivery=document_key("x", content))
        part.bad += [(1, one) for one in bad]


def _messages(content: bytes) -> Iterator[Part]:
    """Read the messages of an HL7 file, one a part."""
    for n, piece in enumerate(split(content), 1):
        line = content.count(b"\n", 0, piece.at) + content.count(b"\r", 0, piece.at) + 1
        part = Part(at=n, line=line)
        try:
            if piece.problem is not None:
                raise piece.problem.spec.error()
            part.pieces = message_pieces(piece.content, zone=get_current_timezone())
        except RelightError as refusal:
            bad = Bad(place=0, spec=errors.BAD_MESSAGE, params={"reason": refusal.message()}, raw=piece.content)
            part.bad.append((line, bad))
        yield part
