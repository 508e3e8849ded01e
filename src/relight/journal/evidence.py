"""The evidence store: files by the SHA-256 of their content, under `<data folder>/evidence`.

A file is written beside its place, flushed to the disk, then renamed: whoever sees the name sees the
whole content. Read back, its digest is checked. Nothing here deletes.
"""

from __future__ import annotations

import hashlib
import io
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from relight.journal.errors import EVIDENCE_ALTERED, EVIDENCE_MISSING, NO_ROOM
from relight.journal.models import Evidence
from relight.journal.services import Log
from relight.journal.types import EvidenceFile

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """A file on its way into the store. Args: name: as its bringer called it."""

    content: bytes | BinaryIO
    name: str
    media_type: str


def evidence_store(*, log: Log, content: bytes | BinaryIO, name: str, media_type: str) -> EvidenceFile:
    """Keep a file, durable on disk before this returns; the same content is kept once.

    Args: log: the writing block it belongs to (whose entry names the digest). name: as its bringer
    called it. Raises: PeerError RL-JNL-003 when the disk refuses.
    """
    return evidence_store_all(log=log, files=[Incoming(content=content, name=name, media_type=media_type)])[0]


def evidence_store_all(*, log: Log, files: Sequence[Incoming]) -> list[EvidenceFile]:
    """Keep files, all durable on disk before this returns, each folder flushed once.

    Returns: what was kept, in order. Raises: PeerError RL-JNL-003 when the disk refuses one.
    """
    root = Path(settings.RELIGHT_HOME) / "evidence"
    kept: list[EvidenceFile] = []
    folders = {root}
    for file in files:
        stream = io.BytesIO(file.content) if isinstance(file.content, bytes) else file.content
        with _refused_by_disk(file.name):
            digest, size = _keep(root, stream)
            folders.add(_place(root, digest).parent)
        name, media_type = Path(file.name).name[:255], file.media_type[:100]
        kept.append(EvidenceFile(digest=digest, size_bytes=size, name=name, media_type=media_type))
    with _refused_by_disk(files[-1].name if files else ""):
        for folder in sorted(folders, reverse=True):
            _folder_sync(folder)
    rows = [
        Evidence(
            digest=file.digest,
            size_bytes=file.size_bytes,
            name=file.name,
            media_type=file.media_type,
            at=log.act.at,
            actor=log.act.actor,
        )
        for file in kept
    ]
    Evidence.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)
    return kept


@contextmanager
def _refused_by_disk(name: str) -> Iterator[None]:
    try:
        yield
    except OSError as refusal:
        raise NO_ROOM.error(where=name, reason=refusal.strerror or "the disk refused") from refusal


def _keep(root: Path, stream: BinaryIO) -> tuple[str, int]:
    """Write one file to its place. Its folder is flushed by the caller."""
    root.mkdir(parents=True, exist_ok=True, mode=0o700)
    hasher = hashlib.sha256()
    size = 0
    with tempfile.NamedTemporaryFile(dir=root, prefix=".incoming-", delete=False) as incoming:
        try:
            while chunk := stream.read(_CHUNK):
                hasher.update(chunk)
                incoming.write(chunk)
                size += len(chunk)
            incoming.flush()
            os.fsync(incoming.fileno())
            place = _place(root, hasher.hexdigest())
            place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            Path(incoming.name).replace(place)
        except BaseException:
            Path(incoming.name).unlink(missing_ok=True)
            raise
    return hasher.hexdigest(), size


def _place(root: Path, digest: str) -> Path:
    return root / digest[:2] / digest


def _folder_sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def evidence_path(digest: str) -> Path:
    """Return where a kept file stands. Raises: MissingError RL-JNL-001."""
    place = _place(Path(settings.RELIGHT_HOME) / "evidence", digest)
    if len(digest) != 64 or not all(c in "0123456789abcdef" for c in digest) or not place.is_file():
        raise EVIDENCE_MISSING.error(digest=digest[:12])
    return place


def evidence_read(digest: str) -> bytes:
    """Read a kept file, checked. Raises: RL-JNL-001 when it is missing, RL-JNL-002 when altered."""
    content = evidence_path(digest).read_bytes()
    if hashlib.sha256(content).hexdigest() != digest:
        raise EVIDENCE_ALTERED.error(digest=digest[:12])
    return content


def evidence_find(digest: str) -> EvidenceFile:
    """Say what is known of a kept file. Raises: MissingError RL-JNL-001."""
    row = Evidence.objects.filter(digest=digest).first()
    if row is None:
        raise EVIDENCE_MISSING.error(digest=digest[:12])
    return EvidenceFile(digest=row.digest, size_bytes=row.size_bytes, name=row.name, media_type=row.media_type)
