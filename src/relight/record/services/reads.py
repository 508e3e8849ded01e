"""Every reading of a patient's record, in the journal before the answer leaves.

Owns the thread that writes the notes of all requests of a process in one commit: while one goes to disk
the next gather, so many readers at once cost few commits. Refuses to let a reading pass that could not be
noted. Source: docs/design/fhir.md, cases 60-66.
"""

from __future__ import annotations

import fcntl
import os
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import structlog
from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection

from relight.journal.api import Json, Log, writing
from relight.kernel.act import Act, Door
from relight.record.errors import BUSY
from relight.record.services.rows import id_out, rows_insert, time_out

log = structlog.get_logger(__name__)

BATCH = 256
IDLE_S = 2.0  # then the thread ends and gives its connection back; the next reading starts another
WAIT_S = 30.0
_COLUMNS = ("patient", "at", "actor", "door", "what")


@dataclass(slots=True, eq=False)
class _Note:
    """One reading that waits to be durable."""

    act: Act
    patients: Sequence[UUID]
    what: str
    done: threading.Event = field(default_factory=threading.Event)
    failed: bool = False


class _Writer:
    """Takes notes from the threads of this process and writes them, many a commit."""

    def __init__(self) -> None:
        self._lock = threading.Condition()
        self._queue: deque[_Note] = deque()
        self._process = 0
        self._thread: threading.Thread | None = None

    def put(self, note: _Note) -> None:
        """Hand a note over; `note.done` is set when it is durable, or has failed."""
        with self._lock:
            self._queue.append(note)
            if self._thread is None or self._process != os.getpid():
                self._process = os.getpid()
                self._thread = threading.Thread(target=self._run, name="record-reads", daemon=True)
                self._thread.start()
            else:
                self._lock.notify()

    def _run(self) -> None:
        try:
            while batch := self._next():
                self._write(batch)
        finally:
            with self._lock:
                if self._thread is threading.current_thread():
                    self._thread = None
            connection.close()

    def _next(self) -> list[_Note]:
        """Wait for notes. Returns: a batch; empty when none came for a while, and then this thread is over."""
        with self._lock:
            if not self._queue and not self._lock.wait_for(lambda: bool(self._queue), timeout=IDLE_S):
                self._thread = None
                return []
            return [self._queue.popleft() for _ in range(min(BATCH, len(self._queue)))]

    def _write(self, batch: list[_Note]) -> None:
        failed = False
        try:
            act = Act(actor="relight:record", at=datetime.now(tz=UTC), door=Door.WORKER, roles=frozenset({"system"}))
            with _turn(), writing(act) as entry:
                _lay(entry, batch)
        except DatabaseError as refusal:
            log.warning("readings not noted", count=len(batch), kind=type(refusal).__name__)
            connection.close()
            failed = True
        except BaseException:
            failed = True
            raise
        finally:
            for note in batch:
                note.failed = failed
                note.done.set()


@contextmanager
def _turn() -> Iterator[None]:
    """Wait for this process's turn among the web's processes: in the kernel, which wakes the next at once.

    SQLite itself would sleep and try again, longer each time. PostgreSQL queues by itself.
    """
    if connection.vendor != "sqlite":
        yield
        return
    with (Path(settings.RELIGHT_HOME) / "reads.lock").open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield  # closing the file gives the lock back


_WRITER = _Writer()


def read_note(*, act: Act, patients: Iterable[UUID], what: str) -> None:
    """Note that somebody reads, and return when the note is durable.

    Args: patients: whose records; empty for what is nobody's (a ward, a medication). what: by which way, a stable
    word with a FHIR type at most, up to 80 characters. Inside a transaction the note is part of it.
    Raises: PeerError RL-REC-129 when it could not be written: then nothing may be shown.
    """
    note = _Note(act=act, patients=tuple(dict.fromkeys(patients)), what=what[:80])
    if connection.in_atomic_block:
        with writing(act) as entry:
            _lay(entry, [note])
        return
    _WRITER.put(note)
    if not note.done.wait(WAIT_S) or note.failed:
        raise BUSY.error(where="journal")


def _lay(entry: Log, notes: Sequence[_Note]) -> None:
    """Write notes into the journal, and by patient beside it."""
    told: list[Json] = [
        {
            "at": note.act.at.isoformat(),
            "actor": note.act.actor,
            "door": note.act.door.value,
            "what": note.what,
            "patients": [str(patient) for patient in note.patients],
        }
        for note in notes
    ]
    entry.entry("record.read", subject="record:reads", body={"reads": told})
    rows_insert(
        "record_readnote",
        _COLUMNS,
        [
            (id_out(patient), time_out(note.act.at), note.act.actor, note.act.door.value, note.what)
            for note in notes
            for patient in note.patients
        ],
    )
