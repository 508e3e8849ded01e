"""Every reading of a patient's record, in the journal before the answer leaves.

Owns writing the notes of all requests of a process that wait in one commit: while one goes to disk the next
gather, so many readers at once cost few commits. Refuses to let a reading pass that could not be
noted. Source: docs/design/fhir.md, cases 60-66.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

import structlog
from django.db import Error as DatabaseError
from django.db import connection

from relight.journal.api import Json, Log, writing
from relight.kernel.act import Act, Door
from relight.record.errors import BUSY
from relight.record.services.rows import id_out, rows_insert, time_out
from relight.record.services.turns import turn

log = structlog.get_logger(__name__)

BATCH = 256
WAIT_S = 30.0
GATHER_S = 0.004  # 2 ms and 4 ms gave 9 and 14 % more readings a second than none, with 16 at once
_COLUMNS = ("patient", "at", "actor", "door", "what", "ground")


@dataclass(slots=True, eq=False)
class _Note:
    """One reading that waits to be durable. `told` is set when it is, has failed, or is to lead the next batch."""

    act: Act
    patients: Sequence[UUID]
    what: str
    ground: str = ""
    told: threading.Event = field(default_factory=threading.Event)
    is_done: bool = False
    failed: bool = False


class _Queue:
    """Notes of the threads of this process. One thread leads: it writes its own and all that wait, in one commit.

    While it does the next gather; the first of them leads then. Where several read at once the leader lets them
    gather first: eight readings in one commit cost little more than one. Who reads alone waits for nobody.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: deque[_Note] = deque()
        self._is_led = False
        self._gathered = 1  # notes of the last batch

    def write(self, note: _Note) -> bool:
        """Return when a note is durable; False when it could not be written."""
        with self._lock:
            self._waiting.append(note)
            leads = not self._is_led
            self._is_led = True
        if not leads and not note.told.wait(WAIT_S) and self._leave(note):
            return False
        if not note.is_done:
            self._lead()
        return not note.failed

    def _leave(self, note: _Note) -> bool:
        """Give up waiting; not when the lead was handed over at this very moment."""
        with self._lock:
            if note.told.is_set():
                return False
            if note in self._waiting:
                self._waiting.remove(note)
            return True

    def _lead(self) -> None:
        """Write what waits. Taken only when it is this process's turn: what came while it waited goes along."""
        batch: list[_Note] = []
        failed = True
        try:
            if self._gathered > 1:
                time.sleep(GATHER_S)
            with turn():
                with self._lock:
                    batch = [self._waiting.popleft() for _ in range(min(BATCH, len(self._waiting)))]
                _batch_write(batch)
            self._gathered = len(batch)
            failed = False
        except (DatabaseError, OSError) as refusal:
            log.warning("readings not noted", count=len(batch), kind=type(refusal).__name__)
        finally:
            with self._lock:
                if failed and not batch:  # the turn itself never came: all that wait are told
                    batch = list(self._waiting)
                    self._waiting.clear()
                self._is_led = bool(self._waiting)
                if self._waiting:
                    self._waiting[0].told.set()
            for one in batch:
                one.is_done, one.failed = True, failed
                one.told.set()


def _batch_write(batch: Sequence[_Note]) -> None:
    act = Act(actor="relight:record", at=datetime.now(tz=UTC), door=Door.WORKER, roles=frozenset({"system"}))
    with writing(act) as entry:
        _lay(entry, batch)


_QUEUE = _Queue()


def read_note(*, act: Act, patients: Iterable[UUID], what: str, ground: str = "") -> None:
    """Note that somebody reads, and return when the note is durable.

    Args: patients: whose records; empty for what is nobody's (a ward, a medication). what: by which way, a stable
    word with a FHIR type at most, up to 80 characters. ground: the Ground a record was opened on, empty for a list.
    Inside a transaction the note is part of it.
    Raises: PeerError RL-REC-129 when it could not be written: then nothing may be shown.
    """
    note = _Note(act=act, patients=tuple(dict.fromkeys(patients)), what=what[:80], ground=ground)
    if connection.in_atomic_block:
        with writing(act) as entry:
            _lay(entry, [note])
        return
    if not _QUEUE.write(note):
        raise BUSY.error(where="journal")


def _lay(entry: Log, notes: Sequence[_Note]) -> None:
    """Write notes into the journal, and by patient beside it."""
    told: list[Json] = [
        {
            "at": note.act.at.isoformat(),
            "actor": note.act.actor,
            "door": note.act.door.value,
            "what": note.what,
            **({"ground": note.ground} if note.ground else {}),
            "patients": [str(patient) for patient in note.patients],
        }
        for note in notes
    ]
    entry.entry("record.read", subject="record:reads", body={"reads": told})
    rows_insert(
        "record_readnote",
        _COLUMNS,
        [
            (id_out(patient), time_out(note.act.at), note.act.actor, note.act.door.value, note.what, note.ground)
            for note in notes
            for patient in note.patients
        ],
    )
