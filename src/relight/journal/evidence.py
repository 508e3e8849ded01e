"""The evidence store: files by the SHA-256 of their content, under `<data folder>/evidence`.

A file is written beside its place, flushed to the disk, then renamed: whoever sees the name sees the
whole content. Read back, its digest is checked. Nothing here deletes.
"""

from __future__ import annotations

import hashlib
import io
import os
import tempfile
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from relight.journal.errors import EVIDENCE_ALTERED, EVIDENCE_MISSING, NO_ROOM
from relight.journal.models import Evidence
from relight.journal.services import Log
from relight.journal.types import EvidenceFile

_CHUNK = 1 << 20


def evidence_store(*, log: Log, content: bytes | BinaryIO, name: str, media_type: str) -> EvidenceFile:
    """Keep a file, durable on disk before this returns; the same content is kept once.

    Args: log: the writing block it belongs to (whose entry names the digest). name: as its bringer
    called it. Raises: PeerError RL-JNL-003 when the disk refuses.
    """
    stream = io.BytesIO(content) if isinstance(content, bytes) else content
    root = Path(settings.RELIGHT_HOME) / "evidence"
    try:
        digest, size = _keep(root, stream)
    except OSError as refusal:
        raise NO_ROOM.error(where=name, reason=refusal.strerror or "the disk refused") from refusal
    kept = EvidenceFile(digest=digest, size_bytes=size, name=Path(name).name[:255], media_type=media_type[:100])
    Evidence.objects.get_or_create(
        digest=digest,
        defaults={
            "size_bytes": size,
            "name": kept.name,
            "media_type": kept.media_type,
            "at": log.act.at,
            "actor": log.act.actor,
        },
    )
    return kept


def _keep(root: Path, stream: BinaryIO) -> tuple[str, int]:
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
    for folder in (place.parent, root):
        _folder_sync(folder)
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
